"""Test every way in, in real processes and adverse surroundings: each says what is wrong, without a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.sandbox import Sandbox
from tests import forked_processes
from tests.processes import short_film
from tests.surroundings import URL, ConnectProxy, TlsService

SECRET = "rk51kepnevershown90210"
PASSWORD = "pa55-of-the-proxy"

EVERY_WAY = """
import json, sys, time
from IPython.core.interactiveshell import InteractiveShell
from reka_notebook.__main__ import main
from reka_notebook.errors import RekaError

said = {}
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "reka_notebook")
import reka_notebook

def words(function):
    try:
        return function()
    except RekaError as error:
        return str(error)

def submit():
    job = reka_notebook.submit("a slow dolly in", sys.argv[1], model="kling-v3-pro", duration=3)
    return "kept" if job.result(60).path.exists() else "gone"

def studio():
    shown = reka_notebook.studio()
    deadline = time.monotonic() + 3
    while shown.service["problem"] is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return shown.service["problem"]

said["submit"] = words(submit)
said["studio"] = words(studio)
said["generate"] = main(["generate", "-i", sys.argv[1], "-m", "kling-v3-pro", "--duration", "3", "a slow dolly in"])
said["doctor"] = main(["doctor", "--json"])
print(json.dumps(said))
"""

WAITING = """
import time
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 5

    def get_password(self, service, username):
        time.sleep(300)

    def set_password(self, service, username, password):
        pass
"""

NO_HOME = """
import pwd

def unknown(*_):
    raise KeyError("uid not found")

pwd.getpwuid = pwd.getpwnam = unknown
"""


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """Return a folder of modules for the processes."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "waiting_keyring.py").write_text(WAITING)
    return folder


@pytest.fixture
def environment(tmp_path: Path, modules: Path) -> Callable[..., dict[str, str]]:
    """Return a person's environment: nothing of that of the tests but the way to Python's modules."""

    def make(**more: str | None) -> dict[str, str]:
        named = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "IPYTHONDIR": str(tmp_path / "ipython"),
            "PYTHONPATH": str(modules),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "REKA_NOTEBOOK_HOME": str(tmp_path / "library"),
            "REKA_BASE_URL": URL,
            "REKA_API_KEY": SECRET,
        }
        return {name: value for name, value in (named | more).items() if value is not None}

    return make


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    made = Sandbox(seconds=0, media=short_film(tmp_path / "film.mp4"), profile="catalogue")
    made.start()
    yield made
    made.stop()


def run(words: list[str], environment: dict[str, str], **more: Any) -> subprocess.CompletedProcess[str]:
    ran = forked_processes.run(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
        **more,
    )
    for text in (ran.stdout, ran.stderr):
        assert "Traceback" not in text, text
        assert "Unexpected error" not in text, text
        assert PASSWORD not in text
        assert SECRET not in text
    return ran


def every_way(photo: Path, environment: dict[str, str]) -> tuple[dict[str, Any], str]:
    """Return what each way in says, and all that was written."""
    ran = run([sys.executable, "-c", EVERY_WAY, str(photo)], environment)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1]), ran.stdout + ran.stderr


