"""Test ``%reka`` in a terminal's IPython; tests/kernel has how a notebook shows it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import reka_notebook
from reka_notebook import own_sandbox
from reka_notebook.commands.table import Column
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.magic.reka import magic
from reka_notebook.magic.reka.answer import listed
from reka_notebook.magic.request import read
from reka_notebook.options import defaults
from reka_notebook.options.defaults import default_values
from reka_notebook.sandbox import Sandbox
from tests.processes import SECRET


@pytest.fixture
def service() -> Iterator[Sandbox]:
    made = Sandbox(seconds=0, render="small", seed=1, profile="catalogue")
    reka_notebook.configure(base_url=made.start())
    yield made
    defaults.clear_defaults()
    made.stop()


@pytest.fixture
def reka(service: Sandbox, capsys: pytest.CaptureFixture[str]) -> Any:
    line = magic.RekaLine(InteractiveShell())

    def say(text: str) -> str:
        line.reka(text)
        return capsys.readouterr().out

    return say


def test_alone_it_lists_its_subcommands(reka: Any) -> None:
    said = reka("")
    for name, words in magic.SUBCOMMANDS.items():
        assert f"%reka {name} " in said
        assert words in said


def test_every_subcommand_is_a_module() -> None:
    folder = Path(magic.__file__).parent
    assert {name for name in magic.SUBCOMMANDS if (folder / f"{name}.py").exists()} == set(magic.SUBCOMMANDS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("staus", "Did you mean status?"),
        ("takes --serch x", "Did you mean --search?"),
        ("default --duratoin 8", "Did you mean --duration?"),
        ("default --model kling-v3-pro --duration 99", "duration"),
        ("default --fresh", "Defaults are --model"),
        ("config deadlin 5", "Did you mean deadline?"),
        ("config deadline soon", "A number above 0"),
        ("config base_url nowhere", "not an http"),
        ("config nested_loop maybe", "nested_loop is on or off"),
        ("config nested_loop on", "nested_loop is for a kernel"),
        (f"config api_key {SECRET}", "%reka key asks for one"),
        ("cancel nosuch", "No job in the library"),
        ("resume", "Name a job, or a request of your account"),
        ("resume some --request other", "Name a job, or a request of your account"),
        ("resume --request ../models", "A request's ID is of letters"),
        ("config webhook_url hooks.example.com/s3cret", "does not begin with http"),
        ("sandbox maybe", "on or off"),
        ("models kling-v3-prp", "Did you mean kling-v3-pro"),
        ("status --help", "usage: %reka status"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(reka: Any, line: str, words: str) -> None:
    before = settings()
    with pytest.raises(RekaError) as caught:
        reka(line)
    assert words in str(caught.value)
    assert SECRET not in str(caught.value)
    assert (settings(), defaults._models, default_values()) == (before, {}, {})


def test_jobs_takes_and_status_say_what_is_there(reka: Any, photo: Path) -> None:
    assert "no jobs" in reka("jobs")
    assert "no takes yet" in reka("takes")
    take = reka_notebook.submit("A slow pan", photo, model="kling-v3-pro", duration=3).result(60)
    assert take.id in reka("jobs")
    assert take.id in reka("takes")
    assert "1 take\n" in reka("takes")
    assert "No matching takes" in reka("takes --search dolly")
    status = reka("status")
    assert "1 take in" in status
    assert "Sora 2 Pro (sora-2-pro/image-to-video)" in status
    assert "a server on this machine needs none" in status


def test_resume_of_what_is_kept_gives_its_path_and_cancel_has_nothing_to_do(reka: Any, photo: Path) -> None:
    take = reka_notebook.submit("A slow pan", photo, model="kling-v3-pro", duration=3).result(60)
    assert str(take.path) in reka(f"resume {take.id[:6]}")
    with pytest.raises(RekaError, match="nothing to cancel"):
        reka(f"cancel {take.id}")


def test_defaults_hold_where_a_cell_does_not_say_otherwise(reka: Any, photo: Path) -> None:
    assert "There are no defaults" in reka("default")
    assert "--model veo-3.1 --duration 8" in reka("default --model veo-3.1 --duration 8")
    assert f"--model veo-3.1 --duration 8 --image {photo}" in reka(f"default --image {photo}")

    def made(line: str) -> Any:
        (one,) = read(line, "A pan", {}, controller()).sweep.requests
        return one.endpoint.model, one.request.input.get("duration"), len(one.request.images)

    assert made("") == ("veo-3.1", "8s", 1)
    assert made("--duration 4") == ("veo-3.1", "4s", 1)
    assert made("-m kling-v3-pro") == ("kling-v3-pro", "8", 1)
    (image,) = read("-m nano-banana", "A quay", {}, controller(), "image").sweep.requests
    assert (image.endpoint.id, image.request.images) == ("nano-banana/text-to-image", {})
    reka("default --clear")
    assert (defaults._models, default_values()) == ({}, {})


def test_models_shows_the_options_and_marks_the_default(reka: Any) -> None:
    reka("default --model veo-3.1")
    lines = reka("models").splitlines()
    assert [line.startswith("• ") for line in lines if "veo-3.1" in line] == [True]
    assert "resolution" in next(line for line in lines if "veo-3.1" in line)
    assert "OpenAI switched Sora 2 off" in reka("models sora-2-pro")


def test_models_names_the_chat_models_and_where_the_key_goes(reka: Any) -> None:
    told = "Chat models, for Suggest and Describe: reka-edge-2603 and reka-flash-3 (your API key goes to 127.0.0.1:"
    assert told in reka("models"), "a server on this machine takes Reka's place"
    assert "Chat models" not in reka("models --task edit")
    shown = reka("models reka-edge-2603")
    assert "/v1/chat/completions" in shown
    assert "images and videos" in shown


def test_the_key_is_never_said(reka: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REKA_API_KEY", SECRET)
    said = reka("key") + reka("status") + reka("config")
    assert "from REKA_API_KEY, not shown; its fingerprint is " in said
    assert SECRET not in said


def test_a_key_is_asked_for_hidden_where_there_is_none(reka: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reka_notebook.jobs.Controller.sandbox", False)
    asked: list[int] = []

    def answer(*, in_kernel: bool) -> str:
        assert in_kernel
        asked.append(1)
        return SECRET

    monkeypatch.setattr("reka_notebook.magic.reka.key.ask_for_key", answer)
    said = reka("key") + reka("key")
    assert len(asked) == 1
    assert "typed in, kept for this session only, not shown" in said
    assert SECRET not in said


def test_config_shows_and_sets_and_puts_back(reka: Any) -> None:
    assert "deadline" in reka("config")
    reka("config deadline 60")
    reka("config embed-limit 2MiB")
    assert (settings().deadline, settings().embed_limit) == (60.0, 2 * 2**20)
    reka("config deadline default")
    assert settings().deadline == 1800.0
    assert reka("config nested_loop off") == "nested_loop  off\n"


def test_the_sandbox_goes_on_and_off_and_leaves_what_was_set(reka: Any, service: Sandbox) -> None:
    assert "is off" in reka("sandbox")
    assert "(profile: strict)" in reka("sandbox on --speed 100 --profile strict --balance 5")
    try:
        assert settings().base_url not in ("", service.url)
        assert "is on" in reka("sandbox on")
    finally:
        assert "is off" in reka("sandbox off")
    assert settings().base_url == service.url
    assert own_sandbox.running() is None


def test_a_budget_is_set_shown_and_removed(reka: Any, photo: Path) -> None:
    assert "none" in reka("budget")
    assert "$20.00 a day" in reka("budget 20 day")
    assert "$20.00 left of $20.00 a day" in reka("status")
    reka_notebook.configure(budget=5, budget_period="month")
    shown = reka("budget")
    assert "$5.00 a month, for this session" in shown
    assert "$20.00 a day" in shown
    assert "none" not in reka("budget $0.50")
    with pytest.raises(RekaError, match="Over budget"):
        reka_notebook.submit("A slow pan", photo, model="kling-v3-pro", duration=3)
    reka_notebook.configure(budget=None, budget_period=None)
    assert "none" in reka("budget off")
    for wrong in ("twenty", "20 week", "-3", "nan", "20 day month"):
        with pytest.raises(RekaError):
            reka(f"budget {wrong}")
    reka_notebook.submit("A slow pan", photo, model="kling-v3-pro", duration=3).result(60)


def test_spend_is_told_and_drawn(reka: Any, photo: Path) -> None:
    assert "$0.00 in all" in reka("spend")
    reka_notebook.submit("A slow pan", photo, model="kling-v3-pro", duration=3).result(60)
    assert "1 request with no bill and no known price" in reka("spend --days 1")
    with pytest.raises(RekaError, match="invalid choice"):
        reka("spend --by colour")


def test_a_long_id_breaks_in_a_narrow_cell_and_a_short_value_does_not() -> None:
    columns = (Column("REQUEST"), Column("ID"), Column("PROMPT", least=16))
    request = "9884768c-142a-4512-9b6f-11f714cc7faa"
    shown = listed(columns, [(request, "unverified", "a pier in fog, and gulls")])
    cells = dict(re.findall(r'<td style="([^"]*)">([^<]*)</td>', str(shown.html)))
    style = {value: css for css, value in cells.items()}
    assert "overflow-wrap:anywhere" in style[request]
    assert "nowrap" not in style[request]
    assert "white-space:nowrap" in style["unverified"]
    assert "nowrap" not in style["a pier in fog, and gulls"]
    assert ">ID</th>" in str(shown.html)
    assert ">Request</th>" in str(shown.html)
