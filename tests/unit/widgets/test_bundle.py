"""The built front end: how much of it there is, and that its scripts and its style belong together."""

import gzip
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from reka_notebook.widgets import protocol
from reka_notebook.widgets.bundle import static

SOURCE = Path(__file__).parents[3] / "js" / "src"

LIMIT = 65_536
"""Bytes of the studio, gzipped, with its style: 64 KB. What fits into less only by tricks of size is harder to read
and to test than a few kilobytes are to load."""


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


def test_what_the_kernel_is_told_and_tells_keeps_its_name_in_the_built_script() -> None:
    files = [path for path in SOURCE.rglob("*.ts*") if path.name != "protocol.ts"]
    source = re.sub(
        r"/\*\* .*?\*/|//[^\n]*", "", "\n".join(path.read_text() for path in files), flags=re.DOTALL
    )
    built = static("studio.js") + static("progress.js")
    requests = get_args(protocol.AnyRequest)
    structs = [protocol.StudioTraits, protocol.ProgressTraits, *requests, *(one.value for one in requests)]
    _, components = msgspec.json.schema_components(structs)
    names = {name for shape in components.values() for name in shape.get("properties", ())}
    # One that is read as a property in the source is read as one in what was built of it.
    read = {name for name in names if re.search(rf"(?<!\.)\.{name}\b", source)}
    written = {name for name in names - read if re.search(rf"\b{name}\b", source)}
    assert len(read) > 60
    assert len(written) > 10
    assert not {name for name in read if not re.search(rf"\.{name}\b", built)}
    assert not {name for name in written if not re.search(rf"\b{name}\b", built)}
