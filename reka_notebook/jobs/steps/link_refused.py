"""Word the answer of a file's host that has no file in it, in the host's own words."""

import re
from html import unescape
from urllib.parse import urlsplit

from reka_notebook.api import ApiError, Client
from reka_notebook.api.connections import Stream
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.outside import plain
from reka_notebook.api.reading.rejection import error_from

_LONGEST_WORDS = 300
_WAITING = (408, 416, 425, 429)
_SAID = re.compile(r"<(message|title|h1)\b[^<>]{0,200}>(.{0,2000}?)</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(script|style)\b[^<]{0,20000}</\1>|<[^<>]{0,2000}>", re.IGNORECASE | re.DOTALL)


class LinkRefused(ApiError):
    """Report that a file's host refuses its URL: it has expired, or is gone. Another URL may be good."""


async def refusal(client: Client, stream: Stream, url: str) -> ApiError:
    """Return the error in an answer that is not the file, in the words of the file's host."""
    answer = await client.beginning(stream)
    error = error_from(answer)
    if not 400 <= stream.status < 500 or stream.status in _WAITING:
        return error
    host = urlsplit(url).hostname or "the service itself"
    said = _words(error, answer)
    return LinkRefused(
        f"The file's host, {host}, refuses its URL{f': “{said}”' if said else ''}",
        status=stream.status,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )


def _words(error: ApiError, answer: Answer) -> str:
    text = answer.text()
    if text.lstrip("\ufeff \t\r\n")[:1] == "<":
        found = _SAID.search(text)
        text = unescape(_TAG.sub(" ", found[2] if found else text))
    else:
        text = error.message if text.strip() else ""
    return plain(answer.hide(text), _LONGEST_WORDS)  # tags may have stood between its characters
