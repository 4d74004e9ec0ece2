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
from reka_notebook.setting_values import (
    BASE_URL,
    READ,
    fixed_path,
    forget_path,
    is_address,
    not_empty,
    read_home,
)
from reka_notebook.text import did_you_mean

if TYPE_CHECKING:
    from reka_notebook.catalogue import Learned
    from reka_notebook.library import Library
    from reka_notebook.library.rows.address import DatabaseAddress

__all__ = ["BASE_URL", "Settings", "configure", "open_library", "settings", "state_folder"]


@dataclass(frozen=True)
class Settings:
    """Hold the settings that every part follows.

    Args:
        base_url: The service, or a sandbox (``REKA_BASE_URL``).
        home: The library's folder on this machine (``REKA_NOTEBOOK_HOME``). Of a team's library it is a folder
            made for that, with what this machine has of it.
        database: The team's database, where ``REKA_NOTEBOOK_HOME`` is the address of one.
        media: Where a team's media are, such as ``s3://bucket/prefix`` or the path of a shared folder
            (``REKA_NOTEBOOK_MEDIA``); ``None`` is the library's folder.
        cache: Bytes that copies of a team's media may take on this machine (``REKA_NOTEBOOK_CACHE``).
        person: Who asks, in a team's library (``REKA_NOTEBOOK_PERSON``, else ``JUPYTERHUB_USER``); ``None`` is the
            database's role.
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
        measure: Whether takes are measured in the background when they are kept (``REKA_NOTEBOOK_MEASURE``, ``on`` or
            ``off``).
        embed_limit: The size in bytes up to which a video is embedded in the notebook itself.
    """

    base_url: str
    home: Path
    database: "DatabaseAddress | None" = None
    person: str | None = None
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
    measure: bool = True
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
    "person": "REKA_NOTEBOOK_PERSON",
    "media": "REKA_NOTEBOOK_MEDIA",
    "cache": "REKA_NOTEBOOK_CACHE",
    "catalogue": "REKA_NOTEBOOK_CATALOGUE",
    "budget": "REKA_NOTEBOOK_BUDGET",
    "budget_period": "REKA_NOTEBOOK_BUDGET_PERIOD",
    "unknown_price": "REKA_NOTEBOOK_UNKNOWN_PRICE",
    "webhook_url": "REKA_NOTEBOOK_WEBHOOK_URL",
    "measure": "REKA_NOTEBOOK_MEASURE",
}

_chosen: dict[str, Any] = {}


def configure(**changes: Any) -> None:
    """Change settings for this process; ``None`` puts a setting back to its default.

    Takes the fields of ``Settings``: ``base_url``, ``home`` (a folder, or the address of a team's database),
    ``media``, ``cache``, ``person``, ``api_key``, ``key_header``, ``catalogue``, ``model``, ``deadline``,
    ``requests_per_minute``, ``budget``, ``budget_period``, ``unknown_price``, ``webhook_url``, ``measure``,
    ``embed_limit``.

    A relative path is fixed here and now, wherever the process goes.

    Raises:
        TypeError: If a setting is unknown.
        RekaError: If a value cannot be used; nothing is changed then.
    """
    if changes.get("api_key") is not None:
        changes["api_key"] = Key(changes.pop("api_key"))  # a traceback may print this frame's variables
    if is_address(changes.get("home")):
        changes["home"] = read_home(changes.pop("home"))  # likewise: it may hold a password
    names = [field.name for field in dataclasses.fields(Settings) if field.name != "database"]
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
    return _settings(_values())


def settings_at(home: str, media: str | None = None) -> Settings:
    """Return the settings with another library: a folder, or the address of a team's database.

    Args:
        home: Its folder or address.
        media: Where its media are; without it, where they are known to be.

    Raises:
        RekaError: If there can be none.
    """
    values, now = _values(), settings()
    values["home"] = read_home(home) if is_address(home) else Path(home).expanduser().absolute()
    found = _settings(values)
    if media is not None:
        return dataclasses.replace(found, media=READ["media"](media))
    if found.home == now.home:
        return found
    from reka_notebook.library.team.place import read_place

    return dataclasses.replace(found, media=read_place(found.home)[1])


def _values() -> dict[str, Any]:
    """Return what a person set, by name."""
    values = dict(_chosen)
    for name, variable in _VARIABLES.items():
        # Neither in a variable of its own nor from a mapping by name: a traceback that prints variables would print
        # the value, which may hold a password, or the whole environment.
        if name not in values and os.getenv(variable) is not None:
            values[name] = READ[name](not_empty(variable, os.getenv(variable, "")))
    values.setdefault("base_url", BASE_URL)
    return values


def _settings(values: dict[str, Any]) -> Settings:
    """Return the settings that are made of what a person set."""
    home = values.pop("home", None)
    if home is None or isinstance(home, Path):
        return Settings(**values, home=home or fixed_path("home", _default_home()))
    values["person"] = values.get("person") or os.environ.get("JUPYTERHUB_USER") or home.role
    return Settings(**values, home=Path(_default_home()).absolute() / "teams" / home.folder, database=home)


def open_library(chosen: Settings | None = None) -> "Library":
    """Open the library that the settings name; without any, those that hold now.

    Raises:
        RekaError: If a setting cannot be used, or the library cannot.
    """
    from reka_notebook.library import Library  # here: loading the extension opens none

    chosen = chosen or settings()
    if chosen.database is not None and chosen.media is None:
        raise RekaError(
            "The library is in a team's database, and its media have no place yet. Set REKA_NOTEBOOK_MEDIA (or "
            "configure(media=…)) to a bucket, as in s3://bucket/reka, or to a folder that all machines share. Nothing "
            "was sent."
        )
    return Library(chosen.home, chosen.media, chosen.cache, database=chosen.database, person=chosen.person)


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
