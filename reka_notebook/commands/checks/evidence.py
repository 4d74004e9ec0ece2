"""Weigh every fact of the catalogue against what the service and the library have shown of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reka_notebook.catalogue import Catalogue, Endpoint, Mark
from reka_notebook.catalogue.account.lay_over import lay_over
from reka_notebook.catalogue.account.models import ModelList
from reka_notebook.catalogue.status_words import folded
from reka_notebook.library import JobRecord
from reka_notebook.library.states import State
from reka_notebook.text import day


class Standing(StrEnum):
    """Say what is known of a fact from the service itself."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fact:
    """Hold one fact of the catalogue and what became of it.

    Attributes:
        of: The endpoint's ID, ``routes`` or ``statuses``.
        name: The fact, as marks name it; ``model`` is that the account has it.
        mark: How the catalogue knows it.
        why: What has shown it; empty where nothing has.
    """

    of: str
    name: str
    mark: Mark
    standing: Standing = Standing.UNKNOWN
    why: str = ""


@dataclass
class Shown:
    """Collect what a comparison with the service has shown.

    Attributes:
        listed: The account's models.
        routes: By name, whether a route is there, and how that was seen.
        paths: The same by an endpoint's ID.
        words: Status words in the service's list of requests.
    """

    listed: ModelList | None = None
    routes: dict[str, tuple[Standing, str]] = field(default_factory=dict)
    paths: dict[str, tuple[Standing, str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


def weigh(known: Catalogue, shown: Shown, records: Sequence[JobRecord]) -> list[Fact]:
    """Return every fact of the catalogue, with what the service has shown of it.

    Args:
        records: The library's jobs with this service.
    """
    accepted: dict[str, list[JobRecord]] = {}
    for record in records:
        if record.request_id is not None:
            accepted.setdefault(record.request.endpoint, []).append(record)
    laid = lay_over(known, shown.listed) if shown.listed is not None else None
    facts = [
        Fact("routes", name, known.route_marks[name], *shown.routes.get(name, (Standing.UNKNOWN, "")))
        for name in known.routes
    ]
    for endpoint in (*known.endpoints.values(), *known.templates.values()):
        facts += _of_endpoint(endpoint, laid, shown, accepted.get(endpoint.id, []))
    return [*facts, *_of_words(known, shown)]


def _of_endpoint(
    endpoint: Endpoint, laid: Catalogue | None, shown: Shown, accepted: Sequence[JobRecord]
) -> Iterator[Fact]:
    template = endpoint.model.startswith("{")
    if not template:
        there = laid is not None and endpoint.id not in laid.absent
        standing = (
            Standing.UNKNOWN if laid is None else Standing.CONFIRMED if there else Standing.CONTRADICTED
        )
        why = "" if laid is None else "in your account's list" if there else "not in your account's list"
        yield Fact(endpoint.id, "model", endpoint.mark("title"), standing, why)
    for name in endpoint.fact_names:
        if name != "title":  # which is this package's own
            yield _weighed(endpoint, name, shown, accepted)


def _weighed(endpoint: Endpoint, name: str, shown: Shown, accepted: Sequence[JobRecord]) -> Fact:
    """Return one fact; what was learned or doubted says more than that a request was accepted."""
    mark = endpoint.mark(name)
    reason = endpoint.reasons.get(name, "")
    if mark is Mark.doubted:
        return Fact(endpoint.id, name, mark, Standing.CONTRADICTED, reason or "an answer contradicted it")
    if mark is Mark.learned and reason:
        return Fact(endpoint.id, name, mark, Standing.CONFIRMED, reason)
    last = max((record for record in accepted if _has(record, name)), key=_when, default=None)
    if last is not None:
        words = "made" if name == "output" else "accepted"
        return Fact(endpoint.id, name, mark, Standing.CONFIRMED, f"{words} on {day(_when(last))}")
    if name == "path" and endpoint.id in shown.paths:
        return Fact(endpoint.id, name, mark, *shown.paths[endpoint.id])
    return Fact(endpoint.id, name, mark)


def _has(record: JobRecord, name: str) -> bool:
    """Return whether an accepted request speaks of a fact."""
    part, _, field_name = name.partition(".")
    if part == "images":
        return bool(record.request.images.get(field_name))
    if part == "input":
        return field_name in record.request.input
    return part == "path" or record.state == State.KEPT


def _when(record: JobRecord) -> float:
    return record.submitted or record.created


def _of_words(known: Catalogue, shown: Shown) -> Iterator[Fact]:
    seen = {folded(word): word for word in shown.words}
    for word, mark in known.status_marks.items():
        there = folded(word) in seen
        standing = Standing.CONFIRMED if there else Standing.UNKNOWN
        yield Fact("statuses", word, mark, standing, "in the list of requests" if there else "")
    for word in sorted(shown.words):
        if known.phase(word) is None:
            yield Fact("statuses", word, Mark.assumed, Standing.CONTRADICTED, "used, and not known here")
