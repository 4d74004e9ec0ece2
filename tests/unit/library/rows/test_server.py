"""The rows of a team: a real PostgreSQL, which is asked, refused, killed and started again."""

# ruff: noqa: PT012 (what a transaction comes to is known at its end)

import os
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Inspector, delete, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from reka_notebook.library import LibraryError
from reka_notebook.library.errors import DatabaseUnreachable
from reka_notebook.library.rows import server as rows_of_server
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.database import insert_into
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.rows.tables import chats, metadata, owners
from tests.servers.postgresql import PASSWORD, PostgreSQL, own_server

BEAT = update(owners).values(beat=owners.c.beat + 1)


@pytest.fixture
def database(team_database: str) -> Iterator[ServerDatabase]:
    with closing(ServerDatabase(DatabaseAddress(team_database))) as opened:
        yield opened


def beats(database: ServerDatabase) -> dict[str, int]:
    return {row.id: row.beat for row in database.rows(select(owners))}


def test_a_transaction_is_written_whole_or_not_at_all(database: ServerDatabase) -> None:
    with database.transaction() as connection:
        connection.execute(insert(owners).values(id="a"))
        connection.execute(insert(owners).values(id="b"))
        assert beats(database) == {}, "what is not committed is nobody else's yet"
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(owners).values(id="c"))
        connection.execute(insert(owners).values(id="a"))
    with pytest.raises(ZeroDivisionError), database.transaction(alone=False) as connection:
        connection.execute(delete(owners))
        raise ZeroDivisionError
    assert database.change(BEAT.where(owners.c.id == "b")) == 1
    assert beats(database) == {"a": 0, "b": 1}
    again = insert_into("postgresql", owners).on_conflict_do_nothing()
    assert [database.change(again, {"id": name}) for name in "ac"] == [0, 1]
    with database.transaction() as connection:
        assert [connection.execute(again, {"id": name}).rowcount for name in "cd"] == [0, 1]


