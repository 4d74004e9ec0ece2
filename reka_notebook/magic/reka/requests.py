"""Run ``%reka requests``: list the account's requests, with a picture of those that this library has."""

from collections.abc import Sequence

from reka_notebook.commands.requests import COLUMNS, NONE, request_row, summary
from reka_notebook.jobs import Controller, controller
from reka_notebook.jobs.account.requests import LIMIT, AccountRequest, list_requests
from reka_notebook.key import ask_for_key
from reka_notebook.magic.reka.answer import Answer, listed
from reka_notebook.options.parser import Parser, count
from reka_notebook.output.final_output import poster_html


def run(words: Sequence[str]) -> Answer:
    """List requests."""
    parser = Parser("requests", "The account's requests, and which of them are here.", prog="%reka")
    parser.add_argument("--limit", type=count, default=LIMIT, metavar="N", help=f"at most so many ({LIMIT})")
    asked = parser.read(words)
    control = controller()
    control.has_key(ask_for_key)
    found = list_requests(control, max(1, asked.limit))
    if not found.requests:
        return Answer(NONE)
    return listed(
        COLUMNS,
        [request_row(one) for one in found.requests],
        summary(found, "%reka"),
        pictures=[_picture(one, control) for one in found.requests],
    )


def _picture(one: AccountRequest, control: Controller) -> str:
    """Return a small still of the take of a request, as HTML; empty if none is here."""
    if one.take is None or one.take.removed is not None:
        return ""
    take = control.take(one.take)
    return poster_html(take) if take.poster is not None and take.poster.exists() else ""
