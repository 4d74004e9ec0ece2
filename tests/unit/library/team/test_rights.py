"""Test that PostgreSQL itself lets nobody remove or change what is another's, whatever they connect with."""

import secrets
from typing import TYPE_CHECKING

import psycopg
import pytest

from reka_notebook.library import LibraryError
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.library.team import diagnostics, rights

if TYPE_CHECKING:
    from tests.servers.postgresql import PostgreSQL

JOB = "(id, service, endpoint, base_key, content_key, take, attempt, idempotency_key, request, state, answers, created, deadline, person)"  # noqa: E501


class Members:
    """Run statements as people with roles of their own, as they do with psql."""

    def __init__(self, server: "PostgreSQL", database: str) -> None:
        self._server, self._database = server, database
        mark = secrets.token_hex(3)
        self.names = {name: f"{name}_{mark}" for name in ("ana", "ben", "hub")}
        for role in self.names.values():
            from tests.servers.postgresql import PASSWORD

            server.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")

    def run(self, who: str, statement: str) -> str:
        """Return why a statement is refused; nothing if it is not."""
        try:
            self._server.execute(statement.format(**self.names), self._database, self.names.get(who, who))
        except psycopg.Error as error:
            return str(error).splitlines()[0]
        return ""

    def make(self, who: str, job: str, person: str = "") -> str:
        """Have somebody ask for a take, and keep it."""
        person = person or self.names[who]
        return self.run(
            who,
            f"INSERT INTO jobs {JOB} VALUES ('{job}', 's', 'e', 'b', 'c', 1, 1, '{job}', 'x', 'kept', 'x', 1, 1, '{person}')",  # noqa: E501
        ) or self.run(who, f"INSERT INTO takes (job, files, kept, remarks) VALUES ('{job}', '[]', 1, '[]')")


@pytest.fixture
def members(postgresql: "PostgreSQL", empty_database: str) -> Members:
    database = ServerDatabase(DatabaseAddress(empty_database), checked=False)
    database.make()
    members = Members(postgresql, empty_database.rpartition("/")[2])
    assert not rights.is_guarded(database)
    for _ in range(2):  # it may be run again
        rights.guard(database)
        rights.grant(database, members.names["ana"])
        rights.grant(database, members.names["ben"])
        rights.grant(database, members.names["hub"], shared=True)
    assert rights.is_guarded(database)
    database.close()
    return members


NOT_YOURS = "Only they, or an administrator of the library"


def test_nobody_but_an_administrator_removes_anothers_take(members: Members) -> None:
    assert members.make("ana", "a1") == members.make("ana", "a2") == members.make("ben", "b1") == ""

    assert NOT_YOURS in members.run("ben", "UPDATE takes SET removed = 1 WHERE job = 'a1'")
    assert NOT_YOURS in members.run("ben", "UPDATE takes SET files = 'x' WHERE job = 'a1'")
    for statement in ("DELETE FROM takes", "DELETE FROM jobs", "TRUNCATE takes"):
        assert "permission denied" in members.run("ben", statement)
    assert "must be owner" in members.run("ben", "ALTER TABLE takes DISABLE TRIGGER reka_guard")
    assert "permission denied" in members.run("ben", "SET session_replication_role = replica")
    # Nor by way of becoming the one who asked for it.
    assert "is not changed" in members.run("ben", "UPDATE jobs SET person = '{ben}' WHERE id = 'a1'")
    assert "stays as it is" in members.run("ben", "UPDATE jobs SET state = 'failed' WHERE id = 'a1'")
    assert NOT_YOURS in members.run("ben", "UPDATE jobs SET cancel_wanted = 1 WHERE id = 'a1'")
    assert members.run("ana", "UPDATE jobs SET cancel_wanted = 1 WHERE id = 'a1'") == ""
    assert "asks as" in members.make("ben", "b2", person=members.names["ana"])

    assert (
        members.run("ben", "UPDATE takes SET shown_again = 1 WHERE job = 'a1'") == ""
    )  # what everybody's use does
    assert members.run("ben", "UPDATE takes SET removed = 1 WHERE job = 'b1'") == ""
    assert members.run("ana", "UPDATE takes SET removed = 1 WHERE job = 'a1'") == ""
    assert members.run("team", "UPDATE takes SET removed = 1 WHERE job = 'a2'") == ""


