"""Check the URL that the service calls when a request has ended, and keep what may be secret in it out of sight.

A webhook is part of no request's identity: it changes who is told, and nothing of what is made.
"""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from reka_notebook.errors import RekaError

LONGEST = 2083
"""Characters of the longest webhook that Reka's service takes, as its documentation says."""

_EXAMPLE = "Write it as in https://example.com/done."

_NAMES = re.compile(r"\A(?:web_?hook|call_?back)(?:_?(?:url|uri))?\Z", re.IGNORECASE)
"""The names under which a service says which webhook it was given."""

_SIGN = re.compile(rb"hook|callback", re.IGNORECASE)

_SHORTEST = 16
"""Characters of a query from which on it is hidden without its address, too: a shorter one may stand anywhere."""


def check_webhook(url: object) -> str:
    """Return a webhook's URL.

    Raises:
        RekaError: If it is none that the service takes; the message does not show it.
    """
    flaw = _flaw(url)
    if flaw is None and isinstance(url, str):
        return url
    del url  # a traceback may print this frame's variables
    raise RekaError(f"The webhook's URL {flaw} {_EXAMPLE} Nothing was sent.")


def _flaw(url: object) -> str | None:
    """Return what is wrong with a webhook's URL, in words that do not show it."""
    if not isinstance(url, str):
        return f"is a text, and not a {type(url).__name__}."
    if not url.strip():
        return "is empty."
    if len(url) > LONGEST:
        return f"has {len(url)} characters, and the service takes at most {LONGEST}."
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return "has a space or a line break in it."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no address: its host or port cannot be read."
    if parts.scheme.lower() not in ("http", "https"):
        return "does not begin with http:// or https://."
    if not parts.hostname or port == 0:
        return "names no host."
    if not url.isprintable() or any("\ud800" <= letter <= "\udfff" for letter in url):
        return "has a character in it that cannot be written."
    return None


def shown_webhook(url: str) -> str:
    """Return a webhook as it is shown: its host, without the path and the query, which may be a password."""
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return shown if url.rstrip("/").lower() == shown.lower() else f"{shown}/…"


def hide_webhook(text: str, url: str) -> str:
    """Return a text of the service's in which a webhook that it repeats is only shown by its host."""
    shown = shown_webhook(url)
    if "…" not in shown:
        return text
    from html import escape  # here: loading the extension reads the settings, and needs no HTML

    query = urlsplit(url).query
    for secret in (url, query) if len(query) >= _SHORTEST else (url,):
        for form in (secret, quote(secret, safe=""), escape(secret), secret.replace("/", "\\/")):
            text = text.replace(form, shown if secret is url else "…")
    return text


def may_name_webhooks(body: bytes) -> bool:
    """Return whether an answer may say which webhook the service was given."""
    return _SIGN.search(body) is not None


def hide_named_webhooks(value: Any) -> Any:
    """Return an answer of the service's in which what is named a webhook is only shown by its host."""
    if isinstance(value, dict):
        return {
            name: _hidden(inner) if _NAMES.match(str(name)) else hide_named_webhooks(inner)
            for name, inner in value.items()
        }
    return [hide_named_webhooks(inner) for inner in value] if isinstance(value, list) else value


def _hidden(value: Any) -> Any:
    """Return what stands under a webhook's name, without what may be secret in it."""
    if isinstance(value, dict):
        return {name: _hidden(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(inner) for inner in value]
    if not isinstance(value, str) or not value:
        return value
    try:
        return shown_webhook(value) if "://" in value else "…"
    except ValueError:
        return "…"
