"""Test several studios in one kernel: each tells its own jobs from the others', and shows the service's log."""

import asyncio
import threading
import traceback
from collections.abc import Callable, Iterator
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

import ipykernel.ipkernel  # noqa: F401 (imported later, it would hold the comms in another manager when they are closed)
import msgspec
import pytest

import reka_notebook
from reka_notebook.jobs import Job, Take
from reka_notebook.jobs.engine import engine
from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio
from reka_notebook.widgets.views import LOG, job_view
from tests.processes import wait_until
from tests.unit.media.conftest import write_sound


@pytest.fixture
def seconds() -> float:
    return 600


@pytest.fixture
def studios(sandbox: Sandbox) -> Iterator[list[Studio]]:
    made = [Studio(), Studio()]
    yield made
    for studio in made:
        studio.close()


until = partial(wait_until, seconds=60, every=0.01)


def shown(studio: Studio, job: Job) -> bool | None:
    """Return whether a job is shown as another studio's; None where it is not shown."""
    return next((row["elsewhere"] for row in studio.jobs if row["id"] == job.id), None)


def test_each_says_which_jobs_are_not_its_own_and_leaves_their_ends_to_the_other(
    studios: list[Studio], photo: Path
) -> None:
    one, other = studios
    one.image, one.prompt = photo, "Pan left"
    asked = one.generate()
    from_a_cell = reka_notebook.submit("Pan right", photo)
    until(lambda: shown(other, asked) is True)
    assert shown(one, asked) is False
    until(lambda: [shown(studio, from_a_cell) for studio in studios] == [False, False])
    asked.cancel()
    from_a_cell.cancel()
    until(lambda: asked.status.done and from_a_cell.status.done)
    until(lambda: shown(other, asked) is None)
    assert shown(one, asked) is False, "how it ended is said where it was asked for"
    assert shown(other, from_a_cell) is False


def long_for_right(endpoint: str, given: dict[str, Any]) -> float:
    """Return the seconds for a video: one ends, and the other one does not."""
    return 600 if "right" in given["prompt"] else 0.2


@pytest.mark.parametrize("seconds", [long_for_right])
def test_what_begins_or_is_kept_while_it_is_being_built_is_shown(
    sandbox: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Job] = []

    def begin_and_hear_nothing(self: Studio) -> None:
        """One ends and one begins in the moment before this studio listens, and then nothing changes for long."""
        asked.append(reka_notebook.submit("Pan left", photo))
        asked[0].result(60)
        asked.append(reka_notebook.submit("Pan right", photo))

    monkeypatch.setattr(Studio, "_listen", begin_and_hear_nothing)
    studio = Studio()
    until(lambda: shown(studio, asked[1]) is False)
    until(lambda: [take["prompt"] for take in studio.takes_shown] == ["Pan left"])
    assert shown(studio, asked[0]) is None
    asked[1].cancel()
    until(lambda: asked[1].status.done)
    studio.close()


def test_what_a_closed_studio_asked_for_is_nobody_elses(studios: list[Studio], photo: Path) -> None:
    one, other = studios
    one.image, one.prompt = photo, "Pan left"
    asked = one.generate()
    one.close()
    other._show_jobs()
    assert shown(other, asked) is False
    asked.cancel()
    until(lambda: asked.status.done)


@pytest.mark.parametrize("seconds", [8])
def test_the_log_of_the_service_is_shown_and_bounded(studios: list[Studio], photo: Path) -> None:
    job = reka_notebook.submit("Pan left", photo)
    until(lambda: job.status.logs)
    assert job_view(job).log[0] == "Queued"
    until(lambda: any(row["log"] for row in studios[0].jobs))
    job.change(logs=tuple(f"{line} " + "x" * 5000 for line in range(100)))
    log = job_view(job).log
    assert len(log) == LOG
    assert log[-1].startswith("99 ")
    assert max(map(len, log)) == 10 * LOG
    job.cancel()
    until(lambda: job.status.done)


@pytest.mark.parametrize("seconds", [0.1])
def test_a_slow_library_holds_up_no_loop_when_a_take_is_kept(
    studios: list[Studio], photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = studios
    begun, go_on = threading.Event(), threading.Event()
    takes = one._controller.takes

    def slow(limit: int) -> list[Take]:
        begun.set()
        assert go_on.wait(60)
        return takes(limit)

    monkeypatch.setattr(one._controller, "takes", slow)
    one.image, one.prompt = photo, "Pan left"
    job = one.generate()
    assert begun.wait(60)
    free = threading.Event()
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), engine()._ready.result()[0]).add_done_callback(
        lambda _: free.set()
    )
    assert free.wait(30), "the loop waits for the library"
    assert shown(one, job) is False, "it is shown until its take is"
    go_on.set()
    until(lambda: [take["id"] for take in one.takes_shown] == [job.id])
    until(lambda: shown(one, job) is None)


@pytest.mark.parametrize("seconds", [0.5])
def test_nothing_reads_or_writes_the_library_on_the_loop(
    studios: list[Studio], photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    for name in ("rows", "change", "transaction"):

        def noting(database: SqliteFile, *values: Any, real: Callable[..., Any], **named: Any) -> Any:
            if engine().in_thread:
                found.append("".join(traceback.format_stack(limit=8)))
            return real(database, *values, **named)

        monkeypatch.setattr(SqliteFile, name, partialmethod(noting, real=getattr(SqliteFile, name)))
    one, _ = studios
    answers: list[dict[str, Any]] = []
    monkeypatch.setattr(one, "send", lambda content, buffers=None: answers.append(content))

    def ask(request: protocol.Request) -> None:
        count = len(answers)
        one._handle_custom_msg(msgspec.to_builtins(request), [])
        until(lambda: len(answers) > count)
        assert "value" in answers[-1], answers[-1]

    one.image, one.prompt = photo, "Pan left"
    take = one.generate().result(60).id
    until(lambda: [shown["id"] for shown in one.takes_shown] == [take])
    kinds = (protocol.Poster, protocol.Media, protocol.Sprite, protocol.Sprite)
    for kind in (*kinds, protocol.Details, protocol.Save, protocol.NextShot):
        ask(kind(id="1", take=take))
    sprites = [answer["value"] for answer in answers if "columns" in answer["value"]]
    assert [(sprite["frames"], sprite["columns"]) for sprite in sprites] == [(24, 6)] * 2
    assert one.takes[0].path.with_suffix(".sprite.jpg").stat().st_size < 150_000
    ask(protocol.Recall(id="2", take=take, seed=True))
    ask(protocol.Rate(id="3", take=take, rating=2))
    ask(protocol.Selected(id="4", takes=[take], open=None))
    job = one.generate(fresh=True)
    until(lambda: shown(one, job) is not None)
    ask(protocol.Cancel(id="5", job=job.id))
    until(lambda: job.status.done)
    assert not found, found[0]


@pytest.mark.parametrize("seconds", [0.2])
def test_a_take_that_python_makes_without_a_job_is_shown(
    studios: list[Studio], photo: Path, tmp_path: Path
) -> None:
    one, other = studios
    one.image, one.prompt = photo, "Pan left"
    take = one.generate().result(60)
    sound = write_sound(tmp_path / "a.wav", "pcm_s16le", seconds=0.2)
    made = take.with_sound(sound, at=0.0)
    for studio in (one, other):
        until(lambda studio=studio: [row["id"] for row in studio.takes_shown] == [made.id, take.id])
    assert one.takes_shown[0]["title"] == "With sound"
    assert one.counts["all"] == 2
