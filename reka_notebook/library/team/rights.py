"""Let PostgreSQL itself hold that nobody removes, cancels, or changes the marks of, what is another's.

What the rest of the library refuses in words, a person could still do with ``psql``. Triggers refuse it there too: they
know a person by the role that is connected. An administrator, who owns the tables or is a member of the role that
does, may do everything.

A role is one person's, and asks under its own name, unless an administrator says that it is shared, as a hub's is: then
it stands for all whose names are no roles, and between them reka-notebook alone tells.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import dialect

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.database import Database
from reka_notebook.library.rows.tables import metadata

_MAY_DELETE = (
    *("owners", "marks", "links", "digests", "collections", "collected"),
    *("chats", "budgets", "rates", "rate_shares", "batches", "batch_rows"),
    *("measures", "judgements"),
)
"""The tables that members delete rows of; jobs and takes are not among them."""

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION {schema}.reka_is_administrator(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = relation
$$;

CREATE OR REPLACE FUNCTION {schema}.reka_is_mine(person text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT person = current_user OR (
        current_user = ANY ({schema}.reka_shared_roles())
        AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = person)
    )
$$;

CREATE OR REPLACE FUNCTION {schema}.reka_guard_job() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF {schema}.reka_is_administrator(TG_RELID) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF {schema}.reka_is_mine(NEW.person) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'The role % asks as %, and not as %. Set REKA_NOTEBOOK_PERSON to its name, or have an '
            'administrator say that several people use it: reka-notebook team init --grant % --shared',
            current_user, current_user, NEW.person, current_user USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Jobs are not deleted. Only an administrator of the library can.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.id <> OLD.id OR NEW.service <> OLD.service OR NEW.person <> OLD.person OR NEW.request <> OLD.request THEN
        RAISE EXCEPTION 'Who asked for job %, and what for, is not changed. Only an administrator of the library can.',
            OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.cancel_wanted IS DISTINCT FROM OLD.cancel_wanted AND NEW.cancel_wanted IS NOT NULL
        AND NOT {schema}.reka_is_mine(OLD.person) THEN
        RAISE EXCEPTION 'Job % belongs to %. Only they, or an administrator of the library, can cancel it.',
            OLD.id, OLD.person USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'kept' AND NEW.state <> 'kept' THEN
        RAISE EXCEPTION 'Job % has left a take, and stays as it is.', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {schema}.reka_guard_take() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    whose text;
BEGIN
    IF {schema}.reka_is_administrator(TG_RELID) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    SELECT person INTO whose FROM {schema}.jobs WHERE id = OLD.job;
    IF TG_OP = 'UPDATE' THEN
        IF {schema}.reka_is_mine(whose) OR OLD.removed IS NOT NULL OR (
            NEW.removed IS NULL AND NEW.job = OLD.job AND NEW.files = OLD.files
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Take % belongs to %. Only they, or an administrator of the library, can remove it.', OLD.job, whose
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION {schema}.reka_guard_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    whose text := CASE WHEN TG_OP = 'INSERT' THEN NEW.person ELSE OLD.person END;
BEGIN
    IF {schema}.reka_is_administrator(TG_RELID) OR (
        {schema}.reka_is_mine(whose) AND (TG_OP <> 'UPDATE' OR NEW.person = OLD.person)
    ) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'That belongs to %. Only they, or an administrator of the library, can change it.', whose
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION {schema}.reka_guard_collected() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    one record;
    whose text;
    for_all boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
    SELECT person, shared > 0 INTO whose, for_all FROM {schema}.collections WHERE name = one.collection;
    IF {schema}.reka_is_administrator(TG_RELID) OR whose IS NULL OR {schema}.reka_is_mine(whose)
        OR (for_all AND {schema}.reka_is_mine(one.person)) THEN
        RETURN one;
    END IF;
    RAISE EXCEPTION 'The collection % belongs to %. Only they, or an administrator of the library, can change it.',
        one.collection, whose USING ERRCODE = 'insufficient_privilege';
END $$;
"""

_TRIGGERS = {
    "jobs": ("reka_guard_job", "INSERT OR UPDATE OR DELETE"),
    "takes": ("reka_guard_take", "UPDATE OR DELETE"),
    "marks": ("reka_guard_person", "INSERT OR UPDATE OR DELETE"),
    "judgements": ("reka_guard_person", "INSERT OR UPDATE OR DELETE"),
    "collections": ("reka_guard_person", "INSERT OR UPDATE OR DELETE"),
    "collected": ("reka_guard_collected", "INSERT OR UPDATE OR DELETE"),
}
"""For each table what guards it, and against what."""


def is_administrator(database: Database) -> bool:
    """Return whether the role that is connected owns the tables, or is a member of the role that does."""
    rows = database.rows(
        text(
            "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('takes')"
        )
    )
    return bool(rows and rows[0][0])


