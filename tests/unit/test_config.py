"""Test settings: what a person set, then the environment, then the defaults; and what is refused."""

import os
import subprocess
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reka_notebook
from reka_notebook.config import BASE_URL, configure, open_library, settings
from reka_notebook.errors import RekaError
from tests import forked_processes


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
    with pytest.raises(TypeError, match=r"no setting 'base_ulr'\. Did you mean base_url\?"):
        configure(base_ulr="https://service.test", model="kling-v3-pro")
    with pytest.raises(
        TypeError, match=r"no setting 'colour'\. Choose from: base_url, home, .*, embed_limit\."
    ):
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
        ("https://service.test\n", "a space or a line break"),
        (" https://service.test", "a space or a line break"),
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
        "https://me:se#sesame@x.test",
        "https://me:se/sesame@x.test",
        "https://me:se?sesame@x.test",
        "https://x.test#sesame@",
        "https://me:sesame@[x.test",
        "me:sesame@x.test",
        "sesame",
        "http:sesame",
    ],
)
def test_a_password_in_a_base_url_is_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RekaError) as refused:
        configure(base_url=url)
    assert "sesame" not in str(refused.value)
    monkeypatch.setenv("REKA_BASE_URL", url)
    with pytest.raises(RekaError) as refused:
        settings()
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    assert "sesame" not in shown[shown.index("in settings") :]


VARIABLES = {
    "base_url": "REKA_BASE_URL",
    "home": "REKA_NOTEBOOK_HOME",
    "catalogue": "REKA_NOTEBOOK_CATALOGUE",
}


@pytest.mark.parametrize("empty", ["", " ", "\t\n"])
@pytest.mark.parametrize("name", VARIABLES)
def test_an_empty_variable_is_an_error_and_no_wish_for_the_default(
    monkeypatch: pytest.MonkeyPatch, name: str, empty: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(VARIABLES[name], empty)
        with pytest.raises(RekaError, match=rf"^{VARIABLES[name]} is empty, .*unset it"):
            settings()
        with pytest.raises(RekaError, match="is empty"):
            reka_notebook.submit("a slow dolly in", model="kling-v3-pro/text-to-video")
        chosen = "https://service.test" if name == "base_url" else "a folder"
        configure(**{name: chosen})  # what a person sets comes before it
        assert settings()


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize("name", ["base_url", "home", "catalogue", "model", "api_key", "key_header"])
def test_an_empty_setting_is_an_error_and_nothing_is_changed(name: str, empty: str) -> None:
    before = settings()
    with pytest.raises(RekaError):
        configure(deadline=7, **{name: empty})
    assert settings() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("deadline", value) for value in (0, -1, float("nan"), float("inf"), "60", True, [60])),
        *(("requests_per_minute", value) for value in (0, -5, float("nan"), float("inf"), "60", False)),
        *(("embed_limit", value) for value in (-1, "8MB", "8388608", 1.5, float("nan"), True)),
        *(
            ("home", value)
            for value in (5, b"takes", ["takes"], "a\0b", "takes\n", "~nobody-of-that-name/takes")
        ),
        *(("catalogue", value) for value in (5, b"mine.json", "a\0b")),
        *(("model", value) for value in (5, ["kling-v3-pro"])),
        *(("base_url", value) for value in (5, b"https://service.test")),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_name(name: str, value: object) -> None:
    before = settings()
    with pytest.raises(RekaError, match=f"^{name} ") as refused:
        configure(**{name: value})
    assert refused.value.__cause__ is None
    assert settings() == before


def test_a_folder_may_have_any_name_that_a_folder_has(tmp_path: Path) -> None:
    for name in (
        "Über uns",
        "取り 込み",
        "a\u00a0b\u3000c",
        os.fsdecode(b"latin-\xe9"),
        "it's; 100% #1 $HOME",
    ):
        configure(home=tmp_path / name)
        assert settings().home == tmp_path / name


def test_numbers_of_other_libraries_are_numbers() -> None:
    configure(deadline=np.float32(60), requests_per_minute=np.int64(30), embed_limit=np.int32(5))
    now = settings()
    assert (now.deadline, now.requests_per_minute, now.embed_limit) == (60.0, 30.0, 5)
    assert {type(now.deadline), type(now.embed_limit)} == {float, int}
    configure(embed_limit=0)
    assert settings().embed_limit == 0


@pytest.mark.parametrize("name", ["home", "catalogue"])
@pytest.mark.parametrize("by", ["environment", "person"])
def test_a_relative_path_is_fixed_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, by: str
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    monkeypatch.chdir(first)
    if by == "environment":
        monkeypatch.setenv(VARIABLES[name], "mine/here")
    else:
        configure(**{name: "mine/here"})
    assert getattr(settings(), name) == first / "mine" / "here"
    monkeypatch.chdir(second)
    assert getattr(settings(), name) == first / "mine" / "here"
    if by == "person":  # the cell that sets it is run again
        configure(**{name: Path("mine/here")})
        assert getattr(settings(), name) == first / "mine" / "here"