def test_who_is_alone_in_a_transaction_is_alone_among_all_processes(team_database: str) -> None:
    databases = [ServerDatabase(DatabaseAddress(team_database)) for _ in range(4)]
    begin = threading.Barrier(4)

    def count(database: ServerDatabase) -> None:
        begin.wait()
        for _ in range(20):
            with database.transaction() as connection:
                # Two who read the same number here would write the same one.
                number = connection.execute(select(func.count()).select_from(owners)).scalar_one()
                connection.execute(insert(owners).values(id=str(number)))

    threads = [threading.Thread(target=count, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(beats(databases[0]), key=int) == [str(number) for number in range(80)]
    for database in databases:
        database.close()


def test_who_stops_in_the_middle_holds_up_nobody_for_long(
    team_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = rows_of_server._ALONE.text.replace("'lock_timeout', '10s'", "'lock_timeout', '300ms'")
    monkeypatch.setattr(rows_of_server, "_ALONE", text(quick.replace("'10s'", "'1500ms'")))
    sleeps, other = (ServerDatabase(DatabaseAddress(team_database)) for _ in range(2))
    began = time.monotonic()
    with pytest.raises(DatabaseUnreachable, match="cannot be reached"), sleeps.transaction() as connection:
        connection.execute(insert(owners).values(id="asleep"))
        with pytest.raises(DatabaseUnreachable, match="held by another process"), other.transaction():
            pass
        time.sleep(2)
        with other.transaction() as second:
            second.execute(insert(owners).values(id="awake"))
        connection.execute(BEAT)
    assert time.monotonic() - began < 10
    assert beats(other) == {"awake": 0}
    sleeps.close()
    other.close()


def test_a_lost_connection_is_replaced_before_anything_is_sent(
    database: ServerDatabase, postgresql: PostgreSQL
) -> None:
    def cut_off() -> None:
        name = database.address.database
        postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        time.sleep(0.05)

    database.change(insert(owners).values(id="a"))
    cut_off()
    assert database.change(BEAT) == 1
    cut_off()
    assert beats(database) == {"a": 1}
    cut_off()
    with database.transaction() as connection:
        connection.execute(BEAT)
    assert beats(database) == {"a": 2}
    with pytest.raises(DatabaseUnreachable), database.transaction() as connection:
        cut_off()
        connection.execute(BEAT)
    assert beats(database) == {"a": 2}


def test_the_server_is_killed_in_the_middle_and_comes_back() -> None:
    with own_server(ssl="on") as server:
        url = server.url(server.create())
        address = DatabaseAddress(f"{url}?sslmode=verify-full&sslrootcert={server.folder}/ca.pem")
        with closing(ServerDatabase(address, checked=False)) as database:
            assert database.make() == []
            assert database.rows(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))[0][0]
            with pytest.raises(LibraryError, match=r"certificate.*TLS is required"):
                ServerDatabase(DatabaseAddress(f"{url}?sslmode=verify-full&sslrootcert={__file__}"))
            database.change(insert(owners).values(id="kept"))
            with pytest.raises(DatabaseUnreachable), database.transaction() as connection:
                connection.execute(insert(owners).values(id="lost"))
                server.kill()
            server.start()
            assert beats(database) == {"kept": 0}
            now = database.now()
            server.kill()
            with pytest.raises(DatabaseUnreachable, match="what is being made goes on") as raised:
                database.rows(select(owners))
            assert PASSWORD not in "".join(traceback.format_exception(raised.value))
            assert database.now() - now < 60, "the last known time goes on meanwhile"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_has_connections_of_its_own(database: ServerDatabase) -> None:
    database.change(insert(owners).values(id="a"))
    child = os.fork()
    if not child:
        try:
            database.change(BEAT)
            os._exit(0 if beats(database) == {"a": 1} else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    for _ in range(3):
        assert beats(database) == {"a": 1}


def test_both_engines_have_the_same_tables(database: ServerDatabase, tmp_path: Path) -> None:
    with closing(SqliteFile(tmp_path / "library.sqlite3")) as file, file.transaction() as connection:
        here = {name: described(inspect(connection), name) for name in inspect(connection).get_table_names()}
    assert here.keys() == metadata.tables.keys()
    there = inspect(database._engine)
    assert {name: described(there, name) for name in here} == here


def described(found: Inspector, table: str) -> tuple[list[str], dict[str, bool]]:
    """Return a table's key, and its other columns with whether they may be empty."""
    key = found.get_pk_constraint(table)["constrained_columns"]
    columns = {column["name"]: column["nullable"] for column in found.get_columns(table)}
    moving = {"starred", "rating", "verdict", "note"} if table == "takes" else set()
    return key, {name: nullable for name, nullable in columns.items() if name not in {*key, *moving}}


def test_all_takes_are_counted_by_the_smallest_index(database: ServerDatabase) -> None:
    columns, row = "job, files, kept, remarks, kind, words", "n::text, '[]', n, '[]', 'video', 'a pan ' || n"
    with database.transaction() as connection:
        connection.execute(
            text(f"INSERT INTO takes ({columns}) SELECT {row} FROM generate_series(1, 9999) n")
        )
    plan = "EXPLAIN SELECT count(*) FROM takes WHERE removed IS NULL"
    with database.transaction() as connection:
        connection.execute(text("ANALYZE takes"))
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        found = "\n".join(connection.execute(text(plan)).scalars())
    assert "takes_counted" in found


def test_texts_and_numbers_come_back_as_they_went(database: ServerDatabase) -> None:
    seconds, words = 1764503999.123456, "naïve 🎞 \x00 %s :x \\ '"
    row = {"service": words, "account": None, "model": "m", "asked": seconds, "dollars": 0.1, "billed": 1}
    database.change(insert(chats), row)
    (found,) = database.rows(select(chats))
    assert found.service == words.replace("\x00", "\ufffd")
    assert (found.asked, found.dollars, found.account) == (seconds, 0.1, None)


def test_the_clock_is_the_servers(database: ServerDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    true = time.time()
    assert abs(database.now() - true) < 1
    monkeypatch.setattr(time, "time", lambda: true + 3600)
    assert abs(database.now() - true) < 5


def test_tables_are_made_once_and_again_by_several_at_once(
    empty_database: str, postgresql: PostgreSQL
) -> None:
    address = DatabaseAddress(empty_database)
    with pytest.raises(LibraryError, match=r"no library in .* yet.*reka-notebook team init"):
        ServerDatabase(address)
    databases = [ServerDatabase(address, checked=False) for _ in range(3)]
    told: list[list[str]] = []
    threads = [threading.Thread(target=lambda one=one: told.append(one.make())) for one in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [[], [], []]
    ServerDatabase(address).close()
    databases[0].change(text("UPDATE reka_notebook SET version = version + 1"))
    for refused in (lambda: ServerDatabase(address), databases[0].make):
        with pytest.raises(LibraryError, match=r"by a newer reka-notebook.*Update reka-notebook"):
            refused()
    databases[0].change(text("UPDATE reka_notebook SET version = 7"))
    with pytest.raises(LibraryError, match=r"by an earlier reka-notebook.*reka-notebook team init"):
        ServerDatabase(address)
    for database in databases:
        database.close()


def test_what_a_server_refuses_is_said_in_words_and_without_the_password(
    team_database: str, postgresql: PostgreSQL
) -> None:
    address = DatabaseAddress(team_database)
    name = address.database
    guest_role = f"guest_{name}"
    postgresql.execute(f"CREATE ROLE {guest_role} LOGIN PASSWORD 'guest-password-993'")
    cases = {
        postgresql.url(name, password="wrong-password-551"): "password authentication failed.*~/.pgpass",
        postgresql.url(name).replace(f":{PASSWORD}", ""): "no password supplied.*~/.pgpass",
        postgresql.url("no_such_database"): '"no_such_database" does not exist.*Check the names',
        postgresql.url(name) + "?sslmode=require": "TLS is required",
        f"postgresql://team:{PASSWORD}@127.0.0.1:1/x": "cannot be reached",
    }
    for url, words in cases.items():
        with pytest.raises(LibraryError, match=words) as raised:
            ServerDatabase(DatabaseAddress(url))
        told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
        shown = "".join(str(frame.locals) for frame in told.stack if frame.filename != __file__)
        for password in (PASSWORD, "wrong-password-551"):
            assert password not in f"{raised.value} {shown}"
        assert "Is the server running" not in str(raised.value)
    with closing(
        ServerDatabase(DatabaseAddress(postgresql.url(name, guest_role, "guest-password-993")))
    ) as guest:
        for refused in (
            lambda: guest.rows(select(owners)),
            lambda: guest.change(insert(owners).values(id="a")),
        ):
            with pytest.raises(
                LibraryError, match=r"The role guest_\w+ has no right.*reka-notebook team init --grant"
            ):
                refused()
        with pytest.raises(LibraryError, match=r"permission denied for schema public\. Nothing was sent"):
            guest.change(text("CREATE TABLE own (id TEXT)"))
