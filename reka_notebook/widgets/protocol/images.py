"""The images of a form: how they come in, how they are framed, and small pictures of them."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.messages import Request


class Framing(msgspec.Struct, frozen=True):
    """What of an image is sent: all of it, a part of it, or all of it with a margin around.

    ``box``: the part's left, top, width and height, in pixels of the upright source. ``ratio``: ``16:9``, what a margin
    leads to; ``colour``: the margin's, ``#rrggbb``. ``aspect``: the request's aspect ratio when this was decided, or
    None where it had none.
    """

    fit: Literal["whole", "crop", "pad"]
    box: list[int] | None = None
    ratio: str | None = None
    colour: str | None = None
    aspect: str | None = None


class Image(msgspec.Struct, frozen=True):
    """An image in its place; ``sends`` says in words what will be sent, framed as ``framing`` says, where it says."""

    slot: str
    digest: str
    name: str
    width: int | None
    height: int | None
    bytes: int | None
    sends: str
    framing: Framing | None


class UploadBeginValue(msgspec.Struct, frozen=True):
    """``chunk``: bytes in each chunk but the last, of which a message may hold as many as ``together``.

    ``alike``: a file of as many bytes is here, and may be this one: ask by its digest before a chunk is sent.
    ``as_text``: this host loses messages with buffers, so chunks come as base64.
    """

    upload: str
    chunk: int
    together: int
    alike: bool
    as_text: bool


class UploadKnownValue(msgspec.Struct, frozen=True):
    """``known``: the file is here already, and no chunk need come."""

    known: bool


class UploadChunkValue(msgspec.Struct, frozen=True):
    """``received``: bytes in all."""

    received: int


class FrameValue(msgspec.Struct, frozen=True):
    """What would be sent, in words."""

    sends: str


class PictureValue(msgspec.Struct, frozen=True):
    """The reply's buffer holds a small picture."""

    media_type: str


class UploadBegin(Request, frozen=True, kw_only=True, tag="upload_begin"):
    """An image comes in chunks."""

    value = UploadBeginValue
    slot: str
    name: str
    size: int
    media_type: str


class UploadKnown(Request, frozen=True, kw_only=True, tag="upload_known"):
    """Is the file here already? ``digest``: ``sha256:`` and what the browser makes the file's bytes to be."""

    value = UploadKnownValue
    upload: str
    digest: str


class UploadChunk(Request, frozen=True, kw_only=True, tag="upload_chunk"):
    """A chunk and those that follow it, each in a buffer of the message's or, as base64, in ``text``."""

    value = UploadChunkValue
    upload: str
    index: int
    text: list[str] = msgspec.field(default_factory=list)


class UploadEnd(Request, frozen=True, kw_only=True, tag="upload_end"):
    """That was the last chunk: is it an image?"""

    value = Image
    upload: str


class UploadAbort(Request, frozen=True, kw_only=True, tag="upload_abort"):
    """Forget an upload."""

    upload: str


class ImageUrl(Request, frozen=True, kw_only=True, tag="image_url"):
    """An image that the service fetches itself."""

    value = Image
    slot: str
    url: str


class ImageClear(Request, frozen=True, kw_only=True, tag="image_clear"):
    """Empty an image's place."""

    slot: str


class ImageFrame(Request, frozen=True, kw_only=True, tag="image_frame"):
    """What would be sent of the image in a place, if it were framed like this?"""

    value = FrameValue
    slot: str
    digest: str
    framing: Framing


class ImageTake(Request, frozen=True, kw_only=True, tag="image_take"):
    """Put a take's last frame into an image's place."""

    value = Image
    slot: str
    take: str


class Preview(Request, frozen=True, kw_only=True, tag="preview"):
    """A small picture of an input image."""

    value = PictureValue
    digest: str


class NextShot(Request, frozen=True, kw_only=True, tag="next_shot"):
    """Begin with a take's last frame."""

    value = Image
    take: str
