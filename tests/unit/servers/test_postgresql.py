"""The real PostgreSQL that tests run against."""

import psycopg


def test_each_test_has_a_database_of_its_own(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE TABLE mine (number int)")


def test_a_database_of_its_own_is_empty(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == []
