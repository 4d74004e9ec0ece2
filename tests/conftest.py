"""Give every test a library of its own, and no key, proxy or keyring of the person who runs it."""

import gc
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import keyring
import keyring.backends.null
import pytest
from hypothesis import HealthCheck, settings

from reka_notebook import config, setting_values
from reka_notebook.sandbox import Sandbox
from tests import forked_processes

if TYPE_CHECKING:
    from tests.servers.gateway import Gateway
    from tests.servers.postgresql import PostgreSQL
    from tests.servers.s3 import S3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--soak``, with which the long suites run whole (``make soak``) instead of in a small draw, and its like."""
    parser.addoption("--soak", action="store_true", help="run the long suites whole")
    parser.addoption(
        "--real-kernels", action="store_true", help="start every kernel and command anew, and none as a fork"
    )
    parser.addoption(
        "--gateway", action="store_true", help="run what needs an S3 over Ceph's, and not over moto's"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Look for new examples in the long suites, and let Ctrl-C reach the processes that tests start."""
    if config.getoption("--soak"):
        settings.load_profile("searching")
    if config.getoption("--real-kernels"):
        forked_processes.forks = False
    # A process that a shell started in the background is born deaf to it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("dist", "no") == "no":  # this process collects
        gc.disable()
    # A process tells the first one of each test that it begins, for `--reruns` after a crash, in two small packets:
    # without this the second one is held back for 40 ms.
    if told := getattr(getattr(config, "failures_db", None), "sock", None):
        told.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that are marked with ``draw`` a few of their cases, unless the long suites run whole."""
    if config.getoption("--soak"):
        return
    families: dict[str, list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("draw"):
            families.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left = {item for family in families.values() for item in set(family).difference(draw(family))}
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


def draw(family: list[pytest.Function]) -> list[pytest.Function]:
    """Return cases of a test in which each value of each parameter comes once, or as many as its mark says."""
    mark = family[0].get_closest_marker("draw")
    if mark is not None and mark.args:
        count = min(mark.args[0], len(family))
        return [family[place * (len(family) - 1) // max(1, count - 1)] for place in range(count)]
    values = {item: set(alternatives(item)) for item in family}
    unseen, drawn = set().union(*values.values()), []
    while unseen:
        most = max(map(len, values.values()))
        best, news = family[0], 0
        for item in family:
            if (new := len(values[item] & unseen)) > news:
                best, news = item, new
            if news == most:  # none can have more
                break
        drawn.append(best)
        unseen -= values[best]
    return drawn


def alternatives(item: pytest.Function) -> Iterator[tuple[object, ...]]:
    """Yield what each of a test's ``parametrize`` marks, and each of its fixtures, has given a case."""
    given = dict(item.callspec.params)
    for mark in item.iter_markers("parametrize"):
        names = mark.args[0].replace(",", " ").split() if isinstance(mark.args[0], str) else mark.args[0]
        yield (*names, *(id(given.pop(name)) for name in names))
    yield from ((name, id(value)) for name, value in given.items())


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what the tests make, seldom, and not at the thousands of tests themselves."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


def pytest_unconfigure() -> None:
    """Let a process end soon: pytest, and each shell of IPython that a test made, collect all garbage at the end."""
    gc.collect()
    gc.freeze()


# A machine that is busy makes no test wrong, and the same commit is tried with the same examples each time.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("searching", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")

# jsonschema builds a grammar for IRIs when it is imported, three seconds of CPU in each of a run's many processes. No
# schema that is checked here has one, and it does without.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

PHOTO = Path(__file__).parent.parent / "notebooks" / "photo.jpg"


