"""Check the database and the store of a team's library, and change nothing about them."""

from typing import TYPE_CHECKING

from reka_notebook.commands.checks.check import Findings
from reka_notebook.config import Settings
from reka_notebook.errors import RekaError
from reka_notebook.library.team.name import host_of

if TYPE_CHECKING:
    from reka_notebook.library.rows.address import DatabaseAddress

FAR, SLOW = 0.05, 0.25
"""Seconds of a round trip, and of a commit, from which on a person notices the way to the database."""

APART, FAR_APART = 2.0, 600.0
"""Seconds by which this machine's clock may differ from the database's; S3 refuses what is a quarter of an hour off."""

SET_CLOCK = "Put this machine's clock right, as with: timedatectl set-ntp true"


def check_team(chosen: Settings, found: Findings) -> None:
    """Look at the database and the store."""
    if chosen.database is not None:
        check_database(chosen.database, found)
    check_store(chosen, found)


def check_database(address: "DatabaseAddress", found: Findings) -> None:
    """Look at the database: whether it answers, how fast, and whether its tables are there and guarded."""
    from reka_notebook.library.team.opening import open_server, role_of

    try:
        database = open_server(address, checked=False)
        role = role_of(database)
    except RekaError as error:
        found.problem("Database", str(error))
        return
    from reka_notebook.library.team import diagnostics, rights

    try:
        version, host = diagnostics.server_version(database), host_of(address)
        there = diagnostics.has_tables(database)
        administrator = there and rights.is_administrator(database)
        as_whom = f"as {role}, {'an administrator of the library' if administrator else 'a member'}"
        found.ok("Database", f"PostgreSQL {version}, {address.database} on {host}, {as_whom}")
        _check_encryption(diagnostics.encryption(database), address.is_here, found)
        if not there:
            found.problem(
                "Tables",
                "none that this role can see",
                "Make them once for the team, with a role that may create tables: reka-notebook team init",
            )
        else:
            _check_rights(diagnostics.missing_rights(database), role, found)
            _check_guard(rights.is_guarded(database), found)
        _check_clock(diagnostics.clock_ahead(database), found)
        _check_latency(diagnostics.round_trip(database), diagnostics.commit_time(database), found)
        _check_notices(diagnostics.hears(database), found)
        _check_search(diagnostics.searches_fast(database), found)
    finally:
        database.close()


def _check_encryption(tls: str | None, here: bool, found: Findings) -> None:
    if tls is not None:
        found.ok("Encryption", tls)
    elif here:
        found.ok("Encryption", "none, and the database is on this machine")
    else:
        found.problem(
            "Encryption", "none: passwords and prompts cross the network", "Turn TLS on at the server."
        )


def _check_rights(missing: list[str], role: str, found: Findings) -> None:
    if not missing:
        found.ok("Rights", "may read and write what the library needs")
    else:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        found.problem(
            "Rights",
            f"{role} lacks {', '.join(missing[:3])}{more}",
            f"Have an administrator of the library run: reka-notebook team init --grant {role}",
        )


def _check_guard(guarded: bool, found: Findings) -> None:
    if guarded:
        found.ok("Others' takes", "the database lets nobody but an administrator remove them")
    else:
        found.problem(
            "Others' takes",
            "whoever has a member's role could remove them with psql",
            "Have an administrator of the library run: reka-notebook team init",
        )


def _check_clock(ahead: float, found: Findings) -> None:
    way = f"{abs(ahead):.2f} s {'ahead of' if ahead > 0 else 'behind'} the database's"
    if abs(ahead) > FAR_APART:
        found.problem("Clock", f"{way}; a store refuses requests of such a machine", SET_CLOCK)
    elif abs(ahead) > APART:
        found.note("Clock", f"{way}. Who does which job goes by the database's alone", SET_CLOCK)
    else:
        found.ok("Clock", way)


def _check_latency(question: float, commit: float, found: Findings) -> None:
    words = f"{question * 1000:.1f} ms for a question, {commit * 1000:.1f} ms for a commit"
    if question > FAR or commit > SLOW:
        found.note(
            "Distance",
            words,
            "Each job takes some ten questions and as many commits. A database nearer to these machines is quicker.",
        )
    else:
        found.ok("Distance", words)


def _check_notices(heard: bool, found: Findings) -> None:
    if heard:
        found.ok("Notifications", "arrive, so that what colleagues make is seen at once")
    else:
        found.note(
            "Notifications",
            "do not arrive, as behind a pooler; changes are asked for every few seconds instead",
            "Use the server's own port, or a pool by session.",
        )


def _check_search(fast: bool | None, found: Findings) -> None:
    if fast:
        found.ok("Search", "by the extension pg_trgm")
    elif fast is None:
        found.note(
            "Search",
            "the server has no extension pg_trgm; words are searched in every prompt, which takes seconds from "
            "100,000 takes on",
            "Install PostgreSQL's contrib modules, then run: reka-notebook team init",
        )
    else:
        found.note(
            "Search",
            "the extension pg_trgm is not turned on; words are searched in every prompt, which takes seconds from "
            "100,000 takes on",
            "Have an administrator of the database run: CREATE EXTENSION pg_trgm; then: reka-notebook team init",
        )


def check_store(chosen: Settings, found: Findings) -> None:
    """Write a small object into the store, read it back, compare it, and delete it."""
    if chosen.media is None:
        found.problem(
            "Media",
            "have no place yet",
            "Set REKA_NOTEBOOK_MEDIA to a bucket, as in s3://bucket/reka, or to a folder that all machines share.",
        )
        return
    from reka_notebook.library.store.address import bucket_at
    from reka_notebook.library.team.diagnostics import try_store

    try:
        times = try_store(bucket_at(chosen.media))
    except ValueError as error:
        found.problem(
            "Media", f"{chosen.media}: {error}", "This store cannot be used: it keeps nothing as it is."
        )
    except RekaError as error:
        found.problem("Media", str(error))
    except FileNotFoundError:
        found.problem("Media", f"{chosen.media}: what was written is not there")
    else:
        found.ok(
            "Media",
            f"{chosen.media}: a small file is up in {times.put * 1000:.0f} ms, and back in {times.get * 1000:.0f} ms",
        )
        if not times.may_delete:
            found.note(
                "Deleting", "this machine may write to the store and not delete; prune removes nothing there"
            )
