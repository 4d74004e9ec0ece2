"""Place the files of an output: in the notebook itself, or in a folder beside it."""

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reka_notebook.config import settings
from reka_notebook.jobs import Take, TakeFile
from reka_notebook.jobs.measuring import hold_back
from reka_notebook.kinds import kind_of
from reka_notebook.output.notebook_file import notebook_folder
from reka_notebook.output.player import data_uri, shown_files
from reka_notebook.text import file_size

FOLDER = "reka_takes"
"""Beside the notebook."""

MOST = 40 * 2**20
"""Bytes that are put into a notebook whose place is not known: a larger one can hardly be saved, or opened again."""


SOON = 3.0
"""Seconds within which somebody plays a new output who wants to."""


@dataclass(frozen=True)
class Embedded:
    """Hold where an output's files lie, by take.

    Attributes:
        sources: The ``src`` of each file that is shown; empty if only a still of it can be.
        links: Each one's address beside the notebook; empty if it is not there.
        words: What that means for a person, if it is out of the ordinary; plain text.
    """

    sources: tuple[tuple[str, ...], ...]
    links: tuple[tuple[str, ...], ...]
    words: str = ""


def embed_files(takes: Sequence[Take], namespace: Mapping[str, Any], embed: bool | None = None) -> Embedded:
    """Find a place for the files of one output: in the notebook if they are within ``embed_limit`` together.

    Args:
        embed: ``True`` embeds them whatever their size, ``False`` puts them beside the notebook.
    """
    size = size_of(takes)
    shown = [shown_files(take) for take in takes]
    # Plain HTML cannot tell that it is played: each file is taken to be played twice, soon.
    hold_back(2 * max((file.facts.duration or 0.0 for files in shown for file in files), default=0.0) + SOON)
    thing = "video" if all(kind_of(take.kind).has_frames for take in takes) else "file"
    they, them = (
        (f"The {thing} is", "the two") if sum(map(len, shown)) == 1 else (f"The {thing}s are", "them")
    )
    nothing = tuple(("",) * len(files) for files in shown)
    why = f"{file_size(size)} is too large to embed. " if embed is None else ""
    if is_to_embed(takes, embed):
        return Embedded(_embedded(shown), nothing)
    folder = notebook_folder(namespace)
    if folder is None:
        problem = "this host does not say where the notebook lies"
    else:
        try:
            links = tuple(tuple(_copied(file, folder) for file in files) for files in shown)
        except OSError as error:
            problem = f"{FOLDER}/ beside it cannot be written ({error.strerror or error})"
        else:
            words = f"{why}{they} in {FOLDER}/ next to this notebook; keep {them} together."
            return Embedded(links, links, words)
    if size <= MOST:
        words = f"{they} embedded anyway, because {problem}."
        return Embedded(_embedded(shown), nothing, f"{why}{words}")
    words = f"Only a picture is shown, because {problem}. {they} in the library."
    return Embedded(nothing, nothing, f"{why}{words}")


def is_to_embed(takes: Sequence[Take], embed: bool | None) -> bool:
    """Return whether files go into the notebook because a person wants it, or else because they are small enough."""
    return size_of(takes) <= settings().embed_limit if embed is None else embed


def size_of(takes: Sequence[Take]) -> int:
    """Return the bytes of all files of takes that an output shows."""
    return sum(file.facts.bytes for take in takes for file in shown_files(take))


def _has_element(file: TakeFile) -> bool:
    """Return whether a page shows a file itself, and not a picture or the text of it."""
    kind = kind_of(file.kind)
    return kind.is_image or kind.plays


def _embedded(shown: Sequence[Sequence[TakeFile]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(data_uri(file.path, file.facts.media_type) if _has_element(file) else "" for file in files)
        for files in shown
    )


def _copied(file: TakeFile, notebooks: Path) -> str:
    """Return the address of a copy beside the notebook, which is whole or not there."""
    if not _has_element(file):
        return ""
    folder = notebooks / FOLDER
    folder.mkdir(exist_ok=True)
    copy = folder / file.file_name
    if not copy.exists() or copy.stat().st_size != file.facts.bytes:
        part = folder / f".{file.file_name}.{os.getpid()}.part"
        try:
            shutil.copyfile(file.path, part)
            part.replace(copy)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return f"{FOLDER}/{quote(copy.name)}"
