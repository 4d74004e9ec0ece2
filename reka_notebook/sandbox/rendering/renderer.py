"""Draw what was ordered in worker threads, each thing once, into files of a folder."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

from reka_notebook.sandbox.rendering import film, sound, still
from reka_notebook.sandbox.rendering.media import Film, Media, Speech, key

Write = Callable[[Media, Path, Callable[[], bool]], None]


class Stopped(Exception):
    """Report that the sandbox was stopped before this was drawn."""


def write(media: Media, path: Path, stopped: Callable[[], bool]) -> None:
    """Draw one thing into a file."""
    if isinstance(media, Film):
        film.write(media, path, stopped)
    elif isinstance(media, Speech):
        sound.speech(media.text, path, media.voice)
    else:
        still.write(media, path)


class Renderer:
    """Draw in the background. ``order`` is safe to call from any thread, and answers at once.

    The threads start with the first order and end with ``stop()``, in the middle of a film if need be.
    """

    def __init__(self, folder: Path, threads: int = 2, write: Write = write) -> None:
        self._folder = folder
        self._count = max(1, min(threads, os.cpu_count() or 1))
        self._write = write
        self._lock = threading.Lock()
        self._orders: SimpleQueue[tuple[Media, Path, Future[Path]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._drawn: dict[str, Future[Path]] = {}
        self._stopping = threading.Event()

    def order(self, media: Media) -> Future[Path]:
        """Return the file when it is drawn; it is complete from its first appearance under its name.

        The future raises Stopped if the renderer stopped first, or what went wrong.
        """
        name = key(media)
        with self._lock:
            if found := self._drawn.get(name):
                return found
            future: Future[Path] = Future()
            self._drawn[name] = future
            if self._stopping.is_set():
                future.set_exception(Stopped())
                return future
            if len(self._threads) < self._count:
                self._start_thread()
            self._orders.put((media, self._folder / f"{name}-{media.file_name}", future))
        return future

    def drawn(self, media: Media) -> Path | None:
        """Return the file if it is there already."""
        future = self._drawn.get(key(media))
        return future.result() if future and future.done() and not future.exception() else None

    def stop(self) -> None:
        """End the threads and whatever waits for them, and return when they are gone."""
        with self._lock:
            self._stopping.set()
            threads, self._threads = self._threads, []
        for _ in threads:
            self._orders.put(None)
        for thread in threads:
            thread.join()
        with contextlib.suppress(Exception):
            while order := self._orders.get_nowait():
                order[2].set_exception(Stopped())

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="sandbox-renderer", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while order := self._orders.get():
            media, path, future = order
            if self._stopping.is_set():
                future.set_exception(Stopped())
                continue
            part = path.with_suffix(path.suffix + ".part")
            try:
                self._write(media, part, self._stopping.is_set)
                if self._stopping.is_set():
                    raise Stopped
                part.replace(path)
            except BaseException as problem:
                part.unlink(missing_ok=True)
                future.set_exception(problem)
            else:
                future.set_result(path)
