"""Run ``%reka config``: show settings, and change them for this session."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from reka_notebook.config import configure, settings
from reka_notebook.errors import RekaError
from reka_notebook.magic.reka.answer import Answer, facts
from reka_notebook.media import file_size
from reka_notebook.nested_loop import loop as nested_loop
from reka_notebook.options.known import UsageError
from reka_notebook.text import did_you_mean
from reka_notebook.webhook import shown_webhook

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_PASSWORD = re.compile(r"\s*postgres\w*://[^/@?]*:[^/@?]", re.IGNORECASE)
"""The address of a database with a password in it."""

UNSET = ("default", "none")


def run(words: Sequence[str]) -> Answer:
    """Show all settings, show one, or set one; ``default`` puts it back.

    Raises:
        RekaError: If there is no such setting, or it cannot have this value; nothing is changed then.
    """
    if len(words) > 2:
        raise UsageError("As in: %reka config deadline 3600, or %reka config deadline default.")
    if words:
        name = _known(words[0])
        if len(words) == 2:
            _set(name, words[1])
        return facts([(name, _list_settings()[name])])
    return facts(
        list(_list_settings().items()),
        "%reka config NAME VALUE sets one for this session; %reka key says where the key is from. "
        f"{_describe_instructions()}",
    )


def _describe_instructions() -> str:
    from reka_notebook.chat.instruction import BUNDLED, folder

    try:
        place = f"suggest.txt, describe.txt and judge.txt in {folder()} take the place of those in {BUNDLED}."
    except RekaError:
        place = f"They are in {BUNDLED}."
    return f"What chat models are told: {place}"


def _set(name: str, text: str) -> None:
    unset = text.lower() in UNSET
    if name == "home" and _PASSWORD.match(text):
        raise UsageError(
            "A password does not belong into a notebook. Leave it out of the address: it is found in ~/.pgpass, or in "
            "PGPASSWORD."
        )
    if name != NESTED_LOOP:
        configure(**{name: None if unset else READ[name](text)})
    elif text.lower() == "on":
        nested_loop.turn_on()
    elif unset or text.lower() == "off":
        nested_loop.turn_off()
    else:
        raise UsageError(f"nested_loop is on or off, and got {text!r}.")


def _list_settings() -> dict[str, str]:
    now = settings()
    values = {name: getattr(now, name) for name in READ}
    words = {name: "default" if value is None else str(value) for name, value in values.items()}
    return words | {
        "home": str(now.database or now.home),
        "webhook_url": shown_webhook(now.webhook_url) if now.webhook_url else "default",
        "measure": "on" if now.measure else "off",
        "embed_limit": file_size(now.embed_limit),
        "cache": file_size(now.cache),
        "deadline": f"{now.deadline:g} s",
        NESTED_LOOP: nested_loop.state(),
    }


def _known(written: str) -> str:
    name = written.replace("-", "_")
    if name == "api_key":
        raise UsageError("A key does not belong into a notebook. %reka key asks for one, hidden.")
    if name not in NAMES:
        raise UsageError(f"There is no setting {written!r}. {did_you_mean(name, NAMES)}")
    return name


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise UsageError(f"A number above 0 is wanted, and not {text!r}.")
    return value


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]i?b)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise UsageError(f"A size is wanted, as in 8MB, and not {text!r}.")
    return int(float(found[1]) * _UNITS[(found[2] or "").lower()])


READ: dict[str, Callable[[str], Any]] = {
    "base_url": str,
    "home": str,
    "person": str,
    "media": str,
    "cache": str,
    "key_header": str,
    "catalogue": str,
    "model": str,
    "deadline": _number,
    "requests_per_minute": _number,
    "budget": str,
    "budget_period": str,
    "unknown_price": str,
    "webhook_url": str,
    "measure": str,
    "embed_limit": _bytes,
}
"""The settings, each with what reads it from a word."""

NESTED_LOOP = "nested_loop"
"""Whether a synchronous wait keeps the kernel's loop turning: of this kernel, and not of the library."""

NAMES = (*READ, NESTED_LOOP)
