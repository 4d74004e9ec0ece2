"""Run the benchmarks named, print what they found and write it under ``results``.

Without a name, the short ones, in some two minutes; those in ``LONG`` are run by name, or all with ``all``.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.machine import machine

SHORT = ("loading", "bundle", "wall", "sorting", "studio", "family", "frames")
LONG = (
    "likeness",
    "measures",
    "cell",
    "download",
    "many_jobs",
    "soak",
    "polling",
    "large_library",
    "machines",
)
BENCHMARKS = SHORT + LONG
RESULTS = Path(__file__).parent / "results"


def main(names: Sequence[str]) -> int:
    """Run the benchmarks with these names, or the short ones."""
    if list(names) == ["all"]:
        names = BENCHMARKS
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"No benchmark is called {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    for name in names or SHORT:
        found = f"{import_module(f'benchmarks.{name}').run()}\n{datetime.now(UTC):%Y-%m-%d}: {machine()}.\n"
        print(found, flush=True)
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text(found, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