@pytest.mark.draw(5)
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "SSL_CERT_FILE names a file that is not there"),
        ({"SSL_CERT_FILE": "{tmp}/empty"}, "SSL_CERT_FILE names an empty file"),
        ({"SSL_CERT_FILE": "{tmp}"}, "SSL_CERT_FILE names a folder"),
        ({"SSL_CERT_FILE": "{tmp}/words"}, "SSL_CERT_FILE names a file that holds no certificates"),
        ({"SSL_CERT_DIR": "/nowhere"}, "SSL_CERT_DIR names no folder"),
        ({"SSLKEYLOGFILE": "/nowhere/keys"}, "SSLKEYLOGFILE names a file that cannot be written to"),
        ({"ALL_PROXY": f"socks4://me:{PASSWORD}@127.0.0.1:1"}, "ALL_PROXY names a socks4 proxy"),
        ({"HTTPS_PROXY": f"http://me:{PASSWORD}#1@127.0.0.1:1"}, "HTTPS_PROXY cannot be read"),
        ({"https_proxy": f"http://me:{PASSWORD}@[::1"}, "https_proxy cannot be read"),
        ({"REKA_API_KEY": f'"{SECRET}"'}, "REKA_API_KEY has quotes around it"),
        ({"REKA_API_KEY": f"REKA_API_KEY={SECRET}"}, "REKA_API_KEY has a name before the key"),
        (
            {"REKA_API_KEY": None, "PYTHON_KEYRING_BACKEND": "no.such.Backend"},
            "PYTHON_KEYRING_BACKEND names its backend",
        ),
        (
            {"REKA_API_KEY": None, "PYTHON_KEYRING_BACKEND": "waiting_keyring.Keyring"},
            "The keyring did not answer within 2 seconds",
        ),
    ],
)
def test_each_way_in_says_what_is_in_the_way_and_nothing_is_begun(
    environment, photo, tmp_path, variables, said
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "words").write_text("no certificate")
    named = {name: value and value.replace("{tmp}", str(tmp_path)) for name, value in variables.items()}
    ways, written = every_way(photo, environment(**named))
    assert said in ways["submit"]
    assert said in ways["studio"]
    assert (ways["generate"], ways["doctor"]) == (1, 1)
    assert written.count(said) >= 4, "the command line and doctor say it too"
    assert not list((tmp_path / "library").glob("incoming/*"))
    assert b"submitting" not in (tmp_path / "library" / "library.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"407 Proxy Authentication Required", "The proxy in HTTPS_PROXY asks for a user name and password"),
        (
            b"403 Forbidden",
            "The proxy in HTTPS_PROXY does not let connections to https://reka.test:443 through",
        ),
    ],
)
def test_a_proxy_that_refuses_ends_it_at_once_uncharged(environment, photo, keep, answer, said) -> None:
    proxy = keep(ConnectProxy(answer=answer))
    ways, written = every_way(
        photo,
        environment(HTTPS_PROXY=f"http://me:{PASSWORD}@127.0.0.1:{proxy.port}", NO_PROXY="[::1],fd00::/8"),
    )
    assert said in ways["submit"]
    assert "Nothing was charged." in ways["submit"]
    assert (ways["generate"], ways["doctor"]) == (1, 1)
    assert written.count(said) >= 3
    assert 3 <= len(proxy.seen) <= 4, "one try each, and one for the account's list of models"


