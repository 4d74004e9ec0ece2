"""Test that a take copied as code makes the same request, and so finds the take and charges nothing."""

import ast
import asyncio
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from msgspec import structs
from PIL import Image

import reka_notebook
from reka_notebook import catalogue, media
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, controller
from reka_notebook.jobs.take import frame_of
from reka_notebook.library import GenerationRequest, ImageUse
from reka_notebook.magic.cell import Cell
from reka_notebook.options.magics import MAGICS
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.details import TakeDetails, describe_request, details
from reka_notebook.widgets.studio.image_names import by_place
from reka_notebook.widgets.studio.recall import NotWritable, as_cell, as_python

KLING = "kling-v3-pro/image-to-video"
VEO = "veo-3.1/image-to-video"


def from_cell(text: str) -> GenerationRequest:
    """Return the request that a cell makes."""
    first, _, body = text.partition("\n")
    assert "\n" not in first
    magic, _, line = first.removeprefix("%%").partition(" ")
    return Cell(InteractiveShell(), line, body, MAGICS[magic]).request.sweep.requests[0].request


def from_python(text: str) -> GenerationRequest:
    """Return the request that Python makes, without running it."""
    call = ast.parse(text.partition("await ")[2], mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = [ast.literal_eval(argument) for argument in call.args]
    named = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    made: list[GenerationRequest] = []

    def submitted(wanted: Any, **_: Any) -> None:
        made.append(wanted.request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controller(), "submit", submitted)
        reka_notebook.submit(*arguments, **named)
    return made[0]


PROMPTS = [
    "A slow dolly in",
    "  with space around it\n",
    'two\nlines, “quoted”, it\'s "so" $HOME {x} `ls` \\n %s',
    "a\u2028line separator, a\rreturn and a\ttab",
    "--model sora-2-pro",
    "漢字 🎬",
]
INPUTS = [
    {},
    {"duration": "5", "generate_audio": False, "cfg_scale": 0.7},
    {"negative_prompt": "blur,\ntext; 'quotes' -- and $(rm)"},
    {"negative_prompt": "--fresh"},
    {"negative_prompt": ""},
    {"not_declared": {"deep": [1, None, True]}, "another": "5"},
    {"cfg_scale": 1},
]


@pytest.mark.draw
@pytest.mark.parametrize("input_", INPUTS, ids=str)
@pytest.mark.parametrize("prompt", PROMPTS, ids=ascii)
def test_every_prompt_and_setting_comes_back(prompt: str, input_: dict[str, Any], photo: Path) -> None:
    data = photo.read_bytes()
    source = reka_notebook.jobs.prepare(catalogue.load(), "x", {"start": data}, model=KLING).sources[0]
    controller().library.images.keep(source.digest, data)
    request = GenerationRequest(
        endpoint=KLING,
        input={"prompt": prompt, **input_},
        images={"start": [ImageUse(digest=source.digest)]},
        take=3,
    )
    for again in (
        from_cell(as_cell(request, catalogue.load())),
        from_python(as_python(request, catalogue.load())),
    ):
        assert again.input == request.input
        assert again.content_key == request.content_key


@pytest.fixture
def pixels() -> Any:
    return np.random.default_rng(1).integers(0, 255, (64, 96, 3), dtype=np.uint8)


def test_what_is_copied_is_found_as_kept_and_charges_nothing(
    sandbox: Sandbox, photo: Path, pixels: Any
) -> None:
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    requests: list[dict[str, Any]] = [
        {"image": photo, "model": "kling-v3-pro", "duration": 3},
        {"image": pixels, "model": "kling-v3-pro", "end_image": photo},
        {"image": png.getvalue(), "model": "veo-3.1", "seed": 7, "fresh": True},
        {"image": "https://example.com/a%20b.jpg?token=1&x='2'", "model": "sora-2-pro"},
        {"model": "nano-banana/text-to-image"},
        {"model": "nano-banana", "image": [photo, png.getvalue()], "num_images": 2},
        {"model": "nano-banana/edit", "image": [media.crop(photo, "1:1"), png.getvalue(), photo]},
        {"model": "eleven-v3", "task": "text-to-speech"},
        {"model": "reka-edge-2603/image-to-bbox", "image": photo},
    ]
    made = [reka_notebook.submit("Pan left", **request).result(60) for request in requests]
    again = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3, fresh=True).result(60)
    charged = len(sandbox.ledger)
    for take in [*made, again]:
        cell = as_cell(take.request, controller().catalogue)
        first, _, body = cell.partition("\n")
        magic, _, line = first.removeprefix("%%").partition(" ")
        found = Cell(InteractiveShell(), line, body, MAGICS[magic]).submit()
        assert found.take is not None, cell
        assert found.take.id == take.id
        if any(use.crop for uses in take.request.images.values() for use in uses):
            continue  # submit has no word for a part of an image that only the library has
        names: dict[str, Any] = {}
        exec(as_python(take.request, controller().catalogue).replace("await ", ""), names)
        assert names["take"].result(0).id == take.id
    assert len(sandbox.ledger) == charged


