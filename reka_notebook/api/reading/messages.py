"""Represent what the service answers, as values that tolerate what they do not know.

A field that is missing or has another type than documented becomes ``None``, unless nothing can be done
without it. The whole answer stays in ``raw``; if it was not quite JSON, its text stays there too, as
``raw_body``. The shapes come from Reka's API reference; where that is silent, see the catalogue.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from reka_notebook.api.errors import BadAnswer
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.error_body import find_words
from reka_notebook.api.reading.fields import (
    ADDRESS_FIELDS,
    documented,
    id_in_text,
    id_in_url,
    is_address_field,
)
from reka_notebook.api.reading.fields import JsonObject as JsonObject
from reka_notebook.api.reading.file_in_place import file_in_place
from reka_notebook.api.reading.json_text import Read
from reka_notebook.api.reading.media_links import media_links
from reka_notebook.api.reading.outside import NAME, plain
from reka_notebook.kinds import kind_of
from reka_notebook.webhook import hide_named_webhooks, may_name_webhooks

T = TypeVar("T", bound=msgspec.Struct)

MOST_LINES = 500
"""Lines of a log that are passed on, the last ones."""

MOST_OF_A_LINE = 500
"""Characters of such a line."""

MOST_ID = 500
"""Characters of a request's id."""

UNNAMED = "unnamed"
"""The id of a request that was answered with its file and without any."""


class Phase(StrEnum):
    """Represent what a status word means for somebody who waits."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


Meaning = Callable[[str], str | None]
"""Says what a status word means, by the name of a phase; ``None`` for an unknown word. See the catalogue."""


def phase_of(status: str, meaning: Meaning) -> Phase:
    """Return the phase of a status word; an unknown word is neither success nor failure."""
    return Phase(meaning(status) or Phase.UNKNOWN)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Represent how a request ended, by output or error; COMPLETED with an error is a failure in ``phase``.

    ``stated`` is true if the answer has a status word of its own.
    """

    status: str = "COMPLETED"
    request_id: str | None = None
    output: Any = None
    error: Any = None
    metrics: JsonObject | None = None
    phase: Phase = Phase.DONE
    stated: bool = False
    raw: JsonObject = {}

    @property
    def reason(self) -> str:
        """Return the service's own words for a failure, as a person can read them."""
        if not self.error:
            return ""
        words = find_words(self.error).message
        return words or plain(msgspec.json.encode(self.error).decode())


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """Represent the answer to a submission (202)."""

    request_id: str
    status: str = ""
    status_url: str | None = None
    response_url: str | None = None
    cancel_url: str | None = None
    raw: JsonObject = {}
    outcome: Outcome | None = None
    """The whole result, where the service gives a file of it already: it may make what is asked for at once."""


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """Represent where a request stands; ``queue_position`` counts the requests ahead."""

    status: str
    request_id: str | None = None
    queue_position: int | None = None
    logs: list[Any] | None = None
    metrics: JsonObject | None = None
    phase: Phase = Phase.UNKNOWN
    raw: JsonObject = {}
    outcome: Outcome | None = None
    """The whole result, where the answer holds a file of it."""

    @property
    def log_lines(self) -> tuple[str, ...]:
        """Return the last lines of the log, as they can be shown."""
        return tuple(_log_line(line) for line in (self.logs or ())[-MOST_LINES:])


def _log_line(line: Any) -> str:
    if isinstance(line, Mapping) and isinstance(line.get("message"), str):
        line = line["message"]
    return plain(line if isinstance(line, str) else msgspec.json.encode(line).decode(), MOST_OF_A_LINE)


def read_value(answer: Answer) -> Any:
    """Return the JSON in an answer, whatever it is.

    Raises:
        BadAnswer: If there is none: a page, half a body.
    """
    return _read(answer)[0]


def read_object(answer: Answer) -> JsonObject:
    """Return the JSON object in an answer; ``raw_body`` is in it if it had to be read leniently.

    Raises:
        BadAnswer: If there is none: a page, half a body, a list.
    """
    value, text = _read(answer)
    if not isinstance(value, dict):
        raise BadAnswer(
            f"The service answered with a JSON {type(value).__name__}, not an object",
            request_id=answer.request_id,
        )
    return value if text is None else {**value, "raw_body": text}


def _read(answer: Answer) -> Read:
    read = answer.json()
    if read is None:
        raise BadAnswer(f"The service answered with {_kind_of_body(answer)}", request_id=answer.request_id)
    if may_name_webhooks(answer.body):
        return read._replace(value=hide_named_webhooks(read.value))
    return read


def _kind_of_body(answer: Answer) -> str:
    if answer.is_page:
        return "an HTML page"
    if answer.is_binary:
        return "no JSON: bytes that are no text"
    start = answer.words(60)
    return f"no JSON: {start!r}" if start else "an empty body"


def read(kind: type[T], raw: JsonObject, request_id: str | None = None) -> T:
    """Return a message from the JSON object of an answer.

    Raises:
        BadAnswer: If a field is missing that nothing can be done without.
    """
    said = documented(raw)
    values: dict[str, Any] = {"raw": raw}
    for field in msgspec.structs.fields(kind):
        if field.name in ("raw", "phase", "stated", "outcome"):
            continue
        try:
            values[field.name] = msgspec.convert(said[field.name], field.type, strict=False)
        except (KeyError, msgspec.ValidationError):
            if field.required:
                raise BadAnswer(
                    f"The service's answer has no usable {field.name!r}", request_id=request_id
                ) from None
    if "status" in values:
        values["status"] = plain(values["status"], NAME)
    if values.get("request_id") is not None:
        values["request_id"] = plain(values["request_id"], MOST_ID)
    return kind(**values)


