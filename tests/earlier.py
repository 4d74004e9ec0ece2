"""Write a library's file as an earlier version would have."""

import sqlite3
from contextlib import closing
from pathlib import Path

from reka_notebook.library.rows.schema import _STEPS

MARKS = ("starred", "rating", "verdict", "note")


def rewrite(path: Path, version: int) -> None:
    """Put a file of an earlier version in a library's place, with everything in it that such a file can hold."""
    old = path.with_name("earlier.sqlite3")
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(old)) as then:
        now.row_factory = sqlite3.Row
        then.create_function("subject_of", 1, lambda _: None)
        then.executescript("".join(_STEPS[:version]))
        tables = [row[0] for row in then.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        marks = {
            row["take"]: {name: row[name] for name in MARKS}
            for row in now.execute("SELECT * FROM marks WHERE person = ''")
        }
        for table in tables:
            columns = {row[1] for row in then.execute(f"PRAGMA table_info({table})")}
            for row in now.execute(f"SELECT * FROM {table}"):
                values = dict(row) | (marks.get(row["job"], {}) if table == "takes" else {})
                given = {name: value for name, value in values.items() if name in columns}
                places = ", ".join("?" for _ in given)
                then.execute(f"INSERT INTO {table} ({', '.join(given)}) VALUES ({places})", [*given.values()])
        then.execute(f"PRAGMA user_version = {version}")
        then.commit()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    old.replace(path)
