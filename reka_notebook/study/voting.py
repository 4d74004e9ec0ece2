"""Have a chat model vote on pairs of a study's takes, and keep its votes under its name."""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial
from random import Random
from typing import NamedTuple

import anyio.to_thread

from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.call import run
from reka_notebook.chat.costs import expect
from reka_notebook.chat.describing import plan_description
from reka_notebook.chat.instruction import read_instruction
from reka_notebook.chat.judging import JudgeRequest, UnreadableChoice, ask_better
from reka_notebook.chat.model import choose, is_here, line_to
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take
from reka_notebook.key import ask_for_key
from reka_notebook.kinds import kind_of
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.study.pairing import next_pair
from reka_notebook.text import dollars, many

USUAL, MOST = 10, 200
"""Pairs that a model is asked about by default, and at most."""


class VotePlan(NamedTuple):
    """Hold what a model would be asked.

    Args:
        model: The chat model.
        asked: The questions: each pair in both orders, without those it has answered already.
        pairs: How many pairs there are.
        words: What would be asked and what it costs, in words.
    """

    model: ChatModel
    asked: list[JudgeRequest]
    pairs: int
    words: str


class Votes:
    """Hold what a chat model voted.

    Attributes:
        model: What the chat model is called in the catalogue.
        kept: The votes that were kept, oldest first.
        unreadable: How many answers did not say which take is better.
        cost: What it cost, in words.
        agreement: How often it prefers what the person does, in words.
    """

    def __init__(
        self, model: str, kept: Sequence[JudgementRecord], unreadable: int, cost: str, agreement: str
    ) -> None:
        self.model, self.kept, self.unreadable = model, list(kept), unreadable
        self.cost, self.agreement = cost, agreement

    def __len__(self) -> int:
        return len(self.kept)

    def __repr__(self) -> str:
        unread = f" {many(self.unreadable, 'answer')} did not say which is better." if self.unreadable else ""
        return f"{many(len(self.kept), 'vote')} by {self.model}. {self.cost}{unread} {self.agreement}"


def choose_judge(control: Controller, takes: Sequence[Take], model: str | None) -> ChatModel:
    """Return the named chat model, or the first that can look at such takes.

    Raises:
        RekaError: If there is none.
    """
    frames = any(kind_of(take.kind).has_frames for take in takes)
    return choose(control.catalogue, model, "looking", ("video",) if frames else ("image",))


def plan_votes(
    control: Controller,
    takes: Sequence[Take],
    own: Sequence[JudgementRecord],
    votes: Sequence[JudgementRecord],
    *,
    model: str,
    pairs: int | None,
) -> VotePlan:
    """Return what a model would be asked: first pairs the person has judged, then those that tell the most.

    Args:
        own: The person's judgements of these takes.
        votes: What this model has voted on them.
        model: What the model is called in the catalogue.

    Raises:
        RekaError: If the model cannot look at the takes, or there are too many pairs.
    """
    if pairs is not None and not (isinstance(pairs, int) and 1 <= pairs <= MOST):
        raise RekaError(f"Ask a chat model about 1 to {MOST} pairs at a time, not {pairs!r}.")
    by_id = {take.id: take for take in takes}
    chosen = _chosen(by_id, own, votes, USUAL if pairs is None else pairs)
    done = {(one.left, one.right) for one in votes}
    looks = {
        take: plan_description(control, by_id[take], model=model)
        for take in dict.fromkeys(take for pair in chosen for take in pair)
    }
    instruction = read_instruction("judge")
    asked = [
        JudgeRequest(looks[left], looks[right], instruction)
        for pair in chosen
        for left, right in (pair, pair[::-1])
        if (left, right) not in done
    ]
    chat = control.catalogue.chat[model]
    already = 2 * len(chosen) - len(asked)
    words = f"Asks {chat.title} about {many(len(chosen), 'pair')}, each in both orders"
    if already:
        words += f"; {already} of {2 * len(chosen)} votes already exist"
    if not asked:
        return VotePlan(chat, [], len(chosen), f"{words}. Nothing to ask. No charge.")
    host = "this machine" if is_here(control, chat) else chat.url.split("/")[2]
    cost = expect(control, chat)
    in_all = f" In all: about {dollars(len(asked) * cost.dollars)}." if cost.dollars else ""
    return VotePlan(
        chat,
        asked,
        len(chosen),
        f"{words}: {many(len(asked), 'question')}. Each sends {asked[0].left.sent}, and the same for the other "
        f"take, to {host}. For each: {cost.words[:1].lower()}{cost.words[1:]}{in_all}",
    )


def _chosen(
    takes: Collection[str], own: Sequence[JudgementRecord], votes: Sequence[JudgementRecord], wanted: int
) -> list[tuple[str, str]]:
    """Return the pairs to ask about, as many as wanted or possible."""
    chosen: dict[frozenset[str], tuple[str, str]] = {}
    for one in own:
        if len(chosen) < wanted:
            chosen.setdefault(frozenset((one.left, one.right)), (one.left, one.right))
    # The same pairs each time, so that no question is asked, and paid for, twice.
    rng = Random(0)  # noqa: S311
    while len(chosen) < wanted and (pair := next_pair(takes, own, rng, skipped=chosen.keys())):
        chosen[frozenset(pair)] = pair
    return list(chosen.values())


class Tally:
    """Count what a model has answered so far. It is read while the model is asked.

    Attributes:
        kept: The votes that were kept, oldest first.
        unreadable: How many answers did not say which take is better.
        stopped: Whether no further question is to be asked.
    """

    def __init__(self) -> None:
        self.kept: list[JudgementRecord] = []
        self.unreadable = 0
        self.stopped = False
        self._costs: Counter[str] = Counter()

    @property
    def answered(self) -> int:
        """Return how many questions were answered."""
        return len(self.kept) + self.unreadable

    @property
    def cost(self) -> str:
        """Return in words what the answers cost."""
        return cost_words(self._costs)

    async def ask(self, control: Controller, plan: VotePlan) -> None:
        """Ask one question after the other, and save each vote at once.

        Raises:
            RekaError: If there is no answer. The votes until then are kept.
        """
        for one in plan.asked:
            if self.stopped:
                return
            try:
                better, cost = await ask_better(control, one)
            except UnreadableChoice as error:
                self.unreadable += 1
                self._costs[error.cost] += 1
                continue
            except RekaError as error:
                raise RekaError(f"{error} {many(len(self.kept), 'vote')} so far: saved.") from error
            self._costs[cost] += 1
            left, right = one.left.take.id, one.right.take.id
            preferred = None if better is None else better.id
            add = partial(control.library.judgements.add, left, right, preferred, plan.model.name)
            self.kept.append(await anyio.to_thread.run_sync(add))


def ask_votes(control: Controller, plan: VotePlan) -> Tally:
    """Ask, and return what was answered.

    Raises:
        RekaError: If there is no answer. The votes until then are kept.
    """
    if plan.asked:
        line_to(control, plan.model, ask_for_key)  # a key is asked for in the caller's own thread
    tally = Tally()
    run(tally.ask, control, plan)
    return tally


def cost_words(costs: Counter[str]) -> str:
    """Return what some questions cost."""
    said = [f"{count} × {words}" for words, count in costs.items() if words]
    return f"Cost: {'; '.join(said).rstrip('.')}." if said else "No charge."
