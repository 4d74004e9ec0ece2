"""A job as a row of the database, and back."""

import sqlite3

import msgspec

from reka_notebook.library.records import JobRecord
from reka_notebook.library.request import GenerationRequest

_AS_THEY_ARE = (
    "id",
    "service",
    "attempt",
    "state",
    "request_id",
    "error",
    "created",
    "submitted",
    "deadline",
    "cancel_wanted",
    "cancel_asked",
    "ended",
    "owner",
    "epoch",
    "notebook",
    "account",
    "key_refused",
)

LISTED = ", ".join(f"jobs.{name}" for name in ("request", *_AS_THEY_ARE))
"""The columns that lists read: all but the service's answers, which may hold whole files."""


def insert(connection: sqlite3.Connection, record: JobRecord) -> None:
    """Write a new row.

    :raises sqlite3.IntegrityError: there is a job of this name, or with this key.
    """
    request = record.request
    row = {
        "endpoint": request.endpoint,
        "base_key": request.base_key,
        "content_key": request.content_key,
        "take": request.take,
        "idempotency_key": record.idempotency_key,
        "request": msgspec.json.encode(request),
        "answers": msgspec.json.encode(record.answers),
        **{name: getattr(record, name) for name in _AS_THEY_ARE},
    }
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({places})", row)


def job_from(row: sqlite3.Row) -> JobRecord:
    """Return a job from its row; one that was read for a list has no answers."""
    return JobRecord(
        request=msgspec.json.decode(row["request"], type=GenerationRequest),
        answers=msgspec.json.decode(row["answers"]) if "answers" in row.keys() else {},  # noqa: SIM118 (no mapping)
        **{name: row[name] for name in _AS_THEY_ARE},
    )
