"""Find the file of a take to measure, and the image it was made from."""

from pathlib import Path
from typing import NamedTuple

from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.used_images import source_of
from reka_notebook.kinds import kind_of
from reka_notebook.library import ImageUse, Library, TakeRecord

_SIDE = 384
"""Pixels of the longer side of the start image, as it is compared."""

_START = "start"


class Subject(NamedTuple):
    """Hold a file that is to be measured, and the start image as a small JPEG, if there is one."""

    path: Path
    start_image: bytes | None


def subject(library: Library, take: TakeRecord, *, fetch: bool) -> Subject | None:
    """Return what to measure of a take; ``None`` if its file is not on this machine.

    Args:
        fetch: Whether to fetch the file from a team's store, if it is only there.

    Raises:
        RekaError: If the file cannot be fetched now.
    """
    file = take.files[0]
    path = library.media.local(file) if fetch else library.media.path(file.name)
    return Subject(path, _start_image(library, take, fetch)) if path.is_file() else None


def is_measurable(take: TakeRecord) -> bool:
    """Return whether a take is of a kind that can be measured."""
    kind = kind_of(take.files[0].kind)
    return kind.is_image or kind.plays


def _start_image(library: Library, take: TakeRecord, fetch: bool) -> bytes | None:
    uses = take.job.request.images.get(_START, [])
    # A film made from several images resembles none of them.
    if len(uses) != 1 or uses[0].url:
        return None
    try:
        if not fetch and not library.images.path(uses[0].digest).is_file():
            return None
        return _small(uses[0], library)
    except RekaError:  # gone, or damaged: the rest can be measured
        return None


def _small(use: ImageUse, library: Library) -> bytes:
    return media.thumbnail(source_of(use, library.images.read(use.digest)), _SIDE)
