"""Submit one real request and cancel it at once, to compare the answers with what the catalogue assumes.

It goes through the controller like any other, so that it is on disk before it is sent, is sent once, and is
kept if it finishes nonetheless.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from reka_notebook.api.address import origin
from reka_notebook.catalogue import Catalogue, Endpoint, Mark
from reka_notebook.catalogue.defaults import USUAL_TASK
from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.checks.corrections import compose
from reka_notebook.commands.facts import mark_words
from reka_notebook.commands.terminal import wait
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Job, JobCancelled, State, prepare
from reka_notebook.jobs.models.default import configured_model
from reka_notebook.library import JobRecord

PROMPT = "A test of reka-notebook doctor: a slow dolly in"
SIDE = 512
"""Pixels of the picture that is sent."""

NOT_SENT_YET = (State.PREPARED, State.SUBMITTING)
ADDRESSES = {"status_url": "status", "response_url": "result", "cancel_url": "cancel"}


def check_spending(control: Controller, model: str | None, found: Findings) -> None:
    """Submit, cancel, and compare."""
    known = control.catalogue
    chosen = model or configured_model(known, control.settings.model, USUAL_TASK)
    try:
        endpoint = known.endpoint(chosen) if chosen else known.default
        prepared = prepare(known, PROMPT, _images(endpoint), model=endpoint.id, values=_shortest(endpoint))
        job = control.submit(prepared, notebook_file=None)
        end = _cancelled(job)
    except RekaError as error:
        found.problem("Submission", str(error))
        return
    record = control.library.jobs.get(job.id)
    if "submit" not in record.answers:
        found.problem(
            "Submission", f"not taken: {end}", "Correct what the service names in your catalogue file."
        )
        return
    _check_submitted(record, endpoint, found)
    _check_addresses(record, known, control.settings.base_url, found)
    _check_words(record, known, found)
    found.note("Money", f"{end} (job {record.id}; `reka-notebook show {record.id}` has every answer)")


def _images(endpoint: Endpoint) -> dict[str, Any]:
    from PIL import Image

    picture = Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGB")
    return {name: picture for name, slot in endpoint.images.items() if slot.required}


def _shortest(endpoint: Endpoint) -> dict[str, Any]:
    """Return the shortest duration if there is a choice: it costs least."""
    allowed = endpoint.properties.get("duration", {}).get("enum", [])
    return {"duration": allowed[0]} if allowed else {}


def _cancelled(job: Job) -> str:
    """Cancel a job as soon as the service has it, and return in words how it ended."""
    while not job.status.done and job.status.state in NOT_SENT_YET:
        time.sleep(0.05)
    if not job.status.done:
        job.cancel()
    try:
        take = wait(job)
    except JobCancelled as end:
        return str(end)
    except RekaError as error:
        return str(error)
    if take.from_earlier:
        return "Kept from an earlier check; nothing was submitted or charged this time."
    return f"It was finished before the cancellation came to anything, and is paid for and kept: {take.path}."


def _check_submitted(record: JobRecord, endpoint: Endpoint, found: Findings) -> None:
    found.ok("Submission", f"taken by {endpoint.id} as request {record.request_id}")
    if endpoint.mark("path") in (Mark.assumed, Mark.seen):
        change = {"endpoints": {endpoint.id: {"marks": {"path": Mark.learned.value}}}}
        found.corrections = compose(found.corrections, change)


def _check_addresses(record: JobRecord, known: Catalogue, base_url: str, found: Findings) -> None:
    submitted: Mapping[str, Any] = record.answers["submit"]
    for name, route in ADDRESSES.items():
        address = submitted.get(name)
        if not isinstance(address, str) or not address:
            found.note(name, f"documented, and not in the answer; {known.routes[route]} is used")
            continue
        target = urljoin(f"{base_url}/", address)
        path = urlsplit(target).path.replace(str(record.request_id), "{request_id}")
        if origin(target) != origin(base_url):
            words = f"leads to {origin(target)}, where the key is not sent; {known.routes[route]} is used"
            found.problem(name, words, "If the service has moved, set REKA_BASE_URL to its new address.")
        elif path != known.routes[route]:
            found.problem(
                name, f"is {path}, and the catalogue has {known.routes[route]}", "Correct it as below."
            )
            found.corrections = compose(found.corrections, {"routes": {route: {"path": path}}})
        else:
            found.ok(name, f"is where the catalogue has it ({mark_words(known.route_marks[route])})")
            if known.route_marks[route] in (Mark.assumed, Mark.seen):
                found.corrections = compose(found.corrections, {"routes": {route: {"path": path}}})


def _check_words(record: JobRecord, known: Catalogue, found: Findings) -> None:
    words = {
        name: answer["status"]
        for name, answer in record.answers.items()
        if isinstance(answer, dict) and isinstance(answer.get("status"), str)
    }
    said = ", ".join(f"{word} ({name})" for name, word in words.items())
    if unknown := [word for word in words.values() if known.phase(word) is None]:
        found.problem(
            "Status words", f"not known here: {', '.join(unknown)} of {said}", "Please report this."
        )
    else:
        found.ok("Status words", said)
