"""Test the database's two connections: one writes while the other reads."""

import threading

import pytest
from sqlalchemy import select

from reka_notebook.library.rows.sqlite_file import SqliteFile
from reka_notebook.library.rows.tables import owners


@pytest.fixture
def database(tmp_path):
    database = SqliteFile(tmp_path / "library.sqlite3")
    yield database
    database.close()


def test_who_reads_does_not_wait_for_who_writes_and_sees_what_is_committed(database):
    begun, go_on = threading.Event(), threading.Event()

    def write():
        with database.transaction() as connection:
            connection.execute(owners.insert(), {"id": "new"})
            begun.set()
            assert go_on.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        assert database.rows(select(owners.c.id)) == []
    finally:
        go_on.set()
        writer.join(30)
    assert [row.id for row in database.rows(select(owners.c.id))] == ["new"]


def test_the_connection_that_reads_cannot_write(database):
    with pytest.raises(Exception, match="readonly"):
        database.rows(owners.insert().values(id="new"))
    assert database.rows(select(owners.c.id)) == []
