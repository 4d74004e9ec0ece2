"""Opening a media file of unknown origin."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from reka_notebook.media.envelope import missing_bytes, states_its_end
from reka_notebook.media.errors import AGAIN, CutShort, MediaError, NotMedia
from reka_notebook.media.signature import HEAD, NOUNS, PICTURES, TEXTS, beginning, recognise
from reka_notebook.media.tracks import DEMUXERS
from reka_notebook.media.words import file_size

SMALLEST = 64
"""Bytes that no film, picture or sound is smaller than, where its kind is not known."""


@contextmanager
def open_media(path: Path, *, lenient: bool = False) -> Iterator[tuple[IO[bytes], str]]:
    """Open a file that is known to be media and as long as its container says; give it, rewound, and its media type.

    Args:
        path: the file.
        lenient: take it also where bytes are missing at its end.

    Raises:
        NotMedia: empty, or text.
        CutShort: bytes are missing at its end.
        MediaError: missing, unreadable, or something else.
    """
    if not path.is_file():
        raise MediaError(f"There is no file {str(path)!r}.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    with file:
        yield file, _checked(file, path.name, lenient)


def media_type_of(path: Path) -> str | None:
    """Return the media type that a file's first bytes tell of, or None where they tell nothing."""
    with path.open("rb") as file:
        return recognise(file.read(HEAD))


def is_whole(path: Path) -> bool:
    """Tell whether a video, a sound or an image is whole by what it says itself; not where it does not say."""
    with path.open("rb") as file:
        media_type = recognise(file.read(HEAD))
        return media_type is not None and states_its_end(file, media_type)


def _checked(file: IO[bytes], name: str, lenient: bool) -> str:
    head = file.read(HEAD)
    if not head:
        raise NotMedia(f"{name} is empty.")
    media_type = recognise(head)
    if media_type is None:
        unknown = NotMedia if os.fstat(file.fileno()).st_size < SMALLEST else MediaError
        raise unknown(f"{name} is not a video, an image or a sound that is known here.")
    if media_type not in PICTURES and media_type not in DEMUXERS:
        text = f"{name} is {NOUNS[media_type]}, not a video, an image or a sound."
        if media_type in TEXTS:
            raise NotMedia(f"{text} It begins: “{beginning(head)}”.")
        raise MediaError(text)
    # A picture that is cut off says so when it is decoded.
    missing = 0 if lenient or media_type in PICTURES else missing_bytes(file, media_type)
    if missing:
        raise CutShort(f"{name} is cut short: {file_size(missing)} are missing at its end. {AGAIN}")
    file.seek(0)
    return media_type
