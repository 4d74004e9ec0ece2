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
from reka_notebook.jobs import Take
from reka_notebook.kinds import kind_of
from reka_notebook.output.notebook_file import notebook_folder
from reka_notebook.output.player import data_uri
from reka_notebook.text import file_size

FOLDER = "reka_takes"
"""Beside the notebook."""

MOST = 40 * 2**20
"""Bytes that are put into a notebook whose place is not known: a larger one can hardly be saved, or opened again."""


@dataclass(frozen=True)
class Embedded:
    """Hold where an output's files lie.

    Attributes:
        sources: Each one's ``src``; empty if only a still of it can be shown.
        links: Each one's address beside the notebook; empty if it is not there.
        words: What that means for a person, if it is out of the ordinary; plain text.
    """

    sources: tuple[str, ...]
    links: tuple[str, ...]
    words: str = ""


def embed_files(takes: Sequence[Take], namespace: Mapping[str, Any], embed: bool | None = None) -> Embedded:
    """Find a place for the files of one output: in the notebook if they are within ``embed_limit`` together.

    Args:
        embed: ``True`` embeds them whatever their size, ``False`` puts them beside the notebook.
    """
    size = _size(takes)
    thing = "video" if all(kind_of(take.kind).has_frames for take in takes) else "file"
    they, them = (f"The {thing} is", "the two") if len(takes) == 1 else (f"The {thing}s are", "them")
    why = f"{file_size(size)} is too large to embed. " if embed is None else ""
    if is_to_embed(takes, embed):
        return _embedded(takes)
    folder = notebook_folder(namespace)
    if folder is None:
        problem = "this host does not say where the notebook lies"
    else:
        try:
            links = tuple(_copied(take, folder) for take in takes)
        except OSError as error:
            problem = f"{FOLDER}/ beside it cannot be written ({error.strerror or error})"
        else:
            words = f"{why}{they} in {FOLDER}/ next to this notebook; keep {them} together."
            return Embedded(links, links, words)
    if size <= MOST:
        words = f"{they} embedded anyway, because {problem}."
        return Embedded(_embedded(takes).sources, ("",) * len(takes), f"{why}{words}")
    words = f"Only a picture is shown, because {problem}. {they} in the library."
    return Embedded(("",) * len(takes), ("",) * len(takes), f"{why}{words}")


def is_to_embed(takes: Sequence[Take], embed: bool | None) -> bool:
    """Return whether files go into the notebook because a person wants it, or else because they are small enough."""
    return _size(takes) <= settings().embed_limit if embed is None else embed


def _has_element(take: Take) -> bool:
    """Return whether a page shows its file itself, and not a picture or the text of it."""
    kind = kind_of(take.kind)
    return kind.is_image or kind.plays


def _size(takes: Sequence[Take]) -> int:
    return sum(take.file.bytes for take in takes)


def _embedded(takes: Sequence[Take]) -> Embedded:
    sources = (data_uri(take.path, take.file.media_type) if _has_element(take) else "" for take in takes)
    return Embedded(tuple(sources), ("",) * len(takes))


def _copied(take: Take, notebooks: Path) -> str:
    """Return the address of a copy beside the notebook, which is whole or not there."""
    if not _has_element(take):
        return ""
    folder = notebooks / FOLDER
    folder.mkdir(exist_ok=True)
    copy = folder / take.path.name
    if not copy.exists() or copy.stat().st_size != take.file.bytes:
        part = folder / f".{take.path.name}.{os.getpid()}.part"
        try:
            shutil.copyfile(take.path, part)
            part.replace(copy)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return f"{FOLDER}/{quote(copy.name)}"
