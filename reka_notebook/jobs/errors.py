"""Name the ways in which a job can end without a take.

JobError
├── JobFailed      the service, or what it answered, ended it
├── JobCancelled   a person ended it
└── JobExpired     waiting came to its deadline; it can be resumed
"""

from reka_notebook.errors import RekaError


class JobError(RekaError):
    """Report that a job has no take to give."""


class JobFailed(JobError):
    """Report that the service refused or failed the request, in its own words."""


class JobCancelled(JobError):
    """Report that the job was cancelled."""


class JobExpired(JobError):
    """Report that waiting came to its end; the job is kept and can be resumed without a second charge.

    Args:
        key_refused: Whether the service refused the API key while it had the request.
    """

    def __init__(self, message: str, *, key_refused: bool = False) -> None:
        super().__init__(message)
        self.key_refused = key_refused


class SweepFailed(RekaError):
    """Some takes of a sweep are missing. Those that are there are kept; running it again asks only for the others."""
