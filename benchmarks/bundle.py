"""Measure the bundle that the browser is sent.

A notebook that saves widget state holds it too, but for what the studio loads later.
"""

import gzip
from pathlib import Path

import reka_notebook
from benchmarks.table import Table

STATIC = Path(reka_notebook.__file__).parent / "static"
VIEWS = {
    "the studio at first": ["studio.js", "reka.css"],
    "the studio later": ["late.js", "late.css"],
    "a cell's progress": ["progress.js", "reka.css"],
    "judging in a cell": ["judge.js", "reka.css", "judge.css"],
}


def run() -> Table:
    """Return the sizes of the built front end, file by file and for each view."""
    plain = {path.name: path.read_bytes() for path in sorted(STATIC.glob("*.[jc]s*"))}
    sizes = {name: (len(data), len(gzip.compress(data, 9, mtime=0))) for name, data in plain.items()}
    for view, names in VIEWS.items():
        sizes[view] = (sum(sizes[name][0] for name in names), sum(sizes[name][1] for name in names))
    return Table(
        "The front end",
        ["file", "KB", "KB gzipped"],
        [[name, f"{plain / 1024:.1f}", f"{packed / 1024:.1f}"] for name, (plain, packed) in sizes.items()],
        [
            "A view loads its script and the style, and the studio two more when the page is idle; each is gzipped by "
            "itself, as a server sends it."
        ],
    )
