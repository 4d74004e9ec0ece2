"""Test judging as a page asks for it: pairs, what is kept of them, and what two pages make of it."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import reka_notebook
from reka_notebook.display import formatters
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, controller
from reka_notebook.library import Library
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.faults import Fault
from reka_notebook.widgets import protocol
from reka_notebook.widgets.judging.handlers import JudgeSide
from reka_notebook.widgets.judging.widget import JudgeWidget
from tests.unit.widgets.studio.test_recall import until


class Page:
    """Ask as a page does that judges takes, and hear what is told beside it."""

    def __init__(self, takes: list[Take]) -> None:
        self.told: list[protocol.Standing | protocol.JudgedValue] = []
        self._handlers = JudgeSide(controller(), (), self.told.append).handlers
        self.begun = self.ask("begin_judging", takes=[take.id for take in takes])
        self.pairs: list[protocol.Pair] = self.begun.pairs

    def ask(self, type_: str, **fields: Any) -> Any:
        request = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
        return asyncio.run(self._handlers[type(request)](request, []))[0]  # type: ignore[arg-type]

    def vote(self, choice: str, pair: protocol.Pair | None = None) -> protocol.VoteValue:
        pair = pair or self.pairs.pop(0)
        value: protocol.VoteValue = self.ask(
            "vote", judging=self.begun.judging, pair=pair.id, choice=choice, more=True
        )
        if value.pair:
            self.pairs.append(value.pair)
        return value

    def take_back(self, pair: protocol.Pair | None = None) -> protocol.TakeBackValue:
        value: protocol.TakeBackValue = self.ask(
            "take_back", judging=self.begun.judging, pair=pair and pair.id
        )
        return value

    def won(self) -> protocol.JudgedValue:
        value: protocol.JudgedValue = self.ask("judged", judging=self.begun.judging)
        return value


@pytest.fixture
def make(sandbox: Sandbox, photo: Path) -> Callable[..., list[Take]]:
    """Return what makes a take of each prompt."""

    def make_them(*prompts: str, image: Path | None = photo, model: str = "kling-v3-pro") -> list[Take]:
        return [reka_notebook.submit(prompt, image, model=model).result(60) for prompt in prompts]

    return make_them


def kept() -> list[JudgementRecord]:
    """Return what is kept of all takes, as a second reader of the library sees it."""
    library = Library(controller().library.home)
    try:
        return library.judgements.among([take.id for take in library.takes.newest(100)])
    finally:
        library.close()


def names(pair: protocol.Pair) -> frozenset[str]:
    return frozenset((pair.left.take, pair.right.take))


def test_what_is_judged_is_kept_once_at_once_and_until_it_is_taken_back(
    make: Callable[..., list[Take]],
) -> None:
    takes = make("A slow pan", "A fast pan", "A slow tilt", "A fast tilt")
    page = Page(takes)
    assert len(page.pairs) == 2
    assert names(page.pairs[0]) != names(page.pairs[1]), "what is loaded ahead is another pair"
    assert page.begun.standing.words.startswith("0 judged; about ")
    assert (page.begun.can_take_back, page.begun.ratio) == (False, pytest.approx(1.5, 0.02))

    first = page.pairs[0]
    value = page.vote("right")
    assert page.vote("left", first).standing.judged == 1, "asked for twice, it is kept once"
    (judgement,) = kept()
    assert (judgement.left, judgement.right) == (first.left.take, first.right.take)
    assert (judgement.preferred, judgement.model) == (first.right.take, "")
    assert value.standing.more is not None
    tie = page.pairs[0]
    page.vote("tie")
    page.vote("skip")
    assert [one.preferred for one in kept()] == [first.right.take, None]

    assert page.take_back(tie).pair == tie
    assert [one.preferred for one in kept()] == [first.right.take]
    page.vote("left", tie)
    assert [one.preferred for one in kept()] == [first.right.take, tie.left.take]
    assert [told.judged for told in page.told if isinstance(told, protocol.Standing)][-1] == 2


def test_sides_are_random_and_a_pair_that_was_skipped_does_not_come_back_soon(
    make: Callable[..., list[Take]],
) -> None:
    takes = make("A slow pan", "A fast pan", "A slow tilt")
    page = Page(takes)
    skipped = names(page.pairs[0])
    page.vote("skip")
    seen = [page.pairs[0]]
    for _ in range(12):
        page.vote("tie")
        seen.append(page.pairs[0])
    assert skipped not in map(names, seen)
    lefts: dict[frozenset[str], set[str]] = {}
    for pair in seen:
        lefts.setdefault(names(pair), set()).add(pair.left.take)
    assert any(len(found) == 2 for found in lefts.values()), "either take stands on either side"


def test_backspace_after_a_reload_takes_back_what_was_said_before_it_and_not_what_another_page_says(
    make: Callable[..., list[Take]],
) -> None:
    takes = make("A slow pan", "A fast pan")
    before = Page(takes)
    before.vote("left")
    before.vote("tie")
    page, other = Page(takes), Page(takes)
    assert page.begun.can_take_back
    other.vote("right")
    assert page.vote("left").standing.judged == 4, "what is said elsewhere counts at once"
    assert page.take_back().pair is not None
    assert [one.preferred is None for one in kept()] == [False, False, False], (
        "the tie was the last before it"
    )
    back = page.take_back().pair
    assert back is not None
    assert names(back) == {take.id for take in takes}
    value = page.take_back()
    assert (value.pair, value.can_take_back, len(kept())) == (None, True, 2)
    # Both take back the same: nothing is lost that was not meant.
    third = Page(takes)
    controller().library.judgements.take_back(kept()[-1].id)
    assert third.take_back().pair is not None
    assert third.take_back().pair is None
    assert kept() == []


def test_a_take_that_was_removed_meanwhile_is_passed_over(make: Callable[..., list[Take]]) -> None:
    takes = make("A slow pan", "A fast pan", "A slow tilt")
    page = Page(takes)
    pair = page.pairs[0]
    controller().library.takes.remove(pair.left.take, controller().library.now())
    value = page.vote("left")
    assert value.standing.note == "A take of this pair was removed, so the pair was skipped."
    assert kept() == []
    assert value.pair is not None
    assert pair.left.take not in names(value.pair)
    others = {take.id for take in takes} - {pair.left.take}
    page.pairs = [value.pair]
    assert page.vote("right").standing.judged == 1
    assert {one.take for one in page.won().ranked} == others
    controller().library.takes.remove(others.pop(), controller().library.now())
    value = page.vote("right")
    assert value.pair is None
    assert value.standing.words == "0 judged; fewer than two takes are left."


def test_what_won_has_the_names_and_what_tells_them_apart(make: Callable[..., list[Take]]) -> None:
    slow, fast, third = make("A slow pan over the bay", "A fast pan over the bay", "A wild pan over the bay")
    page = Page([slow, fast, third])
    assert page.won().words == "Nothing judged yet."
    library = controller().library
    for _ in range(3):
        library.judgements.add(slow.id, fast.id, slow.id)
    library.judgements.add(fast.id, slow.id, slow.id, model="reka-flash")
    value = page.won()
    assert "enough" not in value.words
    assert [one.words for one in value.ranked] == ["slow", "fast", "wild"]
    assert [(one.wins, one.losses, one.ties) for one in value.ranked] == [(3, 0, 0), (0, 3, 0), (0, 0, 0)]
    assert "slow" in value.words
    assert isinstance(page.told[-1], protocol.JudgedValue)
    for _ in range(9):
        for one, other in ((slow, fast), (fast, third), (slow, third)):
            library.judgements.add(one.id, other.id, one.id)
    assert page.won().words == "After 30 judgements, first: slow. That is enough for a ranking."


def test_what_cannot_be_judged_is_said_with_what_to_do(make: Callable[..., list[Take]]) -> None:
    (film,) = make("A slow pan")
    (image,) = make("A red boat", image=None, model="nano-banana")
    for takes, words in (
        ([film], "at least two takes"),
        ([film, film], "at least two takes"),
        ([film, image], "1 video and 1 image can't be judged against each other. Judge one kind at a time."),
    ):
        with pytest.raises(RekaError, match=words):
            Page(takes)
        with pytest.raises(RekaError, match=words):
            JudgeWidget(takes)
    with pytest.raises(RekaError, match="belongs to another page"):
        Page(make("A slow tilt", "A fast tilt")).vote("left", protocol.Pair("no", None, None))  # type: ignore[arg-type]


def test_a_cell_tells_no_name_until_somebody_has_looked_at_what_won(
    make: Callable[..., list[Take]], monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = make("A slow pan", "A fast pan")
    shown: list[str] = []
    monkeypatch.setattr(
        "reka_notebook.widgets.judging.widget.ipython.update_display",
        lambda data, **_: shown.append(data["text/html"]),
    )
    widget = formatters.judge(takes, lambda: {"text/html": "<b>slow beats fast</b>"})
    assert isinstance(widget, JudgeWidget)
    side = JudgeSide(controller(), [take.id for take in takes], widget._tell)

    def ask(type_: str, **fields: Any) -> Any:
        request = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
        return asyncio.run(side.handlers[type(request)](request, []))[0]  # type: ignore[arg-type]

    begun = ask("begin_judging", takes=[])
    ask("vote", judging=begun.judging, pair=begun.pairs[0].id, choice="left", more=True)
    assert "1 judged" in shown[-1]
    for html in [*shown, widget._instead()["text/html"], repr(widget), str(widget.get_state())]:
        for name in ("slow", "fast", "kling", takes[0].id, takes[0].file_name):
            # The style sheet and the script are no page of names.
            assert name not in html.replace(widget.sheet, "").replace(str(widget._esm), "")[:4000], name
    ask("judged", judging=begun.judging)
    assert "slow beats fast" in shown[-1]
    assert widget.instead in shown[-1]
    widget.close()


def test_a_chat_model_votes_on_request_apart_from_the_person_and_is_stopped(
    make: Callable[..., list[Take]], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = make("A slow pan over the bay", "A fast pan over the bay", "A wild pan over the bay")
    page = Page(takes)

    def so_far(*, stop: bool = False) -> protocol.VotesValue:
        value: protocol.VotesValue = page.ask("votes_so_far", judging=page.begun.judging, stop=stop)
        return value

    def ended() -> protocol.VotesValue:
        until(lambda: not so_far().running)
        return so_far()

    with pytest.raises(RekaError, match="Nothing is planned yet"):
        page.ask("ask_votes", judging=page.begun.judging)
    page.vote("left")
    plan = page.ask("votes_plan", judging=page.begun.judging)
    assert plan.questions == 6
    assert "to this machine. For each: no charge" in plan.words
    assert not page.won().models, "nothing was asked"

    page.ask("ask_votes", judging=page.begun.judging)
    so_far(stop=True)
    stopped = ended()
    assert stopped.answered < 6
    assert stopped.words.startswith(f"Stopped: {stopped.answered} vote")
    sandbox.faults.add(Fault(step="chat", kind="status", status=500))
    assert page.ask("votes_plan", judging=page.begun.judging).questions == 6 - stopped.answered
    page.ask("ask_votes", judging=page.begun.judging)
    assert ended().failed
    assert "votes so far: saved." in so_far().words
    page.ask("votes_plan", judging=page.begun.judging)
    page.ask("ask_votes", judging=page.begun.judging)
    assert ended().words == f"{6 - stopped.answered} votes saved. No charge."
    again = page.ask("ask_votes", judging=page.begun.judging)
    assert again == so_far(), "said again, nothing is asked twice"

    won = page.won()
    (model,) = won.models
    assert (model.title, model.pairs) == ("Reka Edge", 1)
    assert model.words.startswith("6 votes, not counted above. First by its votes: ")
    assert "After 1 judgement, first: " in won.words
    assert page.ask("votes_plan", judging=page.begun.judging).questions == 0
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert [model.words for model in page.won().models] == ["6 votes, not counted above."]
