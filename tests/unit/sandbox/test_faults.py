import pytest

from reka_notebook.sandbox.faults import Fault, Faults


def struck(faults, steps):
    return [bool(faults.strike(step)) for step in steps]


def test_a_fault_strikes_once_at_its_own_step():
    faults = Faults()
    faults.add(Fault("status"))
    assert struck(faults, ["submit", "status", "status"]) == [False, True, False]
    assert faults.active == []


def test_it_strikes_as_often_as_it_is_told():
    faults = Faults()
    faults.add(Fault("*", times=2, skip=1))
    assert struck(faults, ["submit", "status", "media", "list"]) == [False, True, True, False]


def test_every_third_without_an_end():
    faults = Faults()
    faults.add(Fault("status", every=3))
    assert struck(faults, ["status"] * 7) == [False, False, True, False, False, True, False]


def test_chance_is_repeatable_with_a_seed():
    def run(seed):
        faults = Faults(seed)
        faults.add(Fault(probability=0.05))
        return struck(faults, ["status"] * 4000)

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 140 < sum(run(1)) < 260


def test_the_first_that_fits_strikes_alone():
    first, second = Fault("status", "drop"), Fault("*", "html")
    faults = Faults()
    faults.add(first, second)
    assert [faults.strike("status"), faults.strike("status")] == [first, second]


def test_one_request_can_be_meant_and_expiry_is_for_media():
    faults = Faults()
    faults.add(Fault("*", "expired"), Fault("status", request_id="a"))
    assert faults.strike("status", "b") is None
    assert faults.strike("status", "a") is not None
    assert faults.strike("media", "b").kind == "expired"


def test_clearing_switches_all_off():
    faults = Faults()
    faults.add(Fault(times=9))
    faults.clear()
    assert faults.strike("status") is None
    assert len(faults) == 0


def test_a_fault_goes_through_json():
    fault = Fault(
        "result", "status", "after", status=429, headers={"Retry-After": "2"}, body={"a": 1}, times=3
    )
    assert Fault.from_json(fault.to_json()) == fault


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"step": "nowhere"},
        {"kind": "sloth"},
        {"when": "never"},
        {"every": 0},
        {"every": "x"},
        {"probability": 2},
        {"colour": "red"},
    ],
)
def test_what_is_no_fault_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        Fault.from_json(value)
