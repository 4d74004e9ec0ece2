"""The images of a form: how they come in, how they are framed, and small pictures of them."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.messages import Request


class Framing(msgspec.Struct, frozen=True):
    """Say what is sent of an image: all, a part, or all with a margin.

    Attributes:
        box: The part's left, top, width and height, in pixels of the upright source.
        ratio: The aspect ratio that a margin leads to, such as ``16:9``.
        colour: The margin's colour, as ``#rrggbb``.
        aspect: The request's aspect ratio when this was decided, or None where it had none.
    """

    fit: Literal["whole", "crop", "pad"]
    box: list[int] | None = None
    ratio: str | None = None
    colour: str | None = None
    aspect: str | None = None


class Image(msgspec.Struct, frozen=True):
    """Describe the image in a slot.

    Attributes:
        sends: What will be sent, such as ``2048 × 1536 JPEG, 612 KB``.
        framing: How it was framed when it was given or last sent, or None where nothing was decided.
    """

    slot: str
    digest: str
    name: str
    width: int | None
    height: int | None
    bytes: int | None
    sends: str
    framing: Framing | None


class UploadBeginValue(msgspec.Struct, frozen=True):
    """Say how the file is to be sent.

    Attributes:
        chunk: Bytes in each chunk but the last.
        together: The most chunks in one message.
        alike: A file of this size is here and may be the same one: send its digest before any chunk.
        as_text: This host loses messages with buffers, so chunks are sent as base64.
    """

    upload: str
    chunk: int
    together: int
    alike: bool
    as_text: bool


class UploadKnownValue(msgspec.Struct, frozen=True):
    """Say whether the file is here.

    Attributes:
        known: It is, and no chunk need be sent.
    """

    known: bool


class UploadChunkValue(msgspec.Struct, frozen=True):
    """Say how much has arrived.

    Attributes:
        received: Bytes in all.
    """

    received: int


class FrameValue(msgspec.Struct, frozen=True):
    """Say what would be sent.

    Attributes:
        sends: As in ``Image``.
    """

    sends: str


class PictureValue(msgspec.Struct, frozen=True):
    """Say what kind of picture the answer's buffer holds."""

    media_type: str


class UploadBegin(Request, frozen=True, kw_only=True, tag="upload_begin"):
    """Announce an image that will be sent in chunks."""

    value = UploadBeginValue
    slot: str
    name: str
    size: int
    media_type: str


class UploadKnown(Request, frozen=True, kw_only=True, tag="upload_known"):
    """Ask whether the file is here already.

    Attributes:
        digest: ``sha256:`` and the hash that the browser computed of the file.
    """

    value = UploadKnownValue
    upload: str
    digest: str


class UploadChunk(Request, frozen=True, kw_only=True, tag="upload_chunk"):
    """Send a chunk and those that follow it, each in a buffer of its own.

    Attributes:
        index: The first chunk's, from 0.
        text: The chunks as base64, in place of the buffers.
    """

    value = UploadChunkValue
    upload: str
    index: int
    text: list[str] = msgspec.field(default_factory=list)


class UploadEnd(Request, frozen=True, kw_only=True, tag="upload_end"):
    """Say that the last chunk was sent, and ask for the image it makes."""

    value = Image
    upload: str


class UploadAbort(Request, frozen=True, kw_only=True, tag="upload_abort"):
    """Forget an upload."""

    upload: str


class ImageUrl(Request, frozen=True, kw_only=True, tag="image_url"):
    """Put an image into a slot that the service fetches itself."""

    value = Image
    slot: str
    url: str


class ImageClear(Request, frozen=True, kw_only=True, tag="image_clear"):
    """Empty a slot."""

    slot: str


class ImageFrame(Request, frozen=True, kw_only=True, tag="image_frame"):
    """Ask what would be sent of the image in a slot.

    Attributes:
        framing: As it would be framed.
    """

    value = FrameValue
    slot: str
    digest: str
    framing: Framing


class ImageTake(Request, frozen=True, kw_only=True, tag="image_take"):
    """Put a take's picture into a slot: a frame of a video, or an image.

    Attributes:
        at: When the frame is shown, in seconds; None for the last one.
        file: Which of the take's files, from 0.
    """

    value = Image
    slot: str
    take: str
    at: float | None = None
    file: int = 0


class ImageSample(Request, frozen=True, kw_only=True, tag="image_sample"):
    """Put the sample photograph into a slot, for who has none at hand."""

    value = Image
    slot: str


class Preview(Request, frozen=True, kw_only=True, tag="preview"):
    """Ask for a small picture of an input image."""

    value = PictureValue
    digest: str


class ImagesRestore(Request, frozen=True, kw_only=True, tag="images_restore"):
    """Put back the images that were in the slots before others were loaded; what else is there goes.

    Attributes:
        images: Their digests, by slot.
        frames: How they were framed, by slot.
    """

    images: dict[str, str]
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)


class NextShot(Request, frozen=True, kw_only=True, tag="next_shot"):
    """Begin what comes next with a frame of a take, or with the take itself if it is an image; other images go.

    Attributes:
        at: When the frame is shown, in seconds; None for the last one.
        file: Which of the take's files, from 0.
    """

    value = Image
    take: str
    at: float | None = None
    file: int = 0
