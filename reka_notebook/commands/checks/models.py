"""Compare the service's list of models with the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reka_notebook import catalogue
from reka_notebook.catalogue import UNSURE, Catalogue, CatalogueError, Endpoint, Mark
from reka_notebook.catalogue.account.lay_over import lay_over
from reka_notebook.catalogue.account.models import ModelList
from reka_notebook.catalogue.build import build, letters
from reka_notebook.catalogue.defaults import USUAL_TASK
from reka_notebook.catalogue.overrides import facts, find_patch, with_templates
from reka_notebook.catalogue.sources import bundled
from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.checks.corrections import compose, person_file, read_person_file
from reka_notebook.config import Settings
from reka_notebook.jobs.models.words import notices_of

MOST_NEW = 20
"""Models that are named."""


def check_catalogue(chosen: Settings, found: Findings) -> Catalogue:
    """Return the catalogue; if the person's file is broken, as it comes with the package."""
    try:
        known = catalogue.load(chosen.catalogue, chosen.learned)
    except CatalogueError as error:
        found.problem("Catalogue", str(error), "Correct the file, or move it away.")
        return build(bundled())
    try:
        path = person_file(chosen.catalogue)
        own = read_person_file(path)
    except CatalogueError:  # an account without a folder for it
        own = {}
    if own:
        found.ok("Catalogue", f"with what {path} says of {', '.join(_overrides(own)) or 'nothing'}")
    else:
        found.ok("Catalogue", "as it comes with the package")
    unverified = sum(
        endpoint.mark(fact) in UNSURE
        for endpoint in known.endpoints.values()
        for fact in ("path", *(f"input.{name}" for name in endpoint.properties))
    )
    if unverified:
        found.note(
            "Unverified",
            f"{unverified} paths and fields are not documented by Reka (reka-notebook catalogue lists them)",
        )
    return known


def _overrides(own: Mapping[str, Any]) -> Iterator[str]:
    """Return what a file corrects, a few words for each endpoint."""
    if "default" in own:
        yield "the default"
    for name in own.get("routes", {}):
        yield f"the route {name}"
    for id_, change in own.get("endpoints", {}).items():
        said = (
            [fact.rpartition(".")[2] for fact in facts(change)] if isinstance(change, Mapping) else ["gone"]
        )
        yield f"{id_} ({', '.join(said)})" if said else id_


def compare_models(known: Catalogue, offered: ModelList, found: Findings) -> None:
    """Compare what the service offers with what the catalogue has, and correct spellings and the default."""
    names = [f"{one.name}/{task}" for one in offered.models for task in one.tasks]
    names += [one.name for one in offered.models if not one.tasks]
    listed = [endpoint for endpoint in known.endpoints.values() if endpoint.path is not None]
    here = [endpoint for endpoint in listed if endpoint.id in names or endpoint.model in names]
    other = {endpoint.id: _respelled(endpoint, names) for endpoint in listed if endpoint not in here}
    there = [*here, *(endpoint for endpoint in listed if other.get(endpoint.id))]
    found.ok(
        "Models", f"{len(names)} listed by the service, {len(here)} of {len(listed)} known ones among them"
    )
    for endpoint in listed:
        if new := other.get(endpoint.id):
            found.problem("Spelling", f"{endpoint.id} is called {new} by the service", "Correct it as below.")
            found.corrections = compose(found.corrections, _rename(known, endpoint, new))
    absent = [endpoint for endpoint in listed if endpoint not in there]
    if absent:
        found.note(
            "Not offered", f"{', '.join(endpoint.id for endpoint in absent)}: not in the service's list"
        )
    laid = lay_over(known, offered)
    for notice in notices_of(laid):
        found.note("Default", notice)
    for task, default in known.defaults.items():
        missed = (default.by_hand or task == USUAL_TASK) and laid.default_notice(task) is None
        if missed and (chosen := known.default_for(task)) in absent:
            _correct_default(chosen, there, other, found)
    _name_new(known, [name for name in names if name not in other.values()], found)


def _correct_default(
    default: Endpoint, there: Sequence[Endpoint], other: Mapping[str, str | None], found: Findings
) -> None:
    same = [endpoint for endpoint in there if endpoint.task == default.task]
    todo = "Name a model with --model, or make one the default."
    if same:
        new = other.get(same[0].id) or same[0].id
        found.corrections = compose(found.corrections, {"default": {default.task: new}})
        todo = f"Make {new} the default, as below."
    found.problem("Default", f"{default.id} is the default, and not in the service's list", todo)


def _name_new(known: Catalogue, names: Sequence[str], found: Findings) -> None:
    models = {endpoint.model for endpoint in known.endpoints.values()}
    if new := [name for name in names if name not in known.endpoints and name not in models]:
        more = f" and {len(new) - MOST_NEW} more" if len(new) > MOST_NEW else ""
        words = f"{', '.join(new[:MOST_NEW])}{more}: offered with their task's usual input"
        found.note("New models", words)


def _respelled(endpoint: Endpoint, names: Sequence[str]) -> str | None:
    """Return an endpoint's ID in the list, if it differs only in signs (``veo-3.1``, ``veo3.1``)."""
    for name in names:
        if letters(name) == letters(endpoint.id):
            return name
        if "/" not in name and letters(name) == letters(endpoint.model):
            return f"{name}/{endpoint.task}"
    return None


def _rename(known: Catalogue, endpoint: Endpoint, new: str) -> dict[str, Any]:
    model = new.rpartition("/")[0]
    marks = dict.fromkeys(
        facts({"title": 0, "path": 0, "output": 0, "input": endpoint.schema}), Mark.assumed.value
    )
    marks |= {f"images.{name}": Mark.assumed.value for name in endpoint.images}
    wanted = {
        "title": endpoint.title,
        "path": (endpoint.path or "").replace(f"/{endpoint.model}/", f"/{model}/"),
        "output": endpoint.output,
        "images": {name: slot.data for name, slot in endpoint.images.items()},
        "input": dict(endpoint.schema),
        "marks": {**marks, **{fact: str(mark) for fact, mark in endpoint.marks.items()}, "path": "learned"},
    }
    before = with_templates(bundled(), [new])["endpoints"].get(new, {})
    patch: dict[str, Any] = {"endpoints": {new: find_patch(before, wanted), endpoint.id: None}}
    default = known.defaults.get(endpoint.task)
    by_hand = default is not None and default.by_hand and known.default_for(endpoint.task).id == endpoint.id
    return patch | ({"default": {endpoint.task: new}} if by_hand else {})


def list_in(body: Any) -> list[Any] | None:
    """Return the list in an answer, bare or under whatever name."""
    if isinstance(body, list):
        return body
    if not isinstance(body, Mapping):
        return None
    usual = [body.get(key) for key in ("data", "models", "items", "results")]
    return next((value for value in (*usual, *body.values()) if isinstance(value, list)), None)
