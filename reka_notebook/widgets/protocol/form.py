"""What can be asked for, what the form says, and asking for it."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.images import Framing
from reka_notebook.widgets.protocol.messages import JSON, Request


class ImageSlot(msgspec.Struct, frozen=True):
    """A place for an input image: ``start`` is the main one."""

    slot: str
    title: str
    required: bool


class PromptField(msgspec.Struct, frozen=True):
    """The input field that takes what is written; ``limit`` is how many characters that may be."""

    name: str
    label: str
    required: bool
    placeholder: str
    limit: int | None


class Field(msgspec.Struct, frozen=True):
    """One option, as it is drawn: a select, a switch, a number or a text.

    ``choices``: the values to choose from, where that is its kind. ``prominent`` ones stand in the row under the
    prompt, the others behind "More". ``assumed``: it is only assumed that there is such a field.
    """

    name: str
    label: str
    kind: Literal["choice", "switch", "number", "text"]
    choices: list[JSON]
    default: JSON
    integer: bool
    assumed: bool
    required: bool
    prominent: bool
    description: str | msgspec.UnsetType = msgspec.UNSET
    unit: str | msgspec.UnsetType = msgspec.UNSET
    minimum: float | msgspec.UnsetType = msgspec.UNSET
    maximum: float | msgspec.UnsetType = msgspec.UNSET


class Endpoint(msgspec.Struct, frozen=True):
    """An endpoint as the form needs it. ``task``, in words, is what it is for.

    ``assumed``: what of its input is only assumed, in words, and ``correction`` what would put it right in a person's
    own catalogue.
    """

    id: str
    title: str
    model: str
    task: str
    output: Literal["video", "image", "audio", "boxes", "text"]
    images: list[ImageSlot]
    prompt: PromptField | None
    fields: list[Field]
    assumed: list[str]
    correction: str
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

    ``models``: the endpoints that are asked beside ``endpoint``. ``by`` names that page, which need not be told its own
    words; empty where every page is to show this.
    """

    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    models: list[str] = msgspec.field(default_factory=list)
    by: str = ""


class GenerateValue(msgspec.Struct, frozen=True):
    """``kept``: the take was there already and nothing was asked; ``job`` is then the take's id."""

    job: str
    kept: bool


class HistoryValue(msgspec.Struct, frozen=True):
    """``prompts``: the newest first, each once."""

    prompts: list[str]


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
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)


class Draft(Request, frozen=True, kw_only=True, tag="draft"):
    """What a person has written so far, sent when they pause. ``by`` names the page."""

    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    by: str
    models: list[str] = msgspec.field(default_factory=list)


class History(Request, frozen=True, kw_only=True, tag="history"):
    """Prompts of earlier takes, at most so many."""

    value = HistoryValue
    limit: int
