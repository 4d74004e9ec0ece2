"""What one machine changes, another hears of at once; and finds, where nothing can be heard."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeRecord
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.team import changes
from reka_notebook.library.team.changes import Changed
from tests.processes import wait_until

SERVICE = "https://service.test:443"
VIDEO = MediaFile(name="2026-11/a.mp4", kind="video", media_type="video/mp4", bytes=5)


@pytest.fixture
def open_library(team_database: str, tmp_path: Path) -> Iterator[Callable[[str], Library]]:
    opened: list[Library] = []

    def start(person: str) -> Library:
        opened.append(Library(tmp_path / person, database=DatabaseAddress(team_database), person=person))
        return opened[-1]

    yield start
    for library in opened:
        library.close()


class Heard:
    """Gather what a library hears."""

    def __init__(self, library: Library) -> None:
        self.jobs, self.takes, self.wishes, self.pauses = (set[str]() for _ in range(4))
        self.anything = 0
        assert library.changes is not None
        library.changes.subscribe(self._hear)

    def _hear(self, changed: Changed) -> None:
        self.anything += changed.anything
        for name in ("jobs", "takes", "wishes", "pauses"):
            getattr(self, name).update(getattr(changed, name))


def make(library: Library, prompt: str) -> str:
    job, _ = library.jobs.add(SERVICE, GenerationRequest(endpoint="m/t", input={"prompt": prompt}), 1, 9e9)
    library.takes.add(TakeRecord(job=job, files=[VIDEO], kept=5.0))
    return job.id


@pytest.mark.parametrize("hears", [True, False])
def test_another_machines_takes_jobs_wishes_and_pauses_come(
    open_library: Callable[[str], Library], monkeypatch: pytest.MonkeyPatch, hears: bool
) -> None:
    if not hears:  # as behind a pooler, where a call reaches nobody
        monkeypatch.setattr(changes, "_CALL", text("SELECT CAST(:channel AS text), CAST(:word AS text)"))
        monkeypatch.setattr(changes, "HEARD_WITHIN", 0.2)
        monkeypatch.setattr(changes, "LOOK", 0.1)
    ada, ben = open_library("ada"), open_library("ben")
    heard = Heard(ada)
    wait_until(lambda: heard.anything >= (1 if hears else 2))
    job, _ = ben.jobs.add(SERVICE, GenerationRequest(endpoint="m/t", input={"prompt": "x"}), 1, 9e9)
    wait_until(lambda: job.id in heard.jobs)
    assert job.id not in heard.wishes or not hears
    ben.jobs.update(job.id, cancel_wanted=5.0)
    wait_until(lambda: job.id in heard.wishes)
    take = make(ben, "zoom")
    wait_until(lambda: take in heard.takes)
    assert ben.rates is not None
    ben.rates.pause("an account", 30)
    wait_until(lambda: "an account" in heard.pauses)
    heard.takes.clear()
    known = heard.anything
    ben.takes.mark(take, "rating", 3)
    wait_until(lambda: take in heard.takes if hears else heard.anything > known, 30)


def test_a_mark_is_heard_and_a_roll_back_is_not(open_library: Callable[[str], Library]) -> None:
    ada, ben = open_library("ada"), open_library("ben")
    take = make(ben, "zoom")
    heard = Heard(ada)
    wait_until(lambda: heard.anything)
    with suppress(ZeroDivisionError), ben.database.transaction() as connection:
        connection.execute(text("UPDATE takes SET removed = 1"))
        raise ZeroDivisionError
    assert not heard.takes
    ben.takes.mark(take, "rating", 3)
    wait_until(lambda: take in heard.takes)
