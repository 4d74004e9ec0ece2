"""Measure files in a process of its own, one after another, for whoever started it.

Each line of its input is a file's path with the start image, as JSON; each line of its output is what was
measured. It ends with its input, and so with whoever started it.
"""

import base64
import json
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from reka_notebook.media.measures.measure import measure
from reka_notebook.media.measures.measures import Measures

MOST_MEMORY = 4 * 2**30
"""Bytes that a file may take to be measured; the largest films that are decoded here take two thirds of it."""

READY = b"ready\n"
"""What it says first."""


def asked(path: Path, start_image: bytes | None) -> bytes:
    """Return the line that asks for a file to be measured."""
    image = base64.b64encode(start_image).decode() if start_image is not None else None
    # Not by msgspec: a path may hold what is not Unicode.
    return json.dumps([str(path), image]).encode() + b"\n"


def main() -> None:
    """Measure what is asked for until there is no more."""
    _limit_memory()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        path, image = json.loads(line)
        measured = Measures()
        # Nothing in a file may keep the next one from being measured, and a failure is not tried again.
        with suppress(Exception):
            measured = measure(path, base64.b64decode(image) if image is not None else None)
        sys.stdout.buffer.write(msgspec.json.encode(measured) + b"\n")
        sys.stdout.buffer.flush()


def _limit_memory() -> None:
    """Have no more memory than a film needs."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
