"""What kernel and browser say to each other; the only place in Python where it is written.

State goes one way, kernel to browser, in small JSON traits. Commands and all bytes are custom messages: a request
``{id, type, ...}`` with optional buffers, and exactly one reply with the same id, an ``Answer`` or a ``Refused``.
The browser's side is ``js/src/protocol.ts``; a test holds the two together.
"""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec

JSON: TypeAlias = Any

Words: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Rating: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=3)]


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


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the form says, as far as the kernel knows: what Python set, or what a page sent of what a person wrote.

    ``by`` names that page, which need not be told its own words; empty where every page is to show this.
    """

    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    by: str = ""


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
    """A take as the wall shows it. ``created`` in seconds since the epoch, ``took`` and ``duration`` in seconds.

    ``here``: it was asked for from this notebook. ``rating`` is 1 to 3, 0 where there is none.
    """

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
    fps: float | None
    has_audio: bool
    bytes: int
    created: float
    took: float | None
    file: str
    kept_already: bool
    starred: bool
    rating: int
    note: str
    here: bool


class Model(msgspec.Struct, frozen=True):
    """A model that there are takes of."""

    id: str
    title: str


class Counts(msgspec.Struct, frozen=True):
    """How many takes there are; ``here``: of this notebook, ``None`` where the host does not say which it is."""

    all: int
    here: int | None
    models: list[Model]


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
    """What the studio shows. ``jobs`` has the unfinished first; ``sweeps`` and ``takes_shown`` the newest first."""

    endpoints: list[Endpoint]
    service: Service
    form: Form
    images: list[Image]
    jobs: list[Job]
    takes_shown: list[Take]
    counts: Counts
    sweeps: list[Sweep]


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
    """``chunk``: bytes in each chunk but the last. ``known``: the file is here already, and no chunk need come."""

    upload: str
    chunk: int
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


class MediaValue(msgspec.Struct, frozen=True):
    """The reply's buffer holds the file."""

    media_type: str
    name: str


class HistoryValue(msgspec.Struct, frozen=True):
    """``prompts``: the newest first, each once."""

    prompts: list[str]


class Passage(msgspec.Struct, frozen=True):
    """A text with its heading."""

    label: str
    text: str


class DetailsValue(msgspec.Struct, frozen=True):
    """All that is known of a take. ``cell`` and ``python`` make the same request again; None where neither can."""

    facts: list[Passage]
    answers: list[Passage]
    cell: str | None
    python: str | None


class FindValue(msgspec.Struct, frozen=True):
    """A page of takes, newest first. ``total``: all that fit; ``next``: what the next page is to come after."""

    takes: list[Take]
    total: int
    next: str | None


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A command from the browser; ``value`` is what its answer holds."""

    id: str
    value: ClassVar[type[msgspec.Struct]] = Nothing


class Ping(Request, frozen=True, kw_only=True, tag="ping"):
    """Is the kernel there?"""


class Generate(Request, frozen=True, kw_only=True, tag="generate"):
    """Make what the form says; ``again`` makes another take also where one is kept.

    ``frames``: by slot, what of an image is sent; where it is not said, that is as the image was given.
    """

    value = GenerateValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    again: bool
    frames: dict[str, Framing] = {}


class Plan(Request, frozen=True, kw_only=True, tag="plan"):
    """How many takes would the form make? Nothing is sent. A setting may be a list of several values."""

    value = PlanValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    frames: dict[str, Framing] = {}


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
    frames: dict[str, Framing] = {}


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
    """An image comes in chunks. ``digest``: ``sha256:`` and what the browser makes the file's bytes to be."""

    value = UploadBeginValue
    slot: str
    name: str
    size: int
    media_type: str
    digest: str | None = None


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


class Draft(Request, frozen=True, kw_only=True, tag="draft"):
    """What a person has written so far, sent when they pause. ``by`` names the page."""

    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    by: str


class Selected(Request, frozen=True, kw_only=True, tag="selected"):
    """The takes that are looked at."""

    takes: list[str]


class History(Request, frozen=True, kw_only=True, tag="history"):
    """Prompts of earlier takes, at most so many."""

    value = HistoryValue
    limit: int


class Details(Request, frozen=True, kw_only=True, tag="details"):
    """A take's request, raw answers, cost and file, in words."""

    value = DetailsValue
    take: str


class Gif(Request, frozen=True, kw_only=True, tag="gif"):
    """A take as an animated GIF."""

    value = MediaValue
    take: str


class Find(Request, frozen=True, kw_only=True, tag="find"):
    """Takes that fit all of this, from the newest on, or from the one behind ``after``."""

    value = FindValue
    words: Words
    model: Words | None
    since: float | None
    until: float | None
    rating: Rating
    starred: bool
    here: bool
    after: Words | None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)]


class Rate(Request, frozen=True, kw_only=True, tag="rate"):
    """Rate a take with 1 to 3; 0 takes the rating away."""

    take: str
    rating: Rating


class Note(Request, frozen=True, kw_only=True, tag="note"):
    """Write a note to a take; an empty one takes it away."""

    take: str
    note: Annotated[str, msgspec.Meta(max_length=2000)]


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
    | ImageFrame
    | ImageTake
    | Preview
    | Poster
    | Media
    | Recall
    | NextShot
    | Star
    | Draft
    | Selected
    | History
    | Details
    | Gif
    | Find
    | Rate
    | Note
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
