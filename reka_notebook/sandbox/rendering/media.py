"""Describe in full what can be drawn: each is a value with a key, so that the same is drawn only once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from reka_notebook.sandbox.rendering.size import Size

_IMAGE_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}


@dataclass(frozen=True, slots=True)
class Picture:
    """Describe a picture as it was sent: a file kept by its digest, or a URL's host; ``size`` is upright pixels."""

    digest: str
    size: Size
    file: Path | None = field(default=None, repr=False)
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """Describe a moving picture, drawn from the prompt alone without a ``start``, and dissolving into an ``end``."""

    prompt: str
    start: Picture | None
    end: Picture | None
    width: int
    height: int
    fps: int
    seconds: float
    sound: bool
    file_name: str = "video.mp4"
    content_type: str = "video/mp4"

    @property
    def frames(self) -> int:
        """Return how many frames it has, at least one."""
        return max(1, round(self.seconds * self.fps))


@dataclass(frozen=True, slots=True)
class Still:
    """Describe a picture; ``number`` tells several of one request apart. ``form`` is png, jpeg, webp or avif.

    With a ``start`` it is an edit of that, and ``others`` are what was sent besides.
    """

    prompt: str
    start: Picture | None
    width: int
    height: int
    form: str = "png"
    number: int = 1
    others: tuple[Picture, ...] = ()

    @property
    def file_name(self) -> str:
        """Return the name to offer."""
        return f"image-{self.number}.{self.form}"

    @property
    def content_type(self) -> str:
        """Return the media type."""
        return _IMAGE_TYPES[self.form]


@dataclass(frozen=True, slots=True)
class Speech:
    """Describe the rhythm of a text as tones, higher or lower as the name of the voice has it."""

    text: str
    voice: str = ""
    file_name: str = "speech.wav"
    content_type: str = "audio/wav"


Media: TypeAlias = Film | Still | Speech


def key(media: Media) -> str:
    """Return a key that is the same for the same content, and different for any other."""
    return hashlib.sha256(repr(media).encode()).hexdigest()[:32]
