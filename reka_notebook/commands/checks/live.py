"""Compare what the service answers with what the catalogue assumes.

It asks for lists and for a request that does not exist; nothing is submitted, so nothing is charged.
"""

import math
import time
import uuid
from email.utils import parsedate_to_datetime
from typing import Any

import anyio

from reka_notebook.api import ApiError, NotSent
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.rejection import error_from
from reka_notebook.api.transport import Transport
from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.account.models import read_models
from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.checks.evidence import Shown, Standing
from reka_notebook.commands.checks.models import compare_models, list_in
from reka_notebook.config import Settings
from reka_notebook.jobs import format_duration
from reka_notebook.jobs.gate import gate_of
from reka_notebook.key import Key
from reka_notebook.text import many

SKEW = 60.0
"""Seconds by which two clocks may differ: beyond, dates in the library and in the service's lists do not match."""

_REACH = "Check the network, a proxy (HTTPS_PROXY), and the base URL."


async def check_service(base_url: str, path: str, found: Findings) -> None:
    """Ask once, without a key, and record whatever the service says to that."""
    http = Transport(base_url, None)
    try:
        begun = time.time()
        answer = await http.send("GET", path, timeout=10.0)
        middle = (begun + time.time()) / 2
    except ApiError as error:
        todo = error.advice if isinstance(error, NotSent) and "advice" in vars(error) else _REACH
        found.problem("Service", error.said, todo)
        return
    finally:
        await http.close()
    _check_answer(answer, found)
    _check_clock(answer.headers.get("date"), middle, found)


def _check_answer(answer: Answer, found: Findings) -> None:
    if answer.is_page:
        found.problem(
            "Service",
            f"answers with a web page (HTTP {answer.status})",
            "Something between here and the service answers in its place, or the base URL is not its API's.",
        )
    elif answer.status >= 500:
        found.problem(
            "Service", f"answers with HTTP {answer.status}: it has a problem of its own", "Try again later."
        )
    else:
        asks = ", and asks for a key, as it should" if answer.status in (401, 403) else ""
        found.ok("Service", f"answers{asks} (HTTP {answer.status})")


def _check_clock(date: str | None, now: float, found: Findings) -> None:
    try:
        ahead = now - parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        found.note("Clock", "cannot be compared: the service did not say what time it is")
        return
    if abs(ahead) <= SKEW:
        found.ok("Clock", "agrees with the service's")
    else:
        words = f"{format_duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} the service's"
        found.problem("Clock", words, "Set this computer's clock, or let it be set from the network.")


MOST_PATHS = 12
"""Paths that are asked for."""

KNOWN_WAYS = "A submission's own addresses are used before these routes."


class Service:
    """Ask the service within the budget of the key."""

    def __init__(self, settings: Settings, key: Key | None) -> None:
        self._http = Transport(settings.base_url, key, header=settings.key_header)
        self._gate = gate_of(settings, key)
        self.without_id: list[str] = []

    async def get(self, name: str, path: str) -> Answer:
        """Return an answer, whatever its status; one without a request ID is remembered under this name.

        Raises:
            ApiError: If there is none.
        """
        if self._gate is not None:
            await anyio.sleep(await self._gate.enter(math.inf))
        answer = await self._http.send("GET", path, timeout=20.0)
        if name and "x-request-id" not in answer.headers:
            self.without_id.append(name)
        return answer

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()


async def check_live(settings: Settings, key: Key | None, known: Catalogue, found: Findings) -> None:
    """Compare the service with the catalogue."""
    service = Service(settings, key)
    try:
        if not await _check_models(service, known, found):
            return
        await _check_requests(service, known, found)
        unknown = str(uuid.uuid4())
        for name in ("status", "result"):
            await _check_unknown(service, name, known.routes[name].replace("{request_id}", unknown), found)
        await _check_paths(service, known, found.shown)
        if service.without_id:
            found.note("X-Request-ID", f"documented, and missing on: {', '.join(service.without_id)}")
        else:
            found.ok("X-Request-ID", "on every answer")
    except ApiError as error:
        found.problem("Service", error.said, "Try again; the rest was not checked.")
    finally:
        await service.close()


