"""Describe a file as the library keeps it."""

from pathlib import Path

from reka_notebook.library import MediaFile
from reka_notebook.library.store.names import POSTER
from reka_notebook.media import MediaInfo


def described(name: str, info: MediaInfo, poster: bytes | None) -> MediaFile:
    """Return what the library says of a file of this name; its poster, if it has one, stands beside it."""
    return MediaFile(
        name=name,
        kind=info.kind,
        media_type=info.media_type,
        bytes=info.bytes,
        width=info.width,
        height=info.height,
        duration=info.duration,
        fps=info.fps,
        has_audio=info.has_audio,
        poster=f"{Path(name).with_suffix('')}{POSTER}" if poster else None,
    )
