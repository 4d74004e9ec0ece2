"""Describe jobs and takes as facts: for tables, and as JSON for programs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reka_notebook.catalogue import MARKS_IN_WORDS, Mark, load
from reka_notebook.catalogue.catalogue import UNKNOWN_TASK
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs import JobStatus, State
from reka_notebook.jobs.endings import MAYBE_CHARGED, NEW_CHARGE, REKA_DECIDES, is_not_accepted
from reka_notebook.jobs.files.with_sound import SERVICE
from reka_notebook.library import GenerationRequest, JobRecord, Library, TakeRecord
from reka_notebook.text import dollars, many

NAME = 20
"""Columns of the terminal that the name of a fact takes in a list of them."""

_GONE_ON = "Going on with it, from whichever notebook, sends the same key and is no second charge."


def money(record: JobRecord, take: TakeRecord | None = None) -> str:
    """Return what was paid, and what would be charged again."""
    if record.service == SERVICE:
        return "Nothing: it was made on this machine, and is made again for nothing."
    billed = "" if record.billed is None else f"{dollars(record.billed)} billed. "
    return f"{billed}{_charges(record, take)}"


def _charges(record: JobRecord, take: TakeRecord | None) -> str:
    state, submitted = State(record.state), record.request_id is not None
    if record.request.found_as is not None:
        return (
            "It was submitted elsewhere, and charged there if at all; bringing it in cost nothing. A cell that asks "
            "for the same is a new request."
        )
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
            return f"{MAYBE_CHARGED} {NEW_CHARGE}"
        case State.FAILED if not submitted:
            return "The service did not accept it, so nothing was charged."
        case State.FAILED:
            return f"{REKA_DECIDES} {NEW_CHARGE}"


def request_facts(request: GenerationRequest) -> dict[str, Any]:
    """Return what was asked: endpoint, prompt, settings, images, number of the take."""
    words = next((name for name in ("prompt", "text") if request.input.get(name)), None)
    images = {
        slot: [{"name": use.name, "digest": use.digest, "url": use.url} for use in uses]
        for slot, uses in request.images.items()
    }
    return {
        "endpoint": request.endpoint,
        "prompt": request.prompt,
        "settings": {name: value for name, value in request.input.items() if name != words},
        "images": images,
        "take": request.take,
    }


def job_facts(record: JobRecord, *, being_done: bool) -> dict[str, Any]:
    """Return where a job stands; ``being_done`` says whether a process is at work on it now."""
    return {
        "id": record.id,
        "state": record.state,
        "stage": stage(record),
        "being_done": being_done,
        **request_facts(record.request),
        "service": record.service,
        "request_id": record.request_id,
        "attempt": record.attempt,
        "created": iso(record.created),
        "submitted": iso(record.submitted),
        "ended": iso(record.ended),
        "error": record.error,
        "billed_usd": record.billed,
    }


def take_facts(take: TakeRecord, library: Library) -> dict[str, Any]:
    """Return a take and the facts of its main file: sizes in pixels and bytes, times in seconds."""
    main = take.files[0]
    return {
        "id": take.id,
        **request_facts(take.job.request),
        "service": take.job.service,
        "request_id": take.job.request_id,
        "person": take.job.person,
        "kept": iso(take.kept),
        "took": take.took,
        "billed_usd": take.job.billed,
        "shown_again": take.shown_again,
        "requests": take.requests,
        "pinned": take.pinned,
        "rating": take.rating,
        "verdict": take.verdict,
        "note": take.note,
        "remarks": take.remarks,
        "notebook": take.job.notebook,
        "kind": main.kind,
        "media_type": main.media_type,
        "width": main.width,
        "height": main.height,
        "duration": main.duration,
        "bytes": main.bytes,
        "files": [library.media.where(file) for file in take.files],
        "poster": library.media.where_poster(main),
    }


def left_alone(ids: Sequence[str], command: str) -> str:
    """Say that nobody is doing some unfinished jobs, and which command goes on with them; empty without any."""
    if not ids:
        return ""
    jobs = many(len(ids), "unfinished job")
    return f"Nobody is doing {jobs} just now; nothing is charged again by going on: {command} resume {ids[0]}"


def stage(record: JobRecord) -> str:
    """Return the state of a job in words."""
    state, cancelling = State(record.state), record.cancel_wanted is not None
    kind = _made_by(record.request.endpoint) if state is State.RUNNING else ""
    return JobStatus(state, started=record.created, kind=kind, cancelling=cancelling).stage


def _made_by(endpoint: str) -> str:
    """Return what an endpoint makes; nothing where the catalogue does not say."""
    try:
        return load(settings().catalogue).endpoint(endpoint).output
    except RekaError:
        return ""


def model_of(endpoint: str) -> str:
    """Return an endpoint as a table shows it, with its task if that is known and not the usual one."""
    return endpoint.removesuffix("/image-to-video").removesuffix(f"/{UNKNOWN_TASK}")


def mark_words(mark: Mark) -> str:
    """Return how well a fact is known, as a person reads it; JSON and the data keep the mark's own name."""
    return MARKS_IN_WORDS[mark]


def iso(seconds: float | None) -> str | None:
    """Return a time, in seconds since 1970, as ISO 8601 in UTC."""
    return (
        None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    )
