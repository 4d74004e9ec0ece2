"""Read the person's own catalogue file, and put into it what a document or the service itself says."""

import copy
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from reka_notebook import catalogue
from reka_notebook.catalogue import Catalogue, CatalogueError, Endpoint, Mark
from reka_notebook.catalogue.build import DataError, build, letters
from reka_notebook.catalogue.defaults import by_task
from reka_notebook.catalogue.overrides import merge
from reka_notebook.catalogue.sources import bundled, default_path
from reka_notebook.commands.facts import mark_words
from reka_notebook.text import cut

Json = dict[str, Any]


@dataclass(frozen=True)
class Update:
    """Say what came of an update of the file: lines that say what changes, and the copy of the file as it was."""

    path: Path
    changes: list[str]
    copy: Path | None = None


def person_file(given: Path | None) -> Path:
    """Return where the person's own catalogue is, or would be."""
    return given or default_path()


def read_person_file(path: Path) -> Json:
    """Return what is in the file, an empty object if there is none.

    Raises:
        CatalogueError: If it is broken; the message names file and line.
    """
    if not path.exists():
        return {}
    catalogue.load(path)
    found: Json = json.loads(path.read_text("utf-8-sig"))
    return found


def update_person_file(path: Path, patch: Mapping[str, Any], *, write: bool) -> Update:
    """Merge a patch over the bundled catalogue into the person's file, and keep a copy of the file as it was.

    What the patch calls documented replaces the person's own correction; all other corrections stay.

    Raises:
        CatalogueError: If the file is broken, or makes no sense with the patch; nothing is written.
        OSError: If it cannot be written.
    """
    own = read_person_file(path)
    if "default" in own:
        own["default"] = by_task(own["default"])
    before = build(merge(bundled(), own))
    wanted = _renamed_default(compose(_without_documented(own, patch), patch), patch)
    try:
        after = build(merge(bundled(), wanted))
    except DataError as error:
        raise CatalogueError(
            f"With this, {path} would make no sense: {' > '.join(error.keys)}: {error}. Nothing was written."
        ) from error
    changes = [*_changes(before, after)]
    if not changes or not write:
        return Update(path, changes)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = _copy_of(path) if path.exists() else None
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    part.write_text(json.dumps(wanted, indent=2, ensure_ascii=False) + "\n", "utf-8")
    os.replace(part, path)
    return Update(path, changes, kept)


def compose(first: Any, second: Any) -> Any:
    """Return one merge patch (RFC 7396) that does what two do one after the other."""
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return copy.deepcopy(second)
    both = {key: compose(first.get(key), value) for key, value in second.items()}
    return {**copy.deepcopy(dict(first)), **both}


def _renamed_default(wanted: Json, patch: Mapping[str, Any]) -> Json:
    """Rename the person's defaults if the patch spells them otherwise."""
    defaults, endpoints = wanted.get("default"), patch.get("endpoints", {})

    def renamed(name: str) -> str | None:
        if endpoints.get(name, ...) is not None:
            return name
        named = [id_ for id_, change in endpoints.items() if change and letters(id_) == letters(name)]
        return named[0] if named else None

    if not isinstance(defaults, dict):
        return wanted
    for task, default in defaults.items():
        if isinstance(default, str):
            defaults[task] = renamed(default)
        elif isinstance(default, list):
            defaults[task] = [name for name in map(renamed, default) if name] or None
    return wanted


def _without_documented(own: Json, patch: Mapping[str, Any]) -> Json:
    """Return the person's corrections without those that a document settles. A title it settles only by naming it."""
    left = copy.deepcopy(own)
    for id_, change in patch.get("endpoints", {}).items():
        mine = left.get("endpoints", {}).get(id_)
        if not isinstance(change, Mapping) or not isinstance(mine, dict):
            continue
        for fact, mark in change.get("marks", {}).items():
            if mark == Mark.documented and (fact != "title" or "title" in change):
                _drop(mine, fact)
    return left


def _drop(endpoint: Json, fact: str) -> None:
    part, _, name = fact.partition(".")
    endpoint.get("marks", {}).pop(fact, None)
    if part == "images":
        endpoint.get("images", {}).pop(name, None)
    elif part == "input":
        endpoint.get("input", {}).get("properties", {}).pop(name, None)
        endpoint.get("input", {}).pop("required", None)
    else:
        endpoint.pop(part, None)


def _changes(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for name, path in after.routes.items():
        yield from _change(
            f"route {name}", before.routes[name], path, before.route_marks[name], after.route_marks[name]
        )
    for word in dict.fromkeys((*before.statuses, *after.statuses)):
        was, is_ = (known.status_marks.get(word, Mark.assumed) for known in (before, after))
        yield from _change(f"status {word}", before.statuses.get(word), after.statuses.get(word), was, is_)
    old = {endpoint.id: endpoint for endpoint in (*before.endpoints.values(), *before.templates.values())}
    new = {endpoint.id: endpoint for endpoint in (*after.endpoints.values(), *after.templates.values())}
    yield from (f"{id_}: gone" for id_ in old if id_ not in new)
    for id_, endpoint in new.items():
        if id_ not in old:
            yield f"{id_}: new, at {endpoint.path or 'a path that is not known'}"
            continue
        known = old[id_]
        for name in dict.fromkeys((*_values(known), *_values(endpoint))):
            marks = known.mark(name), endpoint.mark(name)
            yield from _change(
                f"{id_}: {name}", _values(known).get(name), _values(endpoint).get(name), *marks
            )
    for task, default in after.defaults.items():
        known_before = before.defaults.get(task)
        if known_before is not None and known_before.chosen != default.chosen:
            yield f"default: {known_before.chosen} becomes {default.chosen}"


def _change(what: str, before: Any, after: Any, was: Mark, is_: Mark) -> Iterator[str]:
    if before != after:
        said = [cut(json.dumps(value, ensure_ascii=False), 60) for value in (before, after)]
        yield (
            f"{what}: gone"
            if after is None
            else (f"{what}: new, {said[1]}" if before is None else f"{what}: {said[0]} becomes {said[1]}")
        )
    elif was is not is_:
        yield f"{what}: unchanged, and now {mark_words(is_)}"


def _values(endpoint: Endpoint) -> Json:
    """Return everything that a mark can speak of, by the name that the mark has."""
    slots = {f"images.{name}": slot.data for name, slot in endpoint.images.items()}
    fields = {f"input.{name}": schema for name, schema in endpoint.properties.items()}
    return {"title": endpoint.title, "path": endpoint.path, "output": endpoint.output, **slots, **fields}


def _copy_of(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in count(1):
        target = path.with_name(f"{path.stem}-{stamp}{f'-{number}' if number > 1 else ''}{path.suffix}")
        try:
            with path.open("rb") as there, target.open("xb") as here:
                shutil.copyfileobj(there, here)
        except FileExistsError:
            continue
        return target
    raise AssertionError("unreachable: there is always another number")
