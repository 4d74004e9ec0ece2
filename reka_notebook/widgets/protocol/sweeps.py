"""Several requests as one: what they would be, where they stand, and steering them."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.form import GenerateValue
from reka_notebook.widgets.protocol.images import Framing
from reka_notebook.widgets.protocol.jobs import JobState
from reka_notebook.widgets.protocol.messages import JSON, Request


class SweepPosition(msgspec.Struct, frozen=True):
    """Describe one position of a sweep.

    Attributes:
        state: ``waiting``: not submitted yet, and so costs nothing yet.
        stage: The state in words.
        job: Its job's id, which is its take's once it is kept.
    """

    prompt: str
    state: Literal["waiting", JobState]
    stage: str
    job: str | None
    error: str | None


class Sweep(msgspec.Struct, frozen=True):
    """Describe several requests made as one.

    Attributes:
        rows: The headings of the rows; a sweep of one row has none.
        positions: Row by row.
        words: Where it stands, such as ``3 of 6 done, 1 failed``.
        finished: How many positions have come to an end, good or bad.
        note: Why it paused by itself and what to do about it, or None.
    """

    id: str
    endpoint: str
    title: str
    columns: list[str]
    rows: list[str]
    positions: list[SweepPosition]
    words: str
    finished: int
    done: bool
    paused: bool
    cancelled: bool
    note: str | None


class Price(msgspec.Struct, frozen=True):
    """Say in words what the form would likely cost.

    Attributes:
        new: How many requests would be charged.
        known: Whether ``amount`` names dollars.
        amount: Such as ``about $1.30``.
        span: What it may also be, such as ``maybe $1.00 to $1.70``; empty where the bills agree.
        basis: What it rests on, such as ``from 4 bills · 10 s of video``.
        parts: The same by model, such as ``Veo 3.1 about $0.65``; empty for one model.
    """

    new: int
    known: bool
    amount: str
    span: str
    basis: str
    parts: list[str]


class Limit(msgspec.Struct, frozen=True):
    """Say in words what a budget leaves.

    Attributes:
        left: Such as ``$3.40 of $20 left today``.
        over: Why the form would be refused, and what would fit; None where it fits.
    """

    left: str
    over: str | None


class PlanValue(msgspec.Struct, frozen=True):
    """Count the takes that the form would make, and say what they would cost.

    Attributes:
        kept: How many of them are kept already and cost nothing.
        underway: How many of them are being made.
        limit: The budget that has the least left; None where there is none.
    """

    count: int
    kept: int
    underway: int
    price: Price
    limit: Limit | None


class SweepValue(msgspec.Struct, frozen=True):
    """Name the sweep that was begun.

    Attributes:
        sweep: None where there were no axes, or where ``new`` is more than was agreed to.
        one: What came of the one request, where there were no axes.
    """

    sweep: str | None
    one: GenerateValue | None
    new: int


class OtherModel(msgspec.Struct, frozen=True):
    """Ask another endpoint for the same.

    Attributes:
        settings: The form's settings as this endpoint takes them.
    """

    endpoint: str
    settings: dict[str, JSON]


class Plan(Request, frozen=True, kw_only=True, tag="plan"):
    """Ask how many takes the form would make, at what price; nothing is sent to the service.

    Attributes:
        settings: A setting may be a list of several values.
        images: A digest for each slot.
    """

    value = PlanValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)
    models: list[OtherModel] = msgspec.field(default_factory=list)


class SweepBegin(Request, frozen=True, kw_only=True, tag="sweep_begin"):
    """Make everything that the form says.

    Attributes:
        agreed: How many new takes were announced to the user and agreed to; 0 at first.
        again: Make another take of each, even where one is kept.
    """

    value = SweepValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    agreed: int
    again: bool
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)
    models: list[OtherModel] = msgspec.field(default_factory=list)


class SweepControl(Request, frozen=True, kw_only=True, tag="sweep_control"):
    """Pause, resume, cancel or dismiss a sweep as a whole.

    Attributes:
        do: ``dismiss`` takes a finished sweep off the list.
    """

    sweep: str
    do: Literal["pause", "resume", "cancel", "dismiss"]
