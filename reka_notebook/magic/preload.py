"""Import in a thread what the first cell needs, so that it does not wait for that.

Each import holds Python's lock for some milliseconds at a time, so the thread begins when a notebook has come to rest
after loading the extension, and rests after each import for as long as it took.
"""

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

from reka_notebook.forks import hold_while_forking, renew_in_child

DELAY = 0.5
"""Seconds after the extension is loaded."""

MODULES = (
    *(
        "msgspec",
        "anyio",
        "anyio._backends._asyncio",
        "stamina",
        "httpx",
        "httpcore",
        "h11",
        "certifi",
        "filelock",
    ),
    *(
        "numpy",
        "PIL.Image",
        "PIL.JpegImagePlugin",
        "PIL.PngImagePlugin",
        "PIL.GifImagePlugin",
        "PIL.BmpImagePlugin",
    ),
    *("PIL.ImageCms", "fastjsonschema", "wcwidth", "ipywidgets", "anywidget"),
    # With the places in which a key may be kept, as the first cell asks for the account's models
    *("keyring", "platformdirs", "keyring.backends.SecretService", "keyring.backends.kwallet"),
    *("keyring.backends.libsecret", "keyring.backends.macOS", "keyring.backends.chainer", "zipp"),
    *(
        "sqlalchemy",
        "sqlalchemy.dialects.sqlite",
        "reka_notebook.library.rows.tables",
        "reka_notebook.library.library",
    ),
    *("reka_notebook.jobs", "reka_notebook.magic.cell", "reka_notebook.widgets.progress"),
    *("reka_notebook.media.images.jpeg", "av"),
)
"""In the order of need, and in small steps: a cell that runs meanwhile waits for one of them at most."""

_importing = threading.Lock()


def start(stop: threading.Event) -> None:
    """Import everything in a thread, until told to stop. Where there are no threads, the first cell does it."""
    thread = threading.Thread(target=_run, args=(stop,), name="reka-notebook-imports", daemon=True)
    with suppress(RuntimeError):
        thread.start()
        atexit.register(_end, thread, stop)


def _end(thread: threading.Thread, stop: threading.Event) -> None:
    """Let no import be under way while Python takes itself apart."""
    if thread.is_alive():  # not so in a forked child
        stop.set()
        thread.join(1.0)


def _run(stop: threading.Event) -> None:
    pause = DELAY
    for name in MODULES:
        if stop.wait(pause):
            return
        begun = time.perf_counter()
        with _importing, suppress(Exception):  # said by the cell that needs it
            import_module(name)
        pause = time.perf_counter() - begun


def _locks() -> Iterator[threading.Lock]:
    yield _importing


def _renew() -> None:
    global _importing
    _importing = threading.Lock()


# A child that is forked in the middle of an import could never import that module.
hold_while_forking(_locks)
renew_in_child(_renew)
