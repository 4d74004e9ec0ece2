"""Turn the service's own OpenAPI 3.1 document into a merge patch for the person's catalogue file.

What the document says replaces what was assumed, and is marked as documented. What it does not mention stays
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from reka_notebook.catalogue.build import TEMPLATE_MODEL, letters
from reka_notebook.catalogue.documents.openapi_schema import Input, Schemas, read_input
from reka_notebook.catalogue.endpoint import JSON, Mark
from reka_notebook.catalogue.errors import CatalogueError
from reka_notebook.catalogue.overrides import facts, find_patch, with_templates
from reka_notebook.catalogue.sources import bundled

ROUTES = {
    ("get", "/v2/inference/models"): "models",
    ("get", "/v2/inference/requests"): "requests",
    ("get", "/v2/inference/requests/{request_id}/status"): "status",
    ("get", "/v2/inference/requests/{request_id}"): "result",
    ("post", "/v2/inference/requests/{request_id}/cancel"): "cancel",
}
SUBMIT = re.compile(r"/v2/inference/(?!requests/|models/)(?P<model>\{\w+\}|[^/{}]+)/(?P<task>[\w-]+)")
CHAT = re.compile(r"/v2/inference/(\S+/)?chat/completions")
CHAT_ID = "qwen/chat-completion"
OUTPUTS = {
    "image": "image",
    "edit": "image",
    "speech": "audio",
    "audio": "audio",
    "bbox": "boxes",
    "text": "text",
}


class Operation(NamedTuple):
    """Hold one method of one path of the document; ``input`` is the schema of the body's field of that name."""

    method: str
    path: str
    summary: str
    input: Mapping[str, JSON]


def from_openapi(document: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the merge patch over the bundled catalogue that makes it say what ``document`` says.

    Raises:
        CatalogueError: If this is not an OpenAPI document, or one without any of the service's endpoints.
    """
    old, new = bundled(), bundled()
    routes: dict[str, JSON] = {}
    marks: dict[str, dict[str, str]] = {}
    for operation in _operations(document):
        path = re.sub(r"\{\w+\}", "{request_id}", operation.path)
        if route := ROUTES.get((operation.method, path)):
            routes[route] = {"path": path, "mark": Mark.documented.value}
        elif operation.method == "post" and CHAT.fullmatch(operation.path):
            new["endpoints"][CHAT_ID] |= {"path": operation.path, "note": None}
            marks[CHAT_ID] = {"path": Mark.documented.value}
        elif operation.method == "post" and (match := SUBMIT.fullmatch(operation.path)):
            model = TEMPLATE_MODEL if match["model"].startswith("{") else match["model"]
            id_ = f"{model}/{match['task']}"
            _respell(id_, new)
            known = with_templates(new, [id_])["endpoints"].get(id_, {})
            found = read_input(operation.input)
            endpoint = new["endpoints"][id_] = _endpoint(id_, operation, known, found)
            marks[id_] = dict.fromkeys(facts(endpoint), Mark.assumed.value) | endpoint.pop("marks")
    if not marks and not routes:
        raise CatalogueError("This OpenAPI document describes no endpoint under /v2/inference/.")
    patch = find_patch(with_templates(old, marks), new)
    endpoints = patch.setdefault("endpoints", {})
    for id_, known_as in marks.items():
        endpoints.setdefault(id_, {})["marks"] = known_as
    return patch | ({"routes": routes} if routes else {})


def _operations(document: Mapping[str, JSON]) -> Iterator[Operation]:
    paths = document.get("paths")
    if not isinstance(paths, Mapping):
        raise CatalogueError("This is not an OpenAPI document: it has no paths.")
    schemas = Schemas(document)
    before = _prefix(document)
    for name in paths:
        item = _at(paths, name)
        path = str(name) if str(name).startswith("/v2/") else f"{before}{name}"
        for method in ("get", "post"):
            if method in item and path.startswith("/v2/inference/"):
                operation = _at(item, method)
                body = schemas.resolve(_at(operation, "requestBody", "content", "application/json", "schema"))
                summary = str(operation.get("summary", ""))
                yield Operation(method, path.rstrip("/"), summary, _at(body, "properties", "input"))


def _prefix(document: Mapping[str, JSON]) -> str:
    """Return the path of the document's first server, where its paths begin."""
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    address = first.get("url") if isinstance(first, Mapping) else None
    try:
        return urlsplit(address).path.rstrip("/") if isinstance(address, str) else ""
    except ValueError:
        return ""


def _at(value: JSON, *keys: str) -> Mapping[str, JSON]:
    """Return what lies under ``keys`` if there is a JSON object all the way, else an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _respell(id_: str, data: dict[str, JSON]) -> None:
    """Rename the endpoint of ``data`` whose assumed spelling differs only in signs from ``id_`` (veo-3.1, veo3.1)."""
    endpoints = data["endpoints"]
    for other in [] if id_ in endpoints else list(endpoints):
        if letters(other) == letters(id_):
            endpoints[id_] = endpoints.pop(other)


def _endpoint(id_: str, operation: Operation, known: Mapping[str, JSON], found: Input) -> dict[str, JSON]:
    """Return one endpoint as the document has it, and as it was ``known`` where the document is silent."""
    model, _, task = id_.rpartition("/")
    before = _at(_at(known, "input"), "properties")
    options = {name: option for option, schema in before.items() for name in schema.get("x-names", ())}
    found.rename(options)
    documented = ["path", *found.facts]
    title = known.get("title", model)
    if title == model and (named := re.search(r" with (\S.*)", operation.summary)):
        title = named[1]
        documented.append("title")
    input_ = _at(known, "input")
    if found.properties:
        properties = {name: _named(schema, _at(before, name)) for name, schema in found.properties.items()}
        input_ = {"type": "object", "properties": properties, "required": found.required}
    # A note on a path that was only assumed told of just that, and is settled; a template's is not.
    settled = model != TEMPLATE_MODEL and _at(known, "marks").get("path") != Mark.documented
    return {
        "title": title,
        "path": f"/v2/inference/{model}/{task}",
        "output": known.get("output") or OUTPUTS.get(task.rpartition("-")[2], "video"),
        "images": found.images or _at(known, "images"),
        "input": input_ or {"type": "object", "properties": {}, "required": []},
        "marks": {**_at(known, "marks"), **dict.fromkeys(documented, Mark.documented.value)},
        "note": None if settled else known.get("note"),
    }


def _named(schema: Mapping[str, JSON], before: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return ``schema`` with the title and the unit that the catalogue has for the field."""
    return {**schema, **{key: before[key] for key in ("title", "x-unit") if key in before}}
