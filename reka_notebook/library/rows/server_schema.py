"""Make the tables of a team's library on a PostgreSQL server, and bring those of an earlier version up to date."""

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.schema import VERSION
from reka_notebook.library.rows.tables import metadata, prepare_for_server
from reka_notebook.media.measures import MEASURES

OLDEST = 13
"""The first version of PostgreSQL that has everything which is used here."""

CHANNEL = "reka_notebook"
"""Where the server tells which jobs and takes have changed."""

_version = Table("reka_notebook", MetaData(), Column("version", Integer, nullable=False))
"""The version of the tables beside it."""

_MAKING = 0x52656B62
"""The name of the lock under which tables are made."""

_STEPS: dict[int, tuple[str, ...]] = {
    9: (
        """
CREATE TABLE measures (
    take TEXT COLLATE "C" PRIMARY KEY,
    version INTEGER NOT NULL,
    measured DOUBLE PRECISION NOT NULL,
    motion DOUBLE PRECISION,
    sharpness DOUBLE PRECISION,
    flicker DOUBLE PRECISION,
    frozen DOUBLE PRECISION,
    black DOUBLE PRECISION,
    cuts DOUBLE PRECISION,
    loudness DOUBLE PRECISION,
    likeness DOUBLE PRECISION,
    loop DOUBLE PRECISION,
    drift DOUBLE PRECISION
)
""",
        """
CREATE TABLE judgements (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    left_take TEXT NOT NULL,
    right_take TEXT NOT NULL,
    preferred TEXT,
    judged DOUBLE PRECISION NOT NULL
)
""",
        "CREATE INDEX judgements_by_left ON judgements (left_take)",
        "CREATE INDEX judgements_by_right ON judgements (right_take)",
    ),
}
"""What leads from the version before to each; the tables of version 8 were the first on a server."""

_COUNTING = "CREATE INDEX IF NOT EXISTS takes_counted ON takes (kind) WHERE removed IS NULL"
"""All takes are counted by the index that is read fastest: of few values, it has a sixth of another's pages."""

_SORTING = tuple(
    f"CREATE INDEX IF NOT EXISTS measures_by_{name} ON measures ({name}) WHERE {name} IS NOT NULL"
    for name in MEASURES
)
"""Takes are sorted by each measure, a page at a time."""

_SEARCH = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS takes_words ON takes USING gin (words gin_trgm_ops) WHERE removed IS NULL",
)

_TELLING = (
    f"""
CREATE OR REPLACE FUNCTION reka_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'jobs' THEN
        IF TG_OP = 'UPDATE' AND (NEW.epoch <> OLD.epoch OR NEW.cancel_wanted IS DISTINCT FROM OLD.cancel_wanted) THEN
            PERFORM pg_notify('{CHANNEL}', 'wish ' || NEW.id);
        ELSE
            PERFORM pg_notify('{CHANNEL}', 'job ' || NEW.id);
        END IF;
    ELSIF TG_TABLE_NAME = 'rates' THEN
        PERFORM pg_notify('{CHANNEL}', 'pause ' || NEW.account);
    ELSIF TG_TABLE_NAME = 'takes' THEN
        PERFORM pg_notify('{CHANNEL}', 'take ' || NEW.job);
    ELSIF TG_TABLE_NAME = 'collections' THEN
        PERFORM pg_notify('{CHANNEL}', 'collection ' || COALESCE(NEW.name, OLD.name));
    ELSIF TG_TABLE_NAME = 'collected' THEN
        PERFORM pg_notify('{CHANNEL}', 'collection ' || COALESCE(NEW.collection, OLD.collection));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM pg_notify('{CHANNEL}', 'take ' || OLD.take);
    ELSE
        PERFORM pg_notify('{CHANNEL}', 'take ' || NEW.take);
    END IF;
    RETURN NULL;
END $$
""",
    "DROP TRIGGER IF EXISTS reka_tell ON jobs",
    "CREATE TRIGGER reka_tell AFTER INSERT OR UPDATE OF state, epoch, cancel_wanted, ended ON jobs "
    "FOR EACH ROW EXECUTE FUNCTION reka_tell()",
    "DROP TRIGGER IF EXISTS reka_tell ON takes",
    "CREATE TRIGGER reka_tell AFTER INSERT OR UPDATE OF files, remarks, removed ON takes "
    "FOR EACH ROW EXECUTE FUNCTION reka_tell()",
    "DROP TRIGGER IF EXISTS reka_tell ON rates",
    "CREATE TRIGGER reka_tell AFTER INSERT OR UPDATE OF paused_until ON rates "
    "FOR EACH ROW WHEN (NEW.paused_until > 0) EXECUTE FUNCTION reka_tell()",
    "DROP TRIGGER IF EXISTS reka_tell ON marks",
    "CREATE TRIGGER reka_tell AFTER INSERT OR UPDATE OR DELETE ON marks "
    "FOR EACH ROW EXECUTE FUNCTION reka_tell()",
    "DROP TRIGGER IF EXISTS reka_tell ON measures",
    "CREATE TRIGGER reka_tell AFTER INSERT OR UPDATE ON measures FOR EACH ROW EXECUTE FUNCTION reka_tell()",
    "DROP TRIGGER IF EXISTS reka_tell ON collections",
    "CREATE TRIGGER reka_tell AFTER INSERT OR UPDATE OR DELETE ON collections "
    "FOR EACH ROW EXECUTE FUNCTION reka_tell()",
    "DROP TRIGGER IF EXISTS reka_tell ON collected",
    "CREATE TRIGGER reka_tell AFTER INSERT OR DELETE ON collected FOR EACH ROW EXECUTE FUNCTION reka_tell()",
)
"""Whoever writes, and however, others hear of it when it is committed, and not before."""


