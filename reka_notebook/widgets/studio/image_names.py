"""Name an image in copied code by where it still is: its file, the take that it is a frame of, or else its digest."""

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.jobs.prepared import MARK
from reka_notebook.jobs.take import TAKE_MARK, Take, frame_of
from reka_notebook.kinds import kind_of
from reka_notebook.library import ImageUse, Library
from reka_notebook.output.notebook_file import main_namespace, notebook_folder

Naming = Callable[[ImageUse], str]

DIGITS = 16
"""Hex digits of a digest that name an image among a person's own."""

FOLDERS = 200
"""Folders beside the notebook that are looked into."""

_FRAME = re.compile(r"(?:last frame of )?(?P<stem>.+?)(?: at (?P<at>\d+\.\d) s)?\.png")
_STEP = 1 / 60
"""Seconds between two looks around a time, which a name tells to a tenth only."""


def by_digest(use: ImageUse) -> str:
    """Return the name that always finds an image of this library."""
    return use.url or f"{MARK}{use.digest[len(MARK) :][:DIGITS]}"


def by_place(library: Library) -> Naming:
    """Return what names an image by its file or its take, where those are still that image."""

    def named(use: ImageUse) -> str:
        if use.url or not use.name:
            return by_digest(use)
        return _file(use) or _frame(use, library) or by_digest(use)

    return named


def _file(use: ImageUse) -> str | None:
    """Return the path of a file that is the image, as a cell of this kernel reads it."""
    here = Path.cwd()
    for path in _candidates(use.name, here):
        if path.is_file() and _digest(path) == use.digest:
            try:
                written = os.path.relpath(path, here)
            except ValueError:  # on another drive
                written = str(path)
            if "{{" in written:
                return None
            # A bare word would be a variable's name first, and a word with a dash an option.
            return f"./{written}" if written.isidentifier() or written.startswith("-") else written
    return None


def _candidates(name: str, here: Path) -> Iterator[Path]:
    folders = dict.fromkeys(filter(None, (here, notebook_folder(main_namespace()))))
    yield from (folder / name for folder in folders)
    for folder in folders:
        try:
            inner = [one for one in islice(os.scandir(folder), FOLDERS) if one.is_dir()]
        except OSError:
            continue
        yield from (Path(one.path, name) for one in inner if not one.name.startswith("."))


def _digest(path: Path) -> str | None:
    try:
        return media.load(path).digest
    except RekaError:
        return None


def _frame(use: ImageUse, library: Library) -> str | None:
    """Return ``take:…`` where the image is a frame of a take."""
    found = _FRAME.fullmatch(use.name)
    take = _take(found["stem"], library) if found else None
    if found is None or take is None:
        return None
    for at in _moments(float(found["at"])) if found["at"] else (None,):
        try:
            for file in take.files:
                if kind_of(file.kind).is_image and frame_of(file, at).digest == use.digest:
                    name = file.name if file.number > 1 else f"{TAKE_MARK}{take.id}"
                    return f"{name}{f'@{at:.3f}' if at is not None else ''}"
        except RekaError:  # its file is gone, or damaged
            return None
    return None


def _take(stem: str, library: Library) -> Take | None:
    """Return the take whose file is called so: its ID is a part of that."""
    for part in reversed(stem.split("-")):
        record = library.takes.get(part) if part else None
        if record is not None and record.removed is None:
            return Take(record, library)
    return None


def _moments(at: float) -> Iterator[float]:
    """Yield the times that a name may mean, the nearest first."""
    yield at
    for step in range(1, 4):
        yield from (round(at + step * _STEP, 3), max(0.0, round(at - step * _STEP, 3)))