def is_guarded(database: Database) -> bool:
    """Return whether each table has the trigger that guards it."""
    rows = database.rows(
        text(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'reka_guard' AND NOT tgisinternal "
            "AND tgenabled = 'O'"
        )
    )
    return {row[0].rpartition(".")[2] for row in rows} >= _TRIGGERS.keys()


def foreign(database: Database, people: Collection[str]) -> list[str]:
    """Return those for whom the role that is connected can write nothing; nobody where it is an administrator's."""
    if is_administrator(database) or not is_guarded(database):
        return []
    statement = text(
        "SELECT person FROM unnest(CAST(:people AS text[])) AS person WHERE NOT reka_is_mine(person)"
    )
    return sorted(str(row[0]) for row in database.rows(statement, {"people": list(people)}))


def guard(database: Database) -> None:
    """Make the triggers, or make them anew, and give members what they need of tables that are new.

    Raises:
        LibraryError: If the role is no administrator.
    """
    _as_administrator(database)
    with database.transaction() as connection:
        schema = _schema(connection)
        _name_shared_roles(connection, schema, _shared_roles(connection, schema))
        _run(connection, _FUNCTIONS.format(schema=schema))
        for table, (function, events) in _TRIGGERS.items():
            _run(connection, f"DROP TRIGGER IF EXISTS reka_guard ON {schema}.{table}")
            _run(
                connection,
                f"CREATE TRIGGER reka_guard BEFORE {events} ON {schema}.{table} "
                f"FOR EACH ROW EXECUTE FUNCTION {schema}.{function}()",
            )
        for member in _members(connection):
            _give(connection, schema, member)


def grant(database: Database, role: str, *, shared: bool = False) -> None:
    """Give a role what a member needs: to read and write, and to delete no job and no take.

    Args:
        shared: Whether several people use the role, whom reka-notebook tells apart.

    Raises:
        LibraryError: If there is no such role, or the one that is connected is no administrator.
    """
    _as_administrator(database)
    with database.transaction() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).all():
            raise LibraryError(
                f"The database has no role {role!r}. Make it first, as in: CREATE ROLE {_quoted(role)} LOGIN "
                "PASSWORD '…'"
            )
        schema = _schema(connection)
        _give(connection, schema, role)
        roles = {*_shared_roles(connection, schema)} - {role} | ({role} if shared else set())
        _name_shared_roles(connection, schema, sorted(roles))


def _give(connection: Connection, schema: str, role: str) -> None:
    member = _quoted(role)
    every = ", ".join(f"{schema}.{name}" for name in metadata.tables)
    deleted = ", ".join(f"{schema}.{name}" for name in _MAY_DELETE)
    _run(connection, f"GRANT USAGE ON SCHEMA {schema} TO {member}")
    _run(connection, f"GRANT SELECT, INSERT, UPDATE ON {every} TO {member}")
    _run(connection, f"GRANT DELETE ON {deleted} TO {member}")
    _run(connection, f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {member}")


def _members(connection: Connection) -> list[str]:
    """Return the roles that may write takes and do not own the tables: they are given what new tables need."""
    found = connection.execute(
        text(
            "SELECT DISTINCT grantee.rolname FROM pg_class, aclexplode(relacl) AS given "
            "JOIN pg_roles AS grantee ON grantee.oid = given.grantee "
            "WHERE pg_class.oid = to_regclass('takes') AND privilege_type = 'INSERT' "
            "AND given.grantee <> relowner ORDER BY 1"
        )
    )
    return [str(name) for name in found.scalars()]


def _as_administrator(database: Database) -> None:
    if not is_administrator(database):
        raise LibraryError(
            "Only an administrator of the library can do this: the role that owns its tables, or a member of it. "
            "Nothing was changed. Use the address of such a role."
        )


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is one


def _schema(connection: Connection) -> str:
    return _quoted(str(connection.execute(text("SELECT current_schema()")).scalar_one()))


def _quoted(name: str) -> str:
    return dialect().identifier_preparer.quote_identifier(name)  # type: ignore[no-untyped-call]


def _shared_roles(connection: Connection, schema: str) -> list[str]:
    found = connection.execute(text("SELECT to_regproc(:name)"), {"name": f"{schema}.reka_shared_roles"})
    if found.scalar_one() is None:
        return []
    return list(connection.exec_driver_sql(f"SELECT {schema}.reka_shared_roles()").scalar_one())


def _name_shared_roles(connection: Connection, schema: str, roles: Sequence[str]) -> None:
    named = ", ".join("'" + role.replace("'", "''") + "'" for role in roles)
    _run(
        connection,
        f"CREATE OR REPLACE FUNCTION {schema}.reka_shared_roles() RETURNS text[] LANGUAGE sql IMMUTABLE "
        f"AS $$ SELECT ARRAY[{named}]::text[] $$",
    )
