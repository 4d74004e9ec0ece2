"""Several requests as one: what they would be, where they stand, and steering them."""

from typing import Annotated, Literal

import msgspec

from reka_notebook.widgets.protocol.form import GenerateValue
from reka_notebook.widgets.protocol.images import Framing
from reka_notebook.widgets.protocol.jobs import Job, JobState
from reka_notebook.widgets.protocol.messages import JSON, Request


class SweepPosition(msgspec.Struct, frozen=True):
    """Describe one position of a sweep.

    Attributes:
        state: ``waiting``: not submitted yet, and so costs nothing yet; ``left_out``: never will be.
        stage: The state in words.
        job: Its job's id, which is its take's once it is kept.
    """

    prompt: str
    state: Literal["waiting", "left_out", JobState]
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


class SeveralTraits(msgspec.Struct, frozen=True):
    """Hold what a cell's progress of several requests shows.

    Attributes:
        jobs: Those at work.
        sheet: The style sheet.
    """

    sweep: Sweep
    jobs: list[Job]
    sheet: str


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


class PlannedRequest(msgspec.Struct, frozen=True):
    """Say which one of the form's requests this is, and where it stands.

    Attributes:
        key: What it is left out by, whatever else of the form changes.
        words: What sets it apart from the others, such as ``slow · Duration 8 s``; empty where it is the only one.
        job: The job that made it or is making it, of a form that makes only this one.
    """

    key: str
    words: str
    state: Literal["new", "made", "running"]
    job: str | None
    left_out: bool


class MoreTakes(msgspec.Struct, frozen=True):
    """Say what so many new takes of each request would cost, beside those there are.

    Attributes:
        new: How many that are in all.
        over: Why a budget would refuse them; None where they fit.
    """

    takes: int
    new: int
    amount: str
    over: str | None


class PlanValue(msgspec.Struct, frozen=True):
    """Count the takes that the form would make, and say what they would cost.

    Attributes:
        count: Without those that are left out.
        kept: How many of them are kept already and cost nothing.
        underway: How many of them are being made.
        limit: The budget that has the least left; None where there is none.
        requests: Every request in the order of the grid, also what is left out.
        more: For one, two and four more takes; without those that would be too many.
    """

    count: int
    kept: int
    underway: int
    price: Price
    limit: Limit | None
    requests: list[PlannedRequest]
    more: list[MoreTakes]


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


class PricesValue(msgspec.Struct, frozen=True):
    """Say what one take of each endpoint likely costs, in words, by endpoint; of those whose price is known."""

    prices: dict[str, str]


class Prices(Request, frozen=True, kw_only=True, tag="prices"):
    """Ask what one take of each of these likely costs; nothing is sent to the service."""

    value = PricesValue
    models: list[OtherModel]


class Plan(Request, frozen=True, kw_only=True, tag="plan"):
    """Ask how many takes the form would make, at what price; nothing is sent to the service.

    Attributes:
        settings: A setting may be a list of several values.
        images: A digest for each slot.
        left_out: The keys of the requests that are not to be made.
    """

    value = PlanValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)
    models: list[OtherModel] = msgspec.field(default_factory=list)
    left_out: list[str] = msgspec.field(default_factory=list)


class SweepBegin(Request, frozen=True, kw_only=True, tag="sweep_begin"):
    """Make everything that the form says.

    Attributes:
        agreed: How many new takes were announced to the user and agreed to; 0 at first.
        again: Make new takes of each, even where one is kept.
        takes: How many of each.
        left_out: As in the plan.
    """

    value = SweepValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    agreed: int
    again: bool
    takes: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)
    models: list[OtherModel] = msgspec.field(default_factory=list)
    left_out: list[str] = msgspec.field(default_factory=list)


class SweepControl(Request, frozen=True, kw_only=True, tag="sweep_control"):
    """Pause, resume, cancel, retry or dismiss a sweep as a whole.

    Attributes:
        do: ``retry`` asks once more for what failed, timed out or was cancelled; ``dismiss`` takes a finished sweep
            off the list.
    """

    sweep: str
    do: Literal["pause", "resume", "cancel", "retry", "dismiss"]
