from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.rendering import renderer

PHOTO = Path(__file__).parents[3] / "notebooks" / "photo.jpg"
KLING = "/v2/inference/kling-v3-pro/image-to-video"


PHOTO_URI = f"data:image/jpeg;base64,{base64.b64encode(PHOTO.read_bytes()).decode()}"


@pytest.fixture(autouse=True)
def draws_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a sandbox draw everything, where the drawing is what is tested."""
    threads, _ = renderer.Renderer.__init__.__defaults__
    monkeypatch.setattr(renderer.Renderer.__init__, "__defaults__", (threads, renderer.write))


class Client(httpx.Client):
    """Ask a sandbox without retries, polling schedule or library."""

    def submit(
        self, prompt: str = "push in", key: str | None = None, path: str = KLING, **fields: Any
    ) -> httpx.Response:
        given = {"prompt": prompt, "start_image_url": PHOTO_URI, "duration": "3"} | fields
        given = {name: value for name, value in given.items() if value is not None}
        return self.post(path, json={"input": given}, headers={"idempotency-key": key} if key else {})

    def finish(self, submitted: httpx.Response, patience: float = 60) -> dict[str, Any]:
        """Return the result, once it is no longer pending."""
        assert submitted.status_code == 202, submitted.text
        end = time.monotonic() + patience
        while time.monotonic() < end:
            result: dict[str, Any] = self.get(submitted.json()["response_url"]).json()
            if result["status"] not in ("IN_QUEUE", "IN_PROGRESS"):
                return result
            time.sleep(0.02)
        raise AssertionError("still pending")


@pytest.fixture
def plain() -> Iterator[httpx.Client]:
    """Yield a client without a key, for any URL."""
    with httpx.Client(
        trust_env=False, verify=False, timeout=60
    ) as client:  # no TLS here: its set-up costs 0.1 s
        yield client


@pytest.fixture
def photo_uri() -> str:
    return PHOTO_URI


@pytest.fixture
def started() -> Iterator[Callable[..., tuple[Sandbox, Client]]]:
    """Yield a function that starts sandboxes, small and quick unless told otherwise, each with a client."""
    opened: list[tuple[Sandbox, Client]] = []

    def start(headers: dict[str, str] | None = None, **options: Any) -> tuple[Sandbox, Client]:
        sandbox = Sandbox(**{"profile": "catalogue", "render": "small", "seconds": 0.1, "seed": 1} | options)
        client = Client(base_url=sandbox.start(), headers=headers, trust_env=False, verify=False, timeout=60)
        opened.append((sandbox, client))
        return sandbox, client

    yield start
    for sandbox, client in opened:
        client.close()
        sandbox.stop()
