"""The jobs at work, and stopping one."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.messages import Request


class Job(msgspec.Struct, frozen=True):
    """A job as its row shows it; ``elapsed`` and ``expected`` in seconds.

    ``log``: the last lines of the service's own log. ``elsewhere``: another studio has asked for it.
    """

    id: str
    endpoint: str
    title: str
    prompt: str
    state: Literal[
        "prepared", "submitting", "queued", "running", "fetching", "kept", "failed", "cancelled", "expired"
    ]
    stage: str
    queue_position: int | None
    elapsed: float
    expected: float | None
    image: str | None
    error: str | None
    note: str | None
    can_cancel: bool
    log: list[str]
    elsewhere: bool


class ProgressTraits(msgspec.Struct, frozen=True):
    """What a cell's progress shows, and its style sheet."""

    job: Job
    sheet: str


class CancelValue(msgspec.Struct, frozen=True):
    """What became of it, in words."""

    message: str


class Cancel(Request, frozen=True, kw_only=True, tag="cancel"):
    """Cancel a job."""

    value = CancelValue
    job: str


class ResultValue(msgspec.Struct, frozen=True):
    """What the job left, as HTML that needs nothing else; empty where it left no take."""

    html: str


class Result(Request, frozen=True, kw_only=True, tag="result"):
    """Show what a cell's job left, in the view of its progress."""

    value = ResultValue


class Dismiss(Request, frozen=True, kw_only=True, tag="dismiss"):
    """Take an ended job off the list."""

    job: str
