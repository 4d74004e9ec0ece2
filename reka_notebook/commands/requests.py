"""Run ``reka-notebook requests``: list the account's requests, and say which of them this library has."""

from collections.abc import Sequence
from typing import Any

from reka_notebook.commands.facts import iso, model_of, stage
from reka_notebook.commands.table import Column, table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.jobs import controller
from reka_notebook.jobs.account.requests import LIMIT, AccountRequest, RequestList, list_requests
from reka_notebook.key import ask_for_key
from reka_notebook.options.parser import Parser, count
from reka_notebook.text import many, short_moment

COLUMNS = (
    Column("REQUEST"),
    Column("STATE", least=9),
    Column("SUBMITTED", spare=3),
    Column("MODEL", least=8, spare=2),
    Column("HERE", least=8),
    Column("PROMPT", least=16, spare=1),
)

NONE = "The service lists no requests of this account."


def run(words: Sequence[str]) -> int:
    """List requests."""
    parser = Parser("requests", "The account's requests at the service, and which of them this library has.")
    parser.add_argument("--limit", type=count, default=LIMIT, metavar="N", help=f"at most so many ({LIMIT})")
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    control = controller()
    control.has_key(ask_for_key)
    found = list_requests(control, max(1, asked.limit))
    if asked.json:
        print_json([_facts(one) for one in found.requests])
    elif found.requests:
        print(table(COLUMNS, [request_row(one) for one in found.requests]))
        say(summary(found, "reka-notebook"))
    else:
        say(NONE)
    return 0


def request_row(one: AccountRequest) -> tuple[str, ...]:
    """Return a request as a row under ``COLUMNS``."""
    listed = one.listed
    return (
        listed.request_id,
        one.state,
        "" if listed.created is None else short_moment(listed.created),
        model_of(one.endpoint),
        here(one),
        one.prompt,
    )


def here(one: AccountRequest) -> str:
    """Say what this library has of a request."""
    if one.record is None:
        return "no"
    if one.take is not None:
        return f"take {one.take.id}{', files removed' if one.take.removed is not None else ''}"
    return f"job {one.record.id}, {stage(one.record).lower()}"


def summary(found: RequestList, command: str) -> str:
    """Say how many requests are not here, and what brings one in."""
    shown, missing = len(found.requests), found.missing
    words = f"{many(shown, 'request')}"
    if not found.complete:
        words += f", and there may be more: --limit {2 * max(10, shown)} shows more of them"
    if not missing:
        return f"{words}. {'It is' if shown == 1 else 'All are'} in this library."
    words = f"{words}. {len(missing)} {'is' if len(missing) == 1 else 'are'} not in this library"
    if found.first is None:
        return f"{words}."
    return f"{words}; {command} resume --request {found.first} brings one in, and nothing is charged by that."


def _facts(one: AccountRequest) -> dict[str, Any]:
    listed, record = one.listed, one.record
    return {
        "request_id": listed.request_id,
        "state": str(listed.phase),
        "status": listed.status,
        "endpoint": one.endpoint,
        "prompt": one.prompt,
        "submitted": iso(listed.created),
        "ended": iso(listed.ended),
        "error": listed.error or None,
        "here": record is not None,
        "job": record.id if record is not None else None,
        "job_state": record.state if record is not None else None,
        "take": one.take is not None and one.take.removed is None,
    }
