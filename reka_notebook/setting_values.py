"""Read the value of each setting from what a person wrote, or refuse it in words."""

import math
import numbers
import operator
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reka_notebook.errors import RekaError
from reka_notebook.key import Key
from reka_notebook.webhook import check_webhook

LONGEST_NAME = 100

BASE_URL = "https://vision-agent.api.reka.ai"


def not_empty(name: str, value: str) -> str:
    """Return a setting that says something; one that is set but empty does not ask for the default.

    Raises:
        RekaError: If it is empty.
    """
    if not value.strip():
        remove = "unset it" if name.isupper() else "use None"
        raise RekaError(f"{name} is empty, which does not mean the default. Give it a value, or {remove}.")
    return value


def is_address(value: object) -> bool:
    """Return whether a home is meant to be an address, and not a folder; any may hold a secret."""
    return re.match(r"\s*(postgres\w*(\+\w+)?:|[a-z][a-z0-9+.-]*://)", str(value), re.IGNORECASE) is not None


def read_home(value: Any) -> Any:
    """Return the library's home: the path of a folder, or the address of a team's database.

    Raises:
        RekaError: If it is neither; what an address holds is not shown.
    """
    if not is_address(value):
        return fixed_path("home", value)
    from reka_notebook.library.rows.address import DatabaseAddress  # here: most libraries are a folder

    given = [value]
    del value  # a traceback may print this frame's variables
    return given[0] if isinstance(given[0], DatabaseAddress) else DatabaseAddress(given.pop())


def _person(value: object) -> str:
    name = _text("person", value).strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise RekaError(f"person is a name of up to {LONGEST_NAME} printable characters, such as your own.")
    return name


_paths: dict[str, tuple[str, Path]] = {}


def fixed_path(name: str, value: object) -> Path:
    """Return the absolute path of a setting. A relative one is fixed when it is first read.

    If it were read anew after the process had changed its folder, it would be another library.

    Raises:
        RekaError: If it is not a path.
    """
    try:
        text = os.fspath(value)  # type: ignore[call-overload]
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise RekaError(f"{name} is a path, and not {value!r}.")
    not_empty(name, text)
    before, path = _paths.get(name, ("", Path()))
    if text != before:
        try:
            path = Path(text).expanduser().absolute()
        except (RuntimeError, OSError) as error:
            raise RekaError(f"{name} {text!r} cannot be made an absolute path: {error}") from None
        if re.search(r"[\x00-\x1f\x7f]", text):  # a line break from a file of settings, say
            raise RekaError(f"{name} {text!r} is no path.")
        _paths[name] = text, path
    return path


def forget_path(name: str) -> None:
    """Let a setting be read anew, because it was put back to its default."""
    _paths.pop(name, None)


def _real(value: object) -> float:
    """Return a number, and nan, which is within no bounds, for anything else."""
    return math.nan if isinstance(value, bool) or not isinstance(value, numbers.Real) else float(value)


def _number(name: str, unit: str, value: object) -> float:
    number = _real(value)
    if not 0 < number < math.inf:
        raise RekaError(
            f"{name} is a number of {unit} above 0, and not {value!r}. None puts the default back."
        )
    return number


def read_dollars(name: str, value: object) -> float:
    """Return an amount of dollars, from a number or from a text such as ``20`` and ``$20``.

    Raises:
        RekaError: If it is none.
    """
    amount = value
    if isinstance(value, str):
        with suppress(ValueError):
            amount = float(value.strip().removeprefix("$"))
    number = _real(amount)
    if not 0 <= number < 1e9:
        back = (
            "" if isinstance(value, str) else " None puts the default back."
        )  # nobody can write None on a line
        raise RekaError(f"{name} is an amount in dollars, such as 20, and not {value!r}.{back}")
    return number


PERIODS = ("day", "month")


def _period(value: object) -> str:
    if value not in PERIODS:
        raise RekaError(
            f"budget_period is 'day', 'month' or None, and not {value!r}. None limits what is spent in all."
        )
    return str(value)


def _media(value: object) -> str:
    from reka_notebook.library.store.address import read_media  # here: most libraries are a folder

    return read_media(value)


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_UNITS |= {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def _cache(value: object) -> int:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?i?b)?", str(value).strip(), re.IGNORECASE)
    unit = (found[2] or "").lower() if found else "?"
    if found is None or unit not in _UNITS or isinstance(value, bool) or len(found[1]) > 30:
        raise RekaError(f"cache is a size, such as 20 GB or a number of bytes, and not {value!r}.")
    return int(float(found[1]) * _UNITS[unit])


_SWITCH = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


def _switch(name: str, value: object) -> bool:
    on = value if isinstance(value, bool) else _SWITCH.get(str(value).strip().lower())
    if on is None:
        raise RekaError(f"{name} is on or off, not {value!r}.")
    return on


def _embed_limit(value: object) -> int:
    try:
        size = -1 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        size = -1
    if size < 0:
        raise RekaError(
            f"embed_limit is a whole number of bytes, such as 8 * 2**20, and not {value!r}. 0 embeds nothing."
        )
    return size


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise RekaError(f"{name} is a text, and not {value!r}.")
    return not_empty(name, value)


def _key(value: Key) -> Key:
    return value  # checked where it was made, so that it is in no other frame


def _key_header(value: object) -> str:
    if str(value).lower() not in ("authorization", "x-api-key"):
        raise RekaError(
            "key_header is either 'Authorization' or 'X-Api-Key': Reka's service reads these two."
        )
    return str(value)


def _base_url(value: object) -> str:
    url = _text("base_url", value)
    flaw = _flaw_of_url(url)
    if flaw:
        del value, url  # a traceback may print this frame's variables
        raise RekaError(f"The base URL {flaw}")
    return url.rstrip("/")


def _flaw_of_url(url: str) -> str | None:
    """Return what keeps a text from being a base URL; what is not an address may be a password, so it is not shown."""
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return f"has a space or a line break in it. Reka's own is {BASE_URL}."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"is no address: its host or port cannot be read. Reka's own is {BASE_URL}."
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return f"is not an http(s) address. Reka's own is {BASE_URL}."
    if "@" in url:
        return "has a user name or password in it; the key belongs in REKA_API_KEY."
    if parts.path.strip("/") or parts.query or parts.fragment:
        return (
            "has more than a host and a port. Reka's paths begin at the host: write "
            f"{parts.scheme}://{parts.netloc}, and correct the paths in the catalogue if need be."
        )
    return None


READ: Mapping[str, Callable[[Any], Any]] = {
    "base_url": _base_url,
    "home": read_home,
    "person": _person,
    "media": _media,
    "cache": _cache,
    "api_key": _key,
    "key_header": _key_header,
    "catalogue": partial(fixed_path, "catalogue"),
    "model": partial(_text, "model"),
    "deadline": partial(_number, "deadline", "seconds"),
    "requests_per_minute": partial(_number, "requests_per_minute", "requests"),
    "budget": partial(read_dollars, "budget"),
    "budget_period": _period,
    "unknown_price": partial(read_dollars, "unknown_price"),
    "webhook_url": check_webhook,
    "measure": partial(_switch, "measure"),
    "embed_limit": _embed_limit,
}
"""What reads each setting, and refuses in words what it cannot be."""
