"""Describe one take: what it is, its files, its details, and its rating, verdict and note."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from reka_notebook.widgets.protocol.form import Form
from reka_notebook.widgets.protocol.images import PictureValue
from reka_notebook.widgets.protocol.measures import Measured
from reka_notebook.widgets.protocol.messages import JSON, Rating, Request, Words

Verdict: TypeAlias = Literal["picked", "rejected"]
Kind: TypeAlias = Literal["video", "image", "audio", "boxes", "other"]


class TakeFile(msgspec.Struct, frozen=True):
    """Describe a file of a take behind its first.

    Attributes:
        duration: In seconds.
        fps: Frames a second, where the file says it.
        file: Its name.
    """

    kind: Kind
    media_type: str
    width: int | None
    height: int | None
    duration: float | None
    fps: float | None
    has_audio: bool
    bytes: int
    file: str


class Opinion(msgspec.Struct, frozen=True):
    """Say what another person of the team thinks of a take.

    Attributes:
        rating: 1 to 3, or 0 for none.
        note: Empty where there is none.
    """

    person: str
    rating: int
    verdict: Verdict | None
    note: str


class OfTeam(msgspec.Struct, frozen=True):
    """Say what a team's library knows of a take besides what one thinks of it oneself.

    Attributes:
        person: Who asked for it.
        mine: The person who looks did.
        others: What others think of it.
        collections: The collections that it is in, of those that the person sees, by name.
    """

    person: str
    mine: bool
    others: list[Opinion]
    collections: list[str]


class Take(msgspec.Struct, frozen=True):
    """Describe a take as the wall shows it.

    Attributes:
        number: Which of the takes of the same request it is, from 1 on.
        duration: In seconds.
        fps: Frames a second, where the file says it.
        created: In seconds since 1970.
        took: Seconds from the request to the file, or None.
        file: The name of its first file, which all before this is said of too.
        others: The files behind the first.
        remarks: What is odd about the file, or not as it was asked, a sentence each.
        pinned: It is never pruned.
        rating: 1 to 3, or 0 for none.
        verdict: It is picked, or rejected and hidden, or neither.
        here: It was asked for from this notebook.
        team: Left out in a person's own library.
        measured: Left out where it is not measured yet.
    """

    id: str
    endpoint: str
    number: int
    title: str
    prompt: str
    settings: dict[str, JSON]
    kind: Kind
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
    others: list[TakeFile]
    remarks: list[str]
    kept_already: bool
    pinned: bool
    rating: int
    verdict: Verdict | None
    note: str
    here: bool
    team: OfTeam | msgspec.UnsetType = msgspec.UNSET
    measured: Measured | msgspec.UnsetType = msgspec.UNSET


class SpriteValue(msgspec.Struct, frozen=True):
    """Say how the sprite in the answer's buffer is laid out: frames of equal size in rows, from first to last.

    Attributes:
        width: Pixels of one frame.
        height: Likewise.
    """

    media_type: str
    frames: int
    columns: int
    width: int
    height: int


class MediaValue(msgspec.Struct, frozen=True):
    """Name the file that the answer's buffer holds."""

    media_type: str
    name: str


class Box(msgspec.Struct, frozen=True):
    """Say what was found in an image, and where.

    Attributes:
        label: What it is; empty where the service does not say.
        pixels: Left, top, width and height in pixels of the image, upright and whole; None if its size is not known.
        relative: The same as parts of the image's width and height, from 0 to 1; None if its size is not known.
        score: How sure the service is, from 0 to 1, where it says so.
    """

    label: str
    pixels: list[int] | None
    relative: list[float] | None
    score: float | None


class BoxesValue(msgspec.Struct, frozen=True):
    """Say what was found in the image that the answer's buffer holds a picture of.

    Attributes:
        media_type: Empty where the image is not in the library, and there is no picture.
        width: Pixels of the image, and not of the picture; None if that is not known.
        height: Likewise.
    """

    media_type: str
    width: int | None
    height: int | None
    boxes: list[Box]


class WithSoundValue(msgspec.Struct, frozen=True):
    """Name the take of a video with a sound under it.

    Attributes:
        kept: It was made before, and is among the takes.
    """

    take: str
    kept: bool


class Passage(msgspec.Struct, frozen=True):
    """Give a text its heading."""

    label: str
    text: str


