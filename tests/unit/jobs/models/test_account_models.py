"""The account's list, asked for in the background, kept for a day, and never in the way."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.config import Settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs.models import account_models
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.jobs.models.words import refresh
from reka_notebook.key import Key
from tests.local_server import Handler, LocalServer
from tests.processes import SECRET

KLING = {"models": [{"model_id": "kling-v3-pro", "capability": "image-to-video"}]}
BOTH = {"models": [*KLING["models"], {"model_id": "sora-2-pro", "capability": "image-to-video"}]}
OTHER = "rk-another-account-44810"


class Service(LocalServer):
    """Answers every GET with what it was told to, and writes down what came."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 200, KLING, []  # type: tuple[int, Any, list[tuple[str, str]]]
        service = self

        class Asked(Handler):
            def get(self) -> None:
                service.asked.append((self.path, self.headers.get("Authorization", "")))
                self.answer(service.status, service.body)

        super().__init__(Asked)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def ask_by_itself(ask_for_no_models: Callable[[], None]) -> None:
    """Ask for the models as outside of tests."""
    ask_for_no_models()


@pytest.fixture
def models(service: Service, tmp_path: Path) -> AccountModels:
    return with_key(service, tmp_path, SECRET)


def with_key(service: Service, home: Path, key: str | None) -> AccountModels:
    return AccountModels(Settings(service.url, home, api_key=Key(key) if key else None))


def files(home: Path) -> list[Path]:
    return sorted((home / "models").iterdir())


def test_a_list_is_kept_for_the_account_without_its_key(
    models: AccountModels, service: Service, tmp_path: Path
) -> None:
    assert models.listed is None
    assert models.unknown
    assert models.catalogue.absent == frozenset()
    models.ask().result(10)
    assert service.asked == [("/v2/inference/models", f"Bearer {SECRET}")]
    assert "sora-2-pro/image-to-video" in models.catalogue.absent
    assert not models.unknown
    (file,) = files(tmp_path)
    assert SECRET not in file.read_text() + file.name
    assert Key(SECRET).fingerprint in file.name
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0
    again = with_key(service, tmp_path, SECRET)
    assert again.catalogue.default.id == "kling-v3-pro/image-to-video"
    again.ask_soon()
    assert len(service.asked) == 1, "it is of today"


def test_accounts_and_services_have_lists_of_their_own(
    models: AccountModels, service: Service, tmp_path: Path
) -> None:
    models.ask().result(10)
    other = with_key(service, tmp_path, OTHER)
    assert other.listed is None
    service.body = BOTH
    other.ask().result(10)
    assert len(files(tmp_path)) == 2
    assert "sora-2-pro/image-to-video" in models.catalogue.absent
    assert "sora-2-pro/image-to-video" not in other.catalogue.absent
    elsewhere = AccountModels(Settings("https://service.test", tmp_path, api_key=Key(SECRET)))
    assert elsewhere.listed is None


def test_before_the_key_is_known_the_newest_list_is_used(tmp_path: Path) -> None:
    known = AccountModels(Settings("https://service.test", tmp_path, api_key=Key(SECRET)))
    found = account_models.read_models(KLING)
    assert found is not None
    known._keep(found, Key(SECRET))
    unknown = AccountModels(Settings("https://service.test", tmp_path))
    assert unknown.catalogue.default.id == "kling-v3-pro/image-to-video"
    assert not unknown.unknown, "nobody waits for what cannot be asked for"
    unknown.use_key(Key(OTHER))
    assert unknown.listed is None


def test_after_a_day_it_is_asked_for_again(
    models: AccountModels, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.ask().result(10)
    models._tried = None
    models.ask_soon()
    assert len(service.asked) == 1
    now = time.time()
    monkeypatch.setattr(account_models.time, "time", lambda: now + account_models.DAY + 1)
    service.body = BOTH
    models.ask_soon()
    models._asking.result(10)  # type: ignore[union-attr]
    assert len(service.asked) == 2
    assert models.catalogue.default.id == "sora-2-pro/image-to-video"
    assert models.earlier_defaults(models.catalogue, "image-to-video") == ["kling-v3-pro/image-to-video"]


@pytest.mark.parametrize(
    ("status", "body"), [(404, {}), (500, {}), (401, {}), (200, {"models": []}), (200, "no"), (200, {"a": 1})]
)
def test_a_refresh_that_fails_keeps_the_list_and_is_quiet(
    models: AccountModels,
    service: Service,
    status: int,
    body: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("reka_notebook.api.retry.FIRST_WAIT", 0.01)
    monkeypatch.setattr("reka_notebook.api.retry.LONGEST_WAIT", 0.01)
    models.ask().result(10)
    before = models.listed
    service.status, service.body = status, body
    with pytest.raises(RekaError):
        models.ask().result(20)
    assert models.listed == before
    with pytest.raises(RekaError, match=r"could not be listed: .* The list of .* stays\.") as raised:
        refresh(models)
    assert "asked again" not in str(raised.value)
    assert capsys.readouterr() == ("", "")


def test_after_a_failure_it_is_not_asked_for_at_every_turn(models: AccountModels, service: Service) -> None:
    service.status = 404
    models.wait(10)
    for _ in range(5):
        models.ask_soon()
    assert not models.unknown
    assert len(service.asked) == 1


def test_who_waits_waits_no_longer_than_said(models: AccountModels, service: Service) -> None:
    service.close()
    begun = time.monotonic()
    models.wait(0.3)
    assert time.monotonic() - begun < 3


def test_without_a_key_nothing_is_sent(tmp_path: Path) -> None:
    models = AccountModels(Settings("https://service.test", tmp_path))
    models.ask_soon()
    assert models._asking is None
    with pytest.raises(RekaError, match="There is no API key"):
        refresh(models)
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"models": []}', '{"models": [{"name": 7}]}', "\x00"])
def test_a_broken_file_is_no_list(models: AccountModels, tmp_path: Path, text: str) -> None:
    models.ask().result(10)
    files(tmp_path)[0].write_text(text)
    assert models.listed is None
    assert models.catalogue.default.id == "sora-2-pro/image-to-video"


def test_listeners_hear_of_a_new_list(models: AccountModels) -> None:
    heard: list[str] = []
    stop = models.subscribe(lambda known: heard.append(known.default.id))
    models.ask().result(10)
    assert heard == ["kling-v3-pro/image-to-video"]
    stop()
    models.ask().result(10)
    assert len(heard) == 1


def test_another_process_s_list_is_seen(models: AccountModels, service: Service, tmp_path: Path) -> None:
    models.ask().result(10)
    service.body = BOTH
    with_key(service, tmp_path, SECRET).ask().result(10)
    assert models.catalogue.default.id == "sora-2-pro/image-to-video"


def test_the_catalogue_is_laid_over_a_list_once(models: AccountModels) -> None:
    models.ask().result(10)
    assert models.catalogue is models.catalogue
