"""Run what holds of every library over both engines."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reka_notebook.library import Library
from reka_notebook.library.folder import create_private
from reka_notebook.library.rows import sqlite_file

if TYPE_CHECKING:
    from tests.servers.postgresql import PostgreSQL


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses ``engine`` once over each, unless it is about the file."""
    if "engine" in metafunc.fixturenames:
        engines = ["sqlite", "postgresql"]
        about_the_file = next(metafunc.definition.iter_markers("about_the_file"), None)
        metafunc.parametrize("engine", engines[:1] if about_the_file else engines, indirect=True)


@pytest.fixture(autouse=True)
def libraries_begin_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a library take every step of the schema, where libraries are what is tested."""
    monkeypatch.setattr(sqlite_file, "create_private", create_private)


@pytest.fixture
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the engine under each library that the test opens, one database for each home."""
    if request.param == "sqlite":
        yield request.param
        return
    from reka_notebook.library.rows.address import DatabaseAddress
    from tests.servers.postgresql import TABLES

    server: PostgreSQL = request.getfixturevalue("postgresql")
    made: dict[Path, DatabaseAddress] = {}
    real = Library.__init__

    def init(self: Library, home: Path, *given: Any, **named: Any) -> None:
        if home not in made:
            made[home] = DatabaseAddress(server.url(server.create(TABLES)))
        real(self, home, *given, **{"database": made[home], **named})

    monkeypatch.setattr(Library, "__init__", init)
    yield request.param
    for address in made.values():
        server.drop(address.database)
