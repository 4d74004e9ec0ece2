"""The built front end: how much of it there is, and that its scripts and its style belong together."""

import gzip
import re

import pytest

from reka_notebook.notebook.bundle import static

LIMIT = 41_800
"""Bytes of the studio, gzipped, with its style. At most 40 KB (40,960) are wanted: lower this with every step there."""


def test_the_studio_stays_small() -> None:
    sizes = [len(gzip.compress(static(name).encode(), 9, mtime=0)) for name in ("studio.js", "reka.css")]
    assert sum(sizes) <= LIMIT


@pytest.mark.parametrize("script", ["studio.js", "progress.js"])
def test_the_short_names_of_a_script_are_those_of_its_style(script: str) -> None:
    style = static("reka.css")
    versions = set(re.findall(r"\.(rk-[0-9a-f]{6})\b", style))
    assert len(versions) == 1, "all of the style holds within the root of one version"
    assert f"rk-root {versions.pop()}" in static(script)
    assert "rk-root" not in style
    named = set(re.findall(r"[\"` ](_[a-z]{2})(?=[\"` ])", static(script)))
    assert named
    assert not {name for name in named if f".{name}" not in style}
