"""Several requests as one: what they would be, where they stand, and steering them."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.form import GenerateValue
from reka_notebook.widgets.protocol.images import Framing
from reka_notebook.widgets.protocol.messages import JSON, Request


class SweepPlace(msgspec.Struct, frozen=True):
    """One place of a sweep; ``job`` is its job's id, and its take's once it is kept."""

    prompt: str
    state: Literal[
        "waiting",
        "prepared",
        "submitting",
        "queued",
        "running",
        "fetching",
        "kept",
        "failed",
        "cancelled",
        "expired",
    ]
    stage: str
    job: str | None
    error: str | None


class Sweep(msgspec.Struct, frozen=True):
    """Several requests as one; ``words`` say where it stands.

    ``places`` are row by row, under the headings of ``columns`` and behind those of ``rows``; one row has none.
    """

    id: str
    endpoint: str
    title: str
    columns: list[str]
    rows: list[str]
    places: list[SweepPlace]
    words: str
    finished: int
    done: bool
    paused: bool
    cancelled: bool
    note: str | None


class PlanValue(msgspec.Struct, frozen=True):
    """How many takes are wanted, and of them, how many are kept already, and how many are being made."""

    count: int
    kept: int
    underway: int


class SweepValue(msgspec.Struct, frozen=True):
    """``sweep`` is None where there were no axes, and ``one`` was done, or where ``new`` are more than agreed to."""

    sweep: str | None
    one: GenerateValue | None
    new: int


class OtherModel(msgspec.Struct, frozen=True):
    """An endpoint that is asked for the same beside the form's own, with the settings as it takes them."""

    endpoint: str
    settings: dict[str, JSON]


class Plan(Request, frozen=True, kw_only=True, tag="plan"):
    """How many takes would the form make? Nothing is sent. A setting may be a list of several values."""

    value = PlanValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)
    models: list[OtherModel] = msgspec.field(default_factory=list)


class SweepBegin(Request, frozen=True, kw_only=True, tag="sweep_begin"):
    """Make all that the form says. ``agreed``: how many new ones the person has been told of and wants.

    ``again`` makes another take of each also where one is kept.
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
    """Do something with a sweep as a whole; ``dismiss`` takes one that is done off the list."""

    sweep: str
    do: Literal["pause", "resume", "cancel", "dismiss"]
