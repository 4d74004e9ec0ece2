"""Test the studio in other hosts than JupyterLab: an image goes in, a video comes out and plays."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .lab import expect_playing
from .studio import StudioView

pytestmark = pytest.mark.browser

MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
    import reka_notebook

    reka_notebook.studio(model="kling-v3-pro")
    return


if __name__ == "__main__":
    app.run()
"""

MARIMO_TAKES = """
import marimo

app = marimo.App()


@app.cell
def _():
    import reka_notebook

    take = reka_notebook.submit("Pan <b>left</b>", "photo.jpg", model="kling-v3-pro", duration=3).result()
    other = reka_notebook.submit("Pan right", "photo.jpg", model="kling-v3-pro", duration=3).result()
    return other, reka_notebook, take


@app.cell
def _(take):
    take
    return


@app.cell
def _(other, reka_notebook, take):
    reka_notebook.takes()
    return


@app.cell
def _(other, take):
    [take, {"other": other}]
    return


@app.cell
def _(other, take):
    take.compare(other)
    return


@app.cell
def _(reka_notebook, take):
    reka_notebook.submit("A job that is under way", "photo.jpg", model="kling-v3-pro", duration=10)
    return


if __name__ == "__main__":
    app.run()
"""

Serve = Callable[..., str]


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody listens on."""
    return find_port()


def find_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def workspace(tmp_path: Path, photo: Path) -> Path:
    """Return a folder with the photograph and the studio, as a notebook and as marimo's own kind of file."""
    shutil.copyfile(photo, tmp_path / "photo.jpg")
    cells = [nbformat.v4.new_code_cell(STUDIO)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "studio.ipynb")
    background = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3 --bg\nA slow dolly in"
    cells = [nbformat.v4.new_code_cell(cell) for cell in ("%load_ext reka_notebook", background, STUDIO)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "voila.ipynb")
    (tmp_path / "studio.py").write_text(MARIMO, "utf-8")
    (tmp_path / "takes.py").write_text(MARIMO_TAKES, "utf-8")
    return tmp_path


