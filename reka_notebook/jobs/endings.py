"""What a person is told when a job ends without a take: what happened, to which request, and what it means for the
money.

Only an answer of the service, or the certainty that it saw nothing, makes an end that the next run begins anew after.
Everything else ends in `JobExpired`, which goes on with the same key and the same request.
"""

from reka_notebook.api import ApiError, Outcome
from reka_notebook.errors import RekaError
from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed
from reka_notebook.jobs.states import State
from reka_notebook.library import JobRecord

_NEW = "Running it again makes a new attempt, which is a new request with a charge of its own."


def failed(record: JobRecord, outcome: Outcome, elsewhere: str = "") -> JobFailed:
    """The service ended the request itself. ``elsewhere``: which other models there are, where that may help."""
    reason = outcome.reason or f"it gave no reason, only the status {outcome.status!r}"
    return JobFailed(
        f"The service failed the request: {reason.rstrip('.')}. (Job {record.id}, request {record.request_id}.) "
        f"Whether a failed request is charged is Reka's to say. {_NEW} {elsewhere}".rstrip()
    )


def gone(record: JobRecord, error: ApiError) -> JobFailed:
    """The service says that it knows no such request, which it had accepted."""
    return JobFailed(
        f"The service does not know request {record.request_id} any more: {error.said} It had accepted it (job "
        f"{record.id}), and may have charged for it. {_NEW}"
    )


def cancelled(record: JobRecord) -> JobCancelled:
    """The service says that it is cancelled."""
    return JobCancelled(
        f"Cancelled (job {record.id}, request {record.request_id}). The service may charge for what it had begun. "
        f"{_NEW}"
    )


def expired(record: JobRecord) -> JobExpired:
    """The deadline passed while the service had it."""
    return JobExpired(
        f"Job {record.id} (request {record.request_id}) was not done at its deadline. It is kept: run it again, or "
        "resume it, and waiting goes on with the same request, without a second charge."
    )


def not_had(record: JobRecord, words: str) -> JobExpired:
    """The service is done, and what it made could not be fetched."""
    return JobExpired(
        f"The service is done (request {record.request_id}), and its file could not be had: {words} The service's "
        f"answer is kept. Run it again, or resume job {record.id}: it is fetched again, and not charged again."
    )


def unforeseen(record: JobRecord, error: RekaError) -> JobError:
    """Something else stands in the way: an image that is gone, a catalogue that has changed."""
    if record.state == State.PREPARED:
        return JobFailed(f"{error} Nothing was sent.")
    return JobExpired(
        f"{error} Job {record.id} may be with the service. It is kept: run it again, or resume it, when that is cured; "
        "it cannot be charged twice."
    )