def read_submitted(
    answer: Answer, meaning: Meaning, *, sent: Collection[str] = (), last_resort: bool = True
) -> Submitted:
    """Return what a submission was answered with; it is paid for, so its ID is looked for everywhere.

    A service that makes what is asked for at once may give the file instead of an ID.

    Args:
        sent: What went along with the request, which is not its result if it comes back.
        last_resort: Look for the ID even in what is not JSON; asked again, the service may answer with
            all of it.

    Raises:
        BadAnswer: If there is no ID to be found.
    """
    problem: BadAnswer | None = None
    try:
        raw = read_object(answer)
    except BadAnswer as error:
        bare = file_in_place(answer)
        if bare is None and not last_resort:
            raise
        raw, problem = {"raw_body": answer.text()} if bare is None else {"output": bare}, error
    said = documented(raw)
    urls = {name: said[name] for name in ("status_url", "response_url", "cancel_url") if said.get(name)}
    places = [*urls.values(), *(answer.headers.get(name) for name in ("location", "operation-location"))]
    named = said.get("request_id") if isinstance(said.get("request_id"), str) else None
    found = named or next((name for url in places if (name := id_in_url(url))), None)
    outcome = _outcome_with_file(raw, meaning, sent)
    if outcome is not None and not (outcome.stated or answer.status == 202):
        outcome = msgspec.structs.replace(outcome, phase=Phase.DONE)
    if found is None and not answer.is_page:
        found = id_in_text(answer.text())
    if found is None and outcome is not None:
        found = answer.request_id or UNNAMED
    if not found:
        raise problem or BadAnswer(
            "The service's answer has no usable 'request_id'", request_id=answer.request_id
        )
    # Whoever asks for the addresses later looks for them where Reka documents them.
    raw = {**raw, **urls, "request_id": found} if "request_id" in raw or named != found or urls else raw
    submitted = read(Submitted, {**raw, "request_id": found}, answer.request_id)
    return msgspec.structs.replace(submitted, outcome=outcome)


def read_status(answer: Answer, meaning: Meaning) -> StatusReport:
    """Return where a request stands, with the phase that its status word means."""
    raw = read_object(answer)
    outcome = _outcome_with_file(raw, meaning)
    # A file without a word is a result; see `read_outcome`.
    said = raw if outcome is None or outcome.stated else {**raw, "status": outcome.status}
    report = read(StatusReport, said, answer.request_id)
    return msgspec.structs.replace(report, raw=raw, phase=phase_of(report.status, meaning), outcome=outcome)


_NO_OUTPUT = frozenset({
    "request_id", "status", "error", "metrics", "logs", "usage", "raw_body",
    "status_url", "response_url", "cancel_url", "queue_position",
})  # fmt: skip
"""What stands in a result beside its output."""


def read_outcome(answer: Answer, meaning: Meaning) -> Outcome:
    """Return a result: Reka's whole result object, or a bare output with nothing around it."""
    try:
        raw = read_object(answer)
    except BadAnswer:
        bare = file_in_place(answer)
        if bare is None:
            raise
        raw = {"output": bare}
    return _outcome(raw, meaning, answer.status, answer.request_id)


def read_film_in_error(answer: Answer, meaning: Meaning) -> Outcome | None:
    """Return the result in an answer with an error's HTTP status, if there is a film or a sound in it."""
    read = answer.json()
    if read is None or not isinstance(read.value, dict):
        return None
    outcome = _outcome_with_file(read.value, meaning)
    links = media_links(outcome.output) if outcome is not None else ()
    return outcome if any(link.is_main and kind_of(link.kind or "").plays for link in links) else None


def output_with_file(raw: JsonObject, sent: Collection[str] = ()) -> JsonObject | None:
    """Return what an answer to another question holds beside its own fields, if there is a file in it.

    Args:
        sent: What went along with the request, which is not its result if it comes back.
    """
    said = documented(raw)
    addresses = {said[name] for name in ADDRESS_FIELDS if isinstance(said.get(name), str)}
    output = {
        name: value
        for name, value in said.items()
        if name not in _NO_OUTPUT and not is_address_field(name, value)
    }
    found = media_links(output, {*addresses, *sent})
    return output if any(link.is_main for link in found) else None


def _outcome_with_file(raw: JsonObject, meaning: Meaning, sent: Collection[str] = ()) -> Outcome | None:
    output = output_with_file(raw, sent)
    if output is None:
        return None
    return msgspec.structs.replace(_outcome(raw, meaning), output=output)


def _outcome(
    raw: JsonObject, meaning: Meaning, http_status: int = 200, request_id: str | None = None
) -> Outcome:
    said = documented(raw)
    beside = {name: value for name, value in said.items() if name not in _NO_OUTPUT}
    if not ("output" in said or "error" in said or ("status" in said and "request_id" in said)):
        phase = Phase.DONE if http_status != 202 or media_links(beside) else Phase.UNKNOWN
        bare = {name: value for name, value in raw.items() if name != "raw_body"}
        return Outcome(output=bare, request_id=request_id, phase=phase, raw=raw)
    outcome = read(Outcome, raw, request_id)
    if not media_links(outcome.output) and media_links({**beside, "output": None}):
        outcome = msgspec.structs.replace(outcome, output=beside)
    phase = phase_of(outcome.status, meaning)
    failed = phase is Phase.DONE and outcome.error
    return msgspec.structs.replace(
        outcome, phase=Phase.FAILED if failed else phase, stated=isinstance(said.get("status"), str)
    )
