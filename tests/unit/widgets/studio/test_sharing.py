"""Test that a saved file brings the form back in any studio, and that nothing in it is trusted."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import reka_notebook
from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, controller
from reka_notebook.jobs.recipes import read_recipe, recipe_text
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio
from tests.unit.media.conftest import write_sound


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    made = Studio(prompt="Something else", model="sora-2-pro")
    yield made
    made.close()


def ask(studio: Studio, request: protocol.Request) -> tuple[Any, Any]:
    return asyncio.run(studio._sharing.handlers[type(request)](request, []))


def offered(studio: Studio, text: str | bytes) -> protocol.RecipeOffer | None:
    data = text.encode() if isinstance(text, str) else text
    part = base64.b64encode(data).decode()
    request = msgspec.convert({"type": "read_recipe", "id": "1", "part": part}, protocol.ReadRecipe)
    return ask(studio, request)[0].offer


def use(studio: Studio, offer: protocol.RecipeOffer) -> protocol.Form:
    return ask(studio, protocol.UseRecipe(id="2", key=offer.key, by="page"))[0]


def test_a_saved_file_makes_the_same_request_again(
    sandbox: Sandbox, studio: Studio, photo: Path, tmp_path: Path
) -> None:
    cropped = media.crop(photo, (10, 20, 320, 180))
    take = reka_notebook.submit(
        "Pan {{left}}", cropped, model="kling-v3-pro", duration=3, cfg_scale=0.7
    ).result(60)
    value, (data,) = ask(studio, protocol.Save(id="1", take=take.id))
    assert value == protocol.SaveValue("video/mp4", take.file_name, "")
    saved = tmp_path / "saved.mp4"
    saved.write_bytes(data)
    assert read_recipe(saved).prompt == "Pan {{left}}"
    offer = offered(studio, data[-60_000:])
    assert offer is not None
    assert (offer.prompt, offer.written, offer.whole) == ("Pan {{left}}", r"Pan \{{left}}", True)
    assert offer.settings == "Duration 3 s · CFG scale 0.7 · 1 image"
    assert offer.notes == ["It was made by a local sandbox (not a real model)."]
    form = use(studio, offer)
    assert (form.endpoint, form.settings) == (
        "kling-v3-pro/image-to-video",
        {"duration": "3", "cfg_scale": 0.7},
    )
    assert studio.form["prompt"] == r"Pan \{{left}}"
    (image,) = studio.images
    assert image["framing"]["box"] == [10, 20, 320, 180]
    generate = protocol.Generate(
        id="3",
        endpoint=form.endpoint,
        prompt=take.prompt,
        settings=form.settings,
        images={"start": image["digest"]},
        again=False,
    )
    assert asyncio.run(studio._generate(generate, []))[0] == protocol.GenerateValue(take.id, kept=True)
    _, (data,) = ask(studio, protocol.Save(id="4", take=take.id, recipe=False))
    assert data == take.path.read_bytes()
    for what, start in (("gif", b"GIF89a"), ("poster", b"\xff\xd8\xff")):
        value, (data,) = ask(studio, protocol.Save(id="5", take=take.id, what=what))
        assert data.startswith(start)
        assert value.name.startswith(take.path.stem)
        assert offered(studio, data[-60_000:]).prompt == "Pan {{left}}"
    with pytest.raises(RekaError):
        ask(studio, protocol.Save(id="6", take="nothing"))


def test_what_is_not_here_is_said(studio: Studio, photo: Path, tmp_path: Path) -> None:
    control = controller()
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(60)
    next_one = reka_notebook.submit("And right", take, model="kling-v3-pro", duration=3).result(60)
    text = recipe_text(next_one.record, control.library)
    for path in control.library.images.files():
        path.unlink()
    offer = offered(studio, text)
    size = f"{next_one.request.images['start'][0].width} × {next_one.request.images['start'][0].height}"
    assert offer.notes[1] == (
        f"Its start image ({size}), the last frame of “Pan left”, isn't in your library. Add it yourself."
    )
    use(studio, offer)
    assert studio.images == []
    heard = take.with_sound(write_sound(tmp_path / "a.mp3", "libmp3lame", seconds=0.3), at=0.0)
    offer = offered(studio, recipe_text(heard.record, control.library))
    assert (offer.prompt, offer.whole) == ("Pan left", True)
    assert offer.notes[0] == "A sound was put under this video afterwards."
    job = msgspec.structs.replace(
        take.record.job,
        request=msgspec.structs.replace(
            take.request, input={"prompt": "x", "lora": "/home/me/x", "duration": "99", "strange": [1]}
        ),
    )
    taken = Take(msgspec.structs.replace(take.record, job=job), control.library)
    notes = offered(studio, taken.recipe).notes
    assert "Left out, because this model doesn't accept them as set: Duration, strange." in notes
    assert "Not in the file, which holds no addresses, paths or secrets: lora." in notes


def test_nothing_that_stands_in_a_file_is_trusted(studio: Studio) -> None:
    before = dict(studio.form)
    good = '{"reka_recipe":1,"model":"%s","task":"image-to-video","prompt":"%s"%s}'
    offer = offered(studio, good % ("later-model", "<img onerror=x> {{a|b}}", ""))
    assert not offer.whole
    assert "Your catalogue doesn't have later-model/image-to-video, so only the prompt" in offer.notes[0]
    assert offer.written == r"<img onerror=x> \{{a|b}}"
    with pytest.raises(RekaError, match="Drop the file again"):
        use(studio, offer)
    hostile = (
        ',"settings":{"seed":{"a":[1]},"__proto__":1,"webhook_url":"https://evil.test"},"images":{"start":[]}'
    )
    offer = offered(studio, good % ("kling-v3-pro", "x", hostile))
    assert offer.whole
    assert use(studio, offer).settings == {}
    for text in ("", "nothing", b"\0" * 70_000):
        assert offered(studio, text) is None
    for text in (
        '{"reka_recipe":1,',
        '{"reka_recipe":' + "[" * 60_000,
        good % ("../..", "x", ""),
        good % ("m", "x", "]"),
    ):
        with pytest.raises(RekaError, match="not read"):
            offered(studio, text)
    with pytest.raises(msgspec.ValidationError):
        offered(studio, b"x" * 1_000_000)
    with pytest.raises(RekaError):
        ask(studio, protocol.ReadRecipe(id="1", part="no base64!"))
    for _ in range(20):
        offer = offered(studio, good % ("kling-v3-pro", "x", ""))
    assert len(studio._sharing._offered) == 8
    assert studio.form["prompt"] == "x"
    assert before["prompt"] == "Something else"


def test_content_credentials_are_told_of(
    studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(60)
    signed = b"jumb....c2pa...."
    path = take.path
    box = (
        (24 + len(signed)).to_bytes(4) + b"uuid" + bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + signed
    )
    path.write_bytes(path.read_bytes() + box)
    told = ask(studio, protocol.Save(id="1", take=take.id))[0].told
    assert "still in this copy, but the recipe makes them invalid" in told
    assert "Save the original to keep them valid." in told
    for what, words in (("gif", "A GIF is a new file"), ("poster", "A picture of it is a new file")):
        assert words in ask(studio, protocol.Save(id="1", take=take.id, what=what))[0].told
    assert (
        "kept: the copy is the original"
        in ask(studio, protocol.Save(id="1", take=take.id, recipe=False))[0].told
    )


def test_a_contact_sheet_is_one_page_that_plays_or_says_what_it_lacks(
    sandbox: Sandbox, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [
        reka_notebook.submit(words, model="veo-3.1/text-to-video", duration=4) for words in ("A fox", "A hen")
    ]
    takes = [job.result(60) for job in jobs]
    asked = protocol.Sheet(id="1", takes=[take.id for take in takes], title="Takes: a")
    value, (page,) = ask(studio, asked)
    assert value == protocol.SaveValue("text/html", "contact-sheet.html", "")
    shown = page.decode()
    assert shown.index("A fox") < shown.index("A hen"), "in the order in which they are selected"
    assert shown.count('src="data:video/mp4;base64,') == 2
    assert "All media are in this page." in shown
    monkeypatch.setattr("reka_notebook.output.contact_sheet.files.ALONE", 10)
    value, (page,) = ask(studio, asked)
    shown = page.decode()
    assert "too much for one page, so it has only pictures." in shown
    assert "copy=True" in value.told
    assert "<video" not in shown
    assert str(takes[0].path.parent) not in shown
    for take in takes:
        controller().library.takes.remove(take.id, controller().library.now())
    with pytest.raises(RekaError, match="were removed"):
        ask(studio, asked)
