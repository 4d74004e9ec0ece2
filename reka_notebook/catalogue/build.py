"""Build the endpoints from the catalogue's data, and check every shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

import msgspec

from reka_notebook.catalogue.catalogue import Catalogue
from reka_notebook.catalogue.chat.model import ChatData, chat_model
from reka_notebook.catalogue.defaults import by_task, orders
from reka_notebook.catalogue.endpoint import JSON, Endpoint, ImageSlot, Price
from reka_notebook.catalogue.errors import UnknownEndpoint
from reka_notebook.catalogue.shapes import (
    CatalogueData,
    EndpointData,
    Input,
    Names,
    Property,
    Routes,
    Slot,
    Status,
)

TEMPLATE_MODEL = "{model}"

T = TypeVar("T")


class DataError(Exception):
    """Report where the data makes no sense (``keys``, from the outside in), and why."""

    def __init__(self, keys: tuple[str, ...], problem: str) -> None:
        super().__init__(problem)
        self.keys = keys


def build(data: Mapping[str, JSON]) -> Catalogue:
    """Return the catalogue that ``data`` describes.

    Raises:
        DataError: If the data makes no sense.
    """
    top = _convert(data, CatalogueData, ())
    routes = msgspec.structs.asdict(_convert(top.routes, Routes, ("routes",)))
    statuses = {word: _convert(raw, Status, ("statuses", word)) for word, raw in top.statuses.items()}
    endpoints: dict[str, Endpoint] = {}
    templates: dict[str, Endpoint] = {}
    for id_, raw in top.endpoints.items():
        endpoint = _endpoint(id_, raw)
        if endpoint.model == TEMPLATE_MODEL:
            templates[endpoint.task] = endpoint
        else:
            endpoints[id_] = endpoint
    spelled = {letters(id_): id_ for id_ in endpoints}
    defaults = {}
    for task, default in orders(_convert(by_task(top.default), dict[str, Names], ("default",))).items():
        # One that a document spells otherwise has kept its place.
        order = tuple(
            name if name in endpoints or default.by_hand else spelled.get(letters(name), name)
            for name in default.order
        )
        chosen = next((name for name in order if name in endpoints), order[0])
        defaults[task] = replace(default, order=order, chosen=chosen)
    chat = {name: chat_model(name, _convert(raw, ChatData, ("chat", name))) for name, raw in top.chat.items()}
    catalogue = Catalogue(
        endpoints=MappingProxyType(endpoints),
        templates=MappingProxyType(templates),
        routes=MappingProxyType({name: route.path for name, route in routes.items()}),
        route_marks=MappingProxyType({name: route.mark for name, route in routes.items()}),
        statuses=MappingProxyType({word: status.phase for word, status in statuses.items()}),
        status_marks=MappingProxyType({word: status.mark for word, status in statuses.items()}),
        defaults=MappingProxyType(defaults),
        chat=MappingProxyType(chat),
    )
    for task, default in defaults.items():
        for name in default.order:
            _check_default(catalogue, task, name)
    return catalogue


def _check_default(catalogue: Catalogue, task: str, name: str) -> None:
    try:
        found = catalogue.endpoint(name, task)
    except UnknownEndpoint as error:
        raise DataError(("default", task), str(error)) from error
    if found.task != task:
        raise DataError(("default", task), f"{name} is for {found.task}")


def letters(name: str) -> str:
    """Return what two spellings of an endpoint's name have in common (``veo-3.1``, ``veo3.1``)."""
    return re.sub(r"[^a-z0-9/{}]", "", name.casefold())


def _endpoint(id_: str, raw: JSON) -> Endpoint:
    keys = ("endpoints", id_)
    model, _, task = id_.rpartition("/")
    if not model or not task:
        raise DataError(keys, "the name of an endpoint is its model and its task, like wan-2/text-to-video")
    data = _convert(raw, EndpointData, keys)
    shape = _convert(data.input, Input, (*keys, "input"))
    for name, schema in shape.properties.items():
        _convert(schema, Property, (*keys, "input", "properties", name))
    if missing := [name for name in shape.required if name not in shape.properties]:
        raise DataError(
            (*keys, "input", "required"), f"{missing[0]!r} is required, but not among the properties"
        )
    slots = {name: _slot(name, raw, (*keys, "images", name)) for name, raw in data.images.items()}
    return Endpoint(
        id=id_,
        model=model,
        task=task,
        title=data.title,
        path=data.path,
        output=data.output,
        images=MappingProxyType(slots),
        schema=data.input,
        marks=MappingProxyType(data.marks),
        note=data.note,
        price=Price(**msgspec.structs.asdict(data.price)) if data.price else None,
        reasons=MappingProxyType(data.reasons),
    )


def _slot(name: str, raw: JSON, keys: tuple[str, ...]) -> ImageSlot:
    slot = _convert(raw, Slot, keys)
    names = (slot.field,) if slot.field is not msgspec.UNSET else tuple(slot.names)
    if not names:
        raise DataError(keys, "an image needs a field to go into")
    return ImageSlot(name, names, slot.required, slot.many)


def _convert(raw: JSON, type_: type[T], keys: tuple[str, ...]) -> T:
    try:
        return msgspec.convert(raw, type=type_)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at ")
        # msgspec names the place as `$.input.required[0]`; keys of a mapping are only `[...]` there.
        inner = re.findall(r"\.([\w-]+)", place.strip("`").partition("[")[0])
        inner += re.findall(r"unknown field `([^`]+)`", problem)
        if keys[:1] == ("chat",) and "matching regex" in problem:
            problem = (
                "this is the name of a variable that holds the key, like OPENAI_API_KEY, or reka for the key in use; "
                "the key itself never stands in a file"
                if "key" in inner
                else "this is not the address of a chat route, like https://example.org/v1/chat/completions"
            )
        elif "matching regex" in problem:
            problem = "this is not a path on the service, like " + (
                "/v2/inference/requests/{request_id}" if "request_id" in problem else "/v2/inference/..."
            )
        raise DataError((*keys, *inner), problem.replace("`", "")) from error
