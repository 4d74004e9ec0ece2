"""Represent what is asked, as a pure value with a content key."""

import hashlib
from typing import Any

import msgspec


class ImageUse(msgspec.Struct, frozen=True, kw_only=True):
    """Represent an image as a request uses it.

    Only ``digest``, ``max_side`` and what is cropped or padded belong to the request's identity: the bytes
    that an encoder makes of an image differ between versions, the source's do not. ``digest`` is that of the
    source bytes, or of the URL if the service fetches the image itself. ``crop`` is left, top, width and
    height in pixels of the upright source. ``pad`` is the ratio that a margin brings the image to, and the
    margin's colour.
    """

    digest: str
    name: str = ""
    url: str | None = None
    max_side: int = 2048
    width: int | None = None
    height: int | None = None
    crop: tuple[int, int, int, int] | None = None
    pad: tuple[str, str] | None = None

    @property
    def identity(self) -> list[Any]:
        """Return what belongs to a request's identity; for an image that is sent whole it never changes."""
        framing = [[kind, *value] for kind, value in (("crop", self.crop), ("pad", self.pad)) if value]
        return [self.digest, self.max_side, *framing]


_WORDS = frozenset({"prompt", "negative_prompt", "text", "seed"})


class GenerationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Represent one request: endpoint, input without images, images by slot, and the number of the take."""

    endpoint: str
    input: dict[str, Any]
    images: dict[str, list[ImageUse]] = {}
    take: int = 1

    @property
    def base_key(self) -> str:
        """Return what all takes of the same request share: 64 hex digits."""
        images = {slot: [use.identity for use in uses] for slot, uses in self.images.items()}
        canonical = msgspec.json.encode([1, self.endpoint, self.input, images], order="sorted")
        return hashlib.sha256(canonical).hexdigest()

    @property
    def content_key(self) -> str:
        """Return the identity of this request, the same on every machine: 64 hex digits."""
        return hashlib.sha256(f"{self.base_key}:{self.take}".encode()).hexdigest()

    def idempotency_key(self, attempt: int) -> str:
        """Return the key that the service sees; only the attempt changes it, so a replay is never a second charge."""
        return f"{self.content_key}-{attempt}"

    @property
    def prompt(self) -> str:
        """Return the text that a person wrote, whatever the endpoint calls it."""
        return str(self.input.get("prompt") or self.input.get("text") or "")

    @property
    def settings(self) -> dict[str, Any]:
        """Return the input without its words and the seed: what the time it takes may depend on."""
        return {name: value for name, value in self.input.items() if name not in _WORDS}
