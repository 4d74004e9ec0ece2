"""Name the ways in which a job can end without a take.

JobError
├── JobFailed      the service, or what it answered, ended it
├── JobCancelled   a person ended it
└── JobExpired     waiting came to its deadline; it can be resumed
"""

from collections.abc import Mapping
from typing import ClassVar

from reka_notebook.errors import RekaError
from reka_notebook.library.states import State


class JobError(RekaError):
    """Report that a job has no take to give.

    Attributes:
        state: What a job is that ended in this way.
        wrong_key: The service does not know the API key.
    """

    state: ClassVar[State] = State.FAILED
    wrong_key: bool = False


class JobFailed(JobError):
    """Report that the service refused or failed the request, in its own words."""


class JobCancelled(JobError):
    """Report that the job was cancelled."""

    state = State.CANCELLED


class JobExpired(JobError):
    """Report that waiting came to its end; the job is kept and can be resumed without a second charge.

    Args:
        key_refused: Whether the service refused the API key while it had the request.
    """

    state = State.EXPIRED

    def __init__(self, message: str, *, key_refused: bool = False) -> None:
        super().__init__(message)
        self.key_refused = key_refused


ENDINGS: Mapping[State, type[JobError]] = {kind.state: kind for kind in (JobFailed, JobCancelled, JobExpired)}
"""The error by which each bad end is told."""


class SweepFailed(RekaError):
    """Report that takes of a sweep are missing. The others are kept; running it again asks only for what is missing."""
