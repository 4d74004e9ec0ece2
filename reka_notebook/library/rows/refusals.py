"""Say in words what a database server refuses."""

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from reka_notebook.library.errors import DatabaseUnreachable, LibraryError
from reka_notebook.library.rows.address import DatabaseAddress


def unreachable(address: DatabaseAddress, said: str) -> DatabaseUnreachable:
    """Return the error that says that a server does not answer now."""
    return DatabaseUnreachable(
        f"The team's database {address} cannot be reached: {said}. Nothing was lost or charged by this, and what is "
        "being made goes on. Check the network, or ask whoever runs the server."
    )


def failure_in_words(address: DatabaseAddress, error: Exception) -> LibraryError:
    """Return what a server's refusal, or its silence, means and what to do about it."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    # the server's own sentence, without the line of SQL, the function or the question behind it
    plain = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    said = " ".join((plain or str(cause)).split()).partition(" Is the server running")[0].rstrip(".?")
    if isinstance(error, NoConnection):
        said = "all connections of this process are in use"
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    if (
        state == "42501"
        and isinstance(cause, psycopg.Error)
        and cause.diag.source_function == "exec_stmt_raise"
    ):
        return LibraryError(f"The team's database {address} refuses this: {said}. Nothing was changed.")
    if state == "42501":  # no right to
        return LibraryError(
            f"The role {address.role or 'in use'} has no right to do this in {address}: {said}. Nothing was sent. Ask "
            "whoever administers the library to grant it: reka-notebook team init --grant ROLE."
        )
    if state == "25006":  # read-only
        return LibraryError(
            f"The team's database {address} takes no changes: {said}. Nothing was sent. It may be a copy that is only "
            "read; use the address of the server that takes changes."
        )
    if state in ("53100", "53200"):  # disk or memory full
        return LibraryError(
            f"The server of the team's database {address} has no room: {said}. Nothing was lost or charged by this. "
            "Ask whoever runs it to make room."
        )
    if state == "55P03":  # waited for too long
        return DatabaseUnreachable(
            f"The team's database {address} is held by another process for too long: {said}. Nothing was lost or "
            "charged by this. Try again in a moment."
        )
    if state is not None and not lost and state[:2] not in ("08", "53", "57"):
        return LibraryError(
            f"The team's database {address} cannot be used: {said}. Nothing was lost or charged by this."
        )
    if state is None and isinstance(cause, psycopg.Error) and not lost:
        return _not_let_in(address, said) or unreachable(address, said)
    return unreachable(address, said)


def _not_let_in(address: DatabaseAddress, said: str) -> LibraryError | None:
    """Return why a connection cannot be made, where trying again does not help; libpq gives its reasons as text."""
    advice = None
    if "no password supplied" in said:
        advice = "Put the password into ~/.pgpass, PGPASSWORD, or the address"
    elif (
        "authentication failed" in said
        or "no pg_hba.conf entry" in said
        or "is not permitted to log in" in said
    ):
        advice = (
            "Check the role, its password (in the address, PGPASSWORD or ~/.pgpass), and that it may log in"
        )
    elif "does not exist" in said:
        advice = "Check the names of the role and the database in the address"
    elif "does not support SSL" in said or "certificate" in said or "SSL" in said:
        advice = (
            "Passwords and prompts cross the network to it, so TLS is required: have it turned on at the server, or "
            "give the address its certificate (sslrootcert=…)"
        )
    elif "could not translate host name" in said or "failed to resolve host" in said:
        return None
    if advice is None:
        return None
    return LibraryError(
        f"The team's database {address} cannot be opened: {said}. Nothing was sent. {advice}."
    )
