"""Share one JupyterLab and one Chromium among all browser tests, each with its own sandbox and library."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.queue import Seconds
from tests.forked_kernels import REAL

from .lab import Notebook
from .server import LabServer

ROOT = Path(__file__).parent.parent.parent
ARTEFACTS = ROOT / ".artefacts"
PATIENCE = 60_000
"""Milliseconds that the page is waited for: a machine may be busy with other things."""

VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
CLOSE_ALL = """() => {
    for (const widget of [...(globalThis.jupyterapp?.shell.widgets('main') ?? [])]) widget.dispose();
    sessionStorage.clear();
}"""

STUDIO = "import reka_notebook\nreka_notebook.studio(model='kling-v3-pro')"
"""A cell that shows the studio."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Last of all: they are the slowest, and Playwright keeps an event loop in this thread once it has begun.
    # The longest of them first, so that no worker is left alone with it at the end.
    longest = ("test_screens.py", "test_team.py", "test_hosts.py", "test_prompt_and_python.py")

    def place(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("browser") is not None, item.path.name not in longest

    items.sort(key=place)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call":
        item.stash[WHY_FAILED] = report.longreprtext if report.failed else ""
    return report


WHY_FAILED = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; without one the tests fail with a line that says what to do."""
    found = subprocess.run([ROOT / "scripts" / "chromium"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(found.stderr.strip().splitlines()[-1], pytrace=False)
    return found.stdout.strip()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    arguments = [
        "--autoplay-policy=no-user-gesture-required",
        "--disable-background-networking",
        "--disable-component-update",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[LabServer]:
    forked_kernels = sys.platform == "linux" and not request.config.getoption("--real-kernels")
    server = LabServer(tmp_path_factory.mktemp("lab") / "own", forked_kernels)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def context(browser: Browser, lab: LabServer) -> Iterator[BrowserContext]:
    """Yield one browser profile, so that Lab's own files come from its cache after the first page."""
    made = browser.new_context(viewport=VIEWPORT, locale="en-GB")
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.url)
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture(scope="session")
def lab_page(context: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Return what gives a worker's page: the same one for test after test, as Lab takes seconds to load."""
    made = context.new_page()

    def give() -> Page:
        nonlocal made
        if made.is_closed():
            made = context.new_page()
        return made

    yield give
    made.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Yield a page. When its test fails, its picture, its console and the reason are left in .artefacts/.

    Tests that open notebooks get the page of the test before, with nothing open in it. One that failed, and one whose
    test is marked with ``own_page``, is not used again.
    """
    opens_notebooks = not {"open_notebook", "notebooks"}.isdisjoint(request.fixturenames)
    shares = opens_notebooks and not request.node.get_closest_marker("own_page")
    made = request.getfixturevalue("lab_page")() if shares else context.new_page()
    said: list[str] = []
    listeners: dict[str, Callable[..., None]] = {
        "console": lambda message: said.append(_line(message)),
        "pageerror": lambda error: said.append(f"uncaught: {error}"),
        "dialog": lambda dialog: dialog.accept(),  # "leave the page, though it is not saved?"
        # Asked for from the start: between the asking and the first key press there would be a race.
        "filechooser": lambda chooser: None,
    }
    for event, listener in listeners.items():
        made.on(event, listener)  # type: ignore[call-overload]  # one signature for each event
    yield made
    why_failed = request.node.stash.get(WHY_FAILED, "It did not begin.")
    if why_failed:
        ARTEFACTS.mkdir(exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        (ARTEFACTS / f"{name}.log").write_text("\n".join([why_failed, "", *said]), "utf-8")
        with suppress(PlaywrightError):  # the page itself may have crashed
            made.screenshot(path=ARTEFACTS / f"{name}.png")
    if why_failed or not shares:
        made.close()
        return
    for event, listener in listeners.items():
        made.remove_listener(event, listener)
    made.evaluate(CLOSE_ALL)
    made.set_viewport_size(VIEWPORT)
    made.emulate_media(color_scheme=None, reduced_motion=None, forced_colors=None)


def _line(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


@pytest.fixture
def seconds() -> Seconds:
    """Return how long the sandbox takes for a video; a test that wants it otherwise parametrizes it."""
    return 1.5


@pytest.fixture
def render() -> str:
    """Return how large the sandbox draws."""
    return "small"


@pytest.fixture
def profile() -> str:
    """Return which service the sandbox is like; one that bills, where a test is about money."""
    return "catalogue"


@pytest.fixture
def sandbox(seconds: Seconds, render: Literal["full", "small"], profile: str) -> Iterator[Sandbox]:
    made = Sandbox(seconds=seconds, queue_share=0.4, seed=1, render=render, profile=profile)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(
    lab: LabServer, sandbox: Sandbox, photo: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Path:
    """Return a folder of the Lab with the photograph, whose kernels know the sandbox and a library of their own.

    They are forks, but those of tests marked ``real_kernel``.
    """
    made = lab.root / tmp_path.name
    made.mkdir()
    if request.node.get_closest_marker("real_kernel"):
        (made / REAL).touch()
    shutil.copyfile(photo, made / "photo.jpg")
    environment = {"REKA_BASE_URL": sandbox.url, "REKA_NOTEBOOK_HOME": str(tmp_path / "library")}
    (made / "environment.json").write_text(json.dumps(environment), "utf-8")
    return made


@pytest.fixture
def open_notebook(page: Page, lab: LabServer, folder: Path) -> Iterator[Callable[..., Notebook]]:
    """Write a notebook with these cells (or copy one) into the folder, and open it."""

    def open_it(*cells: str, copy: Path | None = None) -> Notebook:
        name = copy.name if copy else "notebook.ipynb"
        if copy:
            shutil.copyfile(copy, folder / name)
        else:
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
            written = nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata=kernel
            )
            nbformat.write(written, folder / name)
        return Notebook(page, lab.url, f"{folder.name}/{name}").open()

    yield open_it
    page.evaluate("() => globalThis.jupyterapp?.serviceManager.sessions.shutdownAll()")
