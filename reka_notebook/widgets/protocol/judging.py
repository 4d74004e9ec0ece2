"""Judge takes in pairs, blind: which of two is better, without their names."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from reka_notebook.widgets.protocol.messages import Request, Words
from reka_notebook.widgets.protocol.takes import Kind

Choice: TypeAlias = Literal["left", "right", "tie", "skip"]


class Side(msgspec.Struct, frozen=True):
    """Say what is shown on one side of a pair: what its file is asked for by, and how it is played.

    Attributes:
        take: Never shown.
        fps: Frames a second, where the file says it.
    """

    take: str
    kind: Kind
    width: int | None
    height: int | None
    fps: float | None
    has_audio: bool


class Pair(msgspec.Struct, frozen=True):
    """Put two takes side by side."""

    id: str
    left: Side
    right: Side


class Standing(msgspec.Struct, frozen=True):
    """Say how far the judging is.

    Attributes:
        judged: How many judgements are saved.
        more: About how many more would be enough for a ranking; None where that cannot be said yet.
        words: Both, such as "14 judged; about 20 more would be enough for a ranking."
        note: What else there is to say, such as that a pair was skipped; mostly empty.
    """

    judged: int
    more: int | None
    words: str
    note: str


class JudgingValue(msgspec.Struct, frozen=True):
    """Begin with a pair, and with one that is loaded ahead.

    Attributes:
        judging: What the requests that follow name.
        ratio: Width by height of the place in which each take is shown; it fits all that are judged.
        can_take_back: There is an earlier judgement to take back.
    """

    judging: str
    pairs: list[Pair]
    ratio: float
    standing: Standing
    can_take_back: bool


class BeginJudging(Request, frozen=True, kw_only=True, tag="begin_judging"):
    """Ask for pairs of takes to judge.

    Attributes:
        takes: Empty in a cell, which has its own.
    """

    value = JudgingValue
    takes: Annotated[list[Words], msgspec.Meta(max_length=200)]


class VoteValue(msgspec.Struct, frozen=True):
    """Say that a judgement is saved, and how far the judging is now.

    Attributes:
        pair: One more to load ahead; None where none was asked for, or fewer than two takes are left.
    """

    pair: Pair | None
    standing: Standing


class Vote(Request, frozen=True, kw_only=True, tag="vote"):
    """Judge a pair, or skip it. Repeated for the same pair, it still saves one judgement.

    Attributes:
        more: Answer with one more pair.
    """

    value = VoteValue
    judging: Words
    pair: Words
    choice: Choice
    more: bool


class TakeBackValue(msgspec.Struct, frozen=True):
    """Show the pair whose judgement was taken back.

    Attributes:
        pair: None where there was nothing to take back.
    """

    pair: Pair | None
    standing: Standing
    can_take_back: bool


class TakeBack(Request, frozen=True, kw_only=True, tag="take_back"):
    """Take back the last judgement of a pair.

    Attributes:
        pair: None for the last judgement of an earlier page.
    """

    value = TakeBackValue
    judging: Words
    pair: Words | None


class Ranked(msgspec.Struct, frozen=True):
    """Say how a take did.

    Attributes:
        place: From 1; those that are equal share one.
        words: What distinguishes it from the others.
        share: How likely it beats one of the others, from 0 to 1; None where it was not judged.
        low: The lower end of the interval around that, where there is one.
        high: Likewise, the upper end.
    """

    take: str
    place: int
    words: str
    wins: int
    losses: int
    ties: int
    share: float | None
    low: float | None
    high: float | None


class MadeDifference(msgspec.Struct, frozen=True):
    """Say what difference a varied alternative makes.

    Attributes:
        sentence: Such as "slow beats fast, 7 to 2: likely."
        sure: Whether the difference is likely.
    """

    sentence: str
    sure: bool


class ModelVotes(msgspec.Struct, frozen=True):
    """Say what a chat model voted. Its votes are never counted with the person's.

    Attributes:
        title: What the model is called.
        words: How often it voted, and what is first by its votes.
        pairs: How many pairs the person has judged as well.
        same: How many of them both judged alike.
        chance: The share of pairs that they would judge alike by chance.
        agreement: The last three in a sentence.
    """

    title: str
    words: str
    pairs: int
    same: int
    chance: float
    agreement: str


class JudgedValue(msgspec.Struct, frozen=True):
    """Say what won so far, best first.

    Attributes:
        words: The same in a sentence.
        differences: What made the difference, the surest first.
        notes: What cannot be said, and why.
        models: What chat models voted on the same takes.
    """

    ranked: list[Ranked]
    words: str
    differences: list[MadeDifference]
    notes: list[str]
    models: list[ModelVotes]


class Judged(Request, frozen=True, kw_only=True, tag="judged"):
    """Ask what won so far, with the names."""

    value = JudgedValue
    judging: Words


class VotesPlanValue(msgspec.Struct, frozen=True):
    """Say what a chat model would be asked about the takes, before anything is sent.

    Attributes:
        words: What would be sent where, and what it costs.
        questions: How many questions that are; 0 if it has answered all of them already.
    """

    words: str
    questions: int


class VotesPlan(Request, frozen=True, kw_only=True, tag="votes_plan"):
    """Ask what asking a chat model would send and cost."""

    value = VotesPlanValue
    judging: Words


class VotesValue(msgspec.Struct, frozen=True):
    """Say how far a chat model is with its answers.

    Attributes:
        asked: How many questions there are.
        answered: How many of them are answered.
        running: Whether it is being asked.
        words: The same in words, or why it ended.
        failed: Whether it ended for want of an answer.
    """

    asked: int
    answered: int
    running: bool
    words: str
    failed: bool


class AskVotes(Request, frozen=True, kw_only=True, tag="ask_votes"):
    """Begin to ask a chat model what was planned."""

    value = VotesValue
    judging: Words


class VotesSoFar(Request, frozen=True, kw_only=True, tag="votes_so_far"):
    """Ask how far a chat model is.

    Attributes:
        stop: Ask it nothing more; what it is looking at now still counts.
    """

    value = VotesValue
    judging: Words
    stop: bool


class JudgeTraits(msgspec.Struct, frozen=True):
    """Hold what a cell's judging begins with; all else is asked for.

    Attributes:
        count: How many takes there are to judge.
        sheet: The style sheet.
        instead: The class of the text beside the widget, for where the widget is not drawn.
    """

    count: int
    sheet: str
    instead: str
