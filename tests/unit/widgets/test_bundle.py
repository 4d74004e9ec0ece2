"""Test the size of the built front end."""

import gzip

from reka_notebook.widgets.bundle import static

FIRST = 65_536
"""Bytes that a studio is first painted with, gzipped: 64 KB. What is seen only later has no part in it."""


def test_what_a_studio_begins_with_stays_small() -> None:
    sizes = [len(gzip.compress(static(name).encode(), 9, mtime=0)) for name in ("studio.js", "reka.css")]
    assert sum(sizes) <= FIRST


def test_both_scripts_share_what_both_need() -> None:
    late = static("late.js")
    assert 'require("./shared.js")' in late
    assert "debounceRendering" not in late, "Preact is there twice"
