"""What kernel and browser say to each other; the only place in Python where it is written.

State goes one way, kernel to browser, in small JSON traits. Commands and all bytes are custom messages: a request
``{id, type, ...}`` with optional buffers, and exactly one reply with the same id, an ``Answer`` or a ``Refused``.
The browser's side is ``js/src/protocol.ts``; a test holds the two together.
"""

from typing import Any, ClassVar, Literal, TypeAlias

import msgspec

JSON: TypeAlias = Any


class ImageSlot(msgspec.Struct, frozen=True):
    """A place for an input image: ``start`` is the main one."""

    slot: str
    required: bool
    assumed: bool


class Endpoint(msgspec.Struct, frozen=True):
    """An endpoint as the form needs it. ``assumed`` names the input fields that are only assumed to exist."""

    id: str
    title: str
    model: str
    task: str
    output: Literal["video", "image", "audio", "boxes", "text"]
    images: list[ImageSlot]
    schema: dict[str, JSON]
    assumed: list[str]
    note: str | None
    default: bool


class Service(msgspec.Struct, frozen=True):
    """Where requests go; ``problem`` says what keeps it from being used, with what to do."""

    name: str
    url: str
    sandbox: bool
    problem: str | None


class Form(msgspec.Struct, frozen=True):
    """What was last sent, or what Python set."""

    endpoint: str
    prompt: str
    settings: dict[str, JSON]


class Image(msgspec.Struct, frozen=True):
    """An image in its place; ``sends`` says in words what will be sent."""

    slot: str
    digest: str
    name: str
    width: int | None
    height: int | None
    bytes: int | None
    sends: str


class Job(msgspec.Struct, frozen=True):
    """A job as its row shows it; ``elapsed`` and ``expected`` in seconds."""

    id: str
    endpoint: str
    title: str
    prompt: str
    state: Literal[
        "prepared", "submitting", "queued", "running", "fetching", "kept", "failed", "cancelled", "expired"
    ]
    stage: str
    queue_position: int | None
    elapsed: float
    expected: float | None
    image: str | None
    error: str | None
    note: str | None
    can_cancel: bool


class Take(msgspec.Struct, frozen=True):
    """A take as the strip shows it. ``created`` in seconds since the epoch, ``took`` and ``duration`` in seconds."""

    id: str
    endpoint: str
    title: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    kind: Literal["video", "image", "audio", "other"]
    media_type: str
    width: int | None
    height: int | None
    duration: float | None
    bytes: int
    created: float
    took: float | None
    file: str
    kept_already: bool
    starred: bool


class SweepAxis(msgspec.Struct, frozen=True):
    """What a sweep varies: an option by its name, or with ``words`` the alternatives of the prompt."""

    name: str
    words: bool
    values: list[JSON]


class SweepPlace(msgspec.Struct, frozen=True):
    """One place of a sweep; ``job`` is its job's id, and its take's once it is kept."""

    prompt: str
    state: Literal[
        "waiting",
        "prepared",
        "submitting",
        "queued",
        "running",
        "fetching",
        "kept",
        "failed",
        "cancelled",
        "expired",
    ]
    stage: str
    job: str | None
    error: str | None


class Sweep(msgspec.Struct, frozen=True):
    """Several requests as one. ``places`` are row by row, the last axis runs first; ``words`` say where it stands."""

    id: str
    endpoint: str
    title: str
    axes: list[SweepAxis]
    places: list[SweepPlace]
    words: str
    finished: int
    done: bool
    paused: bool
    cancelled: bool
    note: str | None


class StudioTraits(msgspec.Struct, frozen=True):
    """What the studio shows. ``jobs`` has the unfinished first; ``sweeps`` and ``takes`` the newest first."""

    endpoints: list[Endpoint]
    service: Service
    form: Form
    images: list[Image]
    jobs: list[Job]
    sweeps: list[Sweep]
    takes: list[Take]


class ProgressTraits(msgspec.Struct, frozen=True):
    """What a cell's progress shows."""

    job: Job


class Nothing(msgspec.Struct, frozen=True):
    """The answer to a request that asks for nothing."""


class GenerateValue(msgspec.Struct, frozen=True):
    """``kept``: the take was there already and nothing was asked; ``job`` is then the take's id."""

    job: str
    kept: bool


class PlanValue(msgspec.Struct, frozen=True):
    """How many takes are wanted, and of them, how many are kept already, and how many are being made."""

    count: int
    kept: int
    underway: int


