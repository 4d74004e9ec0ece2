"""Test `doctor`: what is in order, and what to do where it is not."""

import json
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace

import pytest

from reka_notebook import config
from reka_notebook.library import Library
from reka_notebook.sandbox import Fault, Sandbox
from tests.unit.commands.conftest import Filled, Ran

Command = Callable[..., Ran]
Start = Callable[..., Sandbox]


class Doctor:
    """Run `doctor --json`, and find a check by its name."""

    def __init__(self, command: Command) -> None:
        self._command = command

    def __call__(self, *words: str) -> "Doctor":
        ran = self._command("doctor", "--json", *words)
        told = json.loads(ran.out)
        self.checks = {check["name"]: check for check in told["checks"]}
        self.corrections = told["corrections"]
        self.status = ran.status
        problems = [check for check in told["checks"] if check["verdict"] == "problem"]
        assert told["ok"] == (not problems) == (ran.status == 0)
        return self

    def __getitem__(self, name: str) -> tuple[str, str]:
        check = self.checks[name]
        return check["verdict"], f"{check['text']} {check['todo']}".strip()


@pytest.fixture
def doctor(command: Command) -> Doctor:
    return Doctor(command)


def test_all_is_well_with_a_sandbox(sandbox: Sandbox, process: Command, home: Path) -> None:
    shown = process("doctor", REKA_API_KEY="rk-51kep-never-sent")
    assert shown.status in (0, 1)  # the front end of a checkout need not be built
    assert "ok        Service         answers (HTTP 200)\n" in shown.out
    assert "ok        Clock           agrees with the service's\n" in shown.out
    assert "ok        Key             from REKA_API_KEY, not shown\n" in shown.out
    assert "\x1b" not in shown.out
    assert not home.exists()
    assert [(seen.step, seen.authorised) for seen in sandbox.log] == [("models", False)]  # the key stays here


def test_it_ends_with_how_many_problems_there_are(sandbox: Sandbox, command: Command, built: Path) -> None:
    assert command("doctor").out.endswith("\n\nAll is well.\n")
    (built / "studio.js").unlink()
    shown = command("doctor")
    assert shown.status == 1
    assert "PROBLEM   Front end       studio.js missing" in shown.out
    assert shown.out.endswith("\n\n1 problem.\n")


