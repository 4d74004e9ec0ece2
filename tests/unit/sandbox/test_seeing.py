"""Test that what the sandbox draws is found again where it was drawn, and what it did not draw is boxed plausibly."""

from __future__ import annotations

import io

import av
import pytest
from PIL import Image, ImageDraw

from reka_notebook.sandbox.rendering import film, picture, seeing, still, things
from reka_notebook.sandbox.rendering.media import Film, Picture, Still
from tests.unit.sandbox.conftest import PHOTO

PROMPT = "a red boat on a calm lake, a lighthouse and a moon"
LABELS = ["boat", "lake", "lighthouse", "moon"]


def drawn(tmp_path, prompt=PROMPT, size=(1024, 576), start=None, others=()):
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.png"
    still.write(Still(prompt, start, *size, others=others), path)
    return path


def opened(path):
    return Image.open(path).convert("RGB")


def common(one, other):
    """Return the share of two boxes that they have in common."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    return both / (sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)) - both)


def expected(prompt, size, number=1):
    placed = things.place(things.named(prompt), size, f"{prompt}\0{number}")
    return {
        one.label: (box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1])
        for one, box in placed
    }


def test_each_phrase_of_a_prompt_names_one_thing():
    assert [one.label for one in things.named(PROMPT)] == LABELS
    assert things.named("slow push in, pan left, at night") == ()
    assert [one.label for one in things.named("Make it darker, add two green trees [sandbox: fail]")] == [
        "trees"
    ]
    assert things.thing("two green trees").outline == things.thing("tree").outline == "tree"
    assert things.thing("a blue boat").colour == "blue"
    assert len(things.named(", ".join(f"thing{'abcdefgh'[n]}" for n in range(8)))) == things.MOST


@pytest.mark.parametrize("size", [(1024, 576), (576, 1024), (320, 180), (512, 512)])
def test_boxes_fit_what_was_drawn(tmp_path, size):
    found = {one.label: one.box for one in seeing.find(opened(drawn(tmp_path, size=size)), LABELS)}
    where = expected(PROMPT, size)
    assert found.keys() == where.keys()
    assert all(common(found[label], where[label]) > 0.9 for label in where)


def test_boxes_fit_after_jpeg_and_a_crop(tmp_path):
    image = opened(drawn(tmp_path))
    packed = io.BytesIO()
    image.crop((0, 30, 1000, 500)).resize((1200, 564)).save(packed, "JPEG", quality=80)
    found = {one.label: one.box for one in seeing.find(opened(packed), ["the moon", "boat"])}
    for label, name in (("the moon", "moon"), ("boat", "boat")):
        left, top, right, bottom = expected(PROMPT, (1024, 576))[name]
        where = (
            *(left * 1.024, (top * 576 - 30) / 470),
            *(right * 1.024, (bottom * 576 - 30) / 470),
        )
        assert common(found[label], where) > 0.85


def test_an_edit_keeps_what_was_drawn_and_adds_what_is_new(tmp_path):
    start = Picture("start", (1024, 576), drawn(tmp_path))
    edit = opened(drawn(tmp_path, "at night, add a tree and a second boat", start=start))
    assert [one.label for one in seeing.find(edit, [*LABELS, "tree"])] == [*LABELS, "tree"]
    assert len(seeing.find(edit, [])) == 5
    background = (10, 200)
    assert edit.getpixel(background) != opened(start.file).getpixel(background)


def test_an_edit_shows_each_picture_that_was_given(tmp_path):
    red = tmp_path / "red.png"
    Image.new("RGB", (300, 200), (150, 30, 90)).save(red)
    start, other = Picture("photo", (600, 400), PHOTO), Picture("red", (300, 200), red)
    edit = opened(drawn(tmp_path, "as one", (600, 400), start, (other, other)))
    assert edit.getpixel((60, 90)) == edit.getpixel((230, 90)) == (150, 30, 90)
    assert edit.getpixel((500, 300)) != (150, 30, 90)


def test_the_last_frame_of_a_film_shows_where_things_have_gone(tmp_path):
    path = tmp_path / "film.mp4"
    film.write(Film("static", Picture("a", (1024, 576), drawn(tmp_path)), None, 640, 360, 8, 1, False), path)
    with av.open(str(path)) as container:
        last = [*container.decode(video=0)][-1].to_image()
    found = {one.label: one.box for one in seeing.find(last, LABELS)}
    assert all(common(found[label], box) > 0.7 for label, box in expected(PROMPT, (1024, 576)).items())


def test_the_photo_of_the_notebooks_is_known():
    found = {
        one.label: one.box for one in seeing.find(picture.opened(PHOTO), ["the cup", "spoons", "a whale"])
    }
    assert found.keys() == {"the cup", "spoons"}
    assert found["the cup"][0] == pytest.approx(0.287)
    assert seeing.recognised(picture.opened(PHOTO), ["whale", "saucer"]) == ["saucer"]


def test_what_stands_out_is_boxed_in_a_picture_of_somebody_elses():
    image = Image.new("RGB", (640, 360), (120, 120, 124))
    canvas = ImageDraw.Draw(image)
    for step in range(0, 120, 12):
        canvas.line((420 + step, 100, 540 - step, 220), fill=(230, 226, 220), width=4)
    (found,) = seeing.find(image, ["kite"])
    left, top, right, bottom = found.box
    assert left < 480 / 640 < right and top < 160 / 360 < bottom  # noqa: PT018
    assert len(seeing.find(image, ["a", "b", "c"])) == 3
    assert len(seeing.find(image, [])) == 1


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 2)])
def test_a_picture_of_hardly_any_pixels_is_looked_at_too(size):
    for one in seeing.find(Image.new("RGB", size, "grey"), ["a", "b"]):
        assert all(0 <= edge <= 1 for edge in one.box)
