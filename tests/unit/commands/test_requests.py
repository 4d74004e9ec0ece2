"""Test `requests`: what the account has, which of it is here, and that nothing hostile gets through."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import reka_notebook
from reka_notebook.api import Client, ListedRequest, NotFound, Phase, RequestPage, ServerFault
from reka_notebook.jobs.account import requests as account
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.profiles import NAMES
from tests.inputs import FITTING, PATHS
from tests.unit.commands.conftest import Ran

Command = Callable[..., Ran]

HOSTILE = "\x1b[2J\x1b]0;x\x07[red]bold[/red] \u202eevil\r\n:smile:"


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch, start_sandbox: Any) -> Any:
    """Answer with these pages, one after another, the last again and again: ``pages(...)`` returns what was asked."""
    start_sandbox()

    def answer(*told: RequestPage | Exception) -> list[str | None]:
        asked: list[str | None] = []

        async def requests(self: Client, following: str | None = None, **_: Any) -> RequestPage:
            asked.append(following)
            page = told[min(len(asked), len(told)) - 1]
            if isinstance(page, Exception):
                raise page
            return page

        monkeypatch.setattr(Client, "requests", requests)
        return asked

    return answer


def line(number: int, **told: Any) -> ListedRequest:
    return ListedRequest(request_id=f"r-{number}", **{"created": 1.76e9 - number} | told)


@pytest.mark.parametrize("profile", NAMES)
def test_every_profile_lists_what_is_here_and_what_is_not(
    profile: str, start_sandbox: Callable[..., Sandbox], command: Command
) -> None:
    sandbox = start_sandbox(profile=profile)
    other = httpx.post(
        f"{sandbox.url}{PATHS['text-to-image']}",
        json={"input": FITTING[profile]["text-to-image"]},
        headers={"Idempotency-Key": "from elsewhere"},
    ).json()
    made = command("generate", "-m", "nano-banana/text-to-image", "a pier in fog")
    assert made.status == 0, made.err
    posts = len([one for one in sandbox.log if one.step == "submit"])
    shown = command("requests")
    assert shown.status == 0
    assert shown.out.splitlines()[0].split() == ["REQUEST", "STATE", "SUBMITTED", "MODEL", "HERE", "PROMPT"]
    assert "a pier in fog" in shown.out
    assert "take " in shown.out
    name = other.get("request_id") or other.get("requestId") or other.get("id")
    assert f"resume --request {name} brings one in" in shown.err
    facts = {one["request_id"]: one for one in json.loads(command("requests", "--json").out)}
    assert facts[name]["here"] is False
    assert [one["take"] for one in facts.values()].count(True) == 1
    assert all(one["submitted"] for one in facts.values())
    assert all("nano-banana" in one["endpoint"] for one in facts.values())
    assert len([one for one in sandbox.log if one.step == "submit"]) == posts, (
        "nothing is submitted by a list"
    )


def test_what_the_service_says_cannot_steer_the_terminal(pages: Any, command: Command) -> None:
    pages(RequestPage((line(1, prompt=HOSTILE, model=HOSTILE, phase=Phase.FAILED, error=HOSTILE),)))
    shown = command("requests")
    assert not set(shown.out + shown.err) & set("\x1b\x07\r\u202e")
    assert "[red]bold[/red]" in shown.out
    assert len(shown.out.splitlines()) == 2


def test_pages_are_followed_until_enough_are_there(pages: Any, command: Command) -> None:
    asked = pages(
        RequestPage((line(1), line(2)), "?cursor=2"),
        RequestPage((line(3), line(4)), "?cursor=4"),
        RequestPage((line(5),), None),
    )
    assert len(json.loads(command("requests", "--json", "--limit", "3").out)) == 3
    assert asked == [None, "?cursor=2"]
    asked.clear()
    assert len(json.loads(command("requests", "--json").out)) == 5


def test_a_list_without_end_ends(pages: Any, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "MOST_PAGES", 4)
    asked = pages(*(RequestPage((line(number),), f"?cursor={number}") for number in range(9)))
    shown = command("requests")
    assert len(asked) == 4
    assert "there may be more" in shown.err
    asked = pages(RequestPage((line(1),), "?cursor=again"))
    command("requests")
    assert asked == [None, "?cursor=again"], "a page that brings nothing new is the last"


def test_the_newest_come_first_though_the_service_begins_with_the_oldest(
    pages: Any, command: Command
) -> None:
    pages(RequestPage((line(9), line(8)), "?page=2"), RequestPage((line(7), line(6)), None))
    facts = json.loads(command("requests", "--json", "--limit", "2").out)
    assert [one["request_id"] for one in facts] == ["r-6", "r-7"]


def test_what_came_before_a_fault_is_shown(pages: Any, command: Command) -> None:
    pages(RequestPage((line(1),), "?page=2"), ServerFault("It is down"))
    shown = command("requests")
    assert "r-1" in shown.out
    assert "there may be more" in shown.err


def test_a_service_without_a_list_is_told_in_words(pages: Any, command: Command) -> None:
    pages(NotFound("There is no such route", status=404))
    shown = command("requests")
    assert shown.status == 1
    assert "could not be listed: There is no such route" in shown.err


def test_an_empty_list_is_said(pages: Any, command: Command) -> None:
    pages(RequestPage(()))
    assert "lists no requests" in command("requests").err


def test_states_are_words(pages: Any, command: Command) -> None:
    phases = [Phase.QUEUED, Phase.RUNNING, Phase.DONE, Phase.CANCELLED]
    told = [line(number, phase=phase) for number, phase in enumerate(phases)]
    pages(RequestPage((*told, line(5, status="BREWING"), line(6))))
    for words in ("in the queue", "in progress", "done", "cancelled", "“BREWING”", "not told"):
        assert words in command("requests").out


def test_in_a_notebook_a_take_has_its_picture(start_sandbox: Any, command: Command) -> None:
    from reka_notebook.magic.reka.requests import run

    start_sandbox(profile="reka")
    assert command("generate", "-m", "nano-banana/text-to-image", "a <b>pier</b>").status == 0
    reka_notebook.configure()
    answer = run([])
    assert answer.html is not None
    assert "data:image/jpeg;base64," in answer.html
    assert "a &lt;b&gt;pier&lt;/b&gt;" in answer.html
    assert "REQUEST" in answer.text


def test_resume_brings_a_request_in_and_prints_its_path(start_sandbox: Any, command: Command) -> None:
    sandbox = start_sandbox(profile="strict")
    request_id = httpx.post(
        f"{sandbox.url}{PATHS['text-to-image']}", json={"input": FITTING["strict"]["text-to-image"]}
    ).json()["request_id"]
    made = command("resume", "--request", request_id)
    assert (made.status, Path(made.last).exists()) == (0, True)
    assert (
        "All are in this library" in command("requests").err
        or "It is in this library" in command("requests").err
    )
    assert command("resume", "--request", request_id).last == made.last
    assert reka_notebook.resume(request_id=request_id).take is not None
    for words in ((), ("some", "--request", "other")):
        assert "Name a job, or a request" in command("resume", *words).err
    with pytest.raises(TypeError):
        reka_notebook.resume()


def test_generate_sends_a_webhook_and_a_dry_run_shows_its_host(start_sandbox: Any, command: Command) -> None:
    start_sandbox(profile="reka")
    words = ("-m", "nano-banana/text-to-image", "a pier", "--webhook-url", "https://a.example/x?token=s3cret")
    shown = command("generate", *words, "--dry-run")
    assert "The service would call https://a.example/… at the end." in shown.out
    assert command("generate", *words).status == 0
    assert "s3cret" not in command("show", "--json", json.loads(command("takes", "--json").out)[0]["id"]).out
    refused = command("generate", *words[:-1], "a.example/s3cret")
    assert (refused.status, "s3cret" in refused.err) == (1, False)


@pytest.mark.parametrize("name", ["$(touch x)", "; reboot", "-rf", "../models"])
def test_no_id_is_put_into_a_command_that_a_shell_would_take_for_more(
    name: str, pages: Any, command: Command
) -> None:
    pages(RequestPage((ListedRequest(request_id=name), ListedRequest(request_id="r-2"))))
    assert "resume --request r-2 brings" in command("requests").err
    pages(RequestPage((ListedRequest(request_id=name),)))
    assert command("requests").err.endswith("1 is not in this library.\n")
