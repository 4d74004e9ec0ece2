"""Help with the prompt, and what is seen in a take."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.images import Framing
from reka_notebook.widgets.protocol.messages import Request


class ChatPlanValue(msgspec.Struct, frozen=True):
    """Say what would be sent where, and what it costs, before anything is sent.

    Attributes:
        words: The same in a sentence or two.
        free: It costs nothing, so that it need not be asked about.
    """

    words: str
    free: bool


class Change(msgspec.Struct, frozen=True):
    """Hold a piece of a rewriting, or of the prompt where the rewriting leaves it out."""

    text: str
    kind: Literal["same", "added", "removed"]


class Rewriting(msgspec.Struct, frozen=True):
    """Hold a rewriting, and what it changes."""

    text: str
    changes: list[Change]


class SuggestValue(msgspec.Struct, frozen=True):
    """List rewritings of a prompt.

    Attributes:
        sweep: A prompt that stands for all of them, or None where they cannot be alternatives.
        about: Who answered, what was sent and what it cost.
    """

    rewritings: list[Rewriting]
    sweep: str | None
    about: str


class DescribeValue(msgspec.Struct, frozen=True):
    """Say what is seen in a take, and what of its prompt is missing.

    Attributes:
        text: Both, as it is kept as a note.
        about: Who answered, what was sent and what it cost.
    """

    seen: str
    missing: str
    text: str
    about: str


class SuggestPlan(Request, frozen=True, kw_only=True, tag="suggest_plan"):
    """Ask what help with the prompt would send and cost.

    Attributes:
        images: A digest for each slot.
        again: Ask anew, even where it was answered in this session.
        frames: What is sent of the image in a slot.
    """

    value = ChatPlanValue
    endpoint: str
    prompt: str
    images: dict[str, str]
    again: bool
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)


class Suggest(Request, frozen=True, kw_only=True, tag="suggest"):
    """Ask for rewritings of the prompt.

    Attributes:
        images: A digest for each slot.
        again: Ask anew, even where it was answered in this session.
        frames: What is sent of the image in a slot.
    """

    value = SuggestValue
    endpoint: str
    prompt: str
    images: dict[str, str]
    again: bool
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)


class DescribePlan(Request, frozen=True, kw_only=True, tag="describe_plan"):
    """Ask what looking at a take would send and cost."""

    value = ChatPlanValue
    take: str


class Describe(Request, frozen=True, kw_only=True, tag="describe"):
    """Ask what is seen in a take."""

    value = DescribeValue
    take: str
