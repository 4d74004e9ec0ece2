"""Whether the service answers, and whether this computer's clock agrees with its own. The key is not sent."""

import time
from email.utils import parsedate_to_datetime

from reka_notebook.api import ApiError, NotSent
from reka_notebook.api.answer import Answer
from reka_notebook.api.transport import Transport
from reka_notebook.commands.checks.check import Findings
from reka_notebook.jobs import duration_words

SKEW = 60.0
"""Seconds by which two clocks may differ: beyond, dates in the library and in the service's lists do not match."""

_REACH = "Check the network, a proxy (HTTPS_PROXY), and the base URL."


async def check_service(base_url: str, path: str, found: Findings) -> None:
    """Ask once, without a key; whatever the service has to say to that."""
    http = Transport(base_url, None)
    try:
        begun = time.time()
        answer = await http.send("GET", path, timeout=10.0)
        middle = (begun + time.time()) / 2
    except ApiError as error:
        todo = error.advice if isinstance(error, NotSent) and "advice" in vars(error) else _REACH
        found.problem("Service", error.said, todo)
        return
    finally:
        await http.close()
    _check_answer(answer, found)
    _check_clock(answer.headers.get("date"), middle, found)


def _check_answer(answer: Answer, found: Findings) -> None:
    if answer.is_page:
        found.problem(
            "Service",
            f"answers with a web page (HTTP {answer.status})",
            "Something between here and the service answers in its place, or the base URL is not its API's.",
        )
    elif answer.status >= 500:
        found.problem(
            "Service", f"answers with HTTP {answer.status}: it has a problem of its own", "Try again later."
        )
    else:
        asks = ", and asks for a key, as it should" if answer.status in (401, 403) else ""
        found.ok("Service", f"answers{asks} (HTTP {answer.status})")


def _check_clock(date: str | None, now: float, found: Findings) -> None:
    try:
        ahead = now - parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        found.note("Clock", "cannot be compared: the service did not say what time it is")
        return
    if abs(ahead) <= SKEW:
        found.ok("Clock", "agrees with the service's")
    else:
        words = f"{duration_words(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} the service's"
        found.problem("Clock", words, "Set this computer's clock, or let it be set from the network.")