def test_nobody_changes_what_another_thinks_or_has_collected(members: Members) -> None:
    members.make("ana", "a1")
    assert members.run("ben", "INSERT INTO marks (take, person, rating) VALUES ('a1', '{ben}', 3)") == ""
    assert NOT_YOURS in members.run("ben", "INSERT INTO marks (take, person) VALUES ('a1', '{ana}')")
    assert NOT_YOURS in members.run("ana", "UPDATE marks SET rating = 1")
    assert NOT_YOURS in members.run("ben", "UPDATE marks SET person = '{ana}'")
    assert NOT_YOURS in members.run("ana", "DELETE FROM marks")

    assert members.run("ben", "INSERT INTO judgements VALUES ('j', '{ben}', '', 'a1', 'a2', 'a1', 1)") == ""
    assert NOT_YOURS in members.run(
        "ana", "INSERT INTO judgements VALUES ('k', '{ben}', '', 'a1', 'a2', 'a2', 1)"
    )
    assert NOT_YOURS in members.run("ana", "UPDATE judgements SET preferred = 'a2'")
    assert NOT_YOURS in members.run("ana", "DELETE FROM judgements")
    assert members.run("ben", "DELETE FROM judgements") == ""

    assert members.run("ben", "INSERT INTO collections VALUES ('shots', '{ben}', 0, 1)") == ""
    add = "INSERT INTO collected VALUES ('shots', 'a1', 1, '{ana}')"
    assert NOT_YOURS in members.run("ana", add)
    assert members.run("ben", "UPDATE collections SET shared = 1") == ""
    assert members.run("ana", add) == ""
    assert NOT_YOURS in members.run("ana", "DELETE FROM collections")
    assert members.run("ben", "DELETE FROM collected") == ""


def test_a_shared_role_stands_for_all_who_have_none_of_their_own(members: Members) -> None:
    assert members.make("hub", "c1", person="cleo") == members.make("hub", "c2", person="dan") == ""
    members.make("ana", "a1")
    assert "asks as" in members.make("ana", "a2", person="cleo")
    assert NOT_YOURS in members.run("hub", "UPDATE takes SET removed = 1 WHERE job = 'a1'")
    assert NOT_YOURS in members.run("ana", "UPDATE takes SET removed = 1 WHERE job = 'c1'")
    assert members.run("hub", "UPDATE takes SET removed = 1 WHERE job = 'c1'") == ""


def test_a_member_sets_nothing_up_and_lacks_nothing(members: Members, empty_database: str) -> None:
    own = empty_database.replace("//team:", f"//{members.names['ben']}:")
    database = ServerDatabase(DatabaseAddress(own))
    assert not rights.is_administrator(database)
    assert diagnostics.missing_rights(database) == []
    for forbidden in (lambda: rights.guard(database), lambda: rights.grant(database, members.names["ana"])):
        with pytest.raises(LibraryError, match="Only an administrator of the library can do this"):
            forbidden()
    database.close()
    administrator = ServerDatabase(DatabaseAddress(empty_database))
    with pytest.raises(LibraryError, match="has no role 'nobody_of_that_name'"):
        rights.grant(administrator, "nobody_of_that_name")
    administrator.close()


def test_a_library_of_version_8_comes_out_as_a_new_one_and_members_may_use_its_new_tables(
    postgresql: "PostgreSQL", members: Members, empty_database: str
) -> None:
    name, columns = (
        empty_database.rpartition("/")[2],
        [
            "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
            "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE table_schema = 'public' ORDER BY 1, 2, 3",
        ],
    )
    new = [postgresql.execute(statement, name) for statement in columns]
    postgresql.execute("DROP TABLE measures, judgements", name)
    postgresql.execute("UPDATE reka_notebook SET version = 8", name)
    database = ServerDatabase(DatabaseAddress(empty_database), checked=False)
    assert not rights.is_guarded(database)
    database.make()
    rights.guard(database)
    assert rights.is_guarded(database)
    database.close()
    assert [postgresql.execute(statement, name) for statement in columns] == new
    assert (
        members.run("ben", "INSERT INTO measures (take, version, measured, motion) VALUES ('a', 1, 1, 2)")
        == ""
    )