def test_a_changed_folder_makes_no_second_library(tmp_path: Path) -> None:
    code = """
import os
import reka_notebook
from reka_notebook.jobs import controller
one = controller()
os.mkdir("elsewhere")
os.chdir("elsewhere")
two = controller()
assert one is two
print(two.library.home)
"""
    environment = {**os.environ, "REKA_NOTEBOOK_HOME": "takes", "XDG_STATE_HOME": "state"}
    ran = forked_processes.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str(tmp_path / "takes")
    assert not (tmp_path / "elsewhere" / "takes").exists()


PASSWORD = "hunter2-never-shown"


def test_the_address_of_a_database_is_a_home_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("reka_notebook.config._default_home", lambda: str(tmp_path / "default"))
    monkeypatch.setenv("REKA_NOTEBOOK_HOME", f"postgresql://ana:{PASSWORD}@db.example.org/takes")
    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", "s3://bucket/reka/")
    found = settings()
    assert found.home.parent == tmp_path / "default" / "teams"
    assert (str(found.database), found.media, found.person) == (
        "postgresql://ana@db.example.org/takes",
        "s3://bucket/reka",
        "ana",
    )
    assert PASSWORD not in repr(found) + str(found)
    # The folder is of the database, whoever uses it and however they are let in.
    configure(home="postgresql://ben@db.example.org/takes")
    assert (settings().home, settings().person) == (found.home, "ben")
    for variable, person in (("JUPYTERHUB_USER", "cleo"), ("REKA_NOTEBOOK_PERSON", "dan")):
        monkeypatch.setenv(variable, person)
        assert settings().person == person
    configure(person="eve", home=tmp_path / "own")
    assert (settings().home, settings().database) == (tmp_path / "own", None)
    configure(home=None)
    assert (settings().home, settings().person) == (found.home, "eve")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"postgresql://ana:{PASSWORD}@db.example.org", "names no database"),
        (f"postgresql://ana:{PASSWORD}@db.example.org/a b", "space or a line break"),
        (f"postgresql://ana:{PASSWORD}@db.example.org:x/takes", "a port that is not a number"),
        (f"postgresql://ana:{PASSWORD}@db.example.org/takes?sslmode=disable", "unencrypted"),
        (f"postgresql+psycopg://ana:{PASSWORD}@db.example.org/takes", "does not begin with postgresql://"),
        (f"postgre://ana:{PASSWORD}@db.example.org/takes", "does not begin with postgresql://"),
        (f"mysql://ana:{PASSWORD}@db.example.org/takes", "does not begin with postgresql://"),
        (f"postgres:ana:{PASSWORD}@db.example.org/takes", "does not begin with postgresql://"),
    ],
)
@pytest.mark.parametrize("by", ["environment", "person"])
def test_an_address_that_is_none_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, address: str, words: str, by: str
) -> None:
    before = settings()
    if by == "environment":
        monkeypatch.setenv("REKA_NOTEBOOK_HOME", address)
    read = settings if by == "environment" else partial(configure, home=address, model="kling-v3-pro")
    with pytest.raises(RekaError, match=words) as caught:
        read()
    ours = [
        frame
        for frame in traceback.StackSummary.extract(
            traceback.walk_tb(caught.value.__traceback__), capture_locals=True
        )
        if Path(frame.filename).is_relative_to(Path(reka_notebook.__file__).parent)
    ]
    assert ours
    assert not [frame for frame in ours if PASSWORD in str(frame.locals)]
    assert PASSWORD not in str(caught.value)
    monkeypatch.delenv("REKA_NOTEBOOK_HOME")
    monkeypatch.setenv("REKA_NOTEBOOK_HOME", str(before.home))
    assert settings() == before


def test_what_a_teams_library_lacks_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("reka_notebook.config._default_home", lambda: str(tmp_path / "default"))
    configure(home="postgresql://ana@127.0.0.1:1/takes")
    with pytest.raises(RekaError, match=r"its media have no place yet\. Set REKA_NOTEBOOK_MEDIA"):
        open_library()
    configure(media=tmp_path)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        RekaError, match=r"psycopg.* cannot be used here .* pip install 'reka-notebook\[team\]'"
    ):
        open_library()
    for wrong in ("", "a\nb", "x" * 101):
        with pytest.raises(RekaError, match="person"):
            configure(person=wrong)


def test_a_teams_address_costs_nothing_to_read() -> None:
    code = (
        "import sys, reka_notebook.config as config; config.settings(); "
        "print(*{'sqlalchemy', 'psycopg', 'fsspec', 'msgspec'} & {*sys.modules})"
    )
    environment = {**os.environ, "REKA_NOTEBOOK_HOME": "postgresql://ana@db.example.org/takes"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "\n"
