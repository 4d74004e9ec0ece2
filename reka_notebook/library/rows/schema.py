"""Bring a file of an earlier version up to date."""

import json
import re
import sqlite3
from typing import Any

import msgspec

from reka_notebook.library.records import first_kind, searched
from reka_notebook.library.request import GenerationRequest, subject_of
from reka_notebook.library.spending.bills import bill_in_answers

_STEPS = (
    """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    base_key TEXT NOT NULL,
    content_key TEXT NOT NULL,
    take INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    request BLOB NOT NULL,
    state TEXT NOT NULL,
    request_id TEXT,
    answers BLOB NOT NULL,
    error TEXT,
    created REAL NOT NULL,
    submitted REAL,
    deadline REAL NOT NULL,
    cancel_wanted REAL,
    cancel_asked REAL,
    ended REAL,
    owner TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,
    UNIQUE (service, idempotency_key)
);
CREATE INDEX jobs_by_request ON jobs (service, base_key, take, attempt);
CREATE INDEX jobs_unfinished ON jobs (service) WHERE ended IS NULL;
CREATE TABLE takes (
    job TEXT PRIMARY KEY REFERENCES jobs (id),
    files BLOB NOT NULL,
    kept REAL NOT NULL,
    took REAL,
    worked REAL,
    starred INTEGER NOT NULL DEFAULT 0,
    removed REAL
);
CREATE INDEX takes_by_time ON takes (kept);
CREATE TABLE owners (
    id TEXT PRIMARY KEY,
    beat INTEGER NOT NULL DEFAULT 0
);
""",
    """
ALTER TABLE jobs ADD COLUMN notebook TEXT;
ALTER TABLE takes ADD COLUMN rating INTEGER NOT NULL DEFAULT 0;
ALTER TABLE takes ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX jobs_by_notebook ON jobs (notebook) WHERE notebook IS NOT NULL;
CREATE INDEX jobs_kept ON jobs (endpoint) WHERE state = 'kept';
CREATE INDEX takes_there ON takes (kept, job) WHERE removed IS NULL;
""",
    """
ALTER TABLE takes ADD COLUMN requests INTEGER;
""",
    """
ALTER TABLE takes ADD COLUMN remarks BLOB NOT NULL DEFAULT '[]';
ALTER TABLE jobs ADD COLUMN account TEXT;
ALTER TABLE jobs ADD COLUMN key_refused REAL;
""",
    """
ALTER TABLE jobs ADD COLUMN billed REAL;
ALTER TABLE jobs ADD COLUMN estimated REAL;
ALTER TABLE jobs ADD COLUMN reserved REAL;
ALTER TABLE jobs ADD COLUMN webhook TEXT;
CREATE INDEX jobs_by_request_id ON jobs (service, request_id) WHERE request_id IS NOT NULL;
ALTER TABLE takes ADD COLUMN shown_again INTEGER NOT NULL DEFAULT 0;
CREATE TABLE budgets (
    service TEXT PRIMARY KEY,
    dollars REAL NOT NULL,
    period TEXT
);
CREATE INDEX jobs_billed ON jobs (service, endpoint, created) WHERE billed IS NOT NULL;
CREATE INDEX jobs_charged ON jobs (service, submitted, ended, account, billed, reserved)
    WHERE billed IS NOT NULL OR reserved IS NOT NULL;
ALTER TABLE jobs ADD COLUMN wire BLOB;
ALTER TABLE jobs ADD COLUMN subject TEXT;
UPDATE jobs SET subject = subject_of(request);
CREATE INDEX jobs_by_subject ON jobs (service, endpoint, subject);
DROP INDEX jobs_by_request;
""",
    """
CREATE TABLE reuses (
    service TEXT NOT NULL,
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (service, day, account)
) WITHOUT ROWID;
ALTER TABLE takes ADD COLUMN verdict TEXT;
DROP INDEX takes_there;
CREATE INDEX takes_there ON takes (kept, job, rating, verdict) WHERE removed IS NULL;
""",
    """
ALTER TABLE jobs ADD COLUMN parents BLOB;
ALTER TABLE jobs ADD COLUMN reused TEXT;
CREATE INDEX jobs_reused ON jobs (reused) WHERE reused IS NOT NULL;
CREATE INDEX jobs_untraced ON jobs (created) WHERE parents IS NULL;
CREATE TABLE links (
    job TEXT NOT NULL,
    role TEXT NOT NULL,
    place INTEGER NOT NULL,
    digest TEXT,
    parent TEXT,
    PRIMARY KEY (job, role, place)
) WITHOUT ROWID;
CREATE INDEX links_by_parent ON links (parent) WHERE parent IS NOT NULL;
CREATE INDEX links_by_digest ON links (digest);
CREATE TABLE digests (
    take TEXT NOT NULL,
    file INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (take, file)
) WITHOUT ROWID;
CREATE INDEX digests_by_digest ON digests (digest);
CREATE TABLE chats (
    service TEXT NOT NULL,
    account TEXT,
    model TEXT NOT NULL,
    asked REAL NOT NULL,
    dollars REAL NOT NULL,
    billed INTEGER NOT NULL
);
CREATE INDEX chats_by_time ON chats (service, asked);
""",
    """
ALTER TABLE jobs ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX jobs_by_person ON jobs (person) WHERE person <> '';
CREATE TABLE marks (
    take TEXT NOT NULL,
    person TEXT NOT NULL,
    starred INTEGER NOT NULL DEFAULT 0,
    rating INTEGER NOT NULL DEFAULT 0,
    verdict TEXT,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (take, person)
) WITHOUT ROWID;
INSERT INTO marks (take, person, starred, rating, verdict, note)
    SELECT job, '', starred, rating, verdict, note FROM takes
    WHERE starred <> 0 OR rating <> 0 OR verdict IS NOT NULL OR note <> '';
ALTER TABLE takes RENAME TO takes_before;
CREATE TABLE takes (
    number INTEGER PRIMARY KEY NOT NULL,
    job TEXT NOT NULL UNIQUE,
    files BLOB NOT NULL,
    kept REAL NOT NULL,
    took REAL,
    worked REAL,
    requests INTEGER,
    remarks BLOB NOT NULL,
    removed REAL,
    shown_again INTEGER NOT NULL DEFAULT 0,
    kind TEXT,
    words TEXT NOT NULL DEFAULT ''
);
INSERT INTO takes (job, files, kept, took, worked, requests, remarks, removed, shown_again, kind, words)
    SELECT takes_before.job, files, kept, took, worked, requests, CAST(remarks AS BLOB), removed, shown_again,
    kind_of(files, jobs.endpoint), words_of(jobs.request)
    FROM takes_before LEFT JOIN jobs ON jobs.id = takes_before.job ORDER BY kept, takes_before.job;
DROP TABLE takes_before;
CREATE INDEX takes_by_time ON takes (kept);
CREATE INDEX takes_there ON takes (kept, job) WHERE removed IS NULL;
CREATE INDEX takes_by_kind ON takes (kind, kept, job) WHERE removed IS NULL;
ALTER TABLE owners ADD COLUMN seen REAL;
ALTER TABLE owners ADD COLUMN machine TEXT;
ALTER TABLE chats RENAME TO chats_before;
DROP INDEX chats_by_time;
CREATE TABLE chats (
    id INTEGER PRIMARY KEY NOT NULL,
    service TEXT NOT NULL,
    account TEXT,
    model TEXT NOT NULL,
    asked REAL NOT NULL,
    dollars REAL NOT NULL,
    billed INTEGER NOT NULL
);
INSERT INTO chats SELECT rowid, service, account, model, asked, dollars, billed FROM chats_before;
DROP TABLE chats_before;
CREATE INDEX chats_by_time ON chats (service, asked);
CREATE TABLE collections (
    name TEXT PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    shared INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL
);
CREATE TABLE collected (
    collection TEXT NOT NULL,
    take TEXT NOT NULL,
    added REAL NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (collection, take)
) WITHOUT ROWID;
CREATE INDEX collected_takes ON collected (take);
CREATE TABLE rates (
    account TEXT PRIMARY KEY NOT NULL,
    even REAL,
    paused_until REAL
);
CREATE TABLE rate_shares (
    account TEXT NOT NULL,
    machine TEXT NOT NULL,
    person TEXT NOT NULL,
    slots REAL NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (account, machine)
);
CREATE TABLE batches (
    id TEXT PRIMARY KEY NOT NULL,
    service TEXT NOT NULL,
    person TEXT NOT NULL,
    created REAL NOT NULL,
    options BLOB NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    rows INTEGER NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX batches_by_digest ON batches (service, digest);
CREATE TABLE batch_rows (
    batch TEXT NOT NULL,
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    webhook TEXT,
    job TEXT,
    state TEXT NOT NULL,
    error TEXT,
    owner TEXT,
    until REAL,
    PRIMARY KEY (batch, number)
);
CREATE UNIQUE INDEX batch_rows_by_key ON batch_rows (batch, key);
CREATE INDEX batch_rows_by_state ON batch_rows (batch, state, number);
CREATE INDEX batch_rows_by_job ON batch_rows (job) WHERE job IS NOT NULL;
""",
    """
CREATE TABLE measures (
    take TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    measured REAL NOT NULL,
    motion REAL,
    sharpness REAL,
    flicker REAL,
    frozen REAL,
    black REAL,
    cuts REAL,
    loudness REAL,
    likeness REAL,
    loop REAL,
    drift REAL
);
CREATE TABLE judgements (
    id TEXT PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    left_take TEXT NOT NULL,
    right_take TEXT NOT NULL,
    preferred TEXT,
    judged REAL NOT NULL
);
CREATE INDEX judgements_by_left ON judgements (left_take);
CREATE INDEX judgements_by_right ON judgements (right_take);
""",
)
"""What leads from each version to the next, from an empty file on. What was released is never changed."""

