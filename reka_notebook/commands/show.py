"""Run ``reka-notebook show``: say everything that is known of a job or a take."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import msgspec

from reka_notebook.commands.facts import money, stage
from reka_notebook.commands.terminal import print_beside, print_json, print_styled
from reka_notebook.config import open_library
from reka_notebook.jobs import State, format_duration
from reka_notebook.jobs.files.with_sound import SERVICE
from reka_notebook.kinds import kind_of
from reka_notebook.library import JobRecord, Library, MediaFile, TakeRecord
from reka_notebook.library.records import HIGHEST_RATING
from reka_notebook.media import file_size
from reka_notebook.options.parser import Parser
from reka_notebook.text import many, moment, one_line, printable
from reka_notebook.webhook import shown_webhook

LABEL = 18
"""Columns of the terminal that the names of facts take."""

LONGEST = 200
"""Characters of a value in an answer that are shown; a data: URI has millions."""


def run(words: Sequence[str]) -> int:
    """Show one job or take."""
    parser = Parser("show", "Everything about a job or a take: request, state, answers, files, money.")
    parser.add_argument("id", metavar="ID", help="its id, or the start of it")
    parser.add_argument("--json", action="store_true", help="the raw record as JSON, for a program")
    asked = parser.read(words)
    with closing(open_library()) as library:
        record = library.jobs.get(asked.id)
        take = library.takes.get(record.id)
        if asked.json:
            print_json(_raw(library, record, take))
            return 0
        print_styled((f"{'Take' if take else 'Job'} {record.id}", "bold"))
        for label, value in _facts(library, record, take):
            print_beside(value, LABEL, f"  {label}")
        for name, answer in record.answers.items():
            print_styled((f"\nAnswer to {one_line(name)}", "bold"))
            print(printable(json.dumps(_shortened(answer), indent=2, ensure_ascii=False)))
        return 0


def _facts(library: Library, record: JobRecord, take: TakeRecord | None) -> Iterator[tuple[str, str]]:
    request = record.request
    yield "Prompt", request.prompt
    yield "Endpoint", request.endpoint
    shown = {name: value for name, value in request.input.items() if name not in ("prompt", "text")}
    yield "Settings", ", ".join(f"{name} {_value(value)}" for name, value in shown.items()) or "none"
    for slot, uses in request.images.items():
        for use in uses:
            size = f", {use.width} × {use.height}" if use.width else ""
            yield f"Image ({slot})", f"{use.url or use.name or 'without a name'}{size}, {use.digest[:19]}…"
    if record.person:
        yield "Requested by", record.person
    if record.notebook:
        yield "Notebook", record.notebook
    yield "Take, attempt", f"{request.take}, {record.attempt}"
    yield "State", _state(library, record, take)
    if record.error:
        yield "Reason", record.error
    yield "Requested", moment(record.created)
    if record.submitted:
        yield "Submitted", moment(record.submitted)
    if record.ended:
        yield "Ended", moment(record.ended)
    else:
        yield "Deadline", moment(record.deadline)
    if record.cancel_wanted:
        asked = f", the service was asked {moment(record.cancel_asked)}" if record.cancel_asked else ""
        yield "Cancel wanted", f"{moment(record.cancel_wanted)}{asked}"
    if record.service == SERVICE:
        yield "Service", "none: made on this machine"
    else:
        yield from _service_facts(record)
    if take is not None:
        yield from _take_facts(library, take)
    yield "Money", money(record, take)


def _service_facts(record: JobRecord) -> Iterator[tuple[str, str]]:
    yield "Service", record.service
    yield "Request id", record.request_id or "none: the service has not said that it took it"
    if record.webhook:
        yield "Webhook", shown_webhook(record.webhook)
    if record.request.found_as is None:
        yield "Idempotency key", record.idempotency_key
    else:
        yield "Found", "among the account's requests at the service; it was not submitted from this library"


def _take_facts(library: Library, take: TakeRecord) -> Iterator[tuple[str, str]]:
    for file in take.files:
        gone = "" if library.media.has(file) else " (not there any more)"
        yield "File", f"{library.media.where(file)}{gone}\n{_describe(file)}"
        poster = library.media.where_poster(file)
        if poster is not None:
            yield "Poster", poster
    for remark in take.remarks:
        yield "Remark", remark
    yield "Pinned", "yes" if take.pinned else "no"
    if take.rating:
        yield "Rating", f"{take.rating} of {HIGHEST_RATING}"
    team = library.takes.team_ratings([take.id]).get(take.id) if take.job.person else None
    if team is not None:
        yield (
            "Team's rating",
            f"{team.average:.1f} of {HIGHEST_RATING}, by {team.number} of the team",
        )
    if take.verdict:
        yield "Verdict", take.verdict
    if take.note:
        yield "Note", take.note


def _state(library: Library, record: JobRecord, take: TakeRecord | None) -> str:
    words = stage(record)
    if take is not None and take.removed is not None:
        return f"{words}, and its files were removed {moment(take.removed)}"
    if take is not None:
        return f"{words}, after {format_duration(take.took)}" if take.took is not None else words
    if record.state == State.EXPIRED:
        return f"{words} at its deadline. reka-notebook resume {record.id} goes on."
    if record.ended is None and not library.leases.is_alive(record.owner):
        return f"{words}. Nobody is doing it just now: reka-notebook resume {record.id} goes on."
    return words


def _describe(file: MediaFile) -> str:
    size = f"{file.width} × {file.height}" if file.width else ""
    seconds = f"{file.duration:.1f} s" if file.duration is not None else ""
    rate = f"{file.fps:g} frames a second" if file.fps else ""
    heard = "with sound" if file.has_audio else "no sound"
    sound = heard if kind_of(file.kind).has_frames else ""
    return ", ".join(
        part for part in (file.media_type, size, seconds, rate, sound, file_size(file.bytes)) if part
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shortened(value: Any) -> Any:
    """Return an answer as it is shown: the bytes of a file in it are counted and not printed."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({many(len(value), 'character')} in all; --json has them)"
    if isinstance(value, Mapping):
        return {key: _shortened(inner) for key, inner in value.items()}
    return [_shortened(inner) for inner in value] if isinstance(value, list) else value


def _raw(library: Library, record: JobRecord, take: TakeRecord | None) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(record)
    if record.webhook:
        raw["webhook"] = shown_webhook(record.webhook)
    raw |= {"idempotency_key": record.idempotency_key, "money": money(record, take), "taken": None}
    if take is not None:
        left = {name: value for name, value in msgspec.to_builtins(take).items() if name != "job"}
        raw["taken"] = left | {"paths": [library.media.where(file) for file in take.files]}
    return raw
