"""Settings: what a person set first, then the environment, then the defaults; and what is refused, in words."""

from pathlib import Path
from typing import Any

import pytest

from reka_notebook.config import BASE_URL, configure, settings
from reka_notebook.errors import RekaError


@pytest.mark.parametrize(
    ("name", "variable", "default"),
    [
        ("base_url", "REKA_BASE_URL", BASE_URL),
        ("home", "REKA_NOTEBOOK_HOME", None),
        ("catalogue", "REKA_NOTEBOOK_CATALOGUE", None),
    ],
)
def test_what_a_person_set_comes_before_the_environment_and_that_before_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, variable: str, default: Any
) -> None:
    monkeypatch.setattr("reka_notebook.config._default_home", lambda: str(tmp_path / "default"))
    is_url = name == "base_url"
    chosen, environment = (
        f"https://{place}.test" if is_url else tmp_path / place for place in ("chosen", "environment")
    )

    monkeypatch.delenv(variable, raising=False)
    assert getattr(settings(), name) == (tmp_path / "default" if name == "home" else default)
    monkeypatch.setenv(variable, str(environment))
    assert getattr(settings(), name) == environment
    configure(**{name: chosen})
    assert getattr(settings(), name) == chosen
    configure(**{name: None})
    assert getattr(settings(), name) == environment


def test_the_model_is_what_a_person_set_or_the_catalogues_default() -> None:
    assert settings().model is None
    configure(model="kling-v3-pro")
    assert settings().model == "kling-v3-pro"
    configure(model=None)
    assert settings().model is None


def test_a_home_may_begin_at_the_persons_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    configure(home="~/takes", catalogue="~/mine.json")
    assert (settings().home, settings().catalogue) == (tmp_path / "takes", tmp_path / "mine.json")


@pytest.mark.parametrize(
    "wrong", [{"base_url": "ftp://service.test"}, {"key_header": "X-Token"}, {"api_key": " "}]
)
def test_where_one_value_is_refused_nothing_is_changed(tmp_path: Path, wrong: dict[str, str]) -> None:
    configure(base_url="https://service.test", model="kling-v3-pro")
    before = settings()
    with pytest.raises(RekaError):
        configure(home=tmp_path / "other", model=None, **wrong)
    assert settings() == before


def test_an_unknown_setting_is_named_with_what_was_meant() -> None:
    before = settings()
    with pytest.raises(TypeError, match=r"no setting 'base_ulr'\. Did you mean 'base_url'\?"):
        configure(base_ulr="https://service.test", model="kling-v3-pro")
    with pytest.raises(TypeError, match=r"no setting 'colour'\. There are base_url, home, .*, embed_limit\."):
        configure(colour="red")
    assert settings() == before


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://service.test/v2", r"more than a host and a port.*write https://service\.test,"),
        ("https://service.test?region=eu", r"more than a host and a port.*write https://service\.test,"),
        ("https://service.test#top", r"more than a host and a port.*write https://service\.test,"),
        ("https://someone@service.test", "a user name or password"),
        ("https://someone:secret@service.test", "a user name or password"),
        ("https://service.test:port", "no address: its host or port"),
        ("https://service.test:99999", "no address: its host or port"),
        ("https://[::1", "no address"),
        ("service.test", r"not an http\(s\) address"),
        ("https://", r"not an http\(s\) address"),
        ("file:///etc/passwd", r"not an http\(s\) address"),
    ],
)
def test_a_base_url_that_is_no_origin_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    with pytest.raises(RekaError, match=words) as by_person:
        configure(base_url=url)
    assert settings().base_url == BASE_URL
    with monkeypatch.context() as patch:
        patch.setenv("REKA_BASE_URL", url)
        with pytest.raises(RekaError, match=words) as by_environment:
            settings()
    assert str(by_person.value) == str(by_environment.value)
    assert "secret" not in str(by_person.value)


def test_a_slash_at_the_end_of_a_base_url_is_no_path() -> None:
    configure(base_url="https://service.test:8443/")
    assert settings().base_url == "https://service.test:8443"


@pytest.mark.parametrize(
    "url",
    [
        "https://me:sesame@x.test/v2",
        "https://me:sesame@x.test:port",
        "ftp://me:sesame@x.test",
        "https://me:sesame@",
        "https://me:sesame@x.test",
    ],
)
def test_a_password_in_a_base_url_is_not_shown(url: str) -> None:
    with pytest.raises(RekaError) as refused:
        configure(base_url=url)
    assert "sesame" not in str(refused.value)
