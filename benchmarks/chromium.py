"""Drive a page of Chromium without a test framework that slows it down.

Playwright has every byte on a page's websockets copied out of it, as base64 through DevTools: for 20 MB that is a
second of CPU in five processes, which no person's browser spends. This asks DevTools only for what it is told to.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

ROOT = Path(__file__).parent.parent
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-features=Translate",
    "--window-size=1280,900",
)
PATIENCE = 60.0
"""Seconds until what is waited for is given up."""


def run_shots(script: str) -> Any:
    """Return what a script of ``js/tests/shots`` has measured in Chromium."""
    printed = subprocess.run(
        ["node", f"tests/shots/{script}"], cwd=ROOT / "js", capture_output=True, text=True, check=True
    )
    return json.loads(printed.stdout)


@contextmanager
def chromium() -> Iterator["Page"]:
    """Open a page in a Chromium with a profile of its own."""
    found = subprocess.run([ROOT / "scripts" / "chromium"], capture_output=True, text=True, check=True)
    profile = Path(tempfile.mkdtemp())
    command = [found.stdout.strip(), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with asyncio.Runner() as runner:
            yield Page(runner, runner.run(_connected(_address(profile / "DevToolsActivePort"))))
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(profile, ignore_errors=True)


class Page:
    """Drive one page through DevTools."""

    def __init__(self, runner: asyncio.Runner, socket: WebSocketClientConnection) -> None:
        self._runner, self._socket = runner, socket
        self._count = 0
        self.send("Page.enable")
        # What is shown has the focus, as in front of a person.
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send DevTools a command, and return its answer.

        :raises RuntimeError: it cannot.
        """
        return self._runner.run(self._ask(method, parameters))

    async def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        await self._socket.write_message(
            json.dumps({"id": self._count, "method": method, "params": parameters})
        )
        while True:
            message = await self._socket.read_message()
            if message is None:
                raise RuntimeError("Chromium has ended.")
            answer: dict[str, Any] = json.loads(message)
            if answer.get("id") != self._count:
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            return dict(answer["result"])

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Return what a function of JavaScript returns, or its promise brings.

        :raises RuntimeError: it throws.
        """
        answer = self.send(
            "Runtime.evaluate",
            expression=f"({function})({json.dumps(argument)})",
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, function: str, argument: Any = None) -> Any:
        """Wait until a function returns something true, asking seldom so as not to disturb.

        :raises TimeoutError: it does not.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.evaluate(function, argument):
                return found
            time.sleep(0.2)
        raise TimeoutError(function)

    def click(self, find: str) -> None:
        """Press the mouse in the middle of the element that a function finds."""
        x, y = self.evaluate(
            f"""() => {{
                const element = ({find})();
                element.scrollIntoView({{ block: "center" }});
                const {{ x, y, width, height }} = element.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }}"""
        )
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def choose(self, find: str, path: Path) -> None:
        """Choose a file in the input that a function finds."""
        found = self.send("Runtime.evaluate", expression=f"({find})()")["result"]["objectId"]
        self.send("DOM.setFileInputFiles", files=[str(path)], objectId=found)

    def press(self, letter: str) -> None:
        """Press a key that writes a letter."""
        self.send("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter, unmodifiedText=letter)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=letter)


def _address(where: Path) -> str:
    """Return where DevTools of the first page listens; ``where`` Chromium writes its port.

    :raises TimeoutError: it does not start.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(0.1)
        if not where.exists() or len(lines := where.read_text("utf-8").split()) < 2:
            continue
        with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json") as answer:
            pages = [one for one in json.load(answer) if one["type"] == "page"]
        if pages:
            return str(pages[0]["webSocketDebuggerUrl"])
    raise TimeoutError("Chromium does not start.")


async def _connected(address: str) -> WebSocketClientConnection:
    return await websocket_connect(address, max_message_size=10**8)
