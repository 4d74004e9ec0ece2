"""Write what a person is told when a job ends without a take.

That is what happened, to which request, what it means for the money, and what to do next.

Only an answer of the service, or the certainty that it saw nothing, makes an end after which the next run
begins anew. Everything else is a ``JobExpired``, which goes on with the same key and the same request. The
page "When something goes wrong" of the documentation lists these endings in the same words.
"""

import json
from collections.abc import Mapping
from typing import Any

from reka_notebook.api import ApiError, AuthenticationFailed, Outcome
from reka_notebook.api.address import is_loopback
from reka_notebook.errors import RekaError
from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed
from reka_notebook.jobs.whose import whose
from reka_notebook.library import JobRecord
from reka_notebook.library.states import State

NEW_CHARGE = "Running it again is a new, separately charged request."
ANOTHER_CHARGE = "Another take (--fresh) is a new, separately charged request."
MAYBE_CHARGED = "You may be charged for work already started."
REKA_DECIDES = "Reka decides whether a failed request is charged."
GOES_ON = "Nothing is lost: run it again, or resume it, and it goes on with the same request, without a second charge."
NOTHING_CHARGED = "Nothing was charged."
NOT_ACCEPTED = "was not accepted, and nothing was charged."


# Before the service has accepted it


def refused(error: ApiError, elsewhere: str = "", correction: Mapping[str, Any] | None = None) -> JobFailed:
    """Say that the service, or the way to it, has refused a submission, which certainly was not accepted.

    Args:
        error: What it says.
        elsewhere: Which other models there are, if that may help.
        correction: What a person can put into their catalogue, if no known spelling was accepted.
    """
    paste = ""
    if correction is not None:
        paste = (
            "The service accepted none of the known spellings. To correct this, add to your catalogue.json "
            f"(`reka-notebook catalogue` shows where it is): {json.dumps(correction, ensure_ascii=False)}"
        )
    failed = JobFailed(_joined(error.said, NOTHING_CHARGED, "" if paste else error.advice, elsewhere, paste))
    failed.wrong_key = error.is_wrong_key
    return failed


def not_accepted(record: JobRecord, obstacle: str) -> JobExpired:
    """Say that the service has not accepted a submission yet, for certain, and may do so later."""
    return JobExpired(f"{obstacle} Job {record.id} {NOT_ACCEPTED} Run it again, or resume it, later.")


def is_not_accepted(record: JobRecord) -> bool:
    """Return whether a job that stopped waiting was certainly not accepted, at its last try or before."""
    return record.request_id is None and NOT_ACCEPTED in (record.error or "")


def maybe_accepted(record: JobRecord, obstacle: str, advice: str = "") -> JobExpired:
    """Say that a submission may have been accepted, now or at an earlier try."""
    return JobExpired(
        _joined(
            obstacle,
            f"Whether the service accepted job {record.id} is not known. Run it again, or resume it: the same key is "
            "sent, so it cannot be charged twice.",
            advice,
        )
    )


def key_used_before(record: JobRecord, error: ApiError) -> JobExpired:
    """Say that the service sees a conflict: the key was used before, for something else or from elsewhere."""
    return JobExpired(
        _joined(
            error.said,
            "An earlier request with the same key, perhaps from another computer, may have been charged. Run it again, "
            f"or resume job {record.id}, to ask with the same key once more. {ANOTHER_CHARGE}",
        )
    )


def cancelled_in_time() -> JobCancelled:
    """Say that the job was cancelled before the service saw it."""
    return JobCancelled("Cancelled before it was submitted; nothing was charged.")


# After that


def failed(record: JobRecord, outcome: Outcome, elsewhere: str = "") -> JobFailed:
    """Say that the service failed the request.

    Args:
        elsewhere: Which other models there are, if that may help.
    """
    reason = outcome.reason or f"it gave no reason, only the status {outcome.status!r}"
    return _failed(record, f"The service failed the request: {reason.rstrip('.')}.", elsewhere)


def failed_without_result(record: JobRecord, error: ApiError, elsewhere: str = "") -> JobFailed:
    """Say that the service has ended the request, and answers with an error in place of its result."""
    return _failed(record, f"The service has no result for the request: {error.said}", elsewhere)