class DetailsValue(msgspec.Struct, frozen=True):
    """Say all that is known of a take.

    Attributes:
        cell: A cell that makes the same request again, or None where it cannot be written as one.
        python: The same in Python.
    """

    facts: list[Passage]
    answers: list[Passage]
    cell: str | None
    python: str | None


class Poster(Request, frozen=True, kw_only=True, tag="poster"):
    """Ask for a picture of a take.

    Attributes:
        file: Of which of the take's files, from 0.
    """

    value = PictureValue
    take: str
    file: Annotated[int, msgspec.Meta(ge=0)] = 0


class Sprite(Request, frozen=True, kw_only=True, tag="sprite"):
    """Ask for frames from all over a take's film, as one picture."""

    value = SpriteValue
    take: str


class Media(Request, frozen=True, kw_only=True, tag="media"):
    """Ask for a file of a take.

    Attributes:
        file: Which of the take's files, from 0.
    """

    value = MediaValue
    take: str
    file: Annotated[int, msgspec.Meta(ge=0)] = 0


class Boxes(Request, frozen=True, kw_only=True, tag="boxes"):
    """Ask for the boxes of a take, and for the image that they are on."""

    value = BoxesValue
    take: str


class WithSound(Request, frozen=True, kw_only=True, tag="with_sound"):
    """Put a sound under a video, as a new take; no service is asked, and nothing is charged.

    Attributes:
        video: A take.
        sound: A take that has a sound.
        at: When it begins, in seconds from the video's beginning.
        level: How loud it is, 1 for as it is.
        own: What becomes of the video's own sound.
    """

    value = WithSoundValue
    video: str
    sound: str
    at: float
    level: float
    own: Literal["keep", "lower", "replace"]


class Recall(Request, frozen=True, kw_only=True, tag="recall"):
    """Put a take's request back into the form: its images into their slots, the rest as the answer.

    Attributes:
        seed: Its seed too.
        by: The page that asks: it has the answer, and fills its form by itself.
    """

    value = Form
    take: str
    seed: bool
    by: str = ""


class ShowTake(Request, frozen=True, kw_only=True, tag="show_take"):
    """Put a take among those that are shown, however old it is; nothing is asked for."""

    take: str


class Pin(Request, frozen=True, kw_only=True, tag="pin"):
    """Pin a take so that it is never pruned, or unpin it."""

    take: str
    pinned: bool


class Selected(Request, frozen=True, kw_only=True, tag="selected"):
    """Tell the kernel which takes are selected.

    Attributes:
        open: The one on the stage, or a job in the place of its take.
    """

    takes: Annotated[list[Words], msgspec.Meta(max_length=200)]
    open: Words | None


class Details(Request, frozen=True, kw_only=True, tag="details"):
    """Ask for a take's request, raw answers, cost and file, in words."""

    value = DetailsValue
    take: str


class Rate(Request, frozen=True, kw_only=True, tag="rate"):
    """Rate a take.

    Attributes:
        rating: 1 to 3; 0 takes the rating away.
    """

    take: str
    rating: Rating


class Judge(Request, frozen=True, kw_only=True, tag="judge"):
    """Pick a take or reject it; None takes that back."""

    take: str
    verdict: Verdict | None


class Note(Request, frozen=True, kw_only=True, tag="note"):
    """Write a note on a take.

    Attributes:
        note: An empty one takes the note away.
    """

    take: str
    note: Annotated[str, msgspec.Meta(max_length=2000)]


class Piece(msgspec.Struct, frozen=True):
    """Hold a piece of a prompt; all pieces together are the prompt.

    Attributes:
        differs: Not all the prompts have it.
    """

    text: str
    differs: bool


class Difference(msgspec.Struct, frozen=True):
    """Compare one setting.

    Attributes:
        values: What each take has for it; empty where that is not known.
    """

    name: str
    values: list[str]


class CompareValue(msgspec.Struct, frozen=True):
    """Say how takes differ.

    Attributes:
        prompts: Each prompt in pieces.
        shared: The settings that all share, in words.
    """

    prompts: list[list[Piece]]
    differing: list[Difference]
    shared: list[str]


