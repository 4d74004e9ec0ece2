"""Remember, in the folder that a machine has for a team's library, which library that is.

A take that comes from another process knows the folder alone. The file holds no password: libpq finds that, or the
environment has it.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import write_whole

if TYPE_CHECKING:
    from reka_notebook.library.rows.address import DatabaseAddress

_NAME = "team.json"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Say where a library's rows and media are, and who uses it here; ``None`` is this folder."""

    database: str | None = None
    media: str | None = None
    person: str | None = None


def write_place(
    home: Path, database: "DatabaseAddress | None", media: str | None, person: str | None
) -> None:
    """Write down which library a folder is of; of one that is its own, nothing."""
    if database is None and media is None:
        with suppress(OSError):
            (home / _NAME).unlink(missing_ok=True)
        return
    place = Place(database=None if database is None else str(database), media=media, person=person)
    data = msgspec.json.format(msgspec.json.encode(place))
    path = home / _NAME
    try:
        there = path.read_bytes()
    except OSError:
        there = b""
    if data != there:
        write_whole(path, data)


def read_place(home: Path) -> "tuple[DatabaseAddress | None, str | None, str | None]":
    """Return the database, the media and the person of a folder's library.

    Raises:
        LibraryError: If what is written there cannot be read.
    """
    from reka_notebook.library.rows.address import DatabaseAddress

    if not (home / _NAME).exists():  # as in every library that is a folder alone
        return None, None, None
    try:
        place = msgspec.json.decode((home / _NAME).read_bytes(), type=Place)
    except FileNotFoundError:
        return None, None, None
    except (OSError, msgspec.DecodeError) as error:
        raise LibraryError(
            f"{home / _NAME} cannot be read: {error}. Remove it; it is written anew."
        ) from None
    if place.database is None:
        return None, place.media, place.person
    address = DatabaseAddress(place.database)
    given = os.environ.get("REKA_NOTEBOOK_HOME", "")
    if given.startswith("postgres") and str(DatabaseAddress(given)) == str(address):
        address = DatabaseAddress(given)  # with its password
    return address, place.media, place.person
