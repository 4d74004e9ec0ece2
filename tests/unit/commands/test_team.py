"""Test setting up a team's library, and what each member does with it on the command line."""

import json
import secrets
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reka_notebook import config
from reka_notebook.library import Library
from reka_notebook.sandbox import Sandbox
from tests.servers.postgresql import PASSWORD, PostgreSQL
from tests.servers.s3 import S3, SECRET
from tests.unit.commands.conftest import Filled, Ran
from tests.unit.commands.test_generate import until

Command = Callable[..., Ran]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: Path) -> None:
    """Use the store, on a machine of the test's own."""
    monkeypatch.setattr(config, "_default_home", lambda: str(tmp_path / "machine" / "reka-notebook"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "machine"))
    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", str(store))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def member(postgresql: PostgreSQL) -> str:
    """Return a role that may log in, and nothing else."""
    name = f"ana_{secrets.token_hex(4)}"
    postgresql.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    return name


@pytest.fixture
def turn_to(monkeypatch: pytest.MonkeyPatch, empty_database: str) -> Callable[[str], str]:
    """Use the team's library as a role from now on, and return its address."""

    def turn(role: str = "team") -> str:
        address = empty_database.replace("//team:", f"//{role}:")
        monkeypatch.setenv("REKA_NOTEBOOK_HOME", address)
        return address

    return turn


def checks(text: str) -> dict[str, str]:
    """Return what was found of each thing that was checked: its verdict, and the words beside it."""
    lines = [line for line in text.splitlines() if line[:8].strip() in ("ok", "note", "PROBLEM")]
    return {line[10:26].strip(): f"{line[:8].strip()} {line[26:].strip()}" for line in lines}