_MAYBE_A_BILL = re.compile(rb"price|cost|usd|amount|total|bill|charge", re.IGNORECASE)

BILLED = 5
"""The version from which on a job has a bill of its own."""

VERSION = len(_STEPS)
"""The version that this code writes."""


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring a file of an earlier version (0 for an empty one) to this one; every row stays."""
    if version == VERSION:
        return
    connection.create_function("subject_of", 1, subject_of, deterministic=True)
    connection.create_function("words_of", 1, _words_of, deterministic=True)
    connection.create_function("kind_of", 2, _kind_of, deterministic=True)
    for step in _STEPS[version:]:
        for statement in step.split(";"):
            connection.execute(statement)
    if version < BILLED:
        _read_bills(connection)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _read_bills(connection: sqlite3.Connection) -> None:
    """Read what jobs of an earlier version were billed, from the answers that were kept of them."""
    found = [
        (bill_in_answers(json.loads(answers), json.loads(request).get("input")), job)
        for job, request, answers in connection.execute("SELECT id, request, answers FROM jobs")
        if _MAYBE_A_BILL.search(answers)
    ]
    connection.executemany(
        "UPDATE jobs SET billed = ? WHERE id = ?", [(bill, job) for bill, job in found if bill is not None]
    )


def _words_of(request: bytes | None) -> str:
    try:
        return searched(msgspec.json.decode(request or b"", type=GenerationRequest).prompt)
    except msgspec.DecodeError:
        return ""


def _kind_of(files: bytes, endpoint: str | None) -> str | None:
    try:
        known: list[dict[str, Any]] = msgspec.json.decode(files)
        return (
            first_kind(str(known[0]["kind"]), str(known[0]["media_type"]), endpoint or "") if known else None
        )
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
