"""Measure files in a process of low priority, so that a file that crashes a decoder does not crash the kernel."""

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from reka_notebook.forks import renew_in_child
from reka_notebook.key import ENVIRONMENT
from reka_notebook.media.measures import Measures
from reka_notebook.media.measures.helper import READY, asked

_CODE = """
import os
if hasattr(os, "nice"):
    os.nice(19)  # before anything is imported, which takes longer than to measure a small film
from reka_notebook.media.measures.helper import main
main()
"""

ENDS = 2.0
"""Seconds to wait for a process that has nothing more to do."""


class MeasuringProcess:
    """Run a process that measures one file after another, until it is closed.

    Raises:
        OSError: If the process cannot be started.
    """

    def __init__(self) -> None:
        paths = os.pathsep.join(filter(None, sys.path))
        environment = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE],
            bufsize=0,  # a forked child has no copy of what is half written
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Where there are many cores, each of a decoder's threads would reserve memory of its own.
            env=environment | {"PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"},
            **_apart(),
        )
        renew_in_child(self._leave)
        if self._line() != READY:
            self.kill()
            self.close()
            raise OSError("the process for it does not start")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def measure(self, path: Path, start_image: bytes | None) -> Measures | None:
        """Return the measures of a file; ``None`` if the process ended meanwhile, by itself or by ``kill``."""
        line = asked(path, start_image)
        try:
            while line and self._process.stdin is not None:
                line = line[self._process.stdin.write(line) :]
            return msgspec.json.decode(self._line(), type=Measures)
        except (OSError, ValueError):  # its end, or a pipe that is closed
            return None

    def _line(self) -> bytes:
        stdout = self._process.stdout
        return stdout.readline() if stdout is not None else b""

    def kill(self) -> None:
        """End the process at once; a file that it is measuring gets no answer."""
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        self._close_pipes()
        try:
            self._process.wait(ENDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _leave(self) -> None:
        """Close the parent's pipes in this child: the process would not end with the parent otherwise."""
        self._close_pipes()
        self._process.returncode = 0

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _apart() -> dict[str, Any]:
    """Return the options that start a process which Ctrl-C does not reach."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.IDLE_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW}
    # In a group of its own, and not in a session: Linux weighs sessions against each other, whatever their priorities.
    return {"process_group": 0}
