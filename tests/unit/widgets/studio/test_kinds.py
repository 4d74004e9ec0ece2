"""Test what the browser asks about takes that are no video, and that a sound is put under a video."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets.studio.studio import Studio
from tests.processes import wait_until
from tests.unit.widgets.studio.test_wall import EVERYTHING

until = partial(wait_until, seconds=60, every=0.01)


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.close()


def make(prompt: str, task: str, *images: Any, **settings: Any) -> Take:
    return reka_notebook.submit(prompt, *images, task=task, **settings).result(60)


def reply(studio: Studio, type_: str, **fields: Any) -> tuple[Any, bytes]:
    """Ask as the browser does, and return the value of the reply and what was in its buffers, as one."""
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    studio.send = lambda content, buffers=(): sent.append((content, buffers))  # type: ignore[method-assign]
    studio._handle_custom_msg({"id": "1", "type": type_, **fields}, [])
    until(lambda: bool(sent) and sent[-1][0]["type"] != "part")
    last, _ = sent[-1]
    if last["type"] == "refused":
        raise RekaError(last["error"]["message"])
    return SimpleNamespace(**last["value"]), b"".join(part for _, parts in sent for part in parts)


def ask(studio: Studio, type_: str, **fields: Any) -> Any:
    return reply(studio, type_, **fields)[0]


def test_a_sound_is_put_under_a_video_and_the_take_of_both_is_shown(
    studio: Studio, photo: Path, sandbox: Sandbox
) -> None:
    video = make("Pan left", "image-to-video", photo)
    sound = make("Good morning", "text-to-speech")
    charged = len(sandbox.ledger)
    wanted = {"video": video.id, "sound": sound.id, "at": 0.1, "level": 0.8, "own": "replace"}
    made = ask(studio, "with_sound", **wanted)
    assert not made.kept
    until(lambda: [row["id"] for row in studio.takes_shown] == [made.take, sound.id, video.id])
    assert studio.takes_shown[0]["has_audio"]
    assert ask(studio, "with_sound", **wanted) == SimpleNamespace(take=made.take, kept=True)
    assert len(sandbox.ledger) == charged
    facts = {one["label"]: one["text"] for one in ask(studio, "details", take=made.take).facts}
    assert facts["Cost"] == "no charge: made on this machine"
    assert facts["From"] == f"take:{video.id}\ntake:{sound.id}"
    assert "Service" not in facts
    with pytest.raises(RekaError, match="A sound can be put under a video only"):
        ask(studio, "with_sound", **{**wanted, "video": sound.id})


def test_every_file_of_a_take_is_had_by_its_number(studio: Studio) -> None:
    drawn = make("A red boat on a lake", "text-to-image", num_images=2)
    until(lambda: bool(studio.takes_shown))
    row = studio.takes_shown[0]
    assert [other["kind"] for other in row["others"]] == ["image"]
    for number, file in enumerate(drawn.files):
        value, data = reply(studio, "media", take=drawn.id, file=number)
        assert (value.name, data) == (file.file_name, file.path.read_bytes())
        assert file.poster is not None
        assert reply(studio, "poster", take=drawn.id, file=number)[1] == file.poster.read_bytes()
    assert row["others"][0]["file"] == drawn.files[1].file_name
    with pytest.raises(RekaError, match="has 2 files"):
        ask(studio, "media", take=drawn.id, file=2)
    first, second = (ask(studio, "next_shot", take=drawn.id, file=number) for number in (0, 1))
    assert first.digest != second.digest
    assert ask(studio, "image_take", slot="start", take=drawn.id, file=0).digest == first.digest


def test_boxes_come_with_their_image_which_is_what_is_gone_on_with(studio: Studio) -> None:
    drawn = make("A red boat on a lake", "text-to-image")
    found = make("boat, lake", "image-to-bbox", drawn)
    value, picture = reply(studio, "boxes", take=found.id)
    assert picture[:2] == b"\xff\xd8"
    assert [box["label"] for box in value.boxes] == [box.label for box in found.boxes]
    left, top, width, height = value.boxes[0]["relative"]
    assert 0 <= left < left + width <= 1
    assert 0 <= top < top + height <= 1
    assert (value.width, value.height) == (drawn.file.width, drawn.file.height)
    image = ask(studio, "next_shot", take=found.id)
    (use,) = found.request.images["start"]
    assert (image.slot, image.digest, image.framing) == ("start", use.digest, None)
    with pytest.raises(RekaError, match="holds no boxes"):
        ask(studio, "boxes", take=drawn.id)


def test_takes_are_found_by_their_kind(studio: Studio, photo: Path) -> None:
    made = {
        "video": make("Pan left", "image-to-video", photo),
        "image": make("A boat", "text-to-image"),
        "audio": make("Good morning", "text-to-speech"),
    }
    for kind, take in made.items():
        value = ask(studio, "find", **{**EVERYTHING, "kind": kind})
        assert ([one["id"] for one in value.takes], value.total) == ([take.id], 1)
    assert ask(studio, "find", **EVERYTHING).total == 3
    until(lambda: studio.counts["kinds"] == ["video", "image", "audio"])
