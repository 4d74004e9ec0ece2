"""Test that a chat model votes on request, over the sandbox's HTTP: asked in both orders, once, and never mixed in."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook import RekaError, Study, submit
from reka_notebook.chat.costs import Expected
from reka_notebook.chat.judging import read_choice
from reka_notebook.jobs import Take, controller
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.faults import Fault
from reka_notebook.study import voting
from tests.conftest import PHOTO
from tests.processes import ask_soon
from tests.unit.api.conftest import Wire, wires
from tests.unit.chat.conftest import said
from tests.unit.jobs.conftest import film, sandboxes

__all__ = ["film", "sandboxes", "wires"]

MODEL = "reka-edge-2603"
PROMPTS = ("a slow pan over the bay", "a fast pan over the bay", "a boat under the moon")


@pytest.fixture
def sandbox(sandboxes: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    ask_soon(monkeypatch)
    made = sandboxes()
    reka_notebook.configure(base_url=made.url)
    return made


@pytest.fixture
def takes(sandbox: Sandbox) -> list[Take]:
    return [submit(prompt, PHOTO, model="kling-v3-pro").result(30) for prompt in PROMPTS]


def chats(sandbox: Sandbox) -> int:
    return sum(step.step == "chat" for step in sandbox.log)


def larger(one: Take, other: Take) -> Take | None:
    """Return what the sandbox prefers."""
    sizes = one.file.bytes, other.file.bytes
    return None if sizes[0] == sizes[1] else one if sizes[0] > sizes[1] else other


def test_it_votes_in_both_orders_once_and_is_mixed_with_nobody(
    takes: list[Take], sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    study = Study(takes)
    first, second, _ = takes
    preferred = larger(first, second)
    study.add(second, first, preferred)
    plan = study.ask_model(pairs=2, dry_run=True)
    assert isinstance(plan, str)
    assert plan.startswith(
        "Asks Reka Edge about 2 pairs, each in both orders: 4 questions. Each sends the whole video"
    )
    assert plan.endswith("to this machine. For each: no charge: answered on this machine.")
    assert chats(sandbox) == 0

    votes: Any = study.ask_model(pairs=2)
    assert capsys.readouterr().out == f"{plan}\n"
    assert (len(votes), chats(sandbox), votes.unreadable) == (4, 4, 0)
    assert {vote.model for vote in votes.kept} == {MODEL}
    asked = [(vote.left, vote.right) for vote in votes.kept]
    assert asked[:2] == [(second.id, first.id), (first.id, second.id)], "what the person judged comes first"
    assert {vote.preferred for vote in votes.kept[:2]} == {preferred and preferred.id}
    assert repr(votes) == (
        f"4 votes by {MODEL}. No charge. {MODEL} agrees in 1 of 1 pair (100%); each of them a tie."
    )

    assert [one.model for one in study.judgements] == [""]
    assert len(Study(takes, model=MODEL).judgements) == 4
    assert study.progress.judged == 1
    assert "4 of 4 votes already exist. Nothing to ask. No charge." in study.ask_model(pairs=2, dry_run=True)
    again: Any = study.ask_model(pairs=2)
    assert (len(again), chats(sandbox)) == (0, 4)
    more: Any = study.ask_model(pairs=9)
    assert (len(more), chats(sandbox)) == (2, 6), "three takes make three pairs"


def test_the_votes_until_a_failure_are_kept_and_not_asked_again(takes: list[Take], sandbox: Sandbox) -> None:
    study = Study(takes)
    study.ask_model(pairs=1)
    sandbox.faults.add(Fault(step="chat", kind="status", status=500))
    with pytest.raises(RekaError, match=r"did not answer.*0 votes so far: saved\."):
        study.ask_model(pairs=3)
    assert len(Study(takes, model=MODEL).judgements) == 2
    votes: Any = study.ask_model(pairs=3)
    assert len(votes) == 4


def test_what_cannot_be_asked_is_refused_before_anything_is_sent(
    takes: list[Take], sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(takes)
    with pytest.raises(RekaError, match=r"reads words only and cannot look at a take\. Nothing was sent"):
        study.ask_model("reka-flash-3")
    with pytest.raises(RekaError, match="Unknown chat model 'edge'"):
        study.ask_model("edge")
    for pairs, words in ((0, "not 0"), ("two", "not 'two'"), (2.5, "not 2.5")):
        with pytest.raises(RekaError, match=f"1 to 200 pairs at a time, {words}"):
            study.ask_model(pairs=pairs)  # type: ignore[arg-type]
    assert chats(sandbox) == 0
    own = {"chat": {MODEL: {"sees": ["image"]}}}
    (tmp_path / "mine.json").write_text(json.dumps(own), "utf-8")
    reka_notebook.configure(catalogue=str(tmp_path / "mine.json"))
    votes: Any = Study(takes).ask_model(pairs=1)
    assert len(votes) == 2
    monkeypatch.setattr(voting, "expect", lambda *_: Expected(0.01, "At most about $0.01."))
    plan = Study(takes).ask_model(pairs=3, dry_run=True)
    assert isinstance(plan, str)
    assert "frames as one" in plan
    assert plan.endswith("For each: at most about $0.01. In all: about $0.04."), "two are answered already"


def test_no_name_is_sent_and_an_answer_without_a_choice_is_no_vote(
    takes: list[Take], wires: Callable[..., Wire]
) -> None:
    wire = wires(said("Both have their merits."), said("Take 2 is better."))
    reka_notebook.configure(base_url=wire.url)
    votes: Any = Study(takes[:2]).ask_model(pairs=1)
    assert (len(votes), votes.unreadable) == (1, 1)
    assert "1 answer did not say which is better." in repr(votes)
    for request in wire.asked:
        message = request.json["messages"][1]["content"]
        films = [
            part["video_url"]["url"].partition(",")[2] for part in message if part["type"] == "video_url"
        ]
        assert [base64.b64decode(data) for data in films] in (
            [takes[0].path.read_bytes(), takes[1].path.read_bytes()],
            [takes[1].path.read_bytes(), takes[0].path.read_bytes()],
        )
        words = json.dumps([part for part in message if part["type"] == "text"])
        for name in (*PROMPTS, takes[0].id, takes[0].file_name, "kling"):
            assert name not in words
    assert controller().library.judgements.among([take.id for take in takes])[0].model == MODEL


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("1", 1),
        (" **2**", 2),
        ("0.", 0),
        ("Take 2 is better.", 2),
        ("They differ in light. Answer: 1", 1),
        ("10", None),
        ("0.5", None),
        ("1/2", None),
        ("Take 2 is better than take 1.", 2),
        ("Take 1 is sharp. Take 2 is blurry. Answer: 1", 1),
        ("Take 1 is worse than take 2.", None),
        ("1 and 2 are equal", None),
        ("2 takes were shown, and 1 moves more.", None),
        ("Neither moves well", None),
        ("", None),
    ],
)
def test_what_an_answer_prefers(text: str, choice: int | None) -> None:
    assert read_choice(text) == choice
