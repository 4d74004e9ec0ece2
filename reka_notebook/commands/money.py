"""What a job means for the money, in words. Charging seems to happen at submission; Reka does not say."""

from reka_notebook.jobs import State
from reka_notebook.jobs.endings import is_not_accepted
from reka_notebook.library import JobRecord, TakeRecord

_GONE_ON = "Going on with it, from whichever notebook, sends the same key and is no second charge."


def money(record: JobRecord, take: TakeRecord | None = None) -> str:
    """What was paid for, and what would be charged again."""
    state, submitted = State(record.state), record.request_id is not None
    if take is not None and take.removed is not None:
        return (
            "It was paid for when it was made, and its files were removed since. The same request again is not sent; "
            "--fresh makes another take, and that is charged."
        )
    match state:
        case State.KEPT:
            return "It was paid for once. The same request again shows this take, and nothing is sent."
        case State.PREPARED:
            return "Nothing has been sent yet, so nothing was charged."
        case State.SUBMITTING:
            return f"It may have been sent, so it may have been charged, once at most. {_GONE_ON}"
        case State.QUEUED | State.RUNNING | State.FETCHING:
            return f"It was submitted, and is charged once at most. {_GONE_ON}"
        case State.EXPIRED if is_not_accepted(record):
            return "The service has not accepted it, so nothing was charged. Going on with it sends it again."
        case State.EXPIRED:
            known = "It was submitted" if submitted else "Whether the service accepted it is not known"
            return f"{known}; it is charged once at most. {_GONE_ON}"
        case State.CANCELLED if not submitted:
            return "It was cancelled before it was submitted, so nothing was charged."
        case State.CANCELLED:
            return (
                "You may be charged for work already started. The same request again is a new, separately charged "
                "request."
            )
        case State.FAILED if not submitted:
            return "The service did not accept it, so nothing was charged."
        case State.FAILED:
            return (
                "Whether a failed request is charged is Reka's to say. The same request again is a new, separately "
                "charged request."
            )
