"""Read the catalogue: the bundled data, with what was learned and the person's own file merged over it."""

from __future__ import annotations

import json
import logging
import os
from functools import lru_cache
from pathlib import Path

from reka_notebook.catalogue.build import DataError, build
from reka_notebook.catalogue.catalogue import Catalogue
from reka_notebook.catalogue.endpoint import JSON
from reka_notebook.catalogue.errors import CatalogueError
from reka_notebook.catalogue.learned import Learned
from reka_notebook.catalogue.overrides import merge, override, with_templates

log = logging.getLogger("reka_notebook")

BUNDLED = Path(__file__).with_name("endpoints.json")
VARIABLE = "REKA_NOTEBOOK_CATALOGUE"


def load(overrides: Path | None = None, learned: Learned | None = None) -> Catalogue:
    """Return the catalogue: the bundled data, what was ``learned`` from a service, and a person's ``overrides``.

    Each is merged over what stands before it, so that a person has the last word. Without ``overrides``, the
    file named by the environment variable REKA_NOTEBOOK_CATALOGUE is used, else ``catalogue.json`` in the
    person's configuration folder if it is there. Files are read again only when they have changed.

    Raises:
        CatalogueError: If the file is missing (the one in the configuration folder may be), broken, or
            makes no sense.
    """
    path = overrides or _from_environment()
    version = learned.version if learned is not None else None
    learned = (
        None if version is None else learned
    )  # where nothing was learned, it is the same for all services
    try:
        path = path or default_path()
    except CatalogueError:  # who has no folder for it has no corrections
        return _load(None, 0, 0, learned, version)
    try:
        stat = path.stat()
    except FileNotFoundError:
        if overrides is None and _from_environment() is None:
            return _load(None, 0, 0, learned, version)
        raise CatalogueError(f"There is no catalogue file {path}.") from None
    except OSError as error:
        raise CatalogueError(
            f"The catalogue file {path} cannot be read: {error.strerror or error}."
        ) from error
    return _load(path, stat.st_mtime_ns, stat.st_size, learned, version)


def default_path() -> Path:
    """Return where the person's own catalogue lies: ``catalogue.json`` in the configuration folder.

    Raises:
        CatalogueError: If there is no such folder, because the account has no home.
    """
    import platformdirs

    try:
        folder = Path(platformdirs.user_config_dir("reka-notebook", appauthor=False))
    except (RuntimeError, KeyError):
        folder = Path()
    if not folder.is_absolute():
        raise CatalogueError(
            f"There is no folder for your catalogue: HOME is not set. Set it, or {VARIABLE} to a file."
        )
    return folder / "catalogue.json"


def bundled() -> dict[str, JSON]:
    """Return the data that comes with the package, as a fresh copy."""
    data: dict[str, JSON] = json.loads(BUNDLED.read_text("utf-8"))
    return data


@lru_cache(maxsize=16)
def _load(
    path: Path | None, _changed: int, _size: int, learned: Learned | None, _version: object
) -> Catalogue:
    data = bundled()
    data = _with_learned(data, learned) if learned is not None else data
    if path is None:
        return build(data)
    return override(data, path)


def _with_learned(data: dict[str, JSON], learned: Learned) -> dict[str, JSON]:
    """Return the data with what was learned, but for endpoints of which it makes no sense, or no longer does."""
    changes = learned.read()
    known = with_templates(data, changes)["endpoints"]
    changes = {id_: change for id_, change in changes.items() if id_ in known}
    while changes:
        merged = merge(data, {"endpoints": changes})
        try:
            build(merged)
        except DataError as error:
            log.warning("%s is not used for all: %s: %s", learned.file, " > ".join(error.keys), error)
            changes = {id_: change for id_, change in changes.items() if error.keys[1:2] not in ((), (id_,))}
        else:
            return merged
    return data


def _from_environment() -> Path | None:
    value = os.environ.get(VARIABLE)
    if value is not None and not value.strip():
        raise CatalogueError(f"{VARIABLE} is set, and empty. Name a file, or remove it to have the default.")
    return _absolute(value) if value else None


@lru_cache(maxsize=8)
def _absolute(path: str) -> Path:
    """Return where a path led when it was first read, even after the process has changed its folder."""
    try:
        return Path(path).expanduser().absolute()
    except (RuntimeError, OSError) as error:
        raise CatalogueError(f"{VARIABLE} cannot be made an absolute path: {error}.") from None
