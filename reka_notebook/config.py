"""Where things are, and what a person set: arguments of ``configure`` first, then the environment."""

import dataclasses
import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reka_notebook.errors import RekaError
from reka_notebook.key import Key

BASE_URL = "https://vision-agent.api.reka.ai"

_USER = re.compile(r"//[^/?#]*@")


@dataclass(frozen=True)
class Settings:
    """What every part goes by.

    :param base_url: the service, or a sandbox (``REKA_BASE_URL``).
    :param home: the library's folder (``REKA_NOTEBOOK_HOME``).
    :param api_key: the key, where it is not taken from the environment, the keyring or a prompt.
    :param key_header: ``Authorization`` or ``X-Api-Key``; Reka documents both.
    :param catalogue: a person's own catalogue file (``REKA_NOTEBOOK_CATALOGUE``).
    :param model: the model used where none is named.
    :param deadline: seconds after which waiting for a job ends; it can be resumed.
    :param requests_per_minute: to the service, by all kernels together; ``None`` is 60, and no limit on this machine.
    :param embed_limit: bytes up to which a video is put into the notebook itself.
    """

    base_url: str
    home: Path
    api_key: Key | None = None
    key_header: str = "Authorization"
    catalogue: Path | None = None
    model: str | None = None
    deadline: float = 1800.0
    requests_per_minute: float | None = None
    embed_limit: int = 8 * 2**20


_chosen: dict[str, Any] = {}


def configure(**changes: Any) -> None:
    """Set what every part goes by, for this process; ``None`` puts a setting back to its default.

    Takes the fields of :class:`Settings`: ``base_url``, ``home``, ``api_key``, ``key_header``, ``catalogue``,
    ``model``, ``deadline``, ``requests_per_minute``, ``embed_limit``.

    :raises TypeError: an unknown setting.
    :raises RekaError: a value that cannot be used; nothing is changed then.
    """
    if changes.get("api_key") is not None:
        changes["api_key"] = Key(changes.pop("api_key"))
    names = [field.name for field in dataclasses.fields(Settings)]
    for name in changes:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(names)}."
            raise TypeError(f"configure() has no setting {name!r}. {hint}")
    before = dict(_chosen)
    _chosen.update(changes)
    for name in [name for name, value in _chosen.items() if value is None]:
        del _chosen[name]
    try:
        settings()
    except RekaError:
        _chosen.clear()
        _chosen.update(before)
        raise


def settings() -> Settings:
    """What holds now."""
    env = os.getenv  # a variable that holds the environment would be printed by a traceback with variables
    values = dict(_chosen)
    values["base_url"] = _base_url(str(values.get("base_url") or env("REKA_BASE_URL") or BASE_URL))
    values["home"] = (
        Path(values.get("home") or env("REKA_NOTEBOOK_HOME") or _default_home()).expanduser().absolute()
    )
    catalogue = values.get("catalogue") or env("REKA_NOTEBOOK_CATALOGUE")
    values["catalogue"] = Path(catalogue).expanduser() if catalogue else None
    if str(values.get("key_header", "Authorization")).lower() not in ("authorization", "x-api-key"):
        raise RekaError(
            "key_header is either 'Authorization' or 'X-Api-Key': Reka's service reads these two."
        )
    return Settings(**values)


def _base_url(url: str) -> str:
    shown = _USER.sub("//…@", url)  # what stands there may be a password
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises where it is no number)
    except ValueError:
        raise RekaError(
            f"The base URL {shown!r} is no address: its host or port cannot be read. Reka's own is {BASE_URL}."
        ) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RekaError(f"The base URL {shown!r} is not an http(s) address. Reka's own is {BASE_URL}.")
    if parts.username or parts.password:
        raise RekaError("The base URL has a user name or password in it; the key belongs into REKA_API_KEY.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise RekaError(
            f"The base URL {shown!r} has more than a host and a port. Reka's paths begin at the host: write "
            f"{parts.scheme}://{parts.netloc}, and correct the paths in the catalogue if need be."
        )
    return url.rstrip("/")


def state_folder() -> Path:
    """Where the processes of a person keep what they have in common, whatever their libraries."""
    import platformdirs

    return Path(platformdirs.user_state_dir("reka-notebook", appauthor=False))


@cache
def _default_home() -> str:
    import platformdirs

    return platformdirs.user_data_dir("reka-notebook", appauthor=False)
