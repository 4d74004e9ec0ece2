"""Find endpoints and routes by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from reka_notebook.catalogue.account.models import ListedModel
from reka_notebook.catalogue.endpoint import MODEL, Endpoint, Mark
from reka_notebook.catalogue.errors import UnknownEndpoint
from reka_notebook.catalogue.status_words import folded, without_type
from reka_notebook.errors import RekaError
from reka_notebook.text import nearest

UNKNOWN_TASK = "unknown"
"""The task of a request that was found at the service, which does not tell what it is."""

SHOWN = 20
"""Models that an error lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Hold the endpoints of the service.

    ``endpoints`` are those a person can choose, by ID (``model/task``), in the order to show them.
    ``templates``, by task, serve any model that is not among them. ``routes`` are path templates: models,
    requests, status, result and cancel, the last three with ``{request_id}``; ``route_marks`` says how each
    is known. ``statuses`` are the words that a status may be, each with its phase: queued, running, done,
    failed or cancelled. ``default_order`` are the endpoints that may be the default, the first available one is.

    Where the account's list of models was laid over it: ``absent`` are the endpoints that the list does not
    have, ``aliases`` the endpoints by the list's spelling where it is another, ``unplaced`` the models of which
    no usable task is known, and ``fetched`` when the list came, in seconds since 1970.
    """

    endpoints: Mapping[str, Endpoint]
    templates: Mapping[str, Endpoint]
    routes: Mapping[str, str]
    route_marks: Mapping[str, Mark]
    statuses: Mapping[str, str]
    status_marks: Mapping[str, Mark]
    default_name: str
    default_order: tuple[str, ...]
    absent: frozenset[str] = frozenset()
    aliases: Mapping[str, Endpoint] = field(default_factory=lambda: MappingProxyType({}))
    unplaced: tuple[ListedModel, ...] = ()
    fetched: float | None = None

    @property
    def default(self) -> Endpoint:
        """Return the endpoint used when none is named."""
        return self.endpoint(self.default_name)

    @property
    def default_notice(self) -> str | None:
        """Say that the first choice for the default is not to be had; None where it is the default."""
        first = self.endpoint(self.default_order[0])
        if first.id == self.default.id:
            return None
        return f"{first.model} is not in your account's list; using {self.default.model}."

    @property
    def available(self) -> list[Endpoint]:
        """Return the endpoints, without those that the account's list does not have."""
        return [endpoint for id_, endpoint in self.endpoints.items() if id_ not in self.absent]

    def name_of(self, id_: str) -> str:
        """Return an endpoint as it is written on a line: without its task where the model alone means it."""
        model = id_.rpartition("/")[0]
        try:
            return model if self.endpoint(model).id == id_ else id_
        except RekaError:
            return id_

    def phase(self, word: str) -> str | None:
        """Return what a status word means, compared without case and separators; None for an unknown word."""
        phases = _phases(self)
        return phases.get(folded(word)) or phases.get(without_type(word))

    def endpoint(self, name: str, task: str = "image-to-video") -> Endpoint:
        """Return the endpoint called ``kling-v3-pro``, for this ``task``, or ``kling-v3-pro/text-to-video``.

        A model that is not listed is served by its task's template, but only if it is named with its task, or
        the account has it: then the person means it.

        Raises:
            UnknownEndpoint: If there is none, with the nearest name and the list.
        """
        name = name.strip()
        model, slash, named_task = name.rpartition("/")
        id_ = name if slash else f"{name}/{task}"
        if found := self.endpoints.get(id_) or self.aliases.get(id_):
            return found
        if not slash and any(one.name == name for one in self.unplaced if not one.tasks):
            model, named_task = name, task
        if slash and named_task == UNKNOWN_TASK:
            return unknown_endpoint(model)
        template = self.templates.get(named_task) if named_task and model else None
        if template is not None and MODEL.fullmatch(model):
            return from_template(template, model)
        raise self._unknown(name, id_)

    def _unknown(self, name: str, id_: str) -> UnknownEndpoint:
        model, _, task = id_.rpartition("/")
        others = [known.id for known in self.endpoints.values() if known.model == model]
        untold = [model.name for model in self.unplaced if not model.tasks]
        known = [*self.endpoints, *untold]
        if "/" not in name and others:
            message = f"{name} is not listed for {task}. It is for: {', '.join(others)}."
            return UnknownEndpoint(message, nearest=others[0], known=known)
        by_name = {f"{one}/{task}": one for one in untold}
        near = nearest(id_, [*self.endpoints, *by_name])
        near = by_name.get(near, near) if near else None
        parts = [f"Unknown model {name!r}."]
        if near:
            parts.append(f"Did you mean {near}?")
        more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
        parts.append(f"Known: {', '.join(known[:SHOWN])}{more}.")
        if "/" not in name and task in self.templates and MODEL.fullmatch(name):
            parts.append(f"To try a model that is not listed, name it with its task: {id_}.")
        return UnknownEndpoint(" ".join(parts), nearest=near, known=known)


def from_template(template: Endpoint, model: str) -> Endpoint:
    """Return the endpoint of ``model`` for the template's task; its title is the model's name, its path assumed."""
    path = template.path.replace("{model}", model) if template.path else None
    marks = {fact: mark for fact, mark in template.marks.items() if fact not in ("title", "path")}
    id_ = f"{model}/{template.task}"
    return replace(template, id=id_, model=model, title=model, path=path, marks=marks, template=template.id)


def unknown_endpoint(model: str) -> Endpoint:
    """Return what stands for the endpoint of a request of which the service does not tell the task.

    Nothing can be sent to it, and what it makes is what its file turns out to be.
    """
    name = model if MODEL.fullmatch(model) else UNKNOWN_TASK
    return Endpoint(
        id=f"{name}/{UNKNOWN_TASK}",
        model=name,
        task=UNKNOWN_TASK,
        title=f"Unknown task, {name}" if name != UNKNOWN_TASK else "Unknown model",
        path=None,
        output="file",
        images=MappingProxyType({}),
        schema=MappingProxyType({"type": "object", "properties": {"prompt": {"type": "string"}}}),
        marks=MappingProxyType({}),
    )


def endpoint_title(endpoint: str, known: Catalogue) -> str:
    """Return what an endpoint is called; its ID if the catalogue no longer has it."""
    try:
        return known.endpoint(endpoint).title
    except RekaError:
        return endpoint


@lru_cache(maxsize=8)
def _phases(known: Catalogue) -> Mapping[str, str]:
    """Return the phases by folded word: every answer's status is looked up in them."""
    return {folded(word): phase for word, phase in known.statuses.items()}
