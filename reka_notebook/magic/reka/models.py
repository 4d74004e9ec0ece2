"""Run ``%reka models``: list the models, and what each takes."""

from collections.abc import Iterable, Sequence

from reka_notebook.catalogue import Endpoint
from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.model import describe_key, url_at
from reka_notebook.commands.facts import mark_words, model_of
from reka_notebook.commands.table import Column
from reka_notebook.jobs import controller
from reka_notebook.jobs.models.words import note_of, others_of, refresh
from reka_notebook.magic.reka.answer import Answer, facts, listed
from reka_notebook.options.defaults import default_endpoints
from reka_notebook.options.parser import Parser

COLUMNS = (
    Column("MODEL"),
    Column("TITLE", least=8, spare=2),
    Column("MAKES", spare=3),
    Column("FROM", spare=4),
    Column("OPTIONS", least=20),
    Column("ID", spare=1),
)


def run(words: Sequence[str]) -> Answer:
    """List the endpoints."""
    parser = Parser("models", "The models, and their options.", prog="%reka")
    parser.add_argument("model", nargs="?", metavar="MODEL", help="only this one")
    parser.add_argument("--task", metavar="TASK", help="only those for a task, as in text-to-speech")
    parser.add_argument("--refresh", action="store_true", help="ask the service for your account's list now")
    asked = parser.read(words)
    control = controller()
    refreshed = refresh(control.models) if asked.refresh else ""
    control.models.ask_soon()
    known = control.catalogue
    defaults = {one.id for one in default_endpoints(known)}
    if asked.model in known.chat:
        return _chat(known.chat[asked.model], control.service)
    shown = list(known.endpoints.values())
    if asked.task:
        task = known.check_task(asked.task)
        shown = [one for one in shown if one.task == task]
    if asked.model:
        shown = [one for one in shown if one.model == asked.model] or [
            known.choose(asked.model, task=asked.task)
        ]
    notes = [f"{one.title}: {one.note}" for one in shown if one.note] if asked.model else []
    note = (
        " ".join(notes)
        or "%%reka_video? and the like show the options of the model that is the default, marked here with •."
    )
    said = [refreshed] if asked.model else [refreshed, note_of(known), *others_of(known)]
    if not asked.model and not asked.task:
        note += f" {_of_chats(known.chat.values(), control.service)}"
    rows = [_row(one, default=one.id in defaults, absent=one.id in known.absent) for one in shown]
    return listed(COLUMNS, rows, " ".join(filter(None, (*said, note))))


def _chat(model: ChatModel, service: str) -> Answer:
    return facts(
        [
            ("Chat model", f"{model.title} ({model.name})"),
            ("Address", url_at(model, service)),
            ("Key", describe_key(model, service)),
            ("Sees", " and ".join(f"{one}s" for one in model.sees) or "words only"),
        ],
        model.note or "",
    )


def _of_chats(models: Iterable[ChatModel], service: str) -> str:
    """Say which chat models there are, and which key goes to each."""
    named: dict[str, list[str]] = {}
    for one in models:
        named.setdefault(describe_key(one, service), []).append(one.name)
    listed = "; ".join(f"{' and '.join(names)} ({key})" for key, names in named.items())
    return f"Chat models, for Suggest and Describe: {listed}." if listed else ""


def _row(endpoint: Endpoint, *, default: bool, absent: bool) -> tuple[str, ...]:
    options = ", ".join(_option(name, schema) for name, schema in endpoint.options.items())
    images = ", ".join(
        f"{name} image" if slot.required else f"optional {name} image"
        for name, slot in endpoint.images.items()
    )
    path = "unknown" if endpoint.path is None else mark_words(endpoint.mark("path"))
    path = "not in your account's list" if absent else path
    chosen = "• " if default else ""
    return (
        f"{chosen}{model_of(endpoint.id)}",
        endpoint.title,
        endpoint.output,
        images or "text only",
        options,
        path,
    )


def _option(name: str, schema: object) -> str:
    allowed = schema.get("enum") if isinstance(schema, dict) else None
    if not allowed:
        return name
    values = [str(value) for value in allowed]
    return f"{name} ({', '.join(values) if len(values) <= 5 else f'{values[0]}…{values[-1]}'})"
