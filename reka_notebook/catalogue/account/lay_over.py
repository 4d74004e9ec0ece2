"""Lay what the catalogue knows over an account's list of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from types import MappingProxyType

from reka_notebook.catalogue.account.models import ListedModel, ModelList
from reka_notebook.catalogue.build import letters
from reka_notebook.catalogue.catalogue import Catalogue, from_template
from reka_notebook.catalogue.defaults import Default
from reka_notebook.catalogue.endpoint import Endpoint, Mark

MOST_SHOWN = 200
"""Endpoints that are known from the list alone, and offered beside the catalogue's own."""

LISTED_NOTE = "Your account lists this model. Only its task is known, so its options are the usual ones."


def lay_over(known: Catalogue, listed: ModelList) -> Catalogue:
    """Return the catalogue of an account: what it has first, then what only its list names, then what it has not.

    Nothing counts as missing where the list is only a part. An endpoint that the list spells otherwise
    (``veo3.1``) keeps its ID, by which its takes are found, and is sent to the path that the list means. The
    list's spelling is understood too, with an ID of its own: takes made by that name are found as well.
    """
    by_name = {model.name: model for model in listed.models}
    spelled = {letters(model.name): model.name for model in reversed(listed.models)}
    there: dict[str, Endpoint] = {}
    absent: dict[str, Endpoint] = {}
    aliases: dict[str, Endpoint] = {}
    used: set[tuple[str, str]] = set()
    for id_, endpoint in known.endpoints.items():
        name = endpoint.model if endpoint.model in by_name else spelled.get(letters(endpoint.model))
        if name is None or not _is_for(by_name[name], endpoint.task, known.templates):
            absent[id_] = endpoint
            continue
        used.add((name, endpoint.task))
        there[id_] = _confirmed(endpoint, name)
        if name != endpoint.model:
            alias = f"{name}/{endpoint.task}"
            aliases[alias] = replace(there[id_], id=alias, model=name, template=id_)
    others = (
        (known.templates[task], model)
        for model in listed.models
        for task in model.tasks
        if task in known.templates and (model.name, task) not in used
    )
    made = (_only_listed(template, model) for template, model in islice(others, MOST_SHOWN))
    shown = {endpoint.id: endpoint for endpoint in made}
    missing = {} if listed.partial else absent
    endpoints = MappingProxyType({**there, **({} if missing else absent), **shown, **missing})
    available = {id_: one for id_, one in endpoints.items() if id_ not in missing}
    return replace(
        known,
        endpoints=endpoints,
        defaults=MappingProxyType(
            {task: _default(known, task, available, listed) for task in {**known.templates, **known.defaults}}
        ),
        aliases=MappingProxyType(aliases),
        absent=frozenset(missing),
        unplaced=tuple(model for model in listed.models if _is_unplaced(model, used, known.templates)),
        fetched=listed.fetched,
    )


def _is_for(model: ListedModel, task: str, tasks: Mapping[str, Endpoint]) -> bool:
    """Return whether a model does a task; where the list names none that is known here, it may do any."""
    return task in model.tasks or not any(one in tasks for one in model.tasks)


def _is_unplaced(model: ListedModel, used: set[tuple[str, str]], tasks: Mapping[str, Endpoint]) -> bool:
    """Return whether a model cannot be offered, because what it is for is not known here."""
    return not any(task in tasks for task in model.tasks) and all(name != model.name for name, _ in used)


def _confirmed(endpoint: Endpoint, name: str) -> Endpoint:
    """Return an endpoint that the account has. A note on a path that was only assumed is settled."""
    path, note = endpoint.path, endpoint.note
    if endpoint.mark("path") is Mark.assumed and path is not None:
        path, note = path.replace(f"/{endpoint.model}/", f"/{name}/"), None
    return replace(endpoint, path=path, note=note)


def _only_listed(template: Endpoint, model: ListedModel) -> Endpoint:
    made = from_template(template, model.name)
    return replace(made, title=model.title or made.title, note=LISTED_NOTE)


def _default(known: Catalogue, task: str, available: Mapping[str, Endpoint], listed: ModelList) -> Default:
    """Choose the first available one of the stated order, else the list's first for the task, else the order's first.

    What a person has made the default stays it.
    """
    default = known.defaults.get(task, Default())
    if default.by_hand:
        return default
    known_as = {known.endpoint(name).id: name for name in default.order}
    chosen = next((id_ for id_ in known_as if id_ in available), None)
    if chosen is None and not listed.partial:
        alike = (id_ for id_, one in available.items() if one.task == task and one.path is not None)
        chosen = next(alike, None)
    return replace(default, chosen=chosen or next(iter(default.order), None))