class SweepValue(msgspec.Struct, frozen=True):
    """``sweep`` is None where there were no axes, and ``one`` was done, or where ``new`` are more than agreed to."""

    sweep: str | None
    one: GenerateValue | None
    new: int


class CancelValue(msgspec.Struct, frozen=True):
    """What became of it, in words."""

    message: str


class UploadBeginValue(msgspec.Struct, frozen=True):
    """``chunk``: bytes in each chunk but the last."""

    upload: str
    chunk: int


class UploadChunkValue(msgspec.Struct, frozen=True):
    """``received``: bytes in all."""

    received: int


class PictureValue(msgspec.Struct, frozen=True):
    """The reply's buffer holds a small picture."""

    media_type: str


class MediaValue(msgspec.Struct, frozen=True):
    """The reply's buffer holds the file."""

    media_type: str
    name: str


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A command from the browser; ``value`` is what its answer holds."""

    id: str
    value: ClassVar[type[msgspec.Struct]] = Nothing


class Ping(Request, frozen=True, kw_only=True, tag="ping"):
    """Is the kernel there?"""


class Generate(Request, frozen=True, kw_only=True, tag="generate"):
    """Make what the form says; ``again`` makes another take also where one is kept."""

    value = GenerateValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    again: bool


class Plan(Request, frozen=True, kw_only=True, tag="plan"):
    """How many takes would the form make? Nothing is sent. A setting may be a list of several values."""

    value = PlanValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]


class SweepBegin(Request, frozen=True, kw_only=True, tag="sweep_begin"):
    """Make all that the form says. ``agreed``: how many new ones the person has been told of and wants.

    ``again`` makes another take of each also where one is kept.
    """

    value = SweepValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    agreed: int
    again: bool


class SweepControl(Request, frozen=True, kw_only=True, tag="sweep_control"):
    """Do something with a sweep as a whole; ``dismiss`` takes one that is done off the list."""

    sweep: str
    do: Literal["pause", "resume", "cancel", "dismiss"]


class Cancel(Request, frozen=True, kw_only=True, tag="cancel"):
    """Cancel a job."""

    value = CancelValue
    job: str


class Dismiss(Request, frozen=True, kw_only=True, tag="dismiss"):
    """Take an ended job off the list."""

    job: str


class UploadBegin(Request, frozen=True, kw_only=True, tag="upload_begin"):
    """An image comes in chunks."""

    value = UploadBeginValue
    slot: str
    name: str
    size: int
    media_type: str


class UploadChunk(Request, frozen=True, kw_only=True, tag="upload_chunk"):
    """A chunk, in the message's one buffer."""

    value = UploadChunkValue
    upload: str
    index: int


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


class Preview(Request, frozen=True, kw_only=True, tag="preview"):
    """A small picture of an input image."""

    value = PictureValue
    digest: str


class Poster(Request, frozen=True, kw_only=True, tag="poster"):
    """A take's poster."""

    value = PictureValue
    take: str


class Media(Request, frozen=True, kw_only=True, tag="media"):
    """A take's file."""

    value = MediaValue
    take: str


class Recall(Request, frozen=True, kw_only=True, tag="recall"):
    """Put what a take was asked with into the form, its images too; without its seed where that is not wanted."""

    value = Form
    take: str
    seed: bool


class NextShot(Request, frozen=True, kw_only=True, tag="next_shot"):
    """Begin with a take's last frame."""

    value = Image
    take: str


class Star(Request, frozen=True, kw_only=True, tag="star"):
    """Give a take a star, so that it is never pruned, or take the star away."""

    take: str
    starred: bool


AnyRequest: TypeAlias = (
    Ping
    | Generate
    | Plan
    | SweepBegin
    | SweepControl
    | Cancel
    | Dismiss
    | UploadBegin
    | UploadChunk
    | UploadEnd
    | UploadAbort
    | ImageUrl
    | ImageClear
    | Preview
    | Poster
    | Media
    | Recall
    | NextShot
    | Star
)


class Answer(msgspec.Struct, frozen=True, tag_field="type", tag="reply"):
    """What a request asked for."""

    id: str
    value: msgspec.Struct
    ok: bool = True


class Refusal(msgspec.Struct, frozen=True):
    """Why not, in words; ``field`` is the input field at fault, where there is one."""

    message: str
    field: str | None


class Refused(msgspec.Struct, frozen=True, tag_field="type", tag="reply"):
    """Why a request could not be met. ``id`` is None where the request had none."""

    id: str | None
    error: Refusal
    ok: bool = False