async def _check_models(service: Service, known: Catalogue, found: Findings) -> bool:
    """Compare the list of models, and return whether it is worth going on."""
    answer = await service.get("models", known.routes["models"])
    if answer.status in (401, 403):
        found.problem(
            "Key accepted",
            f"no: {error_from(answer).said}",
            "Copy the key again from Reka's console, or try the other header: configure(key_header='X-Api-Key').",
        )
        return False
    found.ok("Key accepted", "yes" if answer.status == 200 else f"as far as an HTTP {answer.status} tells")
    found.shown.listed = read_models(_json(answer)) if answer.status == 200 else None
    _note_route(found, "models", answer, there=found.shown.listed is not None)
    if found.shown.listed is not None:
        compare_models(known, found.shown.listed, found)
    else:
        found.note("Models", f"no list of models at {known.routes['models']}: {_said(answer)}")
    limit = answer.headers.get("x-ratelimit-requests-limit")
    if limit:
        found.ok("Rate limit", f"the service says {limit[:40]}; see configure(requests_per_minute=...)")
    return True


async def _check_requests(service: Service, known: Catalogue, found: Findings) -> None:
    answer = await service.get("requests", known.routes["requests"])
    listed = list_in(_json(answer))
    _note_route(found, "requests", answer, there=answer.status == 200 and listed is not None)
    if answer.status == 200 and listed is not None:
        words = (one.get(name) for one in listed if isinstance(one, dict) for name in ("status", "state"))
        found.shown.words |= {word[:60] for word in words if isinstance(word, str)}
        found.ok("Requests", f"{many(len(listed), 'request')} listed by the service")
    else:
        found.note("Requests", f"no list of requests at {known.routes['requests']}: {_said(answer)}")


async def _check_unknown(service: Service, name: str, path: str, found: Findings) -> None:
    """Ask for a request that does not exist, and look at the error's shape."""
    answer = await service.get(name, path)
    body = _json(answer)
    error = body.get("error") if isinstance(body, dict) else None
    documented = isinstance(error, dict) and isinstance(error.get("message"), str)
    title = f"Route {name}"
    _note_route(found, name, answer, there=documented and answer.status < 500)
    if answer.is_page or answer.status == 405 or answer.status >= 500:
        todo = (
            f'Once you know the right path: {{"routes": {{"{name}": {{"path": "/v2/..."}}}}}}. {KNOWN_WAYS}'
        )
        found.problem(title, f"does not work at {path}: {_said(answer)}", todo)
    elif answer.status == 404 and documented and error is not None and error.get("type") == "not_found_error":
        found.ok(title, "says of an unknown request what is documented (404, not_found_error)")
    elif documented:
        kind = error.get("type") or error.get("code") if error is not None else None
        words = (
            f"says HTTP {answer.status}, {kind}, of an unknown request; documented is 404, not_found_error"
        )
        found.note(title, words)
    else:
        found.note(
            title,
            f"says of an unknown request what is not documented: {_said(answer)}",
            f"It may not be there. {KNOWN_WAYS}",
        )


def _note_route(found: Findings, name: str, answer: Answer, *, there: bool) -> None:
    gone = answer.is_page or answer.status == 405 or (answer.status == 404 and name in ("models", "requests"))
    standing = Standing.CONFIRMED if there else Standing.CONTRADICTED if gone else Standing.UNKNOWN
    found.shown.routes[name] = (standing, f"HTTP {answer.status}")


async def _check_paths(service: Service, known: Catalogue, shown: Shown) -> None:
    """Ask for each path with GET, which submits nothing: a 405 says that the path is there.

    Each task is asked with a model that nobody has as well: where that is a 405 too, only the list of models tells
    which of them are there.
    """
    nobody = f"no-such-model-{uuid.uuid4().hex[:8]}"
    controls: dict[str, int] = {}
    for task, template in known.templates.items():
        answer = await service.get("", (template.path or "").replace("{model}", nobody))
        controls[task] = answer.status
        if answer.status == 405:
            shown.paths[template.id] = (Standing.CONFIRMED, "HTTP 405 to a GET")
    for endpoint in [one for one in known.endpoints.values() if one.path][:MOST_PATHS]:
        status = (await service.get("", endpoint.path or "")).status
        control = controls.get(endpoint.task)
        if status == 405 and control == 404:
            shown.paths[endpoint.id] = (Standing.CONFIRMED, "HTTP 405 to a GET")
        elif status == 404 and control == 405:
            shown.paths[endpoint.id] = (Standing.CONTRADICTED, "HTTP 404 to a GET")


def _json(answer: Answer) -> Any:
    read = answer.json()
    return read.value if read is not None else None


def _said(answer: Answer) -> str:
    if answer.is_page:
        return f"HTTP {answer.status}, a web page"
    return f"HTTP {answer.status}, {answer.words(120) or 'nothing'}"