def test_copied_code_names_the_file_or_the_take_while_they_are_that_image(
    sandbox: Sandbox, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "images").mkdir()
    mine = tmp_path / "images" / "my photo.jpg"
    mine.write_bytes(photo.read_bytes())
    first = reka_notebook.submit("Pan left", mine, model="kling-v3-pro", duration=3).result(60)
    ask = {"model": "kling-v3-pro", "duration": 3}
    next_one = reka_notebook.submit("And on", f"take:{first.id[:8]}", **ask).result(60)
    by_object = reka_notebook.submit("Once more", first, **ask).result(60)
    from_within = reka_notebook.submit("From there", frame_of(first, 1.27), **ask).result(60)
    named = by_place(controller().library)
    charged = len(sandbox.ledger)

    def code(take: Take) -> tuple[str, str]:
        cell = as_cell(take.request, controller().catalogue, named)
        python = as_python(take.request, controller().catalogue, named)
        for again in (from_cell(cell), from_python(python)):
            assert again.content_key == take.request.content_key
        return cell, python

    cell, python = code(first)
    assert "--image 'images/my photo.jpg'" in cell
    assert "image='images/my photo.jpg'" in python
    for take in (next_one, by_object):
        assert f"--image take:{first.id} " in code(take)[0]
        assert f"image='take:{first.id}'" in code(take)[1]
    assert f"--image take:{first.id}@1." in code(from_within)[0]

    mine.write_bytes(mine.read_bytes() + b"\0")
    assert "--image sha256:" in code(first)[0], "it is another image now"
    assert len(sandbox.ledger) == charged
    with pytest.raises(RekaError, match=r"take:ID@SECONDS is a frame of a take"):
        reka_notebook.submit("Pan", f"take:{first.id}@soon", **ask)


@pytest.mark.parametrize("framing", [{"crop": (10, 20, 320, 180)}, {"pad": ("16:9", "#ffffff")}], ids=str)
@pytest.mark.parametrize("slot", ["start", "end"])
def test_how_an_image_is_framed_comes_back_in_a_cell(framing: dict[str, Any], slot: str, photo: Path) -> None:
    data = photo.read_bytes()
    source = reka_notebook.jobs.prepare(catalogue.load(), "x", {"start": data}, model=KLING).sources[0]
    controller().library.images.keep(source.digest, data)
    uses = {"start": [ImageUse(digest=source.digest)]} | {slot: [ImageUse(digest=source.digest, **framing)]}
    request = GenerationRequest(endpoint=KLING, input={"prompt": "x"}, images=uses)
    assert from_cell(as_cell(request, catalogue.load())).content_key == request.content_key
    with pytest.raises(NotWritable, match="cell"):
        as_python(request, catalogue.load())