def test_the_lines_fit_the_terminal(
    sandbox: Sandbox, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = command("doctor").out.splitlines()
    assert max(len(line) for line in lines if "/" not in line) <= 60
    assert len(lines) > 14


def test_the_key_is_found_and_never_shown(
    sandbox: Sandbox, command: Command, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "rk-51kep-never-shown-90210"
    monkeypatch.setenv("REKA_API_TOKEN", secret)
    monkeypatch.setenv("REKA_VISION_API_KEY", "another")
    assert doctor()["Key"] == (
        "ok",
        "from REKA_API_TOKEN, not shown; REKA_VISION_API_KEY is set too, and not read",
    )
    assert secret not in command("doctor").out + command("doctor", "--json").out
    monkeypatch.setenv("REKA_API_KEY", f"{secret} with a space")
    verdict, text = doctor()["Key"]
    assert verdict == "problem"
    assert text.startswith("REKA_API_KEY holds no usable key.")
    assert secret not in text
    config.configure(api_key=secret)
    assert doctor()["Key"][1].startswith("from configure(api_key=...)")


def test_without_a_key_a_service_elsewhere_is_a_problem(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REKA_BASE_URL", "https://reka.invalid")
    assert doctor("--live")["Key"][0] == "problem"
    assert "REKA_API_KEY" in doctor["Key"][1]
    assert doctor["Service"][0] == "problem"
    assert "No connection to https://reka.invalid:443" in doctor["Service"][1]
    assert doctor["Live"] == ("note", "not compared, because the service does not answer")


def test_a_base_url_that_is_none_or_not_safe(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REKA_BASE_URL", "ftp://x")
    assert "is not an http(s) address" in doctor()["Settings"][1]
    monkeypatch.setenv("REKA_BASE_URL", "http://reka.invalid")
    assert doctor()["Base URL"][0] == "problem"
    assert "plain http, and the key is not sent there" in doctor["Base URL"][1]


def test_a_service_that_is_down(
    sandbox: Sandbox, process: Command, take_away: Callable[[Sandbox], None]
) -> None:
    take_away(sandbox)
    shown = process("doctor", "--live")
    assert shown.status == 1
    assert "PROBLEM   Service         No connection to http://127.0.0.1:" in shown.out


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("models", "html"), "answers with a web page (HTTP 200)"),
        (Fault("models", status=500), "answers with HTTP 500: it has a problem of its own"),
        (Fault("models", "drop"), "broke before the answer"),
    ],
)
def test_a_service_that_does_not_answer_as_one(
    sandbox: Sandbox, doctor: Doctor, fault: Fault, said: str
) -> None:
    sandbox.faults.add(fault)
    assert doctor()["Service"][0] == "problem"
    assert said in doctor["Service"][1]


def test_the_service_asks_for_a_key_as_it_should(start_sandbox: Start, doctor: Doctor) -> None:
    start_sandbox(key="right")
    assert doctor()["Service"] == ("ok", "answers, and asks for a key, as it should (HTTP 401)")
    assert doctor["Clock"][0] == "ok"


@pytest.mark.parametrize(
    ("off", "said"), [(720, "12 min 0 s ahead of the service's"), (-7200, "2 h 0 min behind the service's")]
)
def test_a_clock_that_is_wrong(
    sandbox: Sandbox, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, off: float, said: str
) -> None:
    clock = SimpleNamespace(time=lambda: time.time() + off)
    monkeypatch.setattr("reka_notebook.commands.checks.live.time", clock)
    verdict, text = doctor()["Clock"]
    assert verdict == "problem"
    # The service says whole seconds.
    assert said in text or said.replace("12 min 0 s", "12 min 1 s").replace("2 h 0 min", "1 h 59 min") in text


@pytest.mark.parametrize("date", [None, "yesterday", ""])
def test_a_service_that_does_not_say_what_time_it_is(date: str | None) -> None:
    from reka_notebook.commands.checks.check import Findings
    from reka_notebook.commands.checks.live import _check_clock

    found = Findings()
    _check_clock(date, time.time(), found)
    _check_clock(formatdate(usegmt=True), time.time(), found)
    assert [check.verdict for check in found.checks] == ["note", "ok"]


def test_a_file_in_place_of_the_folder(sandbox: Sandbox, doctor: Doctor, home: Path) -> None:
    home.write_text("a file")
    assert doctor()["Folder"][0] == "problem"
    assert f"{home} is a file" in doctor["Folder"][1]
    assert "REKA_NOTEBOOK_HOME" in doctor["Folder"][1]


def test_a_folder_that_cannot_be_written_to(
    sandbox: Sandbox, doctor: Doctor, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(mode=0o700)

    def refused(**_: object) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr("reka_notebook.commands.checks.disk.tempfile.NamedTemporaryFile", refused)
    assert doctor()["Folder"][0] == "problem"
    assert "cannot be written to: Read-only file system" in doctor["Folder"][1]


def test_a_folder_that_others_can_look_into(
    sandbox: Sandbox, doctor: Doctor, home: Path, filled: Filled
) -> None:
    assert doctor()["Folder"] == ("ok", f"{home}, private and writable")
    home.chmod(0o755)
    assert doctor()["Folder"] == (
        "problem",
        f"{home} can be looked into by others (its mode is 755) chmod 700 '{home}'",
    )
    assert not list(home.glob(".doctor-*"))


def test_a_full_disk(sandbox: Sandbox, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor()["Disk"][0] == "ok"
    full = SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=50_000_000))
    monkeypatch.setattr("reka_notebook.commands.checks.disk.shutil", full)
    assert doctor()["Disk"] == (
        "problem",
        "0.1 GB free Make room; `reka-notebook prune` says what it could remove.",
    )


def test_the_library_is_counted(sandbox: Sandbox, doctor: Doctor, filled: Filled, library: Library) -> None:
    gone, _ = filled.take("gone"), filled.take("here")
    filled.job("running")
    filled.job("expired", state="expired", ended=1.0)
    removed = filled.take("removed")
    library.takes.remove(removed.id, time.time())
    for take in (gone, removed):
        library.media.path(take.files[0].name).unlink()
    assert doctor()["Library"] == ("ok", "2 takes, its database is sound")
    assert doctor["Jobs"][1].startswith("1 unfinished job, 1 past the deadline")
    assert doctor["Files"][0] == "note"
    assert f"1 take whose file is gone: {gone.id}" in doctor["Files"][1]
    assert doctor.status == 0


@pytest.mark.parametrize("damage", ["overwritten", "torn"])
def test_a_damaged_library_is_said_and_not_touched(
    sandbox: Sandbox, doctor: Doctor, filled: Filled, home: Path, damage: str
) -> None:
    filled.take()
    filled.job("running")
    filled.library.close()
    database = home / "library.sqlite3"
    data = bytearray(database.read_bytes())
    data[4096:] = b"\0" * (len(data) - 4096)
    broken = b"no database" * 1000 if damage == "overwritten" else bytes(data)
    database.write_bytes(broken)
    assert doctor()["Library"][0] == "problem"
    assert "its database is damaged" in doctor["Library"][1]
    assert "1 take and 1 unfinished job lie beside the media" in doctor["Library"][1]
    assert database.read_bytes() == broken
    Library(home).close()
    assert doctor()["Library"] == ("ok", "1 take, its database is sound")
    assert doctor["Damaged copies"][0] == "note"
    assert "damaged-" in doctor["Damaged copies"][1]


def test_a_library_that_another_process_holds(
    sandbox: Sandbox, doctor: Doctor, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reka_notebook.library.checkup.PATIENCE", 0.1)
    filled.take()
    with filled.library.database.transaction():
        assert doctor()["Library"][0] == "problem"
    assert "database is locked Another process writes to it" in doctor["Library"][1]


def test_a_library_of_a_newer_version(sandbox: Sandbox, doctor: Doctor, filled: Filled) -> None:
    with filled.library.database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    assert doctor()["Library"][0] == "problem"
    assert doctor["Library"][1].endswith("(version 99) Update reka-notebook.")


def test_the_versions_of_what_shows_it(
    sandbox: Sandbox, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "anywidget" in doctor()["Packages"][1]
    versions = {"jupyterlab": "3.6.7", "anywidget": "0.11"}
    monkeypatch.setattr("reka_notebook.commands.checks.disk._version", versions.get)
    assert doctor()["Packages"][0] == "problem"
    assert "JupyterLab 3.6.7" in doctor["Packages"][1]
    versions.pop("jupyterlab")
    assert doctor()["Packages"][0] == "note"
    assert "no JupyterLab in this environment" in doctor["Packages"][1]


def test_the_persons_corrections_are_listed(sandbox: Sandbox, doctor: Doctor, tmp_path: Path) -> None:
    assert doctor()["Catalogue"] == ("ok", "as it comes with the package")
    own = tmp_path / "config" / "reka-notebook" / "catalogue.json"
    own.parent.mkdir(parents=True)
    changes = {
        "default": "kling-v3-pro/image-to-video",
        "routes": {"result": {"path": "/v2/x/{request_id}"}},
        "endpoints": {
            "kling-v3-pro/image-to-video": {
                "path": "/v2/y",
                "input": {"properties": {"duration": {"minLength": 1}}},
            },
            "nano-banana/edit": None,
        },
    }
    own.write_text(json.dumps(changes))
    assert doctor()["Catalogue"] == (
        "ok",
        f"with what {own} says of the default, the route result, kling-v3-pro/image-to-video (path, duration), "
        "nano-banana/edit (gone)",
    )
    own.write_text('{"endpoints": \n{"x": }}')
    assert doctor()["Catalogue"][0] == "problem"
    assert f"{own}, line 2" in doctor["Catalogue"][1]
    assert doctor["Service"][0] == "ok"
