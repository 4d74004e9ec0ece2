"""Run ``reka-notebook catalogue``: list endpoints and chat models, and how well each fact about them is known."""

from collections.abc import Sequence
from typing import Any

from reka_notebook.catalogue import Catalogue, CatalogueError, Endpoint, Mark
from reka_notebook.catalogue.account.models import ModelList
from reka_notebook.commands.chat.models import chat_facts, show_chat
from reka_notebook.commands.checks.corrections import Update, compose, person_file, update_person_file
from reka_notebook.commands.facts import NAME, iso, mark_words
from reka_notebook.commands.terminal import agrees, print_beside, print_json, print_styled, say
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs.models.account_models import AccountModels
from reka_notebook.jobs.models.default import FIRST
from reka_notebook.jobs.models.documents import DOCS, Documents, read_documents
from reka_notebook.jobs.models.words import note_of, others_of, refresh
from reka_notebook.options.parser import Parser
from reka_notebook.text import printable


def run(words: Sequence[str]) -> int:
    """List the endpoints, or import what the service's own OpenAPI document says of them."""
    if words and words[0] == "import":
        return _import(words[1:])
    if words and words[0] == "update":
        return _update(words[1:])
    parser = Parser(
        "catalogue",
        "The endpoints and the chat models, and how well each fact about them is known: documented by Reka, "
        "unverified, or learned from your own file. `reka-notebook catalogue update` puts what the service's own "
        "documents say into it.",
    )
    parser.add_argument("model", nargs="?", metavar="MODEL", help="only those of a model")
    parser.add_argument("--task", metavar="TASK", help="only those for a task, as in text-to-speech")
    parser.add_argument(
        "--refresh", action="store_true", help="ask the service for your account's models now"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    models = AccountModels(settings())
    if asked.refresh:
        say(refresh(models))
    elif models.unknown:
        models.wait(FIRST)
    known = models.catalogue
    chosen = [*known.endpoints.values(), *known.templates.values()]
    chats = {} if asked.task else dict(known.chat)
    if asked.model in chats:
        chosen, chats = [], {asked.model: chats[asked.model]}
    elif asked.model:
        chats = {}
        named = [endpoint for endpoint in chosen if asked.model in (endpoint.model, endpoint.id)]
        chosen = named or [known.endpoint(asked.model)]
    if asked.task:
        task = known.check_task(asked.task)
        chosen = [endpoint for endpoint in chosen if endpoint.task == task]
    if asked.json:
        print_json(_facts(known, chosen) | {"chat": {name: chat_facts(one) for name, one in chats.items()}})
        return 0
    defaults = known.default_ids
    for endpoint in chosen:
        _show(endpoint, default=endpoint.id in defaults, absent=endpoint.id in known.absent)
    for chat in chats.values():
        show_chat(chat)
    if not asked.model and not asked.task:
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
            _named(endpoint, fact) for fact in endpoint.fact_names if endpoint.mark(fact) is mark
        )
        if facts:
            print_beside(facts, NAME, f"  {mark_words(mark)}")
    for fact, reason in endpoint.reasons.items():
        part, _, name = fact.partition(".")
        print_beside(reason, NAME, f"  {name} image" if part == "images" else f"  {name or part}")
    if endpoint.note:
        print_beside(endpoint.note, NAME, "  note")
    print()


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
        "defaults": {task: known.default_for(task).id for task, one in known.defaults.items() if one.chosen},
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
                "marks": {fact: endpoint.mark(fact) for fact in endpoint.fact_names},
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
    parser.add_argument("document", metavar="FILE", help="an OpenAPI 3.1 document as JSON or YAML")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    asked = parser.read(words)
    update = _changed_by(read_documents(asked.document), write=not asked.dry_run)
    if not update.changes:
        print("Nothing changes: the catalogue says all of that already.")
    elif asked.dry_run:
        say(f"Nothing was written. Without --dry-run this goes into {update.path}.")
    else:
        _say_written(update)
    return 0


def _update(words: Sequence[str]) -> int:
    parser = Parser(
        "catalogue update",
        "Ask Reka's documentation what it says of the API, and the service for your account's models; show what would "
        "change, and write it into your catalogue file if you agree. Your key is not sent to the documentation.",
    )
    parser.add_argument(
        "--from",
        dest="source",
        default=DOCS,
        metavar="FILE|URL",
        help="an OpenAPI document, a page as Markdown, or an address that ends in a slash, where they lie",
    )
    parser.add_argument("--yes", action="store_true", help="write what changes without asking")
    asked = parser.read(words)
    if asked.source == DOCS:
        _update_models()
    documents = read_documents(asked.source)
    for address in dict.fromkeys(address for address, _ in documents.found):
        say(f"Read {address}")
    update = _changed_by(documents, write=False)
    if not update.changes:
        print("Nothing changes: the catalogue says all of that already.")
    elif asked.yes or agrees(f"Write this into {update.path}?"):
        _say_written(_changed_by(documents, write=True, shown=False))
    else:
        say("Nothing was written. --yes writes it.")
    return 0


def _update_models() -> None:
    """Ask for the account's models, and say what is new and gone since the last list."""
    models = AccountModels(settings())
    before = _names(models.listed)
    try:
        said = refresh(models)
    except RekaError as error:
        say(str(error))
        return
    now = _names(models.listed)
    say(said)
    for name in sorted(now - before if before else ()):
        print(f"+ {printable(name)}")
    for name in sorted(before - now):
        print(f"- {printable(name)}")


def _names(listed: ModelList | None) -> set[str]:
    return {model.name for model in listed.models} if listed is not None else set()


def _changed_by(documents: Documents, *, write: bool, shown: bool = True) -> Update:
    """Merge what documents say into the person's file, and print what changes."""
    from reka_notebook.catalogue.documents.openapi import from_openapi

    patch: dict[str, Any] = {}
    problem: CatalogueError | None = None
    for _, document in documents.found:
        try:
            patch = compose(patch, from_openapi(document))
        except CatalogueError as error:  # a page that speaks of another API
            problem = error
    if not patch and problem is not None:
        raise problem
    update = update_person_file(person_file(settings().catalogue), patch, write=write)
    for line in update.changes if shown else ():
        print(printable(line))
    return update


def _say_written(update: Update) -> None:
    before = f" The file as it was is {update.copy}." if update.copy else ""
    say(f"Written to {update.path}.{before}")
