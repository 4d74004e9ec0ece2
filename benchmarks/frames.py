"""Make tables of many takes, with what was measured of them: how long it takes, and how much memory."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.table import Table

COUNTS = (1_000, 10_000, 100_000)

WAYS = ("takes()", "to_dicts()", "to_pandas()")

_PROCESS = """
import json, resource, sys, time
import pandas, numpy
import reka_notebook
from reka_notebook import takes

reka_notebook.configure(home=sys.argv[1])
takes(1).to_pandas()
started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
way, count = sys.argv[2], int(sys.argv[3])
begun = time.process_time()
found = takes(count)
if way != "takes()":
    found = getattr(found, way.removesuffix("()"))()
seconds = time.process_time() - begun
assert len(found) == count
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - started
print(json.dumps({"seconds": seconds, "megabytes": more * 1024 / 1e6}))
"""


def run() -> str:
    """Return the figures for each way and each number of takes."""
    rows = []
    for count in COUNTS:
        with tempfile.TemporaryDirectory(prefix="reka-benchmark-") as folder:
            home = _library(Path(folder) / "library", count)
            found = {way: _measure(home, way, count) for way in WAYS}
        rows.append(
            [
                f"{count:,}",
                *(f"{one['seconds']:.2f} s, {one['megabytes']:.0f} MB" for one in found.values()),
            ]
        )
    return str(
        Table(
            "Tables of takes",
            ["takes", *WAYS],
            rows,
            [
                "Seconds of the CPU, with the takes being found in a library in a file, and all of them measured. "
                "The memory is what the process needs at most beyond what it had with pandas imported and one take "
                "in a table.",
            ],
        )
    )


def _library(home: Path, count: int) -> Path:
    """Make a library of measured takes."""
    from sqlalchemy import create_engine

    from benchmarks.large_library import fill
    from reka_notebook.library import Library
    from reka_notebook.library.rows import tables
    from reka_notebook.media.measures import Measures

    Library(home).close()
    url = f"sqlite:///{home / 'library.sqlite3'}"
    fill(url, count)
    names = Measures.__struct_fields__
    rows: list[dict[str, Any]] = [
        {"take": f"{number:010x}", "version": 1, "measured": 0.0}
        | {name: (number * (place + 3)) % 97 / 97 for place, name in enumerate(names)}
        for number in range(count)
    ]
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(tables.measures.insert(), rows)
    engine.dispose()
    return home


def _measure(home: Path, way: str, count: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _PROCESS, str(home), way, str(count)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
