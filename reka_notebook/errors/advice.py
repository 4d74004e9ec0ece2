"""Put the advice of a message into the words of who reads it.

Messages name options as a cell and a command line have them: ``--fresh``. To a person who asked from Python, the same
is ``fresh=True``; to one who presses buttons, the name of an option says nothing.
"""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_writes_options: ContextVar[bool] = ContextVar("reka_notebook_writes_options", default=False)

_NAMED = {"fresh": "fresh=True", "request": "request_id", "image": "image"}
"""What options are called in Python, where that is not their own name."""

_VALUE = re.compile(r"--set ('(?:[^']|'\"'\"')*'|\S+)|--(model) ([\w][\w./-]*\w)")
_OPTION = re.compile(r"(?<![\w-])--(fresh|model|take|request|image)(?![\w-])")
_ASIDE = re.compile(r" \(--[a-z-]+\)")


@contextmanager
def for_options() -> Iterator[None]:
    """Leave options in messages as they are meanwhile: who reads them writes a cell or a command line."""
    token = _writes_options.set(True)
    try:
        yield
    finally:
        _writes_options.reset(token)


def for_reader(text: str) -> str:
    """Return a message for who asks just now."""
    return text if "--" not in text or _writes_options.get() else _in_python(text)


def without_options(text: str) -> str:
    """Return a message for a person who presses buttons."""
    return _ASIDE.sub("", text)


def _in_python(text: str) -> str:
    text = _VALUE.sub(_argument, text)
    return _OPTION.sub(lambda found: _NAMED.get(found[1], f"{found[1]}=…"), text)


def _argument(found: re.Match[str]) -> str:
    if found[2]:
        return f'model="{found[3]}"'
    end = "." if found[1].endswith(".") and not found[1].endswith("...") else ""
    name, _, value = shlex.split(found[1].removesuffix(end) if end else found[1])[0].partition("=")
    try:
        plain = repr(json.loads(value))
    except ValueError:
        plain = json.dumps(value, ensure_ascii=False)
    return f'undeclared={{"{name}": {plain}}}{end}'
