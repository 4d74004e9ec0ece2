"""Run ``reka-notebook catalogue``: list the endpoints, and how well each fact about them is known."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reka_notebook.catalogue import Catalogue, Endpoint, Mark
from reka_notebook.commands.corrections import person_file, update_person_file
from reka_notebook.commands.facts import iso, mark_words
from reka_notebook.commands.terminal import print_beside, print_json, print_styled, say
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.jobs.models.words import note_of, others_of, refresh
from reka_notebook.options.parser import Parser
from reka_notebook.text import printable

LARGEST = 64 * 2**20
"""Bytes of an OpenAPI document that is read."""

NAME = 20
"""Columns of the terminal that the name of a fact takes."""


def run(words: Sequence[str]) -> int:
    """List the endpoints, or import what the service's own OpenAPI document says of them."""
    if words and words[0] == "import":
        return _import(words[1:])
    parser = Parser(
        "catalogue",
        "The endpoints, and how well each fact about them is known: documented by Reka, unverified, or learned from "
        "your own file. `reka-notebook catalogue import openapi.json` puts what the service's own document says into "
        "it.",
    )
    parser.add_argument("model", nargs="?", metavar="MODEL", help="only those of a model")
    parser.add_argument(
        "--refresh", action="store_true", help="ask the service for your account's models now"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    models = AccountModels(settings())
    if asked.refresh:
        say(refresh(models))
    known = models.catalogue
    chosen = [*known.endpoints.values(), *known.templates.values()]
    if asked.model:
        named = [endpoint for endpoint in chosen if asked.model in (endpoint.model, endpoint.id)]
        chosen = named or [known.endpoint(asked.model)]
    if asked.json:
        print_json(_facts(known, chosen))
        return 0
    for endpoint in chosen:
        _show(endpoint, default=endpoint.id == known.default.id, absent=endpoint.id in known.absent)
    if not asked.model:
        for line in filter(None, (note_of(known), *others_of(known))):
            print_styled(printable(line))
        print_styled(("Routes", "bold"))
        for name, path in known.routes.items():
            print_beside(f"{path} ({mark_words(known.route_marks[name])})", NAME, f"  {name}")
        print_styled(("Status words", "bold"))
        for phase in dict.fromkeys(known.statuses.values()):
            words = ", ".join(word for word, means in known.statuses.items() if means == phase)
            print_beside(words, NAME, f"  {phase}")
    own = person_file(settings().catalogue)
    say(f"\nYour corrections are in {own}." if own.exists() else f"\nCorrections of yours would be in {own}.")
    return 0


def _show(endpoint: Endpoint, *, default: bool, absent: bool) -> None:
    said = ", the default" if default else ", not in your account's list" if absent else ""
    print_styled((printable(endpoint.id), "bold"), f"  {printable(endpoint.title)}{said}")
    print_beside(endpoint.path or "not known", NAME, "  path")
    for mark in Mark:
        facts = ", ".join(
            _named(endpoint, fact) for fact in _fact_names(endpoint) if endpoint.mark(fact) is mark
        )
        if facts:
            print_beside(facts, NAME, f"  {mark_words(mark)}")
    for fact, reason in endpoint.reasons.items():
        print_beside(reason, NAME, f"  {_named(endpoint, fact)}")
    if endpoint.note:
        print_beside(endpoint.note, NAME, "  note")
    print()


def _fact_names(endpoint: Endpoint) -> Iterator[str]:
    yield from ("title", "path", "output")
    yield from (f"images.{slot}" for slot in endpoint.images)
    yield from (f"input.{field}" for field in endpoint.properties)


def _named(endpoint: Endpoint, fact: str) -> str:
    """Return a fact as a person reads it: the name of a field, and for an image the field that takes it."""
    part, _, name = fact.partition(".")
    if part == "output":
        return f"makes {endpoint.output}"
    if part == "images":
        return (
            f"{' or '.join(endpoint.images[name].names)} ({name} image)" if name in endpoint.images else fact
        )
    names = endpoint.names(name) if part == "input" else (name,)
    return name or part if names == (name,) else f"{name} (sent as {' or '.join(names)})"


def _facts(known: Catalogue, chosen: Sequence[Endpoint]) -> dict[str, Any]:
    return {
        "default": known.default.id,
        "listed": iso(known.fetched),
        "file": str(person_file(settings().catalogue)),
        "routes": {
            name: {"path": path, "mark": known.route_marks[name]} for name, path in known.routes.items()
        },
        "statuses": {
            word: {"phase": phase, "mark": known.status_marks[word]} for word, phase in known.statuses.items()
        },
        "endpoints": {
            endpoint.id: {
                "title": endpoint.title,
                "path": endpoint.path,
                "output": endpoint.output,
                "images": {
                    name: {**slot.data, "field": slot.field} for name, slot in endpoint.images.items()
                },
                "input": dict(endpoint.schema),
                "marks": {fact: endpoint.mark(fact) for fact in _fact_names(endpoint)},
                "reasons": dict(endpoint.reasons),
                "note": endpoint.note,
                "absent": endpoint.id in known.absent,
            }
            for endpoint in chosen
        },
    }


def _import(words: Sequence[str]) -> int:
    parser = Parser(
        "catalogue import",
        "Put what the service's own OpenAPI document says into your catalogue file. What you had corrected otherwise "
        "stays, and the file as it was is kept beside it.",
    )
    parser.add_argument("document", type=Path, metavar="FILE", help="an OpenAPI 3.1 document as JSON")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    asked = parser.read(words)

    from reka_notebook.catalogue.openapi import from_openapi

    patch = from_openapi(_read(asked.document))
    update = update_person_file(person_file(settings().catalogue), patch, write=not asked.dry_run)
    for line in update.changes:
        print(printable(line))
    if not update.changes:
        print("Nothing changes: the catalogue says all of that already.")
    elif asked.dry_run:
        say(f"Nothing was written. Without --dry-run this goes into {update.path}.")
    else:
        before = f" The file as it was is {update.copy}." if update.copy else ""
        say(f"Written to {update.path}.{before}")
    return 0


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise RekaError(f"{path} is larger than {LARGEST // 2**20} MiB, and no OpenAPI document.")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise RekaError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        yaml = " A document in YAML has to be made JSON first." if path.suffix in (".yaml", ".yml") else ""
        raise RekaError(f"{path} is not JSON: {error}.{yaml}") from error
    if not isinstance(document, dict):
        raise RekaError(f"{path} is not an OpenAPI document: it is no JSON object.")
    return document
