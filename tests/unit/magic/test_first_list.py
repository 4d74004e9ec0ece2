"""Nobody's first try is of a model that is gone: the account's first list is waited for, a moment and once."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook.jobs import Controller, controller
from reka_notebook.jobs.models import account_models
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.magic import first_list
from reka_notebook.magic.first_list import needs_list, wait_for_list
from reka_notebook.magic.request import read
from reka_notebook.sandbox import Sandbox
from tests.processes import ask_soon


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A service that does not have Sora 2 Pro any more."""
    ask_soon(monkeypatch)
    made = Sandbox(seconds=0, render="small", seed=1, profile="reka")
    reka_notebook.configure(base_url=made.start())
    yield made
    made.stop()


@pytest.fixture
def control(sandbox: Sandbox) -> Controller:
    return controller()


def needs(control: Controller, photo: Path, line: str = "", body: str = "A slow pan") -> bool:
    return needs_list(f"-i {photo} {line}", body, {}, control)


def test_a_first_cell_waits_and_gets_a_model_that_is_there(control: Controller, photo: Path) -> None:
    assert needs(control, photo)
    asyncio.run(wait_for_list(control))
    assert not needs(control, photo)
    asked = read(f"-i {photo}", "A slow pan", {}, control)
    assert asked.sweep.requests[0].endpoint.id == "kling-v3-pro/image-to-video"
    assert asked.hint == "sora-2-pro is not in your account's list; using kling-v3-pro."


@pytest.mark.parametrize("line", ["-m kling-v3-pro", "--bg", "--dry-run", "--sweep model=sora-2-pro,veo-3.1"])
def test_a_cell_that_the_list_tells_nothing_waits_for_nothing(
    control: Controller, photo: Path, line: str
) -> None:
    assert not needs(control, photo, line)


def test_what_fits_no_model_that_is_known_may_fit_one_that_is_listed(
    control: Controller, photo: Path
) -> None:
    assert needs(control, photo, "-m wan2.2-flash")
    assert needs(control, photo, "--duration 5")  # which Sora has not
    asyncio.run(wait_for_list(control))
    asked = read(f"-i {photo} -m wan2.2-flash", "A slow pan", {}, control)
    assert asked.sweep.requests[0].endpoint.id == "wan2.2-flash/image-to-video"
    assert not needs(control, photo, "-m wan2.3-flash")


def test_what_is_kept_is_shown_without_asking(control: Controller, sandbox: Sandbox, photo: Path) -> None:
    reka_notebook.submit("A slow pan", photo, model="kling-v3-pro").result(30)
    reka_notebook.configure(model="kling-v3-pro")
    assert not needs(control, photo)
    assert all(seen.step != "models" for seen in sandbox.log)


def test_a_service_that_does_not_answer_is_waited_for_once_and_briefly(
    control: Controller, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = threading.Event()

    async def never(*_: object) -> None:
        while not silent.is_set():
            await asyncio.sleep(0.05)

    monkeypatch.setattr(AccountModels, "_fetch", never)
    monkeypatch.setattr(first_list, "FIRST", 0.3)
    monkeypatch.setattr(account_models, "JUST", 0.1)
    begun = time.monotonic()
    asyncio.run(wait_for_list(control))
    assert time.monotonic() - begun < 2
    assert not needs(control, photo)
    silent.set()
