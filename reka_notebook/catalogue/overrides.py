"""Apply the person's own file, a JSON merge patch over the bundled data; what it touches is marked as learned."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from reka_notebook.catalogue.build import TEMPLATE_MODEL, DataError, build
from reka_notebook.catalogue.catalogue import Catalogue
from reka_notebook.catalogue.chat.model import mark_changes
from reka_notebook.catalogue.defaults import by_task
from reka_notebook.catalogue.endpoint import JSON, Mark
from reka_notebook.catalogue.errors import CatalogueError
from reka_notebook.catalogue.status_words import folded
from reka_notebook.catalogue.validate import equal


def apply_patch(target: JSON, patch: JSON) -> JSON:
    """Return ``target`` with ``patch`` merged into it; a null in the patch removes, and lists are replaced."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = apply_patch(merged.get(key), value)
    return merged


def find_patch(old: Mapping[str, JSON], new: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the patch that turns ``old`` into ``new``; a null in ``new``, which no patch can say, counts as absent."""
    patch: dict[str, JSON] = {key: None for key in old if new.get(key) is None and old[key] is not None}
    for key, value in new.items():
        before = old.get(key)
        if value is None or equal(value, before):
            continue
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            patch[key] = find_patch(before, value)
        else:
            patch[key] = value
    return patch


def override(data: dict[str, JSON], path: Path) -> Catalogue:
    """Return the catalogue of ``data`` with the file at ``path`` merged over it.

    Raises:
        CatalogueError: If the file cannot be read or makes no sense.
    """
    text = _read(path)
    patch = _parse(text, path)
    try:
        return build(merge(data, patch))
    except DataError as error:
        where = " > ".join(error.keys)
        problem = f"{where}: {error}" if where else str(error)
        raise CatalogueError(f"{path}, line {_line(text, error.keys)}: {problem}") from error


def merge(data: dict[str, JSON], patch: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return ``data`` with ``patch`` merged in, and every fact that the patch touches marked.

    The mark is "learned", or the one the patch itself gives. A new endpoint for a task that has a template
    starts from the template, so that it need only say what differs.
    """
    changes = _mapping(patch.get("endpoints"))
    base = with_templates(data, [id_ for id_, change in changes.items() if isinstance(change, Mapping)])
    # A status word is the same word however it is written, so the person's spelling takes the place of ours.
    said = _mapping(patch.get("statuses"))
    spelled = {folded(word) for word in said}
    base["statuses"] = {
        word: status
        for word, status in base["statuses"].items()
        if word in said or folded(word) not in spelled
    }
    merged: dict[str, JSON] = apply_patch(base, _with_default_by_task(patch))
    for id_, change in changes.items():
        endpoint = _mapping(merged.get("endpoints")).get(id_)
        if isinstance(endpoint, dict) and isinstance(change, Mapping):
            touched = set(facts(change)) & set(facts(endpoint)) - set(_mapping(change.get("marks")))
            learned = dict.fromkeys(sorted(touched), Mark.learned.value)
            marks = endpoint.get("marks", {})
            # Marks of the wrong shape stay as they are, to be reported with everything else.
            if isinstance(marks, Mapping):
                endpoint["marks"] = {**marks, **learned}
            if isinstance(reasons := endpoint.get("reasons"), Mapping):
                given = _mapping(change.get("reasons"))
                endpoint["reasons"] = {
                    fact: why for fact, why in reasons.items() if fact in given or fact not in facts(change)
                }
    chat = merged.get("chat")
    if isinstance(chat, dict):
        mark_changes(base.get("chat", {}), chat, _mapping(patch.get("chat")))
    for part, fact in (("routes", "path"), ("statuses", "phase")):
        for name, change in _mapping(patch.get(part)).items():
            known = _mapping(merged.get(part)).get(name)
            if isinstance(known, dict) and fact in _mapping(change) and "mark" not in change:
                known["mark"] = Mark.learned.value
    return merged


def _with_default_by_task(patch: Mapping[str, JSON]) -> Mapping[str, JSON]:
    return {**patch, "default": by_task(patch["default"])} if "default" in patch else patch


def with_templates(data: Mapping[str, JSON], ids: Iterable[str]) -> dict[str, JSON]:
    """Return a copy of ``data`` to which the missing ones of ``ids`` are added, as their task's template has them."""
    base: dict[str, JSON] = copy.deepcopy(dict(data))
    for id_ in ids:
        model, _, task = id_.rpartition("/")
        template = base["endpoints"].get(f"{TEMPLATE_MODEL}/{task}")
        if template and id_ not in base["endpoints"]:
            path = template["path"].replace(TEMPLATE_MODEL, model)
            own = {"title": model, "path": path, "marks": {}, "note": None, "reasons": {}}
            base["endpoints"][id_] = copy.deepcopy(template) | own
    return base


def facts(endpoint: Mapping[str, JSON]) -> Iterator[str]:
    """Return the facts that an endpoint's data, or a change to it, speaks of, by the names that marks go by."""
    yield from (fact for fact in ("title", "path", "output") if fact in endpoint)
    yield from (f"images.{slot}" for slot in _mapping(endpoint.get("images")))
    yield from (f"input.{field}" for field in _mapping(_mapping(endpoint.get("input")).get("properties")))


def _mapping(value: JSON) -> Mapping[str, JSON]:
    """Return ``value`` if it is a JSON object, else an empty one: shapes are judged later, in one place."""
    return value if isinstance(value, Mapping) else {}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise CatalogueError(
            f"The catalogue file {path} cannot be read: {error.strerror or error}."
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path} is not text in UTF-8.") from error


def _parse(text: str, path: Path) -> dict[str, JSON]:
    try:
        patch = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise CatalogueError(f"{path}, line {error.lineno}: this is not JSON: {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{path} is not JSON: {error}.") from error
    if not isinstance(patch, dict):
        raise CatalogueError(f'{path}, line 1: a catalogue is a JSON object, like {{"endpoints": {{...}}}}.')
    return patch


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a value that JSON has")


def _line(text: str, keys: tuple[str, ...]) -> int:
    """Return the line of the innermost of ``keys`` that the file has, each looked for after the one around it."""
    position = 0
    for key in keys:
        match = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:").search(text, position)
        if match is None:
            break
        position = match.start()
    return text.count("\n", 0, position) + 1
