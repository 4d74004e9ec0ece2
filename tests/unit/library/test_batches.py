"""Test how rows of batches are kept and handed out, over both kinds of database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from reka_notebook.library import GenerationRequest, LibraryError
from reka_notebook.library.batches.records import BatchCounts, BatchFacts, BatchRow
from reka_notebook.library.batches.table import ABANDONED, BatchTable
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.library.rows.sqlite_file import SqliteFile

Open = Callable[[], BatchTable]
SERVICE = "https://service.test:443"


@pytest.fixture(params=["sqlite", "postgresql"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open the same database as one more machine: ``machine()``."""
    address = request.getfixturevalue("team_database") if request.param == "postgresql" else None
    opened: list[Database] = []

    def open_one() -> BatchTable:
        database = (
            ServerDatabase(DatabaseAddress(address)) if address else SqliteFile(tmp_path / "library.sqlite3")
        )
        opened.append(database)
        return BatchTable(database)

    yield open_one
    for database in opened:
        database.close()


def row(number: int, prompt: str = "") -> BatchRow:
    asked = GenerationRequest(endpoint="m/text-to-video", input={"prompt": prompt or f"pan {number}"})
    return BatchRow(number=number, line=number + 1, request=asked)


def begun(table: BatchTable, rows: int, digest: str = "d") -> str:
    planned = table.plan(SERVICE, "a.csv", digest)
    table.add(planned.id, [row(number) for number in range(1, rows + 1)])
    return table.begin(planned, BatchFacts(lines=rows, estimated=1.5)).id


def test_each_row_is_handed_out_once_among_many(machine: Open) -> None:
    batch = begun(machine(), 120)
    machines = [machine() for _ in range(6)]

    def work(number: int) -> list[int]:
        table, mine = machines[number], []
        while rows := table.claim(batch, f"m{number}", 7, 60):
            mine += [one.number for one in rows]
            for one in rows:
                table.settle(batch, one.number, f"m{number}", "kept", f"j{one.number}")
        return mine

    with ThreadPoolExecutor(len(machines)) as threads:
        done = list(threads.map(work, range(len(machines))))
    assert sorted(number for mine in done for number in mine) == list(range(1, 121))
    assert machines[0].counts(batch) == BatchCounts(kept=120)
    assert [one.job for one in machines[0].rows(batch, after=118)] == ["j119", "j120"]


def test_what_a_dead_machine_had_is_handed_out_again(machine: Open) -> None:
    first, second = machine(), machine()
    batch = begun(first, 3)
    assert [one.number for one in first.claim(batch, "one", 2, 60)] == [1, 2]
    assert [one.number for one in second.claim(batch, "two", 5, 60)] == [3]
    assert first.owners(batch) == {"one", "two"}
    assert first.renew(batch, "one", -1.0) == 2  # it has ended by now
    assert [(one.number, one.state) for one in second.claim(batch, "two", 5, 60)] == [
        (1, "claimed"),
        (2, "claimed"),
    ]
    first.settle(batch, 1, "one", "failed", None, "too late")
    assert first.counts(batch) == BatchCounts(claimed=3)
    second.release(batch, "two", [1])
    second.settle(batch, 2, "two", "failed", "j2", "refused")
    second.release(batch, "two")
    assert second.counts(batch) == BatchCounts(waiting=2, failed=1)
    assert [(one.error, one.job) for one in first.rows(batch, "failed")] == [("refused", "j2")]
    assert first.retry(batch, "failed", "expired") == 1
    assert [one.number for one in first.claim(batch, "one", 5, 60)] == [1, 2, 3]


def test_two_who_begin_the_same_file_get_one_batch(machine: Open) -> None:
    first, second = machine(), machine()
    planned = first.plan(SERVICE, "a.csv", "d"), second.plan(SERVICE, "a.csv", "d")
    for one in planned:
        first.add(one.id, [row(1), row(2)])
    assert first.all() == []
    with ThreadPoolExecutor(2) as threads:
        begun_as = list(
            threads.map(
                lambda of: of[0].begin(of[1], BatchFacts()).id, zip((first, second), planned, strict=True)
            )
        )
    assert len(set(begun_as)) == 1
    [batch] = second.all()
    assert (batch.rows, batch.begun, second.find(SERVICE, "d")) == (2, True, batch)
    assert second.find(SERVICE, "e") is None
    assert first.get(batch.id[:3]) == batch
    for wrong in ("", "zz", "%"):
        with pytest.raises(LibraryError, match="batch list"):
            first.get(wrong)
    left = {one.id for one in planned} - {batch.id}
    assert [list(first.rows(one)) for one in left] == [[]]


def test_a_request_is_there_once_and_what_was_left_behind_goes(
    machine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = machine()
    batch = table.plan(SERVICE, "a.csv", "d")
    table.add(batch.id, [row(1, "same"), row(2)])
    with pytest.raises(IntegrityError):
        table.add(batch.id, [row(3), row(4, "same")])
    assert len(list(table.rows(batch.id))) == 2, "all or nothing"
    keys = {one.number: one.request.content_key for one in (row(1, "same"), row(5))}
    assert table.known(batch.id, keys.values()) == {keys[1]}
    table.plan(SERVICE, "b.csv", "e")
    assert len(list(table.rows(batch.id))) == 2
    now = table._database.now()
    monkeypatch.setattr(type(table._database), "now", lambda self: now + ABANDONED + 60)
    table.plan(SERVICE, "c.csv", "f")
    assert list(table.rows(batch.id)) == []
