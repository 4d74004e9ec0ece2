"""List the account's requests, and say which of them this library has. Only GET requests are sent."""

import re
from dataclasses import dataclass, replace

import anyio

from reka_notebook.api import ApiError, Client, ListedRequest, Patience, Phase
from reka_notebook.api.connections import check_surroundings
from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.catalogue.account.models import SPELLINGS, split_model, task_of
from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.engine import engine
from reka_notebook.library import JobRecord, TakeRecord

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:@=+-]{0,499}")
"""What the ID of a request that is brought in may be: one segment of a URL's path, never a way up, no shell's word."""

MOST_PAGES = 50
"""Pages that are asked for at most: a list may have no end."""

LIMIT = 20

WITHIN = 60.0
"""Seconds in which pages are asked for."""

PATIENCE = Patience(total=10.0, within=30.0, unreachable=2)

STATES = {
    Phase.QUEUED: "in the queue",
    Phase.RUNNING: "in progress",
    Phase.DONE: "done",
    Phase.FAILED: "failed",
    Phase.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class AccountRequest:
    """Hold a request of the account, and what this library has of it.

    Attributes:
        endpoint: Its ID as the catalogue has it; the service's own words where it does not; empty if not told.
        record: The job that this library has for it.
        take: What that job left.
    """

    listed: ListedRequest
    endpoint: str
    record: JobRecord | None = None
    take: TakeRecord | None = None

    @property
    def state(self) -> str:
        """Return where it stands at the service, in words."""
        listed = self.listed
        if listed.phase is Phase.UNKNOWN:
            return f"“{listed.status}”" if listed.status else "not told"
        failed = listed.phase is Phase.FAILED and listed.error
        return f"{STATES[listed.phase]}: {listed.error}" if failed else STATES[listed.phase]

    @property
    def prompt(self) -> str:
        """Return its prompt: the service's, or that of this library where the service does not tell it."""
        return self.listed.prompt or (self.record.request.prompt if self.record is not None else "")


@dataclass(frozen=True)
class RequestList:
    """Hold the account's newest requests, newest first.

    Attributes:
        complete: Whether these are all.
    """

    requests: tuple[AccountRequest, ...]
    complete: bool

    @property
    def missing(self) -> list[AccountRequest]:
        """Return those that this library does not have."""
        return [one for one in self.requests if one.record is None]

    @property
    def first(self) -> str | None:
        """Return the ID of the first of these that can be brought in."""
        return next(
            (found[0] for one in self.missing if (found := ID.fullmatch(one.listed.request_id))), None
        )


def list_requests(control: Controller, limit: int = LIMIT) -> RequestList:
    """Ask the service for the account's requests, wait for the answer, and return it.

    Raises:
        RekaError: There is no key, or no list can be had.
    """
    control.require_key()
    check_surroundings(control.settings.base_url)
    try:
        found, complete = engine().call(fetch_requests, control.client(), limit)
    except ApiError as error:
        raise RekaError(f"The account's requests could not be listed: {error.finally_said}") from None
    shown = found[:limit]
    known = control.library.jobs.by_request_id(control.service, [one.request_id for one in shown])
    catalogue = control.catalogue
    requests = []
    for listed in shown:
        endpoint = endpoint_of(listed, catalogue)
        record = known.get(listed.request_id)
        take = control.library.takes.get(record.id) if record is not None else None
        told = (
            f"{listed.model}/{listed.task}" if listed.model and listed.task else listed.model or listed.task
        )
        name = (
            endpoint.id if endpoint is not None else record.request.endpoint if record is not None else told
        )
        requests.append(AccountRequest(listed, name, record, take))
    return RequestList(tuple(requests), complete and len(found) <= limit)


async def fetch_requests(
    client: Client, limit: int, wanted: str | None = None
) -> tuple[list[ListedRequest], bool]:
    """Return the account's requests, newest first where the service says when, and whether these are all.

    It ends at whatever page brings nothing new: a service may take no notice of what asks for the next one.

    Args:
        limit: How many are wanted; more may come.
        wanted: A request ID at which to end.
    """
    found: dict[str, ListedRequest] = {}
    following: str | None = None
    until = anyio.current_time() + WITHIN
    for _ in range(MOST_PAGES):
        left = max(0.0, until - anyio.current_time())
        patience = replace(PATIENCE, within=left) if following is not None else PATIENCE
        try:
            page = await client.requests(following, before=len(found), patience=patience)
        except ApiError:
            if following is None:
                raise
            break  # what came is worth more than nothing
        new = {one.request_id: one for one in page.requests if one.request_id not in found}
        found |= new
        following = page.following
        if following is None:
            return _newest_first(found), True
        # A list that begins with the oldest is read to its end: the newest are wanted.
        times = [one.created for one in found.values() if one.created is not None]
        oldest_first = len(times) > 1 and times[0] < times[-1]
        if not new or wanted in found or (len(found) >= limit and not oldest_first):
            break
    return _newest_first(found), False


def _newest_first(found: dict[str, ListedRequest]) -> list[ListedRequest]:
    requests = list(found.values())
    if all(one.created is not None for one in requests):
        requests.sort(key=lambda one: one.created or 0.0, reverse=True)
    return requests


def endpoint_of(listed: ListedRequest, catalogue: Catalogue) -> Endpoint | None:
    """Return the endpoint of a request where the service names its model and its task; else ``None``."""
    model, task = split_model(listed.model) or ("", "")
    task = task or task_of(listed.task)
    if not model or task not in SPELLINGS:
        return None
    try:
        return catalogue.endpoint(f"{model}/{task}")
    except RekaError:
        return None
