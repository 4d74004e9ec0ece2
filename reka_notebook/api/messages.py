"""What the service answers, as strict values that tolerate what they do not know.

A field that is missing or of another type than documented becomes ``None``, unless nothing can be done without it;
the whole answer stays in ``raw``. Source of the shapes: Reka's API reference; where it is silent, see the catalogue.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec

from reka_notebook.api.errors import BadAnswer

T = TypeVar("T", bound=msgspec.Struct)
JsonObject = dict[str, Any]


class Phase(StrEnum):
    """What a status word means for the one who waits."""

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


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a submission (202)."""

    request_id: Annotated[str, msgspec.Meta(min_length=1)]
    status: str = ""
    status_url: str | None = None
    response_url: str | None = None
    cancel_url: str | None = None
    raw: JsonObject = {}


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request stands. ``queue_position`` counts the requests ahead."""

    status: str
    request_id: str | None = None
    queue_position: int | None = None
    logs: list[Any] | None = None
    metrics: JsonObject | None = None
    phase: Phase = Phase.UNKNOWN
    raw: JsonObject = {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a request ended: its output, or its error. ``phase`` of COMPLETED with an error is a failure."""

    status: str = "COMPLETED"
    request_id: str | None = None
    output: Any = None
    error: Any = None
    metrics: JsonObject | None = None
    phase: Phase = Phase.DONE
    raw: JsonObject = {}

    @property
    def reason(self) -> str:
        """The service's own words for a failure, as a person can read them."""
        error = self.error
        if isinstance(error, Mapping):
            words = error.get("message") or error.get("detail") or error.get("msg")
            return str(words) if words else msgspec.json.encode(error).decode()
        return str(error) if error else ""


def read_object(body: bytes, request_id: str | None = None) -> JsonObject:
    """The JSON object in a body.

    :raises BadAnswer: where it is anything else, HTML and half a body included.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        start = body[:60].decode("utf-8", "replace").strip()
        what = f"no JSON: {start!r}" if start else "an empty body"
        if start.lower().startswith(("<!doctype", "<html")):
            what = "an HTML page"
        raise BadAnswer(f"The service answered with {what}", request_id=request_id) from error
    if not isinstance(value, dict):
        raise BadAnswer(
            f"The service answered with a JSON {type(value).__name__}, not an object", request_id=request_id
        )
    return value


def read(kind: type[T], raw: JsonObject, request_id: str | None = None) -> T:
    """A message from the JSON object of an answer.

    :raises BadAnswer: where a field is missing that nothing can be done without.
    """
    values: dict[str, Any] = {"raw": raw}
    for field in msgspec.structs.fields(kind):
        if field.name in ("raw", "phase"):
            continue
        try:
            value = raw[field.name]
            if (
                field.name == "request_id" and type(value) is int
            ):  # a number names a request as well as a word
                value = str(value)
            values[field.name] = msgspec.convert(value, field.type, strict=False)
        except (KeyError, msgspec.ValidationError):
            if field.required:
                raise BadAnswer(
                    f"The service's answer has no usable {field.name!r}", request_id=request_id
                ) from None
    return kind(**values)


def read_status(raw: JsonObject, meaning: Meaning, request_id: str | None = None) -> StatusReport:
    """Read a status, with the phase that its word means."""
    report = read(StatusReport, raw, request_id)
    return msgspec.structs.replace(report, phase=phase_of(report.status, meaning))


def read_outcome(raw: JsonObject, meaning: Meaning, request_id: str | None = None) -> Outcome:
    """Read a result: Reka's whole result object, or a bare output with nothing around it."""
    if not ("output" in raw or "error" in raw or ("status" in raw and "request_id" in raw)):
        return Outcome(output=raw, request_id=request_id, raw=raw)
    outcome = read(Outcome, raw, request_id)
    phase = phase_of(outcome.status, meaning)
    failed = phase is Phase.DONE and outcome.error
    return msgspec.structs.replace(outcome, phase=Phase.FAILED if failed else phase)
