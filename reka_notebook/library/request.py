"""Represent what is asked, as a pure value with a content key."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace as change

from reka_notebook.catalogue import Spelt, spelt_input


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


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Represent how a request is put on the wire, and what of that the service has refused.

    ``spelling`` is by fact (``input.duration``, ``images.start``). ``refused`` are the facts that were spelt
    otherwise before, with the part that was refused ("name" or "like") and what it was. ``tries`` counts the
    submissions that were refused for their spelling. ``maybe_taken`` is whether one may have been accepted.
    """

    spelling: dict[str, Spelt]
    refused: list[tuple[str, str, Any]] = []
    tries: int = 0
    maybe_taken: bool = False


_WORDS = frozenset({"prompt", "negative_prompt", "text", "seed"})


class GenerationRequest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Represent one request: endpoint, input without images, images by slot, and the number of the take.

    ``found_as`` is the service's ID of a request that was found in the account's list. What was sent for it is
    not known to the last field, so it is the whole identity of such a request: it answers no other.
    """

    endpoint: str
    input: dict[str, Any]
    images: dict[str, list[ImageUse]] = {}
    take: int = 1
    found_as: str | None = None

    @property
    def base_key(self) -> str:
        """Return what all takes of the same request share: 64 hex digits."""
        if self.found_as is not None:
            return self._found_key
        images = {slot: [use.identity for use in uses] for slot, uses in self.images.items()}
        return _digest([1, self.endpoint, self.input, images])

    @property
    def content_key(self) -> str:
        """Return the identity of this request, the same on every machine: 64 hex digits."""
        return hashlib.sha256(f"{self.base_key}:{self.take}".encode()).hexdigest()

    @property
    def subject(self) -> str:
        """Return what all requests share that mean the same, and few others: the prompt and the images."""
        if self.found_as is not None:
            return self._found_key
        images = {slot: [use.identity for use in uses] for slot, uses in self.images.items()}
        return _digest([self.prompt.strip(), images])

    @property
    def _found_key(self) -> str:
        return _digest(["found", self.found_as])

    def wire_input(self, wire: Wire | None) -> dict[str, Any]:
        """Return the input, images left out, as it is sent; version 0.1.0, which knew no ``wire``, sent it as it is."""
        return spelt_input(self.input, wire.spelling) if wire is not None else self.input

    def idempotency_key(self, attempt: int, wire: Wire | None = None) -> str:
        """Return the key that the service sees: another one for each attempt, and for each body.

        A body that 0.1.0 would have sent has the key that 0.1.0 gave it, so a replay is never a second
        charge. Its keys did not say into which fields the images went.
        """
        sent = change(self, input=self.wire_input(wire))
        if wire is None or not (fields := self._other_fields(wire.spelling)):
            return f"{sent.content_key}-{attempt}"
        return f"{_digest([sent.content_key, fields])}-{attempt}"

    def _other_fields(self, spelling: Mapping[str, Spelt]) -> dict[str, Spelt]:
        """Return where images go, as far as 0.1.0 would have put them elsewhere."""
        given = {slot: spelling.get(f"images.{slot}") for slot in self.images}
        return {slot: spelt for slot, spelt in given.items() if spelt and spelt != self.first_field(slot)}

    def first_field(self, slot: str) -> Spelt:
        """Return where version 0.1.0 put an image, unless a person's catalogue said otherwise."""
        model, _, task = self.endpoint.rpartition("/")
        if task == "edit":
            return Spelt("image_urls", [])
        kling = model == "kling-v3-pro" and task == "image-to-video"
        return Spelt(f"{slot}_image_url" if kling or slot != "start" else "image_url", "")

    @property
    def prompt(self) -> str:
        """Return the text that a person wrote, whatever the endpoint calls it."""
        return str(self.input.get("prompt") or self.input.get("text") or "")

    @property
    def settings(self) -> dict[str, Any]:
        """Return the input without its words and the seed: what the time it takes may depend on."""
        return {name: value for name, value in self.input.items() if name not in _WORDS}


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def subject_of(request: bytes) -> str | None:
    """Return the subject of a request in a row, for SQLite to call; ``None`` if the row is damaged."""
    try:
        return msgspec.json.decode(request, type=GenerationRequest).subject
    except msgspec.DecodeError:
        return None