@pytest.fixture
def serve(workspace: Path, sandbox: Sandbox) -> Iterator[Serve]:
    """Start a host as a process and wait until it answers: ``serve("voila", …, at="http://…")``."""
    begun: list[subprocess.Popen[bytes]] = []
    own = ("JUPYTER", "IPYTHON", "REKA", "JPY", "XDG", "PYTEST", "MARIMO")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    environment = kept | {
        "HOME": str(workspace / "home"),
        "IPYTHONDIR": str(workspace / "ipython"),
        "JUPYTER_CONFIG_DIR": str(workspace / "config"),
        "JUPYTER_DATA_DIR": str(workspace / "data"),
        "JUPYTER_RUNTIME_DIR": str(workspace / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "REKA_BASE_URL": sandbox.url,
        "REKA_NOTEBOOK_HOME": str(workspace / "library"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }

    def start(module: str, *arguments: str, at: str) -> str:
        log = workspace / "host.log"
        with log.open("wb") as said:
            begun.append(
                subprocess.Popen(
                    [sys.executable, "-m", module, *arguments],
                    cwd=workspace,
                    env=environment,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                )
            )
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(at, timeout=30):
                    return at
            except OSError:
                assert begun[-1].poll() is None, log.read_text("utf-8", "replace")[-2000:]
                assert time.monotonic() < end, log.read_text("utf-8", "replace")[-2000:]
                time.sleep(0.1)

    yield start
    for process in reversed(begun):  # one that ends waits for its gateway
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def make_a_video(page: Page, photo: Path, sandbox: Sandbox, host: str, before: int = 0) -> None:
    studio = StudioView(page.locator("body")).wait()
    expect(page.locator(".rk-root").first).to_have_css("border-top-left-radius", "8px")  # it has its style
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("Pan left across the wood")
    studio.generate.click()
    expect(studio.player).to_contain_text("Pan left across the wood")
    expect_playing(studio.video)
    expect(studio.root).not_to_contain_text(re.compile("no kernel", re.I))
    assert len(sandbox.ledger) == before + 1
    page.screenshot(path=ARTEFACTS / "hosts" / f"{host}.png")


ANSWERED = """async () => {
    const until = async what => {
        while (!what()) await new Promise(resolve => setTimeout(resolve, 50));
    };
    await until(() => globalThis.jupyterapp?.shell?.currentWidget?.context?.isReady);
    await jupyterapp.restored;
    const { sessionContext } = jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    const info = sessionContext.session.kernel.info.then(() => true);
    return Promise.race([info, new Promise(resolve => setTimeout(resolve, 15_000, false))]);
}"""
"""Whether the notebook's kernel has answered within a quarter of a minute."""


def run_in_notebook_7(page: Page, serve: Serve, port: int, *more: str, base: str = "/") -> None:
    """Run the notebook's cells in Notebook 7."""
    url = f"http://127.0.0.1:{port}{base}"
    serve(
        "notebook",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={port}",
        f"--ServerApp.base_url={base}",
        "--IdentityProvider.token=",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        *more,
        at=f"{url}api/status",
    )
    page.goto(f"{url}notebooks/studio.ipynb")
    # Behind a gateway the first connection may fail, and the page waits for ever for what the kernel answered there.
    while not page.evaluate(ANSWERED):
        page.reload()
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")


# The first has what the others have one by one.
@pytest.mark.draw(1)
@pytest.mark.parametrize("gateway", [True, False], ids=["gateway", "own kernels"])
@pytest.mark.parametrize("base", ["/user/ada%20lovelace/", "/"], ids=["base path", "root"])
def test_notebook_7(
    page: Page, serve: Serve, free_port: int, photo: Path, sandbox: Sandbox, base: str, gateway: bool
) -> None:
    """The first message with a binary buffer, either way, would end the page's connection to a gateway's kernel."""
    more = []
    if gateway:
        port = find_port()
        at = f"http://127.0.0.1:{port}"
        arguments = ("--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token=")
        serve("jupyter_server", *arguments, "--ServerApp.disable_check_xsrf=True", at=f"{at}/api/status")
        more.append(f"--gateway-url={at}")
    run_in_notebook_7(page, serve, free_port, *more, base=base)
    make_a_video(page, photo, sandbox, "gateway" if gateway else "notebook_7")


def long_for_a_dolly(endpoint: str, given: dict[str, Any]) -> float:
    """Return the seconds for a video: that of the cell in the background is still made when its page is there."""
    return 100 if "dolly" in str(given["prompt"]) else 1.5


@pytest.mark.parametrize("seconds", [long_for_a_dolly])
def test_voila_begins_at_once_with_a_cell_in_the_background_and_has_the_studio(
    page: Page, serve: Serve, free_port: int, photo: Path, sandbox: Sandbox
) -> None:
    url = f"http://127.0.0.1:{free_port}"
    serve("voila", "voila.ipynb", "--no-browser", f"--port={free_port}", at=f"{url}/voila/static/voila.js")
    page.goto(url)
    job = page.get_by_role("region", name="Job")
    expect(job).to_contain_text("A slow dolly in")
    sandbox.pass_time(60)
    expect(job).to_contain_text("Making the video")
    make_a_video(page, photo, sandbox, "voila", before=1)
    sandbox.pass_time(40)
    take = page.get_by_role("region", name="Take")
    expect_playing(take.locator("video"))
    page.screenshot(path=ARTEFACTS / "hosts" / "voila_background.png")


def test_marimo(page: Page, serve: Serve, free_port: int, photo: Path, sandbox: Sandbox) -> None:
    url = f"http://127.0.0.1:{free_port}"
    serve("marimo", "run", "studio.py", "--headless", "--no-token", f"--port={free_port}", at=f"{url}/health")
    page.goto(url)
    make_a_video(page, photo, sandbox, "marimo")


def long_for_ten(endpoint: str, given: dict[str, Any]) -> float:
    """Return the seconds for a video: one is under way for as long as it is looked at."""
    return 300 if str(given.get("duration_seconds")) == "10" else 0.5


@pytest.mark.parametrize("seconds", [long_for_ten])
def test_marimo_shows_takes_lists_and_jobs(
    page: Page, serve: Serve, free_port: int, workspace: Path, sandbox: Sandbox
) -> None:
    url = f"http://127.0.0.1:{free_port}"
    serve("marimo", "run", "takes.py", "--headless", "--no-token", f"--port={free_port}", at=f"{url}/health")
    page.goto(url)
    expect(page.get_by_text("A job that is under way")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Kling v3 Pro · [A-Z].*, \d+ s, about \d+ s left"))).to_be_visible()
    # One alone, two in the library's list, two in a list of Python's own, two side by side.
    expect(page.locator("video")).to_have_count(7)
    expect_playing(page.locator("video").first)
    assert page.locator("video").first.get_attribute("poster")
    expect(page.get_by_text("Pan <b>left</b>").first).to_be_visible()
    expect(page.get_by_text("2 takes", exact=True)).to_be_visible()
    assert str(workspace / "library") not in page.content(), "no path of this machine but marimo's own"
    assert "<Take " not in page.locator("body").inner_text()
    page.screenshot(path=ARTEFACTS / "hosts" / "marimo_takes.png", full_page=True)
