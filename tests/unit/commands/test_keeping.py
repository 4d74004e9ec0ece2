"""Test `pin`, `unpin`, `export` and `prune`: what stays, what is copied, what goes."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import Library, TakeFilter, TakeRecord
from reka_notebook.sandbox import Sandbox
from tests.unit.commands.conftest import Filled, Ran

Command = Callable[..., Ran]


def test_takes_are_pinned_and_the_pin_is_taken_away(
    filled: Filled, library: Library, command: Command
) -> None:
    one, two = filled.take("one"), filled.take("two")
    shown = command("pin", one.id[:7], two.id)
    assert (shown.status, shown.out) == (0, f"Pinned {one.id}  one\nPinned {two.id}  two\n")
    assert all(take.pinned for take in library.takes.find())
    assert command("unpin", one.id).out == f"Unpinned {one.id}  one\n"
    assert [take.pinned for take in library.takes.find(TakeFilter(words=["one"]))] == [False]


def test_what_is_no_take_cannot_be_pinned_and_none_is_changed(
    filled: Filled, library: Library, command: Command
) -> None:
    take, job = filled.take(), filled.job("pending")
    shown = command("pin", take.id, job.id)
    assert shown.err == f"reka-notebook: Job {job.id} has left no take: it is prepared.\n"
    assert not library.takes.get(take.id).pinned


def test_export_copies_the_file_the_poster_and_all_that_is_known(
    filled: Filled, process: Command, tmp_path: Path
) -> None:
    take = filled.take("a slow dolly in")
    folder = tmp_path / "new" / "folder"
    shown = process("export", take.id, "--to", str(folder))
    stem = f"a-slow-dolly-in-{take.id}"
    assert (shown.status, shown.out) == (0, f"{folder / stem}.mp4\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{stem}.mp4",
        f"{stem}.poster.jpg",
        f"{stem}.take.json",
    ]
    assert Path(shown.last).read_bytes() == b"video" * 1000
    told = msgspec.json.decode((folder / f"{stem}.take.json").read_bytes(), type=TakeRecord)
    assert told.job == take.job
    assert (told.files[0].name, told.files[0].poster) == (f"{stem}.mp4", f"{stem}.poster.jpg")


@pytest.mark.parametrize("there", ["mp4", "poster.jpg", "take.json"])
def test_export_never_writes_over_anything(
    filled: Filled, command: Command, tmp_path: Path, there: str
) -> None:
    take = filled.take("pan")
    mine = tmp_path / f"pan-{take.id}.{there}"
    mine.write_text("mine")
    assert command("export", take.id, "--to", str(tmp_path)).last == str(tmp_path / f"pan-{take.id}-2.mp4")
    assert command("export", take.id, "--to", str(tmp_path)).last == str(tmp_path / f"pan-{take.id}-3.mp4")
    assert mine.read_text() == "mine"
    assert (
        len(list(tmp_path.glob("pan-*"))) == 7
    )  # what was begun beside the file that was there is gone again


def test_export_says_what_cannot_be_copied(
    filled: Filled, library: Library, command: Command, tmp_path: Path
) -> None:
    take, other = filled.take("one"), filled.take("two")
    (tmp_path / "file").write_text("x")
    assert "file is a file, not a folder." in command("export", take.id, "--to", str(tmp_path / "file")).err
    assert "Nothing can be copied to " in command("export", take.id, "--to", str(tmp_path / "file/in")).err
    library.media.path(other.files[0].name).unlink()
    shown = command("export", take.id, other.id, "--to", str(tmp_path / "folder"))
    assert f"The file of take {other.id} is not in the library any more; nothing was copied." in shown.err
    assert not (tmp_path / "folder").exists()


def test_an_export_that_fails_leaves_nothing_behind(
    filled: Filled, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = filled.take("one")

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reka_notebook.commands.keeping.export.msgspec.json.format", full)
    shown = command("export", take.id, "--to", str(tmp_path / "folder"))
    assert (shown.status, shown.out) == (1, "")
    assert "No space left on device" in shown.err
    assert list((tmp_path / "folder").iterdir()) == []


def test_prune_says_what_it_would_remove_and_removes_it_only_when_told(
    filled: Filled, library: Library, process: Command
) -> None:
    old, new = filled.take("old", days=40), filled.take("new")
    pinned = filled.take("pinned", days=50)
    library.pin(pinned.id, True)
    running = filled.job("running", state="running", request_id="r9")
    shown = process("prune", "--older-than", "30d")
    assert shown.status == 0
    assert old.id in shown.out
    assert not {new.id, pinned.id, running.id} & set(shown.out.split())
    assert "1 take, 5 KB. Nothing was removed; --yes removes them." in shown.out
    assert len(library.takes.find()) == 3
    done = process("prune", "--older-than", "30d", "--yes")
    assert done.last == "Removed 1 take, 2 files, 5 KB."
    assert {take.id for take in library.takes.find()} == {new.id, pinned.id}
    assert not library.media.path(old.files[0].name).exists()
    assert process("prune", "--older-than", "30d", "--yes").last == "There is nothing to remove."
    assert library.jobs.get(running.id).state == "running"


def test_prune_alone_leaves_every_take(filled: Filled, command: Command) -> None:
    filled.take("old", days=400)
    shown = command("prune", "--yes")
    assert shown.out == "There is nothing to remove.\n"
    assert "All takes stay, unless --older-than 30d, --keep 100 or --rejected says which may go." in shown.err


def test_prune_removes_rejected_takes_and_never_a_picked_one(
    filled: Filled, command: Command, library: Library
) -> None:
    names = ("picked", "rejected", "pinned and rejected", "neither")
    picked, rejected, pinned, neither = (filled.take(name, days=40) for name in names)
    library.judge(picked.id, "picked")
    for take in (rejected, pinned):
        library.judge(take.id, "rejected")
    library.pin(pinned.id, True)
    assert command("prune", "--rejected", "--older-than", "90d").out == "There is nothing to remove.\n"
    assert command("prune", "--rejected", "--yes").last.startswith("Removed 1 take")
    assert {take.id for take in library.takes.find()} == {picked.id, pinned.id, neither.id}
    assert library.takes.remove(picked.id, 1.0) is None
    command("prune", "--older-than", "30d", "--yes")
    assert {take.id for take in library.takes.find()} == {picked.id, pinned.id}


def test_prune_tells_a_program(filled: Filled, command: Command) -> None:
    old = filled.take("old", days=2)
    filled.take("new")
    told = json.loads(command("prune", "--keep", "1", "--json").out)
    assert (told["removed"], [take["id"] for take in told["takes"]], told["bytes"]) == (False, [old.id], 5006)
    told = json.loads(command("prune", "--keep", "1", "--json", "--yes").out)
    assert (told["removed"], told["bytes"], told["stuck"]) == (True, 5006, [])


def test_what_the_system_holds_on_to_is_said_and_the_status_is_1(
    filled: Filled, library: Library, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = filled.take("old", days=2)
    path = library.media.path(take.files[0].name)
    unlink = Path.unlink

    def held(self: Path, missing_ok: bool = False) -> None:
        if self == path:
            raise PermissionError(13, "in use")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    shown = command("prune", "--keep", "0", "--yes")
    assert shown.status == 1
    assert f"1 file could not be removed, as {path}; the next time again." in shown.last


def test_a_removed_take_is_not_paid_for_again_unasked(
    sandbox: Sandbox, process: Command, asking: tuple[str, ...]
) -> None:
    first = process(*asking)
    assert process("prune", "--keep", "0", "--yes").status == 0
    assert not Path(first.last).exists()
    again = process(*asking)
    assert (again.status, again.out) == (1, "")
    assert "its file was removed to make room. Nothing was sent." in again.err
    assert len(sandbox.ledger) == 1
    fresh = process(*asking, "--fresh")
    assert Path(fresh.last).is_file()
    assert len(sandbox.ledger) == 2


def test_a_take_that_is_marked_as_removed_is_gone_also_before_its_file_is(
    sandbox: Sandbox, command: Command, asking: tuple[str, ...], library: Library
) -> None:
    made = command(*asking)
    assert made.status == 0, made.err
    library.takes.remove(library.takes.find()[0].id, time.time())  # as a prune that was killed leaves it
    again = command(*asking)
    assert (again.status, again.out) == (1, "")
    assert "its file was removed to make room" in again.err
    assert command("prune", "--yes").out.startswith("Removed 2 files, ")
    assert not Path(made.last).exists()
    assert len(sandbox.ledger) == 1
