"""From the catalogue's data to its endpoints, with every shape checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from reka_notebook.catalogue.catalogue import Catalogue
from reka_notebook.catalogue.endpoint import JSON, Endpoint, ImageSlot, Mark
from reka_notebook.catalogue.errors import UnknownEndpoint

TEMPLATE_MODEL = "{model}"

T = TypeVar("T")
Text = Annotated[str, msgspec.Meta(min_length=1)]
# A path, never another host: what is sent to it carries the key.
Path = Annotated[str, msgspec.Meta(pattern=r"^/(?!/)[^\s?#\\]*$")]
RequestPath = Annotated[str, msgspec.Meta(pattern=r"^/(?!/)[^\s?#\\]*\{request_id\}[^\s?#\\]*$")]


class DataError(Exception):
    """Where the data makes no sense (`keys`, from the outside in), and why."""

    def __init__(self, keys: tuple[str, ...], problem: str) -> None:
        super().__init__(problem)
        self.keys = keys


class _Slot(msgspec.Struct, forbid_unknown_fields=True):
    field: Text
    required: bool = False
    many: bool = False


class _Input(msgspec.Struct):
    properties: dict[str, dict[str, Any]]
    type: Literal["object"] = "object"
    required: list[str] = []


class _Endpoint(msgspec.Struct, forbid_unknown_fields=True):
    title: Text
    output: Literal["video", "image", "audio", "boxes", "text"]
    input: dict[str, Any]
    path: Path | None = None
    images: dict[str, _Slot] = {}
    marks: dict[str, Mark] = {}
    note: str | None = None


class _Route(msgspec.Struct, forbid_unknown_fields=True):
    path: Path
    mark: Mark = Mark.assumed


class _RequestRoute(msgspec.Struct, forbid_unknown_fields=True):
    path: RequestPath
    mark: Mark = Mark.assumed


class _Routes(msgspec.Struct, forbid_unknown_fields=True):
    models: _Route
    requests: _Route
    status: _RequestRoute
    result: _RequestRoute
    cancel: _RequestRoute


class _Catalogue(msgspec.Struct, forbid_unknown_fields=True):
    default: Text
    routes: dict[str, Any]
    endpoints: dict[str, Any]


def build(data: Mapping[str, JSON]) -> Catalogue:
    """The catalogue that `data` describes. Raises DataError."""
    top = _convert(data, _Catalogue, ())
    routes = msgspec.structs.asdict(_convert(top.routes, _Routes, ("routes",)))
    endpoints: dict[str, Endpoint] = {}
    templates: dict[str, Endpoint] = {}
    for id_, raw in top.endpoints.items():
        endpoint = _endpoint(id_, raw)
        if endpoint.model == TEMPLATE_MODEL:
            templates[endpoint.task] = endpoint
        else:
            endpoints[id_] = endpoint
    catalogue = Catalogue(
        endpoints=MappingProxyType(endpoints),
        templates=MappingProxyType(templates),
        routes=MappingProxyType({name: route.path for name, route in routes.items()}),
        route_marks=MappingProxyType({name: route.mark for name, route in routes.items()}),
        default_name=top.default,
    )
    try:
        catalogue.endpoint(catalogue.default_name)
    except UnknownEndpoint as error:
        raise DataError(("default",), str(error)) from error
    return catalogue


def _endpoint(id_: str, raw: JSON) -> Endpoint:
    keys = ("endpoints", id_)
    model, _, task = id_.rpartition("/")
    if not model or not task:
        raise DataError(keys, "the name of an endpoint is its model and its task, like wan-2/text-to-video")
    data = _convert(raw, _Endpoint, keys)
    shape = _convert(data.input, _Input, (*keys, "input"))
    if missing := [name for name in shape.required if name not in shape.properties]:
        raise DataError(
            (*keys, "input", "required"), f"{missing[0]!r} is required, but not among the properties"
        )
    return Endpoint(
        id=id_,
        model=model,
        task=task,
        title=data.title,
        path=data.path,
        output=data.output,
        images=MappingProxyType(
            {
                name: ImageSlot(name, slot.field, slot.required, slot.many)
                for name, slot in data.images.items()
            }
        ),
        schema=data.input,
        marks=MappingProxyType(data.marks),
        note=data.note,
    )


def _convert(raw: JSON, type_: type[T], keys: tuple[str, ...]) -> T:
    try:
        return msgspec.convert(raw, type=type_)
    except msgspec.ValidationError as error:
        raise DataError(keys, str(error)) from error
