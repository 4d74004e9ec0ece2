"""Test what kernel and browser say to each other."""

import base64
import io
import json
import queue
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

import reka_notebook
from reka_notebook import catalogue
from reka_notebook.jobs import controller
from reka_notebook.media import ImageError
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol, rpc
from reka_notebook.widgets.progress import Progress, ShownProgress, SweepProgress
from reka_notebook.widgets.rpc import Rpc
from reka_notebook.widgets.studio.studio import Studio
from reka_notebook.widgets.views import endpoint_view
from tests.processes import SECRET

ROOT = Path(__file__).parents[3]


def test_the_types_of_the_front_end_are_those_of_the_structs() -> None:
    check = [sys.executable, ROOT / "scripts" / "protocol.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_endpoint_is_shown_as_agreed() -> None:
    known = catalogue.load()
    for endpoint in known.endpoints.values():
        view = endpoint_view(endpoint, default=True)
        assert msgspec.convert(msgspec.to_builtins(view), protocol.Endpoint) == view


@pytest.mark.parametrize(
    ("widget", "struct"),
    [
        (Studio, protocol.StudioTraits),
        (Progress, protocol.ProgressTraits),
        (SweepProgress, protocol.SeveralTraits),
    ],
)
def test_the_widgets_have_these_traits(widget: Any, struct: type[msgspec.Struct]) -> None:
    own = [widget, *([ShownProgress] if issubclass(widget, ShownProgress) else [])]
    traits = {name for kind in own for name in kind.class_own_traits(sync=True)}
    assert traits == set(struct.__struct_fields__)


def test_the_browser_hears_of_a_studio_once_with_all_that_it_shows(photo: Path, monkeypatch) -> None:
    monkeypatch.setenv("REKA_API_KEY", SECRET)  # looked for behind it: that there is none is told later
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
    """Stand in for the kernel's end of a widget."""

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
        ({"type": "preview", "digest": "sha256:broken"}, False, "Unexpected error in reka-notebook"),
        ({"type": "preview", "digest": 3}, False, "does not know this request"),
        ({"type": "ping"}, False, "does not know this request"),
        ({"type": "no such"}, False, "does not know this request"),
    ],
)
def test_each_request_gets_one_reply_of_the_agreed_form(
    request_: dict[str, Any], ok: bool, said: str
) -> None:
    wire = Wire()
    Rpc(wire, {protocol.Preview: _preview})  # type: ignore[arg-type]
    wire.receive(wire, {"id": "7", **request_}, [])
    reply, buffers = wire.sent.get(timeout=10)
    known = msgspec.convert(reply, protocol.Answer | protocol.Refused)
    assert isinstance(known, protocol.Answer if ok else protocol.Refused)
    assert reply["id"] == "7"
    assert said in json.dumps(reply)
    assert buffers == ([b"jpeg"] if ok else [])
    assert wire.sent.empty()


@pytest.mark.parametrize("size", [0, 3, 4, 5, 12, 13])
def test_a_file_comes_in_parts_and_the_reply_with_the_last_says_how_many(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc, "PART", 4)
    data = bytes(range(size))

    async def media(request: protocol.Media, buffers: Sequence[bytes]) -> Any:
        return protocol.MediaValue("video/mp4", "a.mp4"), [data]

    wire = Wire()
    Rpc(wire, {protocol.Media: media})  # type: ignore[arg-type]
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
    assert msgspec.convert(reply["value"], protocol.MediaValue) == protocol.MediaValue("video/mp4", "a.mp4")


def test_where_buffers_are_lost_a_file_comes_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "PART", 4)

    async def media(request: protocol.Media, buffers: Sequence[bytes]) -> Any:
        return protocol.MediaValue("video/mp4", "a.mp4"), [bytes(range(10))]

    wire = Wire()
    Rpc(wire, {protocol.Media: media}, as_text=True)  # type: ignore[arg-type]
    wire.receive(wire, {"id": "7", "type": "media", "take": "t1"}, [])
    sent = [wire.sent.get(timeout=10) for _ in range(3)]
    assert [buffers for _, buffers in sent] == [[], [], []]
    assert b"".join(base64.b64decode(content["text"]) for content, _ in sent) == bytes(range(10))
    assert [content["type"] for content, _ in sent] == ["part", "part", "answer"]


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
    assert content["type"] == "answer", content
    assert Image.open(io.BytesIO(base64.b64decode(content["text"]))).size == (600, 400)
    assert not buffers
