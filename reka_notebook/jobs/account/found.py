"""Bring a request that the service has, whoever made it, into this library as a take.

No request is submitted here or later: the job's row has the service's ID from its beginning, so that it is only ever
asked about. Such a job never answers a cell: what was sent for it is not known to the last field.
"""

import secrets
from contextlib import suppress

import anyio
import msgspec

from reka_notebook.api import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    Client,
    ListedRequest,
    NotFound,
    Rejected,
)
from reka_notebook.api.connections import check_surroundings
from reka_notebook.api.reading.fields import JsonObject
from reka_notebook.api.reading.request_list import read_listed
from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.account.models import split_model
from reka_notebook.catalogue.catalogue import unknown_endpoint
from reka_notebook.errors import RekaError
from reka_notebook.jobs.account.requests import ID, PATIENCE, endpoint_of, fetch_requests
from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.job import Job
from reka_notebook.library import GenerationRequest, JobRecord
from reka_notebook.library.states import State

MOST = 10_000
"""Requests of a list among which its entry is looked for."""

LIST_WITHIN = 20.0
"""Seconds that its entry is looked for in the list."""

LARGEST_ENTRY = 64 * 2**10
"""Bytes of an entry of the list that is kept."""


def resume_request(control: Controller, request_id: str, *, notebook_file: str | None) -> Job:
    """Return the job of a request that the service has; look it up there, and wait for that, if it is not here.

    Raises:
        RekaError: There is no such request, or it cannot be asked about.
    """
    if not isinstance(request_id, str) or not ID.fullmatch(request_id.strip()):
        raise RekaError(
            "A request's ID is of letters, digits and marks such as - and _, as `reka-notebook requests` lists them, "
            f"and not {request_id!r:.80}. Nothing was sent."
        )
    request_id = request_id.strip()
    own = control.library.jobs.by_request_id(control.service, [request_id]).get(request_id)
    if own is not None:
        return control.resume(own.id)
    control.require_key()
    check_surroundings(control.settings.base_url)
    try:
        told = engine().call(_look_up, control.client(), request_id)
    except ApiError as error:
        raise RekaError(f"Request {request_id} could not be looked up: {error.finally_said}") from error
    if told is None:
        raise RekaError(
            f"The service knows no request {request_id} of this account. Nothing was sent to be made, and nothing was "
            "charged. `reka-notebook requests` lists those that there are."
        )
    now = control.library.now()
    record = JobRecord(
        id=secrets.token_hex(5),
        service=control.service,
        request=_request(told, control.catalogue),
        state=str(State.QUEUED),
        request_id=request_id,
        answers=_kept_answer(told.raw),
        created=now,
        submitted=told.created if told.created is not None and told.created <= now else now,
        notebook=notebook_file,
    )
    return control.adopt(record)


async def _look_up(client: Client, request_id: str) -> ListedRequest | None:
    """Return what the service tells of a request, wherever it does; ``None`` if there is no such request."""
    answer = await _ask(client, request_id)
    if answer is None:
        return None
    told = _read(answer, request_id)
    if not (told.prompt and told.model):
        with suppress(ApiError), anyio.move_on_after(LIST_WITHIN):
            found, _ = await fetch_requests(client, MOST, request_id)
            listed = next((one for one in found if one.request_id == request_id), None)
            if listed is not None:
                told = msgspec.structs.replace(_merged(told, listed), raw=listed.raw)
    if not told.prompt:
        with suppress(ApiError):
            told = _merged(told, _read((await client.result(request_id, patience=PATIENCE)).raw, request_id))
    return told


async def _ask(client: Client, request_id: str) -> JsonObject | None:
    """Return the answer of the status route, or else of the result route; ``None`` if both know no such request.

    Raises:
        ApiError: If neither can tell.
    """
    try:
        return (await client.status(request_id, patience=PATIENCE)).raw
    except (AuthenticationFailed, BalanceUsedUp):
        raise
    except (Rejected, BadAnswer):  # there may be no such route
        pass
    try:
        return (await client.result(request_id, patience=PATIENCE)).raw
    except NotFound:
        return None
    except Rejected as error:
        if isinstance(error, AuthenticationFailed | BalanceUsedUp) or not error.shaped:
            raise
        return {}  # about a request that there is: whoever waits for it reads what is said


def _read(answer: JsonObject, request_id: str) -> ListedRequest:
    told = read_listed({**answer, "request_id": request_id}, lambda _: None)
    return msgspec.structs.replace(told or ListedRequest(request_id=request_id), raw={})


def _merged(told: ListedRequest, more: ListedRequest) -> ListedRequest:
    """Return all that two answers tell of a request; the first goes before."""
    names = ("model", "task", "created", "prompt", "input")
    return msgspec.structs.replace(
        told, **{name: getattr(told, name) or getattr(more, name) for name in names}
    )


def _request(told: ListedRequest, catalogue: Catalogue) -> GenerationRequest:
    """Return what is known of what was asked, under the names that people use."""
    endpoint = endpoint_of(told, catalogue) or unknown_endpoint((split_model(told.model) or ("",))[0])
    files = {name for slot in endpoint.images.values() for name in slot.names}
    given = {endpoint.option(name): value for name, value in told.input.items() if name not in files}
    if told.prompt:
        given[endpoint.prompt_field or "prompt"] = told.prompt
    return GenerationRequest(endpoint=endpoint.id, input=given, found_as=told.request_id)


def _kept_answer(entry: JsonObject) -> JsonObject:
    """Return the entry of the list as it is kept with the job, unless it is too long."""
    return {"listed": entry} if 0 < len(msgspec.json.encode(entry)) <= LARGEST_ENTRY else {}