def _failed(record: JobRecord, words: str, elsewhere: str) -> JobFailed:
    return JobFailed(
        _joined(
            words,
            f"(Job {record.id}, request {record.request_id}.)",
            _charges(record, REKA_DECIDES, NEW_CHARGE),
            elsewhere,
        )
    )


def _charges(record: JobRecord, *words: str) -> str:
    """Return words about charges, of which the sandbox has none."""
    return "" if is_loopback(record.service) else " ".join(words)


def gone(record: JobRecord, error: ApiError) -> JobError:
    """Say that the service does not know a request which it had accepted.

    After it has refused the key that the request was made with, that is no proof: the key in use may be of another
    account, which never knew the request.
    """
    if record.key_refused is not None:
        return JobExpired(
            f"With this API key the service does not know request {record.request_id}: {error.said} Job {record.id} "
            f"was asked with {whose(record)}, which the service refused. Set a key of the same Reka account and run "
            f"it again, or resume it: it is not charged again. {ANOTHER_CHARGE}"
        )
    return JobFailed(
        _joined(
            f"The service does not know request {record.request_id} any more: {error.said} It had accepted it (job "
            f"{record.id}){_charges(record, ', so it may have been charged')}.",
            _charges(record, NEW_CHARGE),
        )
    )


def cancelled(record: JobRecord) -> JobCancelled:
    """Say that the service has cancelled the request."""
    return JobCancelled(
        _joined(
            f"Cancelled (job {record.id}, request {record.request_id}).",
            _charges(record, MAYBE_CHARGED, NEW_CHARGE),
        )
    )


def not_let_in(record: JobRecord, error: ApiError) -> JobExpired:
    """Say that the service takes the key no more, or that the balance is used up, while it has the request."""
    expired = JobExpired(
        f"{error} Request {record.request_id} (job {record.id}) is still with the service: "
        "running it again goes on with it, without a second charge.",
        key_refused=isinstance(error, AuthenticationFailed),
    )
    expired.wrong_key = error.is_wrong_key
    return expired


def no_route(record: JobRecord, error: ApiError, name: str, path: str) -> JobExpired:
    """Say that neither address leads to the request, which points at a route that is wrong in the catalogue."""
    return JobExpired(
        f"The {name} of request {record.request_id} (job {record.id}) cannot be had: {error.said} The catalogue's "
        f"route {name!r} is {path}. If that is wrong, correct it under routes in catalogue.json "
        f"(`reka-notebook catalogue` says where). {GOES_ON}"
    )


def expired(record: JobRecord, obstacle: str | None, *, word: str = "", done: bool = False) -> JobExpired:
    """Say that the deadline passed while the service had it, and what stood in the way last.

    Args:
        word: The service's last status word.
        done: Whether the service has said that the request is at its end.
    """
    request = f"request {record.request_id} (job {record.id})"
    if done:
        words = f"Timed out: {request} is done, but its result could not be had in time."
        words = _joined(words, f"Last problem: {obstacle}" if obstacle else "")
    elif obstacle:
        words = f"Timed out: whether {request} is done is not known. Last problem: {obstacle}"
    else:
        words = f"Timed out: {request} was not done at its deadline."
        words = _joined(words, word and f"The service's last word was {word!r}.")
    return JobExpired(f"{words} {GOES_ON}")


def not_had(record: JobRecord, words: str) -> JobExpired:
    """Say that the service is done, and that what it made could not be fetched."""
    return JobExpired(
        f"The service is done (request {record.request_id}), but its file could not be had: {words} The service's "
        f"answer is kept. Run it again, or resume job {record.id}: it is fetched again, and not charged again."
    )


def too_long(record: JobRecord, error: ApiError) -> JobExpired:
    """Say that the service is done, and that its answer, with the file in it, is longer than what is read."""
    return JobExpired(
        f"The service is done (request {record.request_id}), but what it made could not be had: {error} "
        f"The file stays with the service: running it again, or resuming job {record.id}, asks for it once more, "
        "without a second charge. To have the file by a link, or smaller, ask Reka, with the number of the request."
    )


def unforeseen(record: JobRecord, error: RekaError) -> JobError:
    """Say that something else stands in the way: an image that is gone, a catalogue that has changed."""
    if record.state == State.PREPARED:
        return JobFailed(f"{error} Nothing was sent, and nothing was charged.")
    return JobExpired(
        f"{error} Job {record.id} may be with the service. Once that is fixed, run it again, or resume it: it "
        "cannot be charged twice."
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