@pytest.mark.parametrize(
    "framings",
    [
        [{"crop": (10, 20, 320, 180)}, {}],
        [{}, {"pad": ("16:9", "#ffffff")}, {"pad": ("1:1", "#000000")}],
        [{"crop": (10, 20, 320, 180)}, {"crop": (10, 20, 320, 180)}],
    ],
    ids=str,
)
def test_how_each_of_several_images_is_framed_comes_back(framings: list[dict[str, Any]], photo: Path) -> None:
    data = photo.read_bytes()
    source = reka_notebook.jobs.prepare(catalogue.load(), "x", {"start": data}, model=KLING).sources[0]
    controller().library.images.keep(source.digest, data)
    uses = [ImageUse(digest=source.digest, **framing) for framing in framings]
    request = GenerationRequest(endpoint="nano-banana/edit", input={"prompt": "x"}, images={"start": uses})
    assert from_cell(as_cell(request, catalogue.load())).content_key == request.content_key
    named = lambda use: str(photo)  # noqa: E731
    text = as_python(request, catalogue.load(), named)
    arguments = ast.parse(text.partition("await ")[2], mode="eval").body.keywords  # type: ignore[attr-defined]
    images = eval(ast.unparse(arguments[0].value), {"media": media})
    prepared = reka_notebook.jobs.prepare(catalogue.load(), "x", {"start": images}, model="nano-banana/edit")
    assert prepared.request.content_key == request.content_key
    mixed = [
        ImageUse(digest=source.digest, **one) for one in ({"crop": (0, 0, 9, 9)}, {"pad": ("1:1", "#000000")})
    ]
    with pytest.raises(NotWritable, match="Some of the start images"):
        as_cell(structs.replace(request, images={"start": mixed}), catalogue.load())


def test_an_image_is_found_by_the_start_of_its_digest(sandbox: Sandbox, photo: Path) -> None:
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(60)
    digest = take.request.images["start"][0].digest
    images = controller().library.images
    assert images.find(digest[:15]) == images.find(digest) == digest
    for wrong in ("sha256:ffffffffff", "sha256:..", "sha256:", "sha256:*", digest[:14]):
        with pytest.raises(RekaError, match="image"):
            images.find(wrong)


def test_what_cannot_be_written_is_not(photo: Path) -> None:
    use = ImageUse(digest="sha256:" + "0" * 64)
    several = GenerationRequest(endpoint=KLING, input={"prompt": "x"}, images={"start": [use, use]})
    gone = GenerationRequest(endpoint="no-such/thing", input={"prompt": "x"})
    for request in (several, gone):
        with pytest.raises(NotWritable):
            as_cell(request, catalogue.load())
        with pytest.raises(NotWritable):
            as_python(request, catalogue.load())


def test_details_say_all_and_no_key(sandbox: Sandbox, photo: Path) -> None:
    reka_notebook.configure(api_key="sk-very-secret-9")
    control = controller()
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(60)
    record = take.record
    answers = {
        **record.job.answers,
        "status": {"echo": "Bearer sk-very-secret-9", "url": "data:" + "A" * 9000},
    }
    import msgspec

    job = msgspec.structs.replace(record.job, answers=answers, billed=0.65)
    shown = details(
        Take(msgspec.structs.replace(record, job=job), control.library),
        control.catalogue,
        control.without_key,
    )
    facts = {fact.label: fact.text for fact in shown.facts}
    assert str(take.path) in facts["File"]
    requests = f"1 generation, {record.requests} HTTP requests"
    assert facts["Cost"] == f"$0.65 (local sandbox, not real money) · {requests}"
    assert facts["Request id"] == record.job.request_id
    texts = {passage.label: passage.text for passage in shown.answers}
    assert record.job.request.images["start"][0].digest in texts["Request"]
    assert "sk-very-secret" not in msgspec.json.encode(shown).decode()
    assert "Bearer [the API key]" in texts["Answer to status"]
    assert "9005 characters in all" in texts["Answer to status"]


def test_details_are_answered(sandbox: Sandbox, photo: Path) -> None:
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(60)
    handlers = TakeDetails(controller()).handlers
    value, _ = asyncio.run(handlers[protocol.Details](protocol.Details(id="1", take=take.id), []))  # type: ignore[arg-type]
    assert isinstance(value, protocol.DetailsValue)
    assert value.cell is not None
    assert "photo.jpg --model kling-v3-pro" in value.cell, "by its file, which is still there"
    with pytest.raises(RekaError):
        asyncio.run(handlers[protocol.Details](protocol.Details(id="3", take="nothing"), []))  # type: ignore[arg-type]


@pytest.mark.parametrize("framing", [{"crop": (10, 20, 320, 180)}, {"pad": ("16:9", "#ffffff")}], ids=str)
def test_a_request_is_shown_with_how_its_image_is_framed(framing: dict[str, Any]) -> None:
    use = ImageUse(digest="sha256:" + "0" * 64, name="photo.jpg", **framing)
    request = GenerationRequest(endpoint=KLING, input={"prompt": "x"}, images={"start": [use]})
    (shown,) = describe_request(request)["images"]["start"]
    name, value = next(iter(framing.items()))
    assert shown[name] == value