def make_tables(connection: Connection, address: DatabaseAddress) -> list[str]:
    """Make what is missing of the tables, in a transaction that nobody else is in, and return what cannot be made.

    Raises:
        LibraryError: If a newer reka-notebook has made them, or the server is too old.
    """
    _check_server(connection, address)
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_MAKING})"))
    known = _known_version(connection)
    if known is not None and known > VERSION:
        raise _newer(address, known)
    if known is None:
        prepare_for_server()
        metadata.create_all(connection)
        _version.create(connection)
        connection.execute(insert(_version).values(version=VERSION))
        _run(connection, f"GRANT SELECT ON {_version.name} TO PUBLIC")
    else:
        for version in range(known + 1, VERSION + 1):
            for statement in _STEPS[version]:
                _run(connection, statement)
        connection.execute(update(_version).values(version=VERSION))
    for statement in (_COUNTING, *_SORTING, *_TELLING):
        _run(connection, statement)
    try:
        with connection.begin_nested():
            for statement in _SEARCH:
                _run(connection, statement)
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        return [
            f"The extension pg_trgm cannot be made: {said}. Without it, searching the prompts of many takes is slow. "
            "Ask whoever administers the server for CREATE EXTENSION pg_trgm, and run this once more."
        ]
    return []


def check_tables(connection: Connection, address: DatabaseAddress) -> None:
    """Check that the tables are there, and of this version.

    Raises:
        LibraryError: If they are not, with what to do about it.
        DBAPIError: If the server refuses the question.
    """
    _check_server(connection, address)
    known = _known_version(connection)
    if known is None:
        raise LibraryError(
            f"There is no library in {address} yet. Make it once for the team, with a role that may create tables: "
            "reka-notebook team init. Nothing was sent."
        )
    if known > VERSION:
        raise _newer(address, known)
    if known < VERSION:
        raise LibraryError(
            f"The library in {address} was made by an earlier reka-notebook (its version is {known}, this one needs "
            f"{VERSION}). Bring it up to date with a role that owns the tables: reka-notebook team init. Nothing was "
            "sent, and no row is lost by this."
        )


def _check_server(connection: Connection, address: DatabaseAddress) -> None:
    version = int((connection.dialect.server_version_info or (OLDEST,))[0])
    if version < OLDEST:
        raise LibraryError(
            f"The server of {address} is PostgreSQL {version}, and a team's library needs {OLDEST} or newer. Nothing "
            "was sent."
        )


def _known_version(connection: Connection) -> int | None:
    if connection.execute(text(f"SELECT to_regclass('{_version.name}')")).scalar_one() is None:
        return None
    return int(connection.execute(select(_version.c.version)).scalar_one())


def _newer(address: DatabaseAddress, known: int) -> LibraryError:
    return LibraryError(
        f"The library in {address} was made by a newer reka-notebook (its version is {known}, this one knows "
        f"{VERSION}). Update reka-notebook. Nothing was sent."
    )


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is one