def test_a_private_authority_ends_it_at_once_with_the_variable_that_helps(
    environment, photo, keep, tmp_path
) -> None:
    service = keep(TlsService(tmp_path))
    proxy = keep(ConnectProxy(service.port))
    ways, written = every_way(photo, environment(HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}"))
    assert "set SSL_CERT_FILE" in ways["submit"]
    assert "Nothing was charged." in ways["submit"]
    assert "not trusted" in written
    assert service.seen == []


def test_for_this_machine_none_of_it_is_looked_at(environment, photo, sandbox, tmp_path) -> None:
    broken = environment(
        REKA_BASE_URL=sandbox.url.replace("127.0.0.1", "127.1"),
        REKA_API_KEY=None,
        SSL_CERT_FILE="/nowhere/ca.pem",
        SSL_CERT_DIR="/nowhere",
        SSLKEYLOGFILE="/nowhere/keys",
        ALL_PROXY=f"socks4://me:{PASSWORD}@127.0.0.1:1",
        HTTP_PROXY=f"http://me:{PASSWORD}#1@127.0.0.1:1",
        NO_PROXY="[::1],fd00::/8,:::,[",
        PYTHON_KEYRING_BACKEND="waiting_keyring.Keyring",
        TMPDIR="/nowhere",
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING="ascii",
        COLUMNS="many",
    )
    ways, written = every_way(photo, broken)
    assert ways["submit"] == "kept"
    assert (ways["studio"], ways["generate"]) == (None, 0)
    assert "keyring did not answer" not in written
    assert len(sandbox.ledger) == 1


def test_a_prompt_typed_in_utf8_is_read_where_the_locale_says_ascii(environment, photo, sandbox) -> None:
    plain = environment(
        REKA_BASE_URL=sandbox.url, LC_ALL="C", LANG=None, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    said = "Über den Dächern — 夜"
    words = [
        sys.executable,
        "-m",
        "reka_notebook",
        "generate",
        "--image",
        str(photo),
        "-m",
        "kling-v3-pro",
        said,
    ]
    ran = run(words, plain)
    assert ran.returncode == 0, ran.stderr
    utf8 = {**plain, "PYTHONUTF8": "1"}
    listed = run([sys.executable, "-m", "reka_notebook", "takes"], utf8)
    assert said in listed.stdout
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("library", [None, "library"])
def test_an_account_without_a_home(environment, photo, sandbox, modules, tmp_path, library) -> None:
    (modules / "sitecustomize.py").write_text(NO_HOME)
    home = str(tmp_path / library) if library else None
    ways, _ = every_way(photo, environment(HOME=None, REKA_BASE_URL=sandbox.url, REKA_NOTEBOOK_HOME=home))
    if library:
        assert (ways["submit"], ways["generate"]) == ("kept", 0)
    else:
        assert "Set REKA_NOTEBOOK_HOME" in ways["submit"]
        assert "Set REKA_NOTEBOOK_HOME" in ways["studio"]
        assert (ways["generate"], ways["doctor"]) == (1, 1)
    assert not (Path.cwd() / "~").exists()


@pytest.mark.draw
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["doctor", "generate"])
def test_a_process_without_streams(environment, photo, sandbox, tmp_path, closed, command) -> None:
    words = {
        "doctor": ["doctor"],
        "generate": [
            "generate",
            "-i",
            str(photo),
            "-m",
            "kling-v3-pro",
            "--duration",
            "3",
            "a slow dolly in",
        ],
    }[command]
    ran = run(
        ["bash", "-c", f'"$@" {closed}', "x", sys.executable, "-m", "reka_notebook", *words],
        environment(REKA_BASE_URL=sandbox.url),
    )
    if command == "generate":
        assert ran.returncode == 0
        assert len(list((tmp_path / "library" / "media").rglob("*.mp4"))) == 1


def test_a_folder_that_was_removed_from_under_the_process(environment, photo, sandbox) -> None:
    script = 'd=$(mktemp -d); cd "$d"; rmdir "$d"; exec "$@"'
    for words in (
        ["doctor"],
        ["generate", "-i", str(photo), "-m", "kling-v3-pro", "--duration", "3", "A pan"],
    ):
        ran = run(
            ["bash", "-c", script, "x", sys.executable, "-m", "reka_notebook", *words],
            environment(REKA_BASE_URL=sandbox.url),
        )
        assert ran.returncode in (0, 1)
        assert "Service" in ran.stdout or Path(ran.stdout.splitlines()[-1]).exists()


def test_without_threads_the_extension_loads(environment) -> None:
    code = """
import threading
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()

def no_more(thread):
    raise RuntimeError("can't start new thread")

threading.Thread.start = no_more
shell.run_line_magic("load_ext", "reka_notebook")
print("loaded", "reka_video" in shell.magics_manager.magics["cell"])
"""
    assert run([sys.executable, "-c", code], environment()).stdout.splitlines()[-1] == "loaded True"


VERBOSE = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("%xmode Verbose\\nimport reka_notebook")
shell.run_cell(f"reka_notebook.submit('A pan', {sys.argv[1]!r}, model='kling-v3-pro', duration=3).result(60)")
"""


@pytest.mark.draw(4)
@pytest.mark.parametrize(
    "variables",
    [
        {"HTTPS_PROXY": f"http://me:{PASSWORD}#1@127.0.0.1:1"},
        {"HTTPS_PROXY": "http://me:{PASSWORD}@127.0.0.1:{refusing}"},
        {"ALL_PROXY": f"socks4://me:{PASSWORD}@127.0.0.1:1"},
        {"SSL_CERT_FILE": f"/nowhere/{PASSWORD}"},
        {"SSL_CERT_DIR": f"/nowhere/{PASSWORD}"},
        {"SSLKEYLOGFILE": f"/nowhere/{PASSWORD}"},
        {"REKA_BASE_URL": f"https://me:{PASSWORD}#@reka.test"},
        {"REKA_BASE_URL": f"https://me:{PASSWORD}@reka.test"},
        {"REKA_API_KEY": f"'{PASSWORD}'"},
        {"REKA_API_KEY": f"Bearer {PASSWORD}"},
    ],
)
def test_a_traceback_with_variables_shows_no_value(environment, photo, keep, variables) -> None:
    port = str(keep(ConnectProxy(answer=b"407 Proxy Authentication Required")).port)
    named = {
        name: value.replace("{PASSWORD}", PASSWORD).replace("{refusing}", port)
        for name, value in variables.items()
    }
    ran = forked_processes.run(
        [sys.executable, "-c", VERBOSE, str(photo)],
        env=environment(**named),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert "Traceback" in ran.stdout
    assert "reka_notebook/" in ran.stdout
    for secret in (PASSWORD, SECRET, "environ({"):
        assert secret not in ran.stdout + ran.stderr
