"""Measure files one after another, in a process of its own.

Each line of input is a file's path with the start image, as JSON; each line of output is the file's measures. The
process ends with its input, and so with the process that started it.
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
"""Bytes of memory that measuring may use; the largest films that are decoded here need two thirds of this."""

READY = b"ready\n"
"""The first line of output."""


def asked(path: Path, start_image: bytes | None) -> bytes:
    """Return the line that asks for a file to be measured."""
    image = base64.b64encode(start_image).decode() if start_image is not None else None
    # Not by msgspec: a path may hold what is not Unicode.
    return json.dumps([str(path), image]).encode() + b"\n"


def main() -> None:
    """Measure files until the input ends."""
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
    """Limit the memory of this process to what a film needs."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
