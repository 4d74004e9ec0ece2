"""Say where things are, and what a person set: arguments of ``configure`` first, then the environment."""

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reka_notebook.errors import RekaError
from reka_notebook.key import Key
from reka_notebook.setting_values import BASE_URL, READ, fixed_path, forget_path, not_empty
from reka_notebook.text import did_you_mean

if TYPE_CHECKING:
    from reka_notebook.catalogue import Learned
    from reka_notebook.library import Library

__all__ = ["BASE_URL", "Settings", "configure", "open_library", "settings", "state_folder"]


@dataclass(frozen=True)
class Settings:
    """Hold the settings that every part follows.

    Args:
        base_url: The service, or a sandbox (``REKA_BASE_URL``).
        home: The library's folder (``REKA_NOTEBOOK_HOME``).
        media: Where a team's media are, such as ``s3://bucket/prefix`` or the path of a shared folder
            (``REKA_NOTEBOOK_MEDIA``); ``None`` is the library's folder.
        cache: Bytes that copies of a team's media may take on this machine (``REKA_NOTEBOOK_CACHE``).
        api_key: The key, if it is not to come from the environment, the keyring or a prompt.
        key_header: ``Authorization`` or ``X-Api-Key``; Reka documents both.
        catalogue: A person's own catalogue file (``REKA_NOTEBOOK_CATALOGUE``).
        model: The model used if none is named.
        deadline: Seconds after which waiting for a job ends; the job can be resumed.
        requests_per_minute: To the service, by all kernels together; ``None`` is 60, and no limit on this
            machine.
        budget: Dollars that may be spent at the service at most; ``None`` is no limit (``REKA_NOTEBOOK_BUDGET``).
        budget_period: ``day`` or ``month``, in which that much may be spent; ``None`` is in all
            (``REKA_NOTEBOOK_BUDGET_PERIOD``).
        unknown_price: Dollars that a budget holds back for a request whose price is not known; ``None`` is
            1 for each second of video, and 1 for any other file (``REKA_NOTEBOOK_UNKNOWN_PRICE``).
        webhook_url: What the service calls when a request has ended, unless a request names another
            (``REKA_NOTEBOOK_WEBHOOK_URL``).
        embed_limit: The size in bytes up to which a video is embedded in the notebook itself.
    """

    base_url: str
    home: Path
    media: str | None = None
    cache: int = 10 * 10**9
    api_key: Key | None = None
    key_header: str = "Authorization"
    catalogue: Path | None = None
    model: str | None = None
    deadline: float = 1800.0
    requests_per_minute: float | None = None
    budget: float | None = None
    budget_period: str | None = None
    unknown_price: float | None = None
    webhook_url: str | None = field(default=None, repr=False)
    embed_limit: int = 8 * 2**20

    @property
    def learned(self) -> "Learned":
        """Return what the service's own answers have taught, in the library's folder."""
        # Here, because both take a while the first time, and the package is to be imported at once.
        from reka_notebook.api.address import origin
        from reka_notebook.catalogue import Learned

        return Learned.at(self.home, origin(self.base_url))


_VARIABLES = {
    "base_url": "REKA_BASE_URL",
    "home": "REKA_NOTEBOOK_HOME",
    "media": "REKA_NOTEBOOK_MEDIA",
    "cache": "REKA_NOTEBOOK_CACHE",
    "catalogue": "REKA_NOTEBOOK_CATALOGUE",
    "budget": "REKA_NOTEBOOK_BUDGET",
    "budget_period": "REKA_NOTEBOOK_BUDGET_PERIOD",
    "unknown_price": "REKA_NOTEBOOK_UNKNOWN_PRICE",
    "webhook_url": "REKA_NOTEBOOK_WEBHOOK_URL",
}

_chosen: dict[str, Any] = {}


def configure(**changes: Any) -> None:
    """Change settings for this process; ``None`` puts a setting back to its default.

    Takes the fields of ``Settings``: ``base_url``, ``home``, ``media``, ``cache``, ``api_key``, ``key_header``,
    ``catalogue``, ``model``, ``deadline``, ``requests_per_minute``, ``budget``, ``budget_period``,
    ``unknown_price``, ``webhook_url``, ``embed_limit``.

    A relative path is fixed here and now, wherever the process goes.

    Raises:
        TypeError: If a setting is unknown.
        RekaError: If a value cannot be used; nothing is changed then.
    """
    if changes.get("api_key") is not None:
        changes["api_key"] = Key(changes.pop("api_key"))  # a traceback may print this frame's variables
    names = [field.name for field in dataclasses.fields(Settings)]
    for name in changes:
        if name not in names:
            raise TypeError(f"configure() has no setting {name!r}. {did_you_mean(name, names)}")
    unset = [name for name, value in changes.items() if value is None]
    # Every value is read before any is set.
    _chosen.update({name: READ[name](value) for name, value in changes.items() if value is not None})
    for name in unset:
        _chosen.pop(name, None)
        forget_path(name)


def settings() -> Settings:
    """Return the settings as they are now.

    Raises:
        RekaError: If a variable of the environment is empty, or cannot be used.
    """
    values = dict(_chosen)
    for name, variable in _VARIABLES.items():
        # Neither in a variable of its own nor from a mapping by name: a traceback that prints variables would print
        # the value, which may hold a password, or the whole environment.
        if name not in values and os.getenv(variable) is not None:
            values[name] = READ[name](not_empty(variable, os.getenv(variable, "")))
    values.setdefault("base_url", BASE_URL)
    values["home"] = values.get("home") or fixed_path("home", _default_home())
    return Settings(**values)


def open_library(chosen: Settings | None = None) -> "Library":
    """Open the library that the settings name; without any, those that hold now.

    Raises:
        RekaError: If a setting cannot be used, or the library cannot.
    """
    from reka_notebook.library import Library  # here: loading the extension opens none

    chosen = chosen or settings()
    return Library(chosen.home, chosen.media, chosen.cache)


def state_folder() -> Path:
    """Return the folder for what a person's processes have in common, whatever their libraries."""
    import platformdirs

    folder = _personal(platformdirs.user_state_dir)
    return fixed_path("state folder", folder) if folder is not None else settings().home


@cache
def _default_home() -> str:
    import platformdirs

    folder = _personal(platformdirs.user_data_dir)
    if folder is None:
        raise RekaError(
            "There is no folder for the library: this account has no home folder, and HOME is not set. "
            "Set REKA_NOTEBOOK_HOME to a folder that can be written to."
        )
    return folder


def _personal(find: Callable[..., str]) -> str | None:
    """Return a folder of the person; ``None`` if the account has no home folder."""
    try:
        folder = find("reka-notebook", appauthor=False)
    except (RuntimeError, KeyError):
        return None
    return folder if os.path.isabs(folder) else None
