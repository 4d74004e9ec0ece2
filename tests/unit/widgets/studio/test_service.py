"""Test that a studio takes a key without showing it, turns to a sandbox and back, and counts the day."""

import asyncio
import traceback
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

import reka_notebook
from reka_notebook import keychain, own_sandbox
from reka_notebook.config import configure, settings
from reka_notebook.jobs import Controller, JobFailed, controller
from reka_notebook.magic.reka.key import describe_key
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio
from tests.processes import SECRET, short_film, wait_until

until = partial(wait_until, seconds=60, every=0.01)


class Keeping(KeyringBackend):
    """Stand in for a keyring that keeps one password."""

    priority = 1.0
    kept: str | None = None

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept = password


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "_last", None)
    monkeypatch.setattr(keychain, "_gave_up", False)


@pytest.fixture
def studios() -> Iterator[list[Studio]]:
    """Yield two studios before a service that is elsewhere."""
    configure(base_url="https://reka.test")
    made = [Studio(), Studio()]
    yield made
    for studio in made:
        studio.close()


class Browser:
    """Stand in for a studio's page, and keep all that it is told."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.heard: list[Any] = []
        studio.send = lambda content, buffers=None: self.heard.append(content)  # type: ignore[method-assign]

    def ask(self, kind: str, **fields: Any) -> Any:
        """Send a request and return what is answered."""
        name = f"r{len(self.heard)}-{kind}"
        self.studio._handle_custom_msg({"id": name, "type": kind, **fields}, [])
        until(lambda: [one for one in self.heard if one.get("id") == name])
        return next(one for one in self.heard if one.get("id") == name)


def told(studio: Studio) -> str:
    """Return all that the browser is told by traits."""
    return str({name: getattr(studio, name) for name in studio.keys})


def test_the_first_look_says_that_a_key_is_missing_and_why_it_cannot_be_kept(studios: list[Studio]) -> None:
    service = studios[0].service
    assert service["lacks_key"]
    assert service["problem"] is None
    assert service["keyring_problem"] == "This machine has no keyring."


def test_a_key_is_used_in_all_studios_and_cells_and_shown_nowhere(
    studios: list[Studio], tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    one, other = studios
    page = Browser(one)
    assert page.ask("use_key", key=f" {SECRET}\n", keep=False)["type"] == "answer"
    assert not one.service["lacks_key"]
    until(lambda: not other.service["lacks_key"])
    assert controller().has_key()
    configure(deadline=77)
    assert controller().has_key(), "whatever is configured meanwhile"
    later = Studio()
    assert not later.service["lacks_key"]
    later.close()
    shown = [*map(told, studios), str(page.heard), caplog.text, *capfd.readouterr(), repr(settings())]
    assert SECRET not in "".join(shown)
    files = [path for path in (tmp_path / "library").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("typed", "words"), [(f'"{SECRET}"', "quotes around it"), (f"KEY={SECRET}", "NAME="), ("", "is empty")]
)
def test_a_flawed_key_is_refused_in_words_that_do_not_show_it(
    studios: list[Studio], caplog: pytest.LogCaptureFixture, typed: str, words: str
) -> None:
    page = Browser(studios[0])
    refused = page.ask("use_key", key=typed, keep=False)
    assert refused["type"] == "refused"
    assert words in refused["error"]["message"]
    assert SECRET not in str(page.heard) + told(studios[0]) + caplog.text
    assert studios[0].service["lacks_key"]


def test_no_traceback_shows_the_key(studios: list[Studio], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, kept: bool) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("reka_notebook.jobs.Controller.use_key", fail)
    with pytest.raises(OSError, match="disk is full") as caught:
        asyncio.run(studios[0]._use_key(protocol.UseKey(id="1", key=SECRET, keep=False), ()))
    with_variables = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert SECRET not in "".join(with_variables.format())


@pytest.fixture
def picky(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """Yield a service that knows one key, and does not count as a server on this machine, which needs none."""
    monkeypatch.setattr(Controller, "sandbox", False)
    made = Sandbox(key=SECRET, seconds=0, media=short_film(tmp_path / "film.mp4"), profile="catalogue")
    configure(base_url=made.start())
    yield made
    made.stop()


def test_a_key_that_the_service_does_not_know_is_refused_at_once(picky: Sandbox, photo: Path) -> None:
    studio = Studio(photo, "Pan left")
    page = Browser(studio)
    wrong = page.ask("use_key", key="another-key-than-theirs", keep=False)
    assert "The service does not know this API key." in wrong["error"]["message"]
    assert studio.service["lacks_key"]
    assert page.ask("use_key", key=SECRET, keep=False)["type"] == "answer"
    assert studio.generate().result(60).file.kind == "video"
    studio.close()


def test_a_key_that_the_service_does_not_know_any_more_is_asked_for_anew(
    picky: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REKA_API_KEY", "an-old-key-of-last-year")
    studio = Studio(photo, "Pan left")
    assert not studio.service["lacks_key"]
    job = studio.generate()
    with pytest.raises(JobFailed, match="401"):
        job.result(60)
    until(lambda: studio.service["lacks_key"])
    assert "does not know this API key" in studio.service["problem"]
    assert Browser(studio).ask("use_key", key=SECRET, keep=False)["type"] == "answer"
    assert not studio.service["lacks_key"]
    assert studio.generate().result(60).file.kind == "video"
    studio.close()


def test_a_key_is_kept_in_the_keyring(studios: list[Studio], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    mine = Keeping()
    keyring.set_keyring(mine)
    page = Browser(studios[0])
    assert page.ask("use_key", key=SECRET, keep=True)["type"] == "answer"
    assert mine.kept == SECRET
    assert "from the keyring" in describe_key(controller())
    assert SECRET not in str(page.heard) + caplog.text


def test_a_keyring_that_keeps_nothing_is_said_and_the_key_is_not_used(studios: list[Studio]) -> None:
    page = Browser(studios[0])
    refused = page.ask("use_key", key=SECRET, keep=True)
    assert refused["error"]["message"] == "The keyring did not keep the key."
    assert studios[0].service["lacks_key"]


def test_all_studios_turn_to_the_sandbox_and_back(studios: list[Studio], photo: Path) -> None:
    one, other = studios
    page = Browser(one)
    assert page.ask("use_sandbox", on=True)["type"] == "answer"
    try:
        until(lambda: all(studio.service["own_sandbox"] for studio in studios))
        assert settings().base_url == one.service["url"] == other.service["url"]
        assert not one.service["lacks_key"]
        one.image, one.prompt = photo, "Pan left"
        asked = one.generate()
        until(lambda: [row["id"] for row in other.jobs] == [asked.id])
        asked.cancel()
        until(lambda: asked.status.done)
    finally:
        assert page.ask("use_sandbox", on=False)["type"] == "answer"
    until(lambda: all(studio.service["lacks_key"] for studio in studios))
    assert len(one._heard) == 2, "each service is heard once"
    assert settings().base_url == "https://reka.test"
    assert own_sandbox.running() is None


def test_the_day_counts_what_was_made_and_what_was_reused(sandbox: Sandbox, photo: Path) -> None:
    studio = Studio(photo, "Pan left")
    try:
        until(lambda: studio.day)
        studio.generate().result(60)
        until(lambda: studio.day["made"] == 1)
        assert studio.day["reused"] == 0
        studio.generate().result(60)
        reka_notebook.submit("Pan left", photo).result(60)
        until(lambda: controller().today().reused == 2)
        configure(budget=20, budget_period="month")
        studio.prompt = "Pan right"
        studio.generate().result(60)
        until(lambda: studio.day["made"] == 2)
        until(lambda: studio.day["budget"] is not None)
        assert studio.day["budget"]["words"].endswith(" of $20 this month")
        assert studio.day["reused"] == 2
    finally:
        studio.close()
