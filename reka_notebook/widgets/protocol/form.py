"""What can be asked for, what the form says, and asking for it."""

from typing import Literal

import msgspec

from reka_notebook.widgets.protocol.images import Framing
from reka_notebook.widgets.protocol.messages import JSON, Request


class ImageSlot(msgspec.Struct, frozen=True):
    """Name a slot for an input image.

    Attributes:
        slot: ``start`` is the main one.
        many: It takes more than one, which are told apart as ``start``, ``start#2``, ``start#3``.
    """

    slot: str
    title: str
    required: bool
    many: bool = False


class PromptField(msgspec.Struct, frozen=True):
    """Describe the input field that takes the prompt.

    Attributes:
        limit: The most characters it takes, or None where that is not known.
    """

    name: str
    label: str
    required: bool
    placeholder: str
    limit: int | None


class Field(msgspec.Struct, frozen=True):
    """Describe one option as the form draws it.

    Attributes:
        choices: The values to choose from; empty unless ``kind`` is ``choice``.
        default: None where there is none.
        assumed: The field is only assumed to exist.
        prominent: It stands in the row under the prompt; the others are behind "More".
        unit: Shown behind the value, such as ``s``.
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
    """Describe an endpoint as the form needs it.

    Attributes:
        id: Such as ``kling-v3-pro/image-to-video``.
        task: What it is for, such as ``image-to-video``.
        fields: In the order in which they are drawn.
        assumed: What is only assumed about its input, a sentence each.
        correction: The beginning of an entry in the user's own catalogue that would correct it.
        default: It is the one to begin with for its task.
        absent: The account's list of models does not have it.
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
    absent: bool


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """Say what the form holds: what Python set, or what a page sent of what was written in it.

    Attributes:
        models: The endpoints asked beside ``endpoint``.
        by: The page that wrote it and need not be told; empty where every page is to show it.
    """

    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    models: list[str] = msgspec.field(default_factory=list)
    by: str = ""


class GenerateValue(msgspec.Struct, frozen=True):
    """Name the job that makes the take.

    Attributes:
        kept: The take was kept already and nothing was asked; ``job`` is the take's id.
        told: What there is to say where another person of the team has asked for the same.
    """

    job: str
    kept: bool
    told: str | msgspec.UnsetType = msgspec.UNSET


class RefreshModelsValue(msgspec.Struct, frozen=True):
    """Say in words what the account's list has now; the menu itself comes as a trait."""

    message: str


class HistoryValue(msgspec.Struct, frozen=True):
    """List earlier prompts.

    Attributes:
        prompts: The newest first, each once.
    """

    prompts: list[str]


class Generate(Request, frozen=True, kw_only=True, tag="generate"):
    """Make what the form says.

    Attributes:
        images: A digest for each slot.
        again: Make another take even where one is kept.
        frames: What is sent of the image in a slot; a slot that is missing is sent as its image was given.
    """

    value = GenerateValue
    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    images: dict[str, str]
    again: bool
    frames: dict[str, Framing] = msgspec.field(default_factory=dict)


class Draft(Request, frozen=True, kw_only=True, tag="draft"):
    """Tell the kernel what has been written so far; sent when the writer pauses.

    Attributes:
        by: The page it was written in.
    """

    endpoint: str
    prompt: str
    settings: dict[str, JSON]
    by: str
    models: list[str] = msgspec.field(default_factory=list)


class History(Request, frozen=True, kw_only=True, tag="history"):
    """Ask for the prompts of earlier takes.

    Attributes:
        limit: The most to return.
    """

    value = HistoryValue
    limit: int


class RefreshModels(Request, frozen=True, kw_only=True, tag="refresh_models"):
    """Ask the service for the account's list of models."""

    value = RefreshModelsValue
