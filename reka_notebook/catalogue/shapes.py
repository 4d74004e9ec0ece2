"""Define the shapes of the catalogue's data, for msgspec to check; unknown keys are refused as slips of the pen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET
from msgspec import UnsetType as Unset

from reka_notebook.catalogue.endpoint import Mark

Text = Annotated[str, msgspec.Meta(min_length=1)]
Names = Text | Annotated[list[Text], msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
# A path, never another host: what is sent to it carries the key.
Path = Annotated[str, msgspec.Meta(pattern=r"^/(?!/)[^\s?#\\]*$")]
RequestPath = Annotated[str, msgspec.Meta(pattern=r"^/(?!/)[^\s?#\\]*\{request_id\}[^\s?#\\]*$")]
Type = Literal["string", "integer", "number", "boolean", "array", "object", "null"]


class Property(msgspec.Struct, rename="camel"):
    """Describe a JSON Schema, as far as ``validate`` reads it; other keywords may be there."""

    type: Type | list[Type] | Unset = UNSET
    enum: Annotated[list[Any], msgspec.Meta(min_length=1)] | Unset = UNSET
    minimum: int | float | Unset = UNSET
    maximum: int | float | Unset = UNSET
    exclusive_minimum: int | float | Unset = UNSET
    exclusive_maximum: int | float | Unset = UNSET
    multiple_of: Annotated[float, msgspec.Meta(gt=0)] | Unset = UNSET
    min_length: Count | Unset = UNSET
    max_length: Count | Unset = UNSET
    pattern: str | Unset = UNSET
    min_items: Count | Unset = UNSET
    max_items: Count | Unset = UNSET
    items: Property | Unset = UNSET
    properties: dict[str, Property] = {}
    required: list[str] = []
    any_of: list[Property] = []
    one_of: list[Property] = []
    all_of: list[Property] = []
    title: str = ""
    description: str = ""
    unit: str = msgspec.field(default="", name="x-unit")
    names: Annotated[list[Text], msgspec.Meta(min_length=1)] | Unset = msgspec.field(
        default=UNSET, name="x-names"
    )
    spellings: list[str | int | float] = msgspec.field(default_factory=list, name="x-spellings")


class BoxesData(msgspec.Struct, forbid_unknown_fields=True):
    """Describe what the four numbers of a box are, and what they count in, where an answer does not say."""

    order: Literal["xyxy", "xywh", "yxyx", "cxcywh"] | None = None
    scale: Literal["unit", "thousand", "pixels"] | None = None


class Input(msgspec.Struct):
    """Describe the JSON Schema of an endpoint's input, images left out. Each property is a ``Property``."""

    properties: dict[str, Any]
    type: Literal["object"] = "object"
    required: list[str] = []
    boxes: BoxesData | Unset = msgspec.field(default=UNSET, name="x-boxes")


class Slot(msgspec.Struct, forbid_unknown_fields=True):
    """Describe where an image goes: into ``field`` and no other, or into one of ``names``, the likeliest first."""

    field: Text | Unset = UNSET
    names: list[Text] = []
    required: bool = False
    many: bool = False


Dollars = Annotated[float, msgspec.Meta(ge=0, le=10_000)]


class PriceData(msgspec.Struct, forbid_unknown_fields=True):
    """Describe what a person says that an endpoint costs; the parts add up."""

    usd_per_second: Dollars = 0.0
    usd_per_file: Dollars = 0.0
    usd_per_request: Dollars = 0.0


class EndpointData(msgspec.Struct, forbid_unknown_fields=True):
    """Describe one endpoint; ``input`` is an ``Input``, kept as written, and each of ``images`` is a ``Slot``."""

    title: Text
    output: Literal["video", "image", "audio", "boxes", "text"]
    input: dict[str, Any]
    path: Path | None = None
    images: dict[str, Any] = {}
    marks: dict[str, Mark] = {}
    note: str | None = None
    price: PriceData | None = None
    reasons: dict[str, str] = {}


class Route(msgspec.Struct, forbid_unknown_fields=True):
    """Describe a route without parameters in its path."""

    path: Path
    mark: Mark = Mark.assumed


class RequestRoute(msgspec.Struct, forbid_unknown_fields=True):
    """Describe a route whose path holds ``{request_id}``."""

    path: RequestPath
    mark: Mark = Mark.assumed


class Routes(msgspec.Struct, forbid_unknown_fields=True):
    """Describe the routes beside the endpoints."""

    models: Route
    requests: Route
    status: RequestRoute
    result: RequestRoute
    cancel: RequestRoute


class Status(msgspec.Struct, forbid_unknown_fields=True):
    """Describe what one status word of the service means."""

    phase: Literal["queued", "running", "done", "failed", "cancelled"]
    mark: Mark = Mark.assumed


class CatalogueData(msgspec.Struct, forbid_unknown_fields=True):
    """Describe the whole file. Its parts are checked one by one, so that an error can name the part.

    ``default`` has, by task, one model, or several of which the first that the account has is used. Without tasks
    it is as ``catalogue.defaults.by_task`` reads it.
    """

    default: dict[str, Names] | Names
    routes: dict[str, Any]
    statuses: dict[str, Any]
    endpoints: dict[str, Any]
    chat: dict[str, Any] = {}
