"""One take: what it is, its files, all that is known of it, and what a person thinks of it."""

from typing import Annotated, Literal

import msgspec

from reka_notebook.widgets.protocol.form import Form
from reka_notebook.widgets.protocol.images import PictureValue
from reka_notebook.widgets.protocol.messages import JSON, Rating, Request, Words


class Take(msgspec.Struct, frozen=True):
    """A take as the wall shows it. ``created`` in seconds since the epoch, ``took`` and ``duration`` in seconds.

    ``here``: it was asked for from this notebook. ``rating`` is 1 to 3, 0 where there is none.
    """

    id: str
    endpoint: str
    title: str
    prompt: str
    settings: dict[str, JSON]
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
    remarks: list[str]
    kept_already: bool
    pinned: bool
    rating: int
    note: str
    here: bool


class MediaValue(msgspec.Struct, frozen=True):
    """The reply's buffer holds the file."""

    media_type: str
    name: str


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


class Pin(Request, frozen=True, kw_only=True, tag="pin"):
    """Pin a take, so that it is never pruned, or take the pin away."""

    take: str
    pinned: bool


class Selected(Request, frozen=True, kw_only=True, tag="selected"):
    """The takes that are selected to be compared, and the one in the player."""

    takes: Annotated[list[Words], msgspec.Meta(max_length=4)]
    open: Words | None


class Details(Request, frozen=True, kw_only=True, tag="details"):
    """A take's request, raw answers, cost and file, in words."""

    value = DetailsValue
    take: str


class Gif(Request, frozen=True, kw_only=True, tag="gif"):
    """A take as an animated GIF."""

    value = MediaValue
    take: str


class Rate(Request, frozen=True, kw_only=True, tag="rate"):
    """Rate a take with 1 to 3; 0 takes the rating away."""

    take: str
    rating: Rating


class Note(Request, frozen=True, kw_only=True, tag="note"):
    """Write a note to a take; an empty one takes it away."""

    take: str
    note: Annotated[str, msgspec.Meta(max_length=2000)]


class Piece(msgspec.Struct, frozen=True):
    """A piece of a prompt; ``differs`` where not all the prompts have it. All pieces together are the prompt."""

    text: str
    differs: bool


class Difference(msgspec.Struct, frozen=True):
    """A setting, with what each take has for it; empty where that is not known."""

    name: str
    values: list[str]


class CompareValue(msgspec.Struct, frozen=True):
    """The prompts in pieces, the settings that differ, and in words those that all share."""

    prompts: list[list[Piece]]
    differing: list[Difference]
    shared: list[str]


class Compare(Request, frozen=True, kw_only=True, tag="compare"):
    """What differs between these takes?"""

    value = CompareValue
    takes: Annotated[list[Words], msgspec.Meta(min_length=2, max_length=4)]


class Model(msgspec.Struct, frozen=True):
    """A model that there are takes of."""

    id: str
    title: str


class Counts(msgspec.Struct, frozen=True):
    """How many takes there are; ``here``: of this notebook, ``None`` where the host does not say which it is."""

    all: int
    here: int | None
    models: list[Model]


class FindValue(msgspec.Struct, frozen=True):
    """A page of takes, newest first. ``total``: all that fit; ``next``: what the next page is to come after."""

    takes: list[Take]
    total: int
    next: str | None


class Find(Request, frozen=True, kw_only=True, tag="find"):
    """Takes that fit all of this, from the newest on, or from the one behind ``after``."""

    value = FindValue
    words: Words
    model: Words | None
    since: float | None
    until: float | None
    rating: Rating
    pinned: bool
    here: bool
    after: Words | None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)]
