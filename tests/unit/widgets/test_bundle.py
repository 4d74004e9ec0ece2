"""Test the size of the built front end."""

import gzip

from reka_notebook.widgets.bundle import static

LIMIT = 91_136
"""Bytes of the studio's script and style, gzipped: 89 KB. What fits into less only by tricks of size is harder to read
and to test than a few kilobytes are to load."""


def test_the_studio_stays_small() -> None:
    sizes = [len(gzip.compress(static(name).encode(), 9, mtime=0)) for name in ("studio.js", "reka.css")]
    assert sum(sizes) <= LIMIT
