"""Measure how much longer IPython takes to start with reka-notebook; the goal is at most 60 ms."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from statistics import median

from benchmarks.table import Table

RUNS = 25
BARE = "IPython"
STARTS = {
    BARE: "pass",
    "with `%load_ext reka_notebook`": "%load_ext reka_notebook",
    "with `import reka_notebook`": "import reka_notebook",
}

LIBRARY = """
from reka_notebook.config import settings
from reka_notebook.library import Library
Library(settings().home).close()
"""

Cost = tuple[float, float]


def start(code: str, environment: dict[str, str]) -> Cost:
    """Start IPython, run `code` and end; return the milliseconds, by the clock and of CPU."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "-c", code],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def rounds(runs: int) -> list[dict[str, Cost]]:
    """Yield one start of each kind, round after round, leaving out the first round, which fills the caches."""
    with tempfile.TemporaryDirectory() as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REKA_")}
        environment |= {"HOME": home, "IPYTHONDIR": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
        subprocess.run([sys.executable, "-c", LIBRARY], env=environment, check=True)
        measured = [
            {name: start(code, environment) for name, code in STARTS.items()} for _ in range(runs + 1)
        ]
    return measured[1:]


def run() -> Table:
    """Compare bare IPython with IPython and reka-notebook."""
    measured = rounds(RUNS)

    def row(name: str) -> list[str]:
        cells = [name]
        for kind in (0, 1):
            more = median(one[name][kind] - one[BARE][kind] for one in measured)
            cells.append(f"{median(one[name][kind] for one in measured):.0f}")
            cells.append("" if name == BARE else f"{more:+.0f}")
        cells.append(f"{min(one[name][0] for one in measured):.0f}")
        return cells

    return Table(
        "What loading costs",
        ["start", "ms", "over bare", "ms of CPU", "over bare", "fastest, ms"],
        [row(name) for name in STARTS],
        [
            f"Medians of {RUNS} starts of each, in turn; the differences are medians of those within a round. "
            "The person has a library. The clock counts what else the machine does, CPU time does not.",
        ],
    )
