"""Connect to a team's database, or say what is missing for that."""

from typing import TYPE_CHECKING

from sqlalchemy import text

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.database import Database

if TYPE_CHECKING:
    from reka_notebook.library.rows.address import DatabaseAddress
    from reka_notebook.library.rows.server import ServerDatabase


def open_server(address: "DatabaseAddress", *, checked: bool = True) -> "ServerDatabase":
    """Connect to a team's database.

    Args:
        address: Where it is.
        checked: Whether the library's tables have to be there.

    Raises:
        LibraryError: If that cannot be done, in words without the password.
    """
    try:
        import psycopg  # noqa: F401 (a team's alone)
    except ImportError as error:
        raise LibraryError(
            "The library is in a PostgreSQL database, and psycopg, which talks to it, cannot be used here "
            f"({' '.join(str(error).split())[:100]}). Run: pip install 'reka-notebook[team]'. Nothing was sent."
        ) from None
    from reka_notebook.library.rows.server import ServerDatabase

    return ServerDatabase(address, checked=checked)


def role_of(database: Database) -> str:
    """Return the role that is connected."""
    return str(database.rows(text("SELECT current_user"))[0][0])
