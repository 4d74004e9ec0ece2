"""How a job can end without a take.

JobError
├── JobFailed      the service, or what it answered, ended it
├── JobCancelled   a person ended it
└── JobExpired     waiting came to its deadline; it can be resumed
"""

from reka_notebook.errors import RekaError


class JobError(RekaError):
    """A job that has no take to give."""


class JobFailed(JobError):
    """The service refused or failed the request, in its own words."""


class JobCancelled(JobError):
    """The job was cancelled."""


class JobExpired(JobError):
    """Waiting came to its end; the job is kept and can be resumed without a second charge.

    :param key_refused: whether the service refused the API key while it had the request.
    """

    def __init__(self, message: str, *, key_refused: bool = False) -> None:
        super().__init__(message)
        self.key_refused = key_refused