class Compare(Request, frozen=True, kw_only=True, tag="compare"):
    """Ask how takes differ."""

    value = CompareValue
    takes: Annotated[list[Words], msgspec.Meta(min_length=2, max_length=4)]


class Model(msgspec.Struct, frozen=True):
    """Name a model that has takes.

    Attributes:
        id: Such as ``kling-v3-pro``.
    """

    id: str
    title: str


class Culled(msgspec.Struct, frozen=True):
    """Count what a person has judged.

    Attributes:
        judged: Rated, picked or rejected.
        rejected: Those of them that are rejected.
    """

    judged: int
    rejected: int


class Collection(msgspec.Struct, frozen=True):
    """Describe a named set of takes.

    Attributes:
        person: Whose it is.
        mine: The person who looks made it.
        shared: The whole team sees it and adds to it.
        takes: How many it has.
    """

    name: str
    person: str
    mine: bool
    shared: bool
    takes: int


class Team(msgspec.Struct, frozen=True):
    """Say what a team's library has for the person who looks at it.

    Attributes:
        person: Who looks.
        mine: How many takes they asked for, those that are rejected too.
        culled_mine: Of those.
        collections: Theirs and those that are shared, by name.
    """

    person: str
    mine: int
    culled_mine: Culled
    collections: list[Collection]


class Counts(msgspec.Struct, frozen=True):
    """Count the takes, those that are rejected too.

    Attributes:
        here: Those of this notebook; None where the host does not say which it is.
        culled_here: Of those of this notebook; None as for ``here``.
        kinds: The kinds that there are, of the takes in the library.
        team: Left out in a person's own library.
    """

    all: int
    here: int | None
    models: list[Model]
    culled: Culled
    culled_here: Culled | None
    kinds: list[Kind]
    team: Team | msgspec.UnsetType = msgspec.UNSET


class FindValue(msgspec.Struct, frozen=True):
    """Hold a page of takes, newest first.

    Attributes:
        total: How many match in all.
        next: The ``after`` of the next page, or None where this is the last.
    """

    takes: list[Take]
    total: int
    next: str | None


class Find(Request, frozen=True, kw_only=True, tag="find"):
    """Ask for the takes that match all of this, newest first or by a measure.

    Attributes:
        words: Each is in the prompt, in capitals or not.
        since: In seconds since 1970.
        until: In seconds since 1970.
        rating: At least this; 0 for all.
        verdict: Those that are picked, rejected, or not judged at all, or that are flagged as probably wrong or not;
            None for all but the rejected.
        here: Only those of this notebook.
        kind: Only those of this kind; None for all.
        mine: Only those that the person who looks asked for.
        collection: Only those in this collection; None for all.
        after: The take to continue behind, or None to start with the first.
        by: The measure that they are sorted by, those that are not measured last; None for the newest first.
        least_first: Whether those with the least of it are first.
    """

    value = FindValue
    words: Words
    model: Words | None
    since: float | None
    until: float | None
    rating: Rating
    verdict: Literal["picked", "rejected", "unjudged", "flagged", "unflagged"] | None
    pinned: bool
    here: bool
    after: Words | None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)]
    kind: Kind | None = None
    mine: bool = False
    collection: Words | None = None
    by: Words | None = None
    least_first: bool = False


Several: TypeAlias = Annotated[list[Words], msgspec.Meta(min_length=1, max_length=200)]
CollectionName: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class CollectValue(msgspec.Struct, frozen=True):
    """Say what became of takes that were put into a collection.

    Attributes:
        added: Those that were not in it before.
        made: The collection was not there before.
    """

    added: list[str]
    made: bool


class Collect(Request, frozen=True, kw_only=True, tag="collect"):
    """Put takes into a collection, which is made where there is none of that name.

    Attributes:
        shared: Whether one that is made is shared with the team.
    """

    value = CollectValue
    takes: Several
    collection: CollectionName
    shared: bool = False


class Uncollect(Request, frozen=True, kw_only=True, tag="uncollect"):
    """Take takes out of a collection; they stay in the library.

    Attributes:
        discard: Remove the collection too, if nothing is left in it.
    """

    takes: Several
    collection: CollectionName
    discard: bool = False


class ShareCollection(Request, frozen=True, kw_only=True, tag="share_collection"):
    """Share one's own collection with the team, or keep it for oneself again."""

    collection: CollectionName
    shared: bool
