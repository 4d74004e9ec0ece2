"""Opening a media file of unknown origin."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from reka_notebook.media.envelope import missing_bytes
from reka_notebook.media.errors import MediaError
from reka_notebook.media.signature import HEAD, NOUNS, PICTURES, beginning, recognise
from reka_notebook.media.tracks import DEMUXERS
from reka_notebook.media.words import file_size


@contextmanager
def open_media(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    """A file, rewound, and its media type, once it is known to be media and as long as its container says.

    Raises:
        MediaError: missing, unreadable, empty, something else, or cut short.
    """
    if not path.is_file():
        raise MediaError(f"There is no file {str(path)!r}.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    with file:
        yield file, _checked(file, path.name)


def _checked(file: IO[bytes], name: str) -> str:
    head = file.read(HEAD)
    if not head:
        raise MediaError(f"{name} is empty.")
    media_type = recognise(head)
    if media_type is None:
        raise MediaError(f"{name} is not a video, an image or a sound that is known here.")
    if media_type not in PICTURES and media_type not in DEMUXERS:
        text = f"{name} is {NOUNS[media_type]}, not a video, an image or a sound."
        if media_type.startswith("text/") or media_type in ("application/json", "application/xml"):
            text += f" It begins: “{beginning(head)}”."
        raise MediaError(text)
    missing = missing_bytes(file, media_type)
    if missing:
        raise MediaError(f"{name} is cut short: {file_size(missing)} are missing at its end. Fetch it again.")
    file.seek(0)
    return media_type
