"""Show how takes led to one another: the steps of the chain across the top, and the family of one take."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from reka_notebook.widgets.protocol.messages import Request, Words
from reka_notebook.widgets.protocol.sweeps import SweepValue
from reka_notebook.widgets.protocol.takes import Difference, Piece, Take

ChainOutput: TypeAlias = Literal["video", "image", "audio", "boxes", "text", "other"]


class Redo(msgspec.Struct, frozen=True):
    """Say what making a step again from the newer pick would ask for.

    Attributes:
        pick: The take that it would be made from.
        new: How many requests would be charged.
        known: Whether ``amount`` names dollars.
        amount: Such as ``about $1.30``.
        basis: What it rests on, such as ``from 4 bills · 10 s of video``.
        over: Why a budget would refuse it; None where it fits.
    """

    pick: str
    new: int
    known: bool
    amount: str
    basis: str
    over: str | None


class ChainStep(msgspec.Struct, frozen=True):
    """Describe a step of the chain: takes that came from the same step before it, with the same output.

    Attributes:
        id: Names the step; the same as long as it has the same takes or more.
        parent: The step that it came from, which stands earlier in the list; None for a first one.
        title: Such as ``Image``, ``Edit``, ``Shot 1`` or ``Voice``.
        words: What sets it apart, such as ``harbour.jpg``, ``dolly in`` or ``continues 1``.
        image: The digest of the image that a person gave, where the step is such an image and has no takes.
        picture: The take that its picture is of: the picked one, else the best rated, else the newest; None where
            the step is an image.
        takes: Its takes, newest first, of which there may be more than are listed.
        count: How many takes it has; rejected ones and those whose files were removed are not counted.
        picked: The take that is picked, or None.
        open: The open take, or where none is, what the form begins with, belongs to this step.
        older: Based on an older pick: further up, another take is picked than the one that it came from.
        why: What that means for it, a sentence; empty unless ``older``.
        redo: What making it again would ask for; None unless ``older``, or where a step before it has to be made
            again first.
    """

    id: str
    parent: str | None
    output: ChainOutput
    title: str
    words: str
    image: str | None
    picture: str | None
    takes: list[str]
    count: int
    picked: str | None
    open: bool
    older: bool
    why: str
    redo: Redo | None


class ChainValue(msgspec.Struct, frozen=True):
    """List the steps of a chain.

    Attributes:
        steps: In the order in which they are drawn: each one behind the one that it came from. Empty where neither
            a take is open nor an image in the form.
        more: How many steps are left out, because they are too many.
    """

    steps: list[ChainStep]
    more: int


class Chain(Request, frozen=True, kw_only=True, tag="chain"):
    """Ask for the steps before and after a take; without one, for those of the images in the form.

    Attributes:
        images: The form's images, a digest for each slot.
    """

    value = ChainValue
    take: Words | None = None
    images: dict[str, str] = msgspec.field(default_factory=dict)


class ChainCodeValue(msgspec.Struct, frozen=True):
    """Hold code that makes a take and all that led to it, from the first image on; what is kept is not paid again.

    Attributes:
        takes: How many takes it makes; 1 where none led to it.
        python: As one Python cell, or None where it cannot be written so.
        cells: As cells of their magics, to be run one after the other; empty where it cannot be written so.
    """

    takes: int
    python: str | None
    cells: list[str]


class ChainCode(Request, frozen=True, kw_only=True, tag="chain_code"):
    """Ask for code that makes a take and all that led to it."""

    value = ChainCodeValue
    take: Words


class StepTakesValue(msgspec.Struct, frozen=True):
    """List takes, newest first."""

    takes: list[Take]


class StepTakes(Request, frozen=True, kw_only=True, tag="step_takes"):
    """Ask for takes by their ids, such as those of a step; one that is not there any more is left out."""

    value = StepTakesValue
    takes: Annotated[list[Words], msgspec.Meta(max_length=200)]


class RedoStep(Request, frozen=True, kw_only=True, tag="redo_step"):
    """Make a step again from the newer pick; answered as a sweep is.

    Attributes:
        take: The take that the chain was asked for.
        step: The step's id.
        pick: The pick that was announced with the step. Where another one was picked meanwhile, nothing is asked.
        agreed: How many new takes were announced to the user and agreed to; 0 at first.
    """

    value = SweepValue
    step: Words
    pick: Words
    agreed: int
    take: Words | None = None
    images: dict[str, str] = msgspec.field(default_factory=dict)


class FamilyMember(msgspec.Struct, frozen=True):
    """Place a take in the tree.

    Attributes:
        take: The take, also where its files were removed.
        title: Its step, such as ``Edit`` or ``Shot 1``.
        column: From the left, from 0.
        row: From above, from 0.
        removed: Its files were removed to make room; it has no poster.
    """

    take: Take
    title: str
    column: int
    row: int
    removed: bool


class FamilyLink(msgspec.Struct, frozen=True):
    """Lead from a take to one that came from it.

    Attributes:
        how: Such as ``Image``, ``Last frame``, ``Frame at 1.5 s``, ``End image``, ``Sound`` or ``Settings reused``.
        tree: It is drawn as a line of the tree. A take has one such link at most, and others beside it.
        prompt: The prompt of the later take in pieces; what the earlier one does not have, differs.
        settings: The settings that changed, with the value before and the one after.
    """

    parent: str
    child: str
    how: str
    tree: bool
    prompt: list[Piece]
    settings: list[Difference]


class FamilyValue(msgspec.Struct, frozen=True):
    """Describe the family of a take.

    Attributes:
        members: The take itself, those that led to it, and those that came from it; by column and row.
        columns: How many columns there are.
        rows: How many rows there are.
        more: How many takes are left out, because they are too many.
        hidden: How many are left out, because they are rated low or rejected.
    """

    members: list[FamilyMember]
    links: list[FamilyLink]
    columns: int
    rows: int
    more: int
    hidden: int


class Family(Request, frozen=True, kw_only=True, tag="family"):
    """Ask for the takes that led to a take, and those that came from it.

    Attributes:
        hide_low: Leave out what is rejected or rated 1, unless something better came from it.
    """

    value = FamilyValue
    take: Words
    hide_low: bool = False
