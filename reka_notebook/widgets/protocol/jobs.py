"""The jobs at work, and stopping one."""

from typing import Literal, TypeAlias

import msgspec

from reka_notebook.widgets.protocol.form import Form, GenerateValue
from reka_notebook.widgets.protocol.messages import Request

JobState: TypeAlias = Literal[
    "prepared", "submitting", "queued", "running", "fetching", "kept", "failed", "cancelled", "expired"
]


class Job(msgspec.Struct, frozen=True):
    """Describe a job as its row shows it.

    Attributes:
        stage: Its state in words, such as ``Waiting in the queue, 2 ahead``.
        trouble: The stage tells of something between here and the service, and not of the job.
        elapsed: Seconds until this was sent; the browser counts on from there.
        expected: Seconds in all, or None where that is not known.
        image: The digest of its start image, to ask for a preview of.
        log: The last lines of the service's own log.
        elsewhere: Another studio asked for it.
        tall: What it makes will be higher than wide.
    """

    id: str
    endpoint: str
    title: str
    prompt: str
    state: JobState
    stage: str
    trouble: bool
    queue_position: int | None
    elapsed: float
    expected: float | None
    image: str | None
    error: str | None
    note: str | None
    can_cancel: bool
    log: list[str]
    elsewhere: bool
    tall: bool


class ProgressTraits(msgspec.Struct, frozen=True):
    """Hold what the progress view of one job shows.

    Attributes:
        sheet: The style sheet.
    """

    job: Job
    sheet: str


class CancelValue(msgspec.Struct, frozen=True):
    """Say what came of cancelling the job."""

    message: str


class Cancel(Request, frozen=True, kw_only=True, tag="cancel"):
    """Cancel a job."""

    value = CancelValue
    job: str


class ResultValue(msgspec.Struct, frozen=True):
    """Hold what the job left in its cell.

    Attributes:
        html: It needs nothing else to be shown; empty where the job left no take.
    """

    html: str


class Result(Request, frozen=True, kw_only=True, tag="result"):
    """Ask for what a cell's job left, to be shown in place of its progress."""

    value = ResultValue


class Dismiss(Request, frozen=True, kw_only=True, tag="dismiss"):
    """Take an ended job off the list."""

    job: str


class Retry(Request, frozen=True, kw_only=True, tag="retry"):
    """Ask once more for what a job did not make, just as it was; in its position, where it is one of a sweep."""

    value = GenerateValue
    job: str


class RecallJob(Request, frozen=True, kw_only=True, tag="recall_job"):
    """Put a job's request back into the form, to change it: its images into their slots, the rest as the answer.

    Attributes:
        by: The page that asks, which fills its form by the answer.
    """

    value = Form
    job: str
    by: str