def test_a_team_is_set_up_once_and_then_each_member_uses_it(
    command: Command, turn_to: Callable[..., str], member: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_to(member)
    lost = command("takes")
    assert lost.status == 1
    assert "reka-notebook team init" in lost.err
    assert "may create tables" in lost.err

    turn_to("team")
    for _ in range(2):  # it may be run again
        done = command("team", "init", "--grant", member)
        assert done.status == 0, done.out + done.err
        found = checks(done.out)
        assert found["Tables"] == "ok there, and of this version"
        assert found["Rights"] == "ok may read and write what the library needs"
        assert found["Others' takes"].startswith("ok the database lets nobody but an administrator")
        assert "as team, an administrator of the library" in found["Database"]
        assert found["Encryption"] == "ok none, and the database is on this machine"
        assert found["Notifications"].startswith("ok arrive")
        assert "s behind" in found["Clock"] or "s ahead of" in found["Clock"]
        assert "ms for a question" in found["Distance"]
        assert "ms for a commit" in found["Distance"]
        assert f"{store}: a small file is up in" in found["Media"]
        assert done.out.splitlines()[-1] == "All is well."
        assert PASSWORD not in done.out + done.err
    assert not any(path.is_file() for path in store.rglob("*"))

    turn_to(member)
    empty = command("takes")
    assert (empty.status, empty.out) == (0, "")
    assert "There are no takes in the team's library test_" in empty.err
    assert "on 127.0.0.1:" in empty.err
    with_tables = command("team", "init")
    assert with_tables.status == 1
    assert "PROBLEM" in with_tables.out
    assert PASSWORD not in with_tables.out + with_tables.err

    doctor = checks(command("doctor").out)
    assert f"as {member}, a member" in doctor["Database"]
    assert doctor["Rights"].startswith("ok")


def test_what_is_wrong_with_the_store_is_said_when_it_is_set_up(
    command: Command, turn_to: Callable[..., str], s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_to("team")
    bucket = s3.bucket()
    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", "s3://a-bucket-of-nobody/reka")
    done = command("team", "init")
    assert (done.status, checks(done.out)["Media"][:8]) == (1, "PROBLEM ")
    assert "a-bucket-of-nobody" in checks(done.out)["Media"]

    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", f"s3://{bucket}/reka")
    well = command("team", "init")
    assert well.status == 0, well.out
    assert s3.keys(bucket) == {}
    with s3.failing(method="PUT", code="AccessDenied", status=403):
        refused = command("team", "init")
    assert (refused.status, checks(refused.out)["Media"][:8]) == (1, "PROBLEM ")
    with s3.failing(method="DELETE", code="AccessDenied", status=403):
        kept = command("team", "init")
    assert kept.status == 0, kept.out
    assert "may write to the store and not delete" in checks(kept.out)["Deleting"]

    monkeypatch.delenv("REKA_NOTEBOOK_MEDIA")
    without = command("team", "init")
    assert (without.status, "have no place yet" in checks(without.out)["Media"]) == (1, True)
    assert "its media have no place yet" in command("takes").err
    for one in (done, well, refused, kept):
        assert SECRET not in one.out + one.err


def test_members_see_whose_takes_are_whose_and_collect_them(
    command: Command, turn_to: Callable[..., str], member: str
) -> None:
    turn_to("team")
    command("team", "init", "--grant", member)
    with closing(config.open_library()) as library:
        theirs = Filled(library).take("a harbour at dawn")
    turn_to(member)
    with closing(config.open_library()) as library:
        own = Filled(library).take("a harbour at dusk")
    listed = {one["id"]: one["person"] for one in json.loads(command("takes", "--json").out)}
    assert listed == {theirs.id: "team", own.id: member}
    for words, ids in (
        (("--mine",), [own.id]),
        (("--person", "team"), [theirs.id]),
        (("--person", "nobody"), []),
    ):
        assert [one["id"] for one in json.loads(command("takes", "--json", *words).out)] == ids
    assert "PERSON" in command("takes").out
    with closing(config.open_library()) as library:
        library.rate(theirs.id, 2)
    shown = command("show", theirs.id).out
    assert "Requested by" in shown
    assert "2.0 of 3, by 1 of the team" in shown
    assert "say one of the two" in command("takes", "--mine", "--person", "team").err

    kept = command("prune", "--keep", "0", "--json")
    assert [one["id"] for one in json.loads(kept.out)["takes"]] == [own.id]

    assert command("collection", "add", "dawn", theirs.id[:6], own.id).out == "dawn: 2 takes.\n"
    assert command("collection", "share", "dawn").out.startswith(
        "dawn is shared with all who use the team's library"
    )
    assert [one["id"] for one in json.loads(command("takes", "--json", "--collection", "dawn").out)] == [
        own.id,
        theirs.id,
    ]
    turn_to("team")
    (seen,) = json.loads(command("collection", "--json").out)
    assert (seen["name"], seen["person"], seen["takes"], seen["shared"]) == ("dawn", member, 2, True)
    assert "is " in command("collection", "delete", "dawn").err


def test_a_members_job_is_done_by_another_when_its_process_dies(
    start_sandbox: Callable[..., Sandbox],
    begin: Callable[..., "subprocess.Popen[str]"],
    command: Command,
    turn_to: Callable[..., str],
    postgresql: PostgreSQL,
    member: str,
    asking: tuple[str, ...],
) -> None:
    other = f"{member}_2"
    postgresql.execute(f"CREATE ROLE {other} LOGIN PASSWORD '{PASSWORD}'")
    turn_to("team")
    assert command("team", "init", "--grant", member, "--grant", other).status == 0
    sandbox = start_sandbox(seconds=3.0, queue_share=0.9)
    turn_to(member)
    running = begin(*asking)
    until(running.stderr, "Waiting in the queue")
    running.kill()
    running.wait(10)
    with closing(config.open_library()) as library:
        (job,) = library.jobs.recent(1)

    turn_to(other)
    shown = command("resume", job.id)
    assert shown.status == 0, shown.err
    assert Path(shown.last).is_file()
    again = command(*asking)
    assert (again.status, again.last) == (0, shown.last), again.err
    assert len(sandbox.ledger) == 1, "it was paid for once"
    (take,) = json.loads(command("takes", "--json").out)
    assert (take["id"], take["person"]) == (job.id, member)
    assert "There is nothing to remove" in command("prune", "--keep", "0").out


def test_a_library_goes_to_the_server_and_back_by_command(
    command: Command,
    turn_to: Callable[..., str],
    tmp_path: Path,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = turn_to("team")
    assert command("team", "init").status == 0
    with_takes = tmp_path / "own"
    library = Library(with_takes)
    filled = Filled(library)
    takes = [filled.take(f"wave {number}") for number in range(3)]
    filled.job("refused", state="failed", error="refused", ended=9.0)
    library.close()
    monkeypatch.setenv("REKA_NOTEBOOK_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.delenv("REKA_NOTEBOOK_MEDIA")

    unknown = command("library", "copy", str(with_takes), address.replace("/test_", "/other_"))
    assert unknown.status == 1
    assert "Say --media-to" in unknown.err
    up = command("library", "copy", str(with_takes), address, "--media-to", str(store))
    assert up.status == 0, up.err
    assert "Copied 4 jobs and 3 takes" in up.out
    assert "rows: the same in both" in up.out
    # Where its media are is known on this machine by now.
    down = command("library", "copy", address, str(tmp_path / "back"))
    assert down.status == 0, down.err
    assert "Copied 4 jobs and 3 takes" in down.out
    again = command("library", "copy", str(with_takes), str(tmp_path / "back"))
    assert "Copied 0 jobs and 0 takes" in again.out
    assert "4 jobs were there before" in again.out
    for one in (up, down, again, unknown):
        assert PASSWORD not in one.out + one.err
    back = Library(tmp_path / "back")
    assert [take.id for take in back.takes.find()] == [take.id for take in reversed(takes)]
    back.close()
    same = command("library", "copy", str(with_takes), str(with_takes))
    assert (same.status, "are the same library" in same.err) == (1, True)
    none = command("library", "copy", str(tmp_path / "nothing"), str(with_takes))
    assert (none.status, "There is no library in" in none.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("team", "init"), "needs no setting up"),
        (("team", "init", "--shared"), "and there is none"),
        (("collection", "show"), "wants the name of one"),
        (("library", "copy", "postgre://ana:secret-7@h/d", "b"), "does not begin with postgresql://"),
        (("library", "copy", "a", "b", "postgresql://ana:secret-7@h/d"), "no place for 'postgresql://…@h/d'"),
        (("collection", "add", "shots"), "wants the IDs of takes"),
        (("collection", "share", "shots", "abc"), "takes one name"),
        (("collection", "show", "shots"), "There are none yet"),
    ],
)
def test_what_cannot_be_done_is_said(command: Command, words: tuple[str, ...], said: str) -> None:
    done = command(*words)
    assert (done.status, said in done.err) == (1, True), done.err
    assert "secret-7" not in done.err