@pytest.fixture(scope="session", autouse=True)
def sandboxes_draw_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let a sandbox copy what any other of this run has drawn: hundreds of tests ask for the same film."""
    from reka_notebook.sandbox.rendering import renderer
    from reka_notebook.sandbox.rendering.media import Media, key

    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "drawn"
    shared.mkdir(exist_ok=True)

    def write(media: Media, path: Path, stopped: Callable[[], bool]) -> None:
        kept = shared / key(media)
        if kept.exists():
            shutil.copyfile(kept, path)
            return
        renderer.write(media, path, stopped)
        if not stopped():
            part = shared / f"{kept.name}-{os.getpid()}-{threading.get_ident()}"
            shutil.copyfile(path, part)
            part.replace(kept)

    threads, drawing = renderer.Renderer.__init__.__defaults__
    renderer.Renderer.__init__.__defaults__ = (threads, write)
    yield
    renderer.Renderer.__init__.__defaults__ = (threads, drawing)


@pytest.fixture(scope="session", autouse=True)
def libraries_begin_as_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let an empty library begin as a copy of another: to take every step of the schema is most of what it costs."""
    from reka_notebook.library.rows import sqlite_file

    empty = tmp_path_factory.mktemp("empty") / "library.sqlite3"
    sqlite_file.SqliteFile(empty).close()
    content, real = empty.read_bytes(), sqlite_file.create_private

    def create(path: Path) -> None:
        if not path.exists():
            part = path.with_name(f"part-{os.getpid()}-{threading.get_ident()}")
            real(part)
            part.write_bytes(content)
            with suppress(FileExistsError):
                os.link(part, path)
            part.unlink()
        real(path)

    sqlite_file.create_private = create
    yield
    sqlite_file.create_private = real


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Hide what is the person's own: settings, keys, keyring, configuration folder, library."""
    for name in (
        "REKA_API_KEY",
        "REKA_API_TOKEN",
        "REKA_VISION_API_KEY",
        "REKA_BASE_URL",
        "REKA_NOTEBOOK_CATALOGUE",
        "REKA_NOTEBOOK_MEDIA",
        "REKA_NOTEBOOK_PERSON",
        "JUPYTERHUB_USER",
        "REKA_NOTEBOOK_CACHE",
        "REKA_NOTEBOOK_BUDGET",
        "REKA_NOTEBOOK_BUDGET_PERIOD",
        "REKA_NOTEBOOK_UNKNOWN_PRICE",
        "COLUMNS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("REKA_NOTEBOOK_HOME", str(tmp_path / "library"))
    # A process for each of hundreds of libraries tells nothing; a test that is about it turns it on.
    monkeypatch.setenv("REKA_NOTEBOOK_MEASURE", "off")
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.null.Keyring())
    setting_values._paths.clear()
    if "reka_notebook.key" in sys.modules:
        sys.modules["reka_notebook.key"].typed_keys.clear()
    config.configure(**dict.fromkeys(config._chosen))
    yield
    config.configure(**dict.fromkeys(config._chosen))
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> "PostgreSQL":
    """Return the PostgreSQL that all of the run shares."""
    from tests.servers.postgresql import shared_server

    folder, worker = tmp_path_factory.getbasetemp(), "PYTEST_XDIST_WORKER" in os.environ
    return shared_server(folder.parent if worker else folder, os.getppid() if worker else os.getpid())


@pytest.fixture(scope="session")
def gateway(request: pytest.FixtureRequest) -> "Iterator[Gateway | None]":
    """Return the real S3 of this process, if the run is over one."""
    if not request.config.getoption("--gateway"):
        yield None
        return
    from tests.servers.gateway import Gateway

    started = Gateway(os.getpid())
    yield started
    started.close()


@pytest.fixture(scope="session")
def s3_server(gateway: "Gateway | None") -> "Iterator[S3]":
    """Return an S3 of this process."""
    from tests.servers.s3 import S3

    server = S3(gateway.url if gateway else "")
    yield server
    server.close()


@pytest.fixture
def s3(s3_server: "S3", monkeypatch: pytest.MonkeyPatch) -> "S3":
    """Return an S3 that the store's own tools are told of, with credentials for it."""
    from tests.servers.s3 import ENVIRONMENT

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server.url)
    s3_server.faults.clear()
    return s3_server


@pytest.fixture
def empty_database(postgresql: "PostgreSQL") -> Iterator[str]:
    """Yield the address of a database of the test's own, without any table; the role that it names owns it."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def team_database(postgresql: "PostgreSQL") -> Iterator[str]:
    """Yield the address of a database of the test's own, with the tables of a library."""
    from tests.servers.postgresql import TABLES

    name = postgresql.create(TABLES)
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def photo() -> Path:
    """Return the example photograph: 600 × 400, JPEG."""
    return PHOTO


@pytest.fixture
def take_away() -> Iterator[Callable[[Sandbox], None]]:
    """Stop a sandbox, and hold its port so that no other test's is found there: ``take_away(sandbox)``."""
    held: list[socket.socket] = []

    def stop(sandbox: Sandbox) -> None:
        port = urlsplit(sandbox.url).port
        sandbox.stop()
        held.append(socket.socket())
        held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held[-1].bind(("127.0.0.1", port))

    yield stop
    for one in held:
        one.close()
