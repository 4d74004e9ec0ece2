"""What jobs were billed, what the next will cost, and the budget that all processes keep to together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reka_notebook.jobs import JobCancelled, JobExpired, JobFailed, State, Sweep, SweepFailed, SweepRequest
from reka_notebook.library.spending.limit import Budget, OverBudget
from reka_notebook.sandbox import Fault, Sandbox, profiles
from tests.processes import MODEL, Process

A_SECOND = profiles.PER_SECOND[MODEL]


@pytest.fixture
def begin(start: Callable[..., Process], billing: Sandbox) -> Callable[..., Process]:
    """Start a process wired to it: ``begin(budget=…)``."""
    return lambda **settings: start(billing.url, **settings)


def used(process: Process) -> float:
    (status,) = process.controller.library.spending.statuses(
        process.controller.service, None, [Budget(1000.0)]
    )
    return status.used


def charged(sandbox: Sandbox) -> float:
    return sum(charge.price for charge in sandbox.ledger)


def test_a_take_has_its_bill_and_tells_the_price_of_the_next(begin: Callable[..., Process]) -> None:
    process = begin()
    before = process.controller.estimate([process.prepare(duration="5")])
    assert (before.amount, before.words) == (None, "price not known yet · 5 s of video")
    assert before.reserve == 5.0
    take = process.submit(duration="5").result(10)
    assert take.billed == pytest.approx(5 * A_SECOND)
    assert used(process) == pytest.approx(take.billed)
    after = process.controller.estimate([process.prepare("another", duration="10")])
    assert after.amount == pytest.approx(10 * A_SECOND)
    assert after.short == "about $1.40"
    assert after.basis == "from 1 bill · 10 s of video"
    assert "maybe $" in after.price
    assert not after.firm


def test_what_is_there_costs_nothing(begin: Callable[..., Process]) -> None:
    process = begin()
    process.submit(duration="5").result(10)
    kept, new = process.prepare(duration="5"), process.prepare("another", duration="5")
    assert process.controller.estimate([kept]).short == "no charge"
    assert process.controller.estimate([kept, new, new]).requests == 1
    assert process.controller.estimate([kept, new], fresh=True).requests == 2


def test_bills_of_one_service_are_not_those_of_another(
    begin: Callable[..., Process], start: Callable[..., Process], sandbox: Sandbox
) -> None:
    begin().submit(duration="5").result(10)
    other = start(sandbox.url)
    assert other.controller.estimate([other.prepare("another")]).amount is None


def test_what_would_go_over_is_not_sent_and_what_fits_is_said(
    begin: Callable[..., Process], billing: Sandbox
) -> None:
    process = begin(budget=6.0)
    process.submit(duration="5").result(10)
    process.submit("two", duration="5").result(10)
    left = 6.0 - 10 * A_SECOND
    assert process.controller.budgets()[0].left == pytest.approx(left)
    for name in ("three", "four", "five"):
        process.submit(name, duration="5").result(10)
    dear = process.prepare("long", duration="15")
    assert not process.controller.estimate([dear]).firm, "no bill of another length yet"
    process.submit("four seconds", duration="10").result(10)
    with pytest.raises(
        OverBudget, match=r"Over budget: this may cost up to .*Nothing was sent\. [3-7] s would fit"
    ):
        process.controller.submit(dear, notebook_file=None)
    assert charged(billing) == pytest.approx(35 * A_SECOND)
    assert used(process) == pytest.approx(charged(billing))


def test_an_unknown_price_counts_as_the_worst_case(begin: Callable[..., Process], billing: Sandbox) -> None:
    process = begin(budget=4.0)
    with pytest.raises(
        OverBudget, match=r"counts as \$5\.00 because a price is not known yet.*4 s would fit"
    ):
        process.submit(duration="5")
    assert len(billing.ledger) == 0
    assert process.controller.library.jobs.all() == []
    process = begin(budget=4.0, unknown_price=0.8)
    process.submit(duration="5").result(10)
    with pytest.raises(OverBudget):
        begin(budget=0.7).submit("another", duration="5")


def test_a_replay_and_a_joined_job_hold_nothing_back(begin: Callable[..., Process]) -> None:
    process, other = begin(budget=20.0), begin(budget=20.0)
    job = process.submit(duration="5")
    joined = other.submit(duration="5")
    assert used(process) <= 5.0
    job.result(10)
    assert joined.result(10).id == job.id
    tight = begin(budget=0.1)
    assert tight.submit(duration="5").result(10).from_earlier
    assert used(process) == pytest.approx(5 * A_SECOND)


@pytest.mark.parametrize(
    ("fault", "ending", "counts"),
    [
        (Fault("submit", status=422), JobFailed, 0.0),
        (Fault("submit", status=401), JobFailed, 0.0),
        (Fault("submit", status=403), JobFailed, 0.0),
    ],
    ids=str,
)
def test_what_was_certainly_not_charged_is_released(
    begin: Callable[..., Process], billing: Sandbox, fault: Any, ending: type[Exception], counts: float
) -> None:
    process = begin(budget=20.0)
    billing.faults.add(fault)
    with pytest.raises(ending):
        process.submit(duration="5").result(10)
    assert used(process) == counts


def test_a_job_that_could_not_be_sent_is_released_and_held_back_anew(
    begin: Callable[..., Process], billing: Sandbox
) -> None:
    process = begin(budget=8.0)
    billing.faults.add(Fault("submit", status=503, times=1000))
    process.controller.settings = replace(process.controller.settings, deadline=0.5)
    with pytest.raises(JobExpired):
        process.submit(duration="5").result(20)
    record = process.controller.library.jobs.all()[0]
    if record.reserved:  # it may have been accepted
        assert record.reserved == 5.0
        return
    billing.faults.clear()
    process.submit("another", duration="5").result(10)
    process.submit(duration="5").result(10)
    assert used(process) == pytest.approx(10 * A_SECOND)


def test_a_job_that_waited_for_its_turn_in_vain_is_released(begin: Callable[..., Process]) -> None:
    process = begin(budget=20.0, requests_per_minute=60, deadline=11)
    assert process.controller.has_key()
    process.controller._worker.access.gate.pause(600)
    with pytest.raises(JobExpired, match="nothing was charged"):
        process.submit(duration="5").result(10)
    assert used(process) == 0.0


def test_a_job_that_was_cancelled_in_time_is_released(begin: Callable[..., Process]) -> None:
    process = begin(budget=20.0)
    job = process.submit(duration="5")
    job.cancel()
    with pytest.raises((JobCancelled, JobFailed)):
        job.result(10)
    record = process.controller.library.jobs.get(job.id)
    assert record.state == State.CANCELLED
    assert used(process) == (0.0 if record.request_id is None else record.billed or 5.0)


def test_a_dead_process_holds_nothing_for_ever(begin: Callable[..., Process], billing: Sandbox) -> None:
    first = begin(budget=20.0)
    first.submit(duration="5")
    first.kill()
    second = begin(budget=20.0)
    assert used(second) > 0
    for job in second.controller.take_over():
        job.result(10)
    assert used(second) == pytest.approx(charged(billing))
    assert second.controller.budgets()[0].held == 0.0


def test_a_sweep_is_refused_before_anything_is_sent(begin: Callable[..., Process], billing: Sandbox) -> None:
    process = begin(budget=1.8)
    process.controller.library.spending.set_budget(process.controller.service, Budget(100.0))
    first = begin(budget=50.0)
    first.submit("first", duration="5").result(10)
    requests = [process.prepare(f"number {number}", duration="3") for number in range(4)]
    with pytest.raises(OverBudget, match=r"these 4 requests may cost up to .*The first( \d)? would fit"):
        process.controller.check_budget(requests)
    sweep = Sweep(process.controller, SweepRequest((), tuple(requests)), notebook_file=None).start()
    with pytest.raises(SweepFailed, match="Over budget"):
        sweep.result(20)
    assert sweep.status.note is not None
    assert charged(billing) <= 1.8


def test_your_own_price_is_used_and_named_as_yours(begin: Callable[..., Process], tmp_path: Any) -> None:
    own = tmp_path / "catalogue.json"
    own.write_text('{"endpoints": {"kling-v3-pro/image-to-video": {"price": {"usd_per_second": 0.5}}}}')
    process = begin(catalogue=own, budget=3.0)
    expected = process.controller.estimate([process.prepare(duration="5")])
    assert (expected.amount, expected.yours, expected.bills) == (2.5, True, 0)
    assert expected.words == "about $2.50 · your price · 5 s of video"
    with pytest.raises(OverBudget, match=r"up to \$3\.50"):
        process.submit(duration="7")
