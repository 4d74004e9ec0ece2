"""Run ``reka-notebook team``: set up a library that several people share."""

from collections.abc import Sequence

from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.checks.shown import problems, show_check, show_result
from reka_notebook.commands.checks.team import check_team
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser

TEXT = (
    "Make the tables of a team's library in PostgreSQL, have the database hold that nobody removes what is another's, "
    "and check database and store. Run it once with a role that may create tables, and again after an update of "
    "reka-notebook; nothing that is there is lost. REKA_NOTEBOOK_HOME is the database's address, REKA_NOTEBOOK_MEDIA "
    "the store's."
)


def run(words: Sequence[str]) -> int:
    """Set up the library of a team; return 1 if something will fail."""
    parser = Parser("team", TEXT)
    parser.add_argument(
        "what", choices=("init",), metavar="init", help="make the tables, and check everything"
    )
    parser.add_argument(
        "--grant",
        metavar="ROLE",
        action="append",
        default=[],
        help="give a role what a member needs; may be repeated",
    )
    parser.add_argument(
        "--shared", action="store_true", help="with --grant: several people use the role, such as a hub's"
    )
    asked = parser.read(words)
    if asked.shared and not asked.grant:
        raise UsageError("--shared says something about the role of --grant, and there is none.")
    chosen = settings()
    if chosen.database is None:
        raise RekaError(
            f"The library is the folder {chosen.home}, and needs no setting up. For a team, set REKA_NOTEBOOK_HOME to "
            "a database's address, as in postgresql://you@host/database, and REKA_NOTEBOOK_MEDIA to a bucket's. "
            "docs/team.md says more."
        )
    found = Findings()
    _set_up(chosen.database, asked.grant, asked.shared, found)
    check_team(chosen, found)
    for check in found.checks:
        show_check(check)
    show_result(found)
    return 1 if problems(found) else 0


def _set_up(address: DatabaseAddress, roles: Sequence[str], shared: bool, found: Findings) -> None:
    """Make the tables and what guards them, and grant roles what members need."""
    from reka_notebook.library.team import rights
    from reka_notebook.library.team.opening import open_server

    try:
        database = open_server(address, checked=False)
        lacking = database.make()
    except RekaError as error:
        found.problem("Tables", str(error))
        return
    try:
        rights.guard(database)
        found.ok("Tables", "there, and of this version")
        for words in lacking:
            found.note("Tables", words)
        for role in roles:
            rights.grant(database, role, shared=shared)
            found.ok("Rights", f"{role} may read and write{', for several people' if shared else ''}")
    except RekaError as error:
        found.problem("Rights", str(error))
    finally:
        database.close()
