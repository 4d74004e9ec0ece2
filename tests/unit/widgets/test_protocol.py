"""What kernel and browser say to each other, as Python has it and as TypeScript has it."""

import base64
import io
import json
import queue
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

import reka_notebook
from reka_notebook import catalogue
from reka_notebook.jobs import controller
from reka_notebook.media import ImageError
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets import rpc as exchange
from reka_notebook.widgets.progress import Progress
from reka_notebook.widgets.rpc import Exchange
from reka_notebook.widgets.studio.studio import Studio
from reka_notebook.widgets.views import endpoint_view

JS = Path(__file__).parents[3] / "js"
TRAITS = [protocol.StudioTraits, protocol.ProgressTraits]
REQUESTS = {str(request.__struct_config__.tag): request for request in get_args(protocol.AnyRequest)}

Shape = dict[str, Any]


@pytest.fixture(scope="module")
def typescript() -> dict[str, dict[str, Shape]]:
    """The shapes of ``js/src/kernel/protocol.ts``: traits, requests and replies, each by name, as JSON Schema."""
    node = shutil.which("node")
    assert node, "Node.js 20 or newer is needed to read js/src/kernel/protocol.ts, and no node was found"
    assert (JS / "node_modules" / "typescript").is_dir(), (
        "js/node_modules is not there; `make setup` makes it"
    )
    read = subprocess.run([node, "protocol-schema.mjs"], cwd=JS, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stdout + read.stderr
    wire: dict[str, dict[str, Shape]] = json.loads(read.stdout)["properties"]
    return {part: schema["properties"] for part, schema in wire.items()}


def shape_of(struct: type[msgspec.Struct]) -> Shape:
    """The shape of a struct."""
    (schema,), components = msgspec.json.schema_components([struct])
    return shape(schema, components)


def shape(schema: Shape, components: dict[str, Shape] | None = None) -> Shape:
    """A schema in the one form that both sides are compared in: names, types, what may be absent or null."""
    if "$ref" in schema:
        return shape((components or {})[schema["$ref"].rpartition("/")[2]], components)
    if "anyOf" in schema:
        parts = [shape(part, components) for part in schema["anyOf"]]
        values = sorted(value for part in parts for value in part.get("enum", ()))
        kinds = [part for part in parts if "enum" not in part] + ([{"enum": values}] if values else [])
        return kinds[0] if len(kinds) == 1 else {"anyOf": sorted(kinds, key=json.dumps)}
    if "enum" in schema:
        return {"enum": sorted(schema["enum"])}
    match schema.get("type"):
        case None:
            return {}
        case "integer":
            return {"type": "number"}
        case "array":
            return {"type": "array", "items": shape(schema.get("items", {}), components)}
        case "object":
            anything = {} if "properties" not in schema else None
            others = schema.get("additionalProperties", anything)
            fields = schema.get("properties", {})
            return {
                "fields": {name: shape(field, components) for name, field in fields.items()},
                "required": sorted(schema.get("required", ())),
                "others": None if others is None else shape(others, components),
            }
    return {"type": schema["type"]}


def test_both_sides_know_the_same(typescript: dict[str, dict[str, Shape]]) -> None:
    assert {struct.__name__ for struct in TRAITS} == typescript["traits"].keys()
    assert REQUESTS.keys() == typescript["requests"].keys()


@pytest.mark.parametrize("struct", TRAITS, ids=lambda struct: struct.__name__)
def test_traits(typescript: dict[str, dict[str, Shape]], struct: type[msgspec.Struct]) -> None:
    browser = shape(typescript["traits"][struct.__name__])
    assert shape_of(struct) == browser


@pytest.mark.parametrize("name", REQUESTS)
def test_request(typescript: dict[str, dict[str, Shape]], name: str) -> None:
    assert shape_of(REQUESTS[name]) == shape(typescript["requests"][name])


@pytest.mark.parametrize("name", REQUESTS)
def test_value_of_the_reply(typescript: dict[str, dict[str, Shape]], name: str) -> None:
    forms = [shape(form)["fields"] for form in typescript["replies"][name]["anyOf"]]
    (answer,) = [form for form in forms if form["ok"] == {"enum": [True]}]
    (refused,) = [form for form in forms if form["ok"] == {"enum": [False]}]
    assert shape_of(REQUESTS[name].value) == answer["value"]
    assert shape_of(protocol.Refusal) == refused["error"]


def test_a_part_of_a_reply(typescript: dict[str, dict[str, Shape]]) -> None:
    assert shape_of(protocol.Part) == shape(typescript["parts"]["Part"])


def test_the_browser_reads_every_endpoint(typescript: dict[str, dict[str, Shape]]) -> None:
    reads = typescript["traits"]["StudioTraits"]["properties"]["endpoints"]["items"]
    known = catalogue.load()
    for endpoint in known.endpoints.values():
        view = msgspec.to_builtins(endpoint_view(endpoint, known.default.id))
        Draft202012Validator(reads).validate(view)


@pytest.mark.parametrize(
    ("widget", "struct"), [(Studio, protocol.StudioTraits), (Progress, protocol.ProgressTraits)]
)
def test_the_widgets_have_these_traits(widget: type, struct: type[msgspec.Struct]) -> None:
    assert set(widget.class_own_traits(sync=True)) == set(struct.__struct_fields__)


def test_the_browser_hears_of_a_studio_once_with_all_that_it_shows(photo: Path, monkeypatch) -> None:
    opened: list[dict[str, Any]] = []
    sent: list[Any] = []
    open_ = Studio.open
    monkeypatch.setattr(Studio, "open", lambda studio: (opened.append(studio.get_state()), open_(studio)))
    monkeypatch.setattr(
        Studio, "send_state", lambda studio, key=None: sent.append(key) if studio.comm else None
    )
    studio = Studio(photo, "Zoom in", model="kling-v3-pro")
    (state,) = opened
    shown = {name: getattr(studio, name) for name in protocol.StudioTraits.__struct_fields__}
    studio.close()
    assert {name: state[name] for name in shown} == shown
    assert shown["images"]
    assert shown["form"]["prompt"] == "Zoom in"
    assert sent == []


def test_a_studio_holds_what_it_should(photo: Path) -> None:
    studio = Studio(photo, "Zoom in", model="kling-v3-pro", settings={"duration": "5"})
    held = {name: getattr(studio, name) for name in protocol.StudioTraits.__struct_fields__}
    studio.close()
    traits = msgspec.convert(held, protocol.StudioTraits)
    assert msgspec.to_builtins(traits) == held
    assert traits.form == protocol.Form("kling-v3-pro/image-to-video", "Zoom in", {"duration": "5"})
    assert (traits.images[0].width, traits.images[0].height) == (600, 400)


class Wire:
    """The kernel's end of a widget."""

    def __init__(self) -> None:
        self.sent: queue.Queue[Any] = queue.Queue()

    def on_msg(self, received: Any) -> None:
        self.receive = received

    def send(self, content: Any, buffers: Sequence[bytes]) -> None:
        self.sent.put((content, buffers))


async def _preview(request: protocol.Preview, buffers: Sequence[bytes]) -> Any:
    if request.digest == "sha256:refused":
        raise ImageError("No such image.")
    if request.digest == "sha256:broken":
        raise ZeroDivisionError
    return protocol.PictureValue("image/jpeg"), [b"jpeg"]


@pytest.mark.parametrize(
    ("request_", "ok", "said"),
    [
        ({"type": "preview", "digest": "sha256:kept"}, True, "image/jpeg"),
        ({"type": "preview", "digest": "sha256:refused"}, False, "No such image."),
        ({"type": "preview", "digest": "sha256:broken"}, False, "reka-notebook itself"),
        ({"type": "preview", "digest": 3}, False, "does not know this request"),
        ({"type": "ping"}, False, "does not know this request"),
        ({"type": "no such"}, False, "does not know this request"),
    ],
)
def test_each_request_gets_one_reply_of_the_agreed_form(
    typescript: dict[str, dict[str, Shape]], request_: dict[str, Any], ok: bool, said: str
) -> None:
    wire = Wire()
    Exchange(wire, {protocol.Preview: _preview})  # type: ignore[arg-type]
    wire.receive(wire, {"id": "7", **request_}, [])
    reply, buffers = wire.sent.get(timeout=10)
    Draft202012Validator(typescript["replies"]["preview"]).validate(reply)
    assert (reply["id"], reply["ok"]) == ("7", ok)
    assert said in json.dumps(reply)
    assert buffers == ([b"jpeg"] if ok else [])
    assert wire.sent.empty()


@pytest.mark.parametrize("size", [0, 3, 4, 5, 12, 13])
def test_a_file_comes_in_parts_and_the_reply_with_the_last_says_how_many(
    typescript: dict[str, dict[str, Shape]], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PART", 4)
    data = bytes(range(size))

    async def media(request: protocol.Media, buffers: Sequence[bytes]) -> Any:
        return protocol.MediaValue("video/mp4", "a.mp4"), [data]

    wire = Wire()
    Exchange(wire, {protocol.Media: media})  # type: ignore[arg-type]
    wire.receive(wire, {"id": "7", "type": "media", "take": "t1"}, [])
    came, content = b"", {"type": "part"}
    parts = []
    while content["type"] == "part":
        content, buffers = wire.sent.get(timeout=10)
        assert all(len(buffer) <= 4 for buffer in buffers)
        came += b"".join(buffers)
        parts.append(content)
    *before, reply = parts
    assert came == data
    assert before == [
        {"type": "part", "id": "7", "index": index} for index in range(max(0, -(-size // 4) - 1))
    ]
    assert reply["parts"] == len(before)
    Draft202012Validator(typescript["replies"]["media"]).validate(reply)


def test_where_buffers_are_lost_a_file_comes_as_text(
    typescript: dict[str, dict[str, Shape]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PART", 4)

    async def media(request: protocol.Media, buffers: Sequence[bytes]) -> Any:
        return protocol.MediaValue("video/mp4", "a.mp4"), [bytes(range(10))]

    wire = Wire()
    Exchange(wire, {protocol.Media: media}, as_text=True)  # type: ignore[arg-type]
    wire.receive(wire, {"id": "7", "type": "media", "take": "t1"}, [])
    sent = [wire.sent.get(timeout=10) for _ in range(3)]
    assert [buffers for _, buffers in sent] == [[], [], []]
    assert b"".join(base64.b64decode(content["text"]) for content, _ in sent) == bytes(range(10))
    Draft202012Validator(typescript["replies"]["media"]).validate(sent[-1][0])
    Draft202012Validator(typescript["parts"]["Part"]).validate(sent[0][0])


def test_the_progress_of_a_cell_sends_no_buffers(
    sandbox: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first message with one stalls the connection to a kernel behind a gateway, for other cells too."""
    sent: queue.Queue[Any] = queue.Queue()
    monkeypatch.setattr(Progress, "send", lambda _, content, buffers=None: sent.put((content, buffers)))
    job = reka_notebook.submit("Zoom in", photo, model="kling-v3-pro", duration=3)
    shown = Progress(job, controller().library)
    (image,) = (use.digest for use in job.request.images["start"])
    shown._handle_custom_msg({"id": "1", "type": "preview", "digest": image}, [])
    content, buffers = sent.get(timeout=20)
    job.result(60)
    shown.close()
    assert content["ok"], content
    assert Image.open(io.BytesIO(base64.b64decode(content["text"]))).size == (600, 400)
    assert not buffers
