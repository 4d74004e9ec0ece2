"""Test that a form with several values becomes a sweep, and that nothing is sent without consent."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.errors import RekaError
from reka_notebook.media import ImageError, load
from reka_notebook.prompts import PromptError
from reka_notebook.sandbox import Fault, Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.recall import form_of
from reka_notebook.widgets.studio.studio import Studio
from tests.processes import wait_until

MODEL = "nano-banana/text-to-image"


@pytest.fixture
def seconds() -> float:
    return 0.2


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    made = Studio(model=MODEL)
    yield made
    made.close()


until = partial(wait_until, seconds=20, every=0.01)


def fields(prompt: str, **settings: Any) -> dict[str, Any]:
    return {"id": "1", "endpoint": MODEL, "prompt": prompt, "settings": settings, "images": {}}


def plan(studio: Studio, prompt: str, **settings: Any) -> protocol.PlanValue:
    return asyncio.run(studio._sweeps._plan(protocol.Plan(**fields(prompt, **settings)), []))[0]


def counts(studio: Studio, prompt: str, **settings: Any) -> tuple[int, int, int]:
    planned = plan(studio, prompt, **settings)
    return planned.count, planned.kept, planned.underway


def begin(
    studio: Studio,
    prompt: str,
    agreed: int = 0,
    again: bool = False,
    takes: int = 1,
    left_out: Sequence[str] = (),
    **settings: Any,
) -> protocol.SweepValue:
    request = protocol.SweepBegin(
        **fields(prompt, **settings), agreed=agreed, again=again, takes=takes, left_out=list(left_out)
    )
    return asyncio.run(studio._sweeps._begin(request, []))[0]


def squares(planned: protocol.PlanValue) -> list[tuple[str, str]]:
    return [(one.words, "left out" if one.left_out else one.state) for one in planned.requests]


def control(studio: Studio, sweep: str, do: Any) -> None:
    asyncio.run(studio._sweeps._control(protocol.SweepControl(id="1", sweep=sweep, do=do), []))


def test_counted_made_and_counted_again(studio: Studio, sandbox: Sandbox) -> None:
    words, ratio = "a {{slow|fast}} pan", ["1:1", "16:9"]
    assert counts(studio, words, aspect_ratio=ratio) == (4, 0, 0)
    assert sandbox.log == []
    value = begin(studio, words, aspect_ratio=ratio)
    assert (value.one, value.new) == (None, 4)
    (shown,) = studio.sweeps
    assert (shown["rows"], shown["columns"]) == (["slow", "fast"], ["Aspect ratio 1:1", "Aspect ratio 16:9"])
    assert [position["prompt"] for position in shown["positions"]] == ["a slow pan"] * 2 + ["a fast pan"] * 2
    until(lambda: studio.sweeps[0]["done"])
    assert (studio.sweeps[0]["words"], studio.sweeps[0]["finished"]) == ("4 of 4 done", 4)
    until(
        lambda: (
            {position["job"] for position in studio.sweeps[0]["positions"]}
            == {t["id"] for t in studio.takes_shown}
        )
    )
    assert counts(studio, words, aspect_ratio=[*ratio, "3:2"]) == (6, 4, 0)
    begin(studio, words, aspect_ratio=ratio)
    assert [sweep["done"] for sweep in studio.sweeps] == [True], "the same takes are not shown twice"
    assert len(sandbox.ledger) == 4
    assert len(studio.takes_shown) == 4
    assert begin(studio, words, again=True, aspect_ratio=[*ratio, "3:2", "4:3", "5:4"]).new == 10
    assert begin(studio, words, again=True).new == 2
    until(lambda: studio.sweeps[0]["done"])
    assert len(sandbox.ledger) == 6


def test_more_than_eight_are_asked_about_once_more(studio: Studio, sandbox: Sandbox) -> None:
    words = "a {{slow|fast|calm}} pan at {{dawn|noon|dusk}}"
    assert begin(studio, words) == protocol.SweepValue(None, None, 9)
    assert begin(studio, words, agreed=8) == protocol.SweepValue(None, None, 9)
    assert (sandbox.log, studio.sweeps) == ([], [])
    value = begin(studio, words, agreed=9)
    assert value.sweep
    control(studio, value.sweep, "cancel")
    until(lambda: studio.sweeps[0]["done"])
    assert len(sandbox.ledger) < 9
    control(studio, value.sweep, "dismiss")
    assert (studio.sweeps, studio.jobs) == ([], [])
    with pytest.raises(RekaError, match="does not know this sweep any more"):
        control(studio, value.sweep, "resume")


def test_what_is_left_out_is_neither_counted_nor_made(studio: Studio, sandbox: Sandbox) -> None:
    words, ratio = "a {{slow|fast}} pan", ["1:1", "16:9"]
    names = [f"{pace} · Aspect ratio {one}" for pace in ("slow", "fast") for one in ratio]
    whole = plan(studio, words, aspect_ratio=ratio)
    assert squares(whole) == [(name, "new") for name in names]
    key = whole.requests[1].key
    # What it is left out by stays, whatever else is written.
    form = protocol.Plan(**fields("now a {{slow|fast|calm}} pan", aspect_ratio=ratio), left_out=[key, "gone"])
    planned = asyncio.run(studio._sweeps._plan(form, []))[0]
    assert [one.left_out for one in planned.requests] == [False, True, False, False, False, False]
    assert (planned.count, planned.price.new, [more.new for more in planned.more]) == (5, 5, [5, 10, 20])
    assert begin(studio, words, left_out=[key], aspect_ratio=ratio).new == 3
    until(lambda: studio.sweeps[0]["done"])
    states = [position["state"] for position in studio.sweeps[0]["positions"]]
    assert states == ["kept", "left_out", "kept", "kept"]
    assert (studio.sweeps[0]["words"], len(sandbox.ledger)) == ("3 of 3 done", 3)
    after = squares(plan(studio, words, aspect_ratio=ratio))
    assert after == list(zip(names, ("made", "new", "made", "made"), strict=True))


def test_one_that_is_left_is_no_sweep_and_none_is_refused(studio: Studio, sandbox: Sandbox) -> None:
    words = "a {{slow|fast}} pan"
    slow, fast = (one.key for one in plan(studio, words).requests)
    with pytest.raises(RekaError, match="Everything is left out"):
        begin(studio, words, left_out=[slow, fast])
    assert (sandbox.log, studio.sweeps) == ([], [])
    value = begin(studio, words, left_out=[slow])
    assert (value.sweep, value.one and value.one.kept, studio.sweeps) == (None, False, [])
    until(lambda: studio.takes_shown)
    assert [take["prompt"] for take in studio.takes_shown] == ["a fast pan"]
    (made,) = plan(studio, "a fast pan").requests
    assert (made.state, made.job, made.words) == ("made", studio.takes_shown[0]["id"], "")


def test_more_takes_of_the_same(studio: Studio, sandbox: Sandbox) -> None:
    begin(studio, "a pan")
    until(lambda: studio.takes_shown)
    assert begin(studio, "a pan", again=True, takes=4).new == 4
    until(lambda: studio.sweeps and studio.sweeps[0]["done"])
    assert studio.sweeps[0]["columns"] == ["take 1", "take 2", "take 3", "take 4"]
    until(lambda: len(studio.takes_shown) == 5)
    numbers = sorted(studio._take(take["id"]).request.take for take in studio.takes_shown)
    assert (numbers, len(sandbox.ledger)) == ([1, 2, 3, 4, 5], 5)
    # Those of the same are made again with the others, and the question before many holds.
    assert begin(studio, "a {{slow|fast|calm}} pan", again=True, takes=4) == protocol.SweepValue(
        None, None, 12
    )
    assert len(sandbox.ledger) == 5


def test_an_old_take_is_shown_without_asking(studio: Studio, sandbox: Sandbox) -> None:
    begin(studio, "a pan")
    until(lambda: studio.takes_shown)
    kept = studio.takes_shown[0]["id"]
    studio.takes_shown = []
    asyncio.run(studio._show_take(protocol.ShowTake(id="1", take=kept), []))
    assert [take["id"] for take in studio.takes_shown] == [kept]
    with pytest.raises(RekaError, match="not in the library any more"):
        asyncio.run(studio._show_take(protocol.ShowTake(id="1", take="gone"), []))
    assert len(sandbox.ledger) == 1


def test_paused_and_resumed_and_not_dismissed_before_it_is_done(studio: Studio) -> None:
    value = begin(studio, "a pan at {{dawn|noon|dusk|night|fog|rain}}")
    assert value.sweep
    control(studio, value.sweep, "pause")
    control(studio, value.sweep, "dismiss")
    until(lambda: all(position["state"] in ("kept", "waiting") for position in studio.sweeps[0]["positions"]))
    assert studio.sweeps[0]["paused"]
    assert studio.sweeps[0]["positions"][-1]["stage"] == "Paused"
    control(studio, value.sweep, "resume")
    until(lambda: studio.sweeps[0]["done"])


def test_without_axes_it_is_one_as_ever(studio: Studio, sandbox: Sandbox) -> None:
    value = begin(studio, r"a \{{slow|fast}} pan", aspect_ratio=["1:1"])
    assert (value.sweep, value.one and value.one.kept, studio.sweeps) == (None, False, [])
    until(lambda: studio.takes_shown)
    assert studio.takes_shown[0]["prompt"] == "a {{slow|fast}} pan"
    form = form_of(studio._take(studio.takes_shown[0]["id"]).request, seed=True)
    again = begin(studio, form.prompt, **form.settings)
    assert again.one == protocol.GenerateValue(studio.takes_shown[0]["id"], kept=True)
    assert len(sandbox.ledger) == 1


def test_variables_of_the_notebook(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = InteractiveShell.instance()
    monkeypatch.setitem(shell.user_ns, "pace", "slow")
    try:
        begin(studio, "a {{pace}} pan")
        until(lambda: studio.takes_shown)
        assert studio.takes_shown[0]["prompt"] == "a slow pan"
        with pytest.raises(PromptError, match="Did you mean pace"):
            plan(studio, "a {{pase}} pan")
    finally:
        InteractiveShell.clear_instance()


def test_what_is_wrong_is_said_and_the_count_is_known_anyway(studio: Studio, photo: Path) -> None:
    with pytest.raises(PromptError, match="is not closed") as refused:
        plan(studio, "a {{slow|fast pan")
    assert refused.value.field == "prompt"
    with pytest.raises(PromptError, match="more than 20000 characters"):
        plan(studio, "x" * 20_001)
    assert counts(studio, "{{slow|fast}}", aspect_ratio=["1:1", "7:7"]) == (4, 0, 0)
    lost = protocol.Plan(**{**fields("{{a|b}}"), "images": {"start": "sha256:lost"}})
    assert asyncio.run(studio._sweeps._plan(lost, []))[0].count == 2
    with pytest.raises(ImageError):
        asyncio.run(
            studio._sweeps._begin(
                protocol.SweepBegin(
                    **{**fields("{{a|b}}"), "images": {"start": "sha256:lost"}}, agreed=0, again=False
                ),
                [],
            )
        )


def test_to_count_changes_nothing_and_to_begin_frames_every_image(
    studio: Studio, sandbox: Sandbox, photo: Path
) -> None:
    studio.image = photo
    (placed,) = studio.images
    crop = protocol.Framing("crop", [0, 0, 300, 400], aspect="3:4")
    form = {
        "id": "1",
        "endpoint": "kling-v3-pro/image-to-video",
        "prompt": "a {{slow|fast}} pan",
        "settings": {"duration": "3"},
        "images": {"start": placed["digest"]},
        "frames": {"start": crop},
    }
    asyncio.run(studio._sweeps._plan(protocol.Plan(**form), []))
    assert studio.images == [placed]
    asyncio.run(studio._sweeps._begin(protocol.SweepBegin(**form, agreed=0, again=False), []))
    assert studio.images[0]["framing"]["box"] == [0, 0, 300, 400]
    until(lambda: studio.sweeps[0]["done"])
    crops = [take.request.images["start"][0].crop for take in studio.takes]
    assert crops == [(0, 0, 300, 400)] * 2


def models(studio: Studio, photo: Path, prompt: str, settings: dict[str, Any], other: dict[str, Any]) -> Any:
    image = studio._slots.put("start", load(photo))
    return {
        "id": "1",
        "endpoint": "kling-v3-pro/image-to-video",
        "prompt": prompt,
        "settings": settings,
        "images": {"start": image.digest},
        "models": [protocol.OtherModel("veo-3.1/image-to-video", other)],
    }


def test_several_models_are_the_last_axis_and_each_has_its_own_settings(
    studio: Studio, sandbox: Sandbox, photo: Path
) -> None:
    asked = models(studio, photo, "A {{slow|fast}} pan", {"duration": "8"}, {"duration": "8s"})
    plan = asyncio.run(studio._sweeps._plan(protocol.Plan(**asked), []))[0]
    assert plan.count == 4
    assert sandbox.log == []
    asyncio.run(studio._sweeps._begin(protocol.SweepBegin(**asked, agreed=0, again=False), []))
    until(lambda: studio.sweeps and studio.sweeps[0]["done"], seconds=60)
    shown = studio.sweeps[0]
    assert (shown["rows"], shown["columns"]) == (["slow", "fast"], ["Kling v3 Pro", "Veo 3.1"])
    assert shown["title"] == "Kling v3 Pro, Veo 3.1"
    takes = [studio._take(position["job"]).request for position in shown["positions"]]
    assert [(one.endpoint.partition("/")[0], one.prompt, one.input["duration"]) for one in takes] == [
        ("kling-v3-pro", "A slow pan", "8"),
        ("veo-3.1", "A slow pan", "8s"),
        ("kling-v3-pro", "A fast pan", "8"),
        ("veo-3.1", "A fast pan", "8s"),
    ]
    assert len(sandbox.ledger) == 4


def test_a_value_that_one_of_the_models_lacks_is_said_and_nothing_is_sent(
    studio: Studio, sandbox: Sandbox, photo: Path
) -> None:
    asked = models(studio, photo, "A pan", {"duration": ["5", "8"]}, {"duration": "8s"})
    with pytest.raises(PromptError, match=r"Veo 3\.1 does not take the same values of duration"):
        asyncio.run(studio._sweeps._plan(protocol.Plan(**asked), []))
    wide = {**asked, "settings": {}, "prompt": "{{" + "|".join(map(str, range(60))) + "}}"}
    wide["models"] = [protocol.OtherModel("veo-3.1/image-to-video", {})]
    with pytest.raises(PromptError, match="That makes 120 at once"):
        asyncio.run(studio._sweeps._plan(protocol.Plan(**wide), []))
    assert sandbox.log == []


def test_python_generates_one_and_says_so_of_several_models(studio: Studio) -> None:
    studio.form = {"endpoint": MODEL, "prompt": "A cup", "settings": {}, "models": ["flux/text-to-image"]}
    with pytest.raises(RekaError, match="The form makes 2 at once"):
        studio.generate()


def test_a_sweep_is_retried_as_a_whole_and_one_of_it_in_its_position(
    studio: Studio, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("submit", "status", status=400, times=2))
    value = begin(studio, "a pan at {{dawn|noon}}")
    until(lambda: studio.sweeps[0]["words"] == "0 of 2 done, 2 failed")
    first, second = (position["job"] for position in studio.sweeps[0]["positions"])
    assert {job["id"] for job in studio.jobs} == {first, second}
    asked = protocol.Retry(id="1", job=first)
    again = asyncio.run(studio._retry(asked, []))[0]
    assert again.job == studio.sweeps[0]["positions"][0]["job"] != first
    assert value.sweep
    until(lambda: studio.sweeps[0]["words"] == "1 of 2 done, 1 failed")
    control(studio, value.sweep, "retry")
    until(lambda: studio.sweeps[0]["words"] == "2 of 2 done")
    until(lambda: studio.jobs == [])
    assert len(sandbox.ledger) == 2


def test_a_failed_job_is_retried_as_it_was_or_put_into_the_form(sandbox: Sandbox, photo: Path) -> None:
    sandbox.faults.add(Fault("submit", "status", status=400, times=1))
    studio = Studio(photo, "steam rises", model="kling-v3-pro")
    job = studio.generate()
    until(lambda: studio.jobs and studio.jobs[0]["state"] == "failed")
    studio.prompt, studio.image = "something else", None
    form = asyncio.run(studio._recall_job(protocol.RecallJob(id="1", job=job.id, by="page"), []))[0]
    assert (form.prompt, form.by, len(studio.images)) == ("steam rises", "page", 1)
    again = asyncio.run(studio._retry(protocol.Retry(id="1", job=job.id), []))[0]
    assert again.job != job.id
    until(lambda: [take["id"] for take in studio.takes_shown] == [again.job])
    until(lambda: studio.jobs == [])
    assert len(sandbox.ledger) == 1
    studio.close()


def effects(studio: Studio, sweep: str) -> protocol.EffectsValue:
    return asyncio.run(studio._sweeps._effects(protocol.Effects(id="1", sweep=sweep), []))[0]


def test_each_heading_is_told_how_its_alternative_did(studio: Studio) -> None:
    value = begin(
        studio, "a {{slow|fast}} pan at {{dawn|noon|dusk}}", agreed=12, aspect_ratio=["1:1", "16:9"]
    )
    until(lambda: studio.sweeps[0]["done"])
    name = str(value.sweep)
    assert effects(studio, name) == protocol.EffectsValue([], [], "")
    sweep, _ = studio._sweeps._sweeps[name]
    takes, judgements = sweep.takes, studio._controller.library.judgements
    slow, fast = ([take for take in takes if word in take.prompt] for word in ("slow", "fast"))
    for _ in range(5):
        for one, other in zip(slow, fast, strict=True):
            judgements.add(other.id, one.id, one.id)
    judgements.add(slow[0].id, fast[0].id, None)
    found = effects(studio, name)
    assert [len(found.columns), len(found.rows), {len(row) for row in found.rows}] == [3, 4, {2}]
    assert studio.sweeps[0]["rows"][0].startswith("slow · ")
    best, worst = found.rows[0][0], found.rows[3][0]
    assert best is not None
    assert worst is not None
    assert (best.won, best.judged, worst.won, worst.judged) == (30.5, 31, 0.5, 31)
    assert [best.certain, worst.certain] == [True, True]
    assert 0.5 < best.least < best.share < best.most <= 1
    assert worst.share == pytest.approx(1 - best.share, abs=0.002)
    assert found.rows[0][1] is None, "the shapes were never compared"
    assert found.columns == [None, None, None]
    assert found.words == "31 judgements · slow likely beats fast"
    with pytest.raises(RekaError, match="does not know this sweep"):
        effects(studio, "gone")


def test_what_never_varied_alone_is_said_to_be_inseparable(studio: Studio) -> None:
    words = "a {{slow|fast}} pan at {{dawn|noon}}"
    planned = plan(studio, words)
    left_out = [one.key for one in planned.requests if one.words in ("slow · noon", "fast · dawn")]
    value = begin(studio, words, agreed=4, left_out=left_out)
    until(lambda: studio.sweeps[0]["done"])
    sweep, _ = studio._sweeps._sweeps[str(value.sweep)]
    one, other = sweep.takes
    studio._controller.library.judgements.add(one.id, other.id, one.id)
    found = effects(studio, str(value.sweep))
    marks = [*found.columns, *(effect for row in found.rows for effect in row)]
    assert [effect is not None and effect.separable for effect in marks] == [False] * 4
    assert marks[0] is not None
    assert "inseparable" in marks[0].words
