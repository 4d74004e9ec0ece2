"""Test cropping an image, and giving it a margin."""

import io

import numpy as np
import pytest
from PIL import Image

from reka_notebook.media import Crop, ImageError, Pad, crop, describe, framed, load, pad, prepare, thumbnail

RED, LIME, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


def opened(prepared) -> Image.Image:
    image = Image.open(io.BytesIO(prepared.data)).convert("RGB")
    assert image.size == (prepared.width, prepared.height)
    return image


def test_a_part_is_cut_out_pixel_for_pixel(scene, encoded):
    rng = np.random.default_rng(3).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    source = crop(load(encoded(Image.fromarray(rng), "PNG")), (31, 17, 160, 90))
    prepared = prepare(source)
    assert (prepared.media_type, prepared.reencoded, prepared.notes) == ("image/png", True, ("cropped",))
    assert np.array_equal(np.asarray(opened(prepared)), rng[17:107, 31:191])
    assert describe(prepared).startswith("160 × 90 PNG, ")
    assert describe(prepared).endswith(", cropped")


def test_a_part_may_be_given_in_numpys_numbers(scene, encoded):
    source = crop(encoded(scene(), "PNG"), tuple(np.array([0, 30, 320, 180])))
    assert [type(value) for value in vars(source.framing).values()] == [int] * 4
    for to in (1.5, (0, 0, 10), (0, 0, 10.5, 10), None):
        with pytest.raises(ImageError, match="A part is left, top, width and height"):
            crop(scene(), to)
    with pytest.raises(ImageError, match='A ratio is "16:9"'):
        pad(scene(), (16, 9))


@pytest.mark.parametrize(
    ("ratio", "kept"), [("16:9", (0, 30, 320, 180)), ("9:16", (92, 0, 135, 240)), ("1:1", (40, 0, 240, 240))]
)
def test_a_ratio_keeps_as_much_as_there_is_around_the_middle(scene, encoded, ratio, kept):
    assert crop(encoded(scene(), "PNG"), ratio).framing == Crop(*kept)


def test_the_part_is_of_the_upright_image(scene, encoded):
    exif = Image.Exif()
    exif[0x0112] = 6
    held = scene().transpose(Image.Transpose.ROTATE_90)
    source = load(encoded(held, "JPEG", quality=95, exif=exif))
    image = opened(prepare(crop(source, (170, 0, 150, 100))))  # the upper right
    assert np.abs(np.asarray(image, int) - LIME).max() < 30


def test_a_part_of_a_photograph_decoded_at_a_fraction_is_the_same_part(scene, encoded):
    source = load(encoded(scene(4001, 3001), "JPEG", quality=95))
    small = opened(prepare(crop(source, (2001, 0, 2000, 1500)), max_side=100))
    assert small.size == (100, 75)
    assert np.abs(np.asarray(small, int)[2:-2, 2:-2] - LIME).max() < 30


def test_a_margin_makes_the_shape_and_keeps_all_of_it(scene, encoded):
    prepared = prepare(pad(encoded(scene(), "PNG"), "16:9", "#ffffff"))
    image = opened(prepared)
    assert (image.size, prepared.notes) == ((427, 240), ("padded to 16:9 with white",))
    assert [image.getpixel(place) for place in ((2, 120), (424, 120), (60, 20), (350, 20))] == [
        WHITE,
        WHITE,
        RED,
        LIME,
    ]
    tall = opened(prepare(pad(encoded(scene(4000, 3000), "PNG"), "9:16"), max_side=800))
    assert tall.size == (450, 800)
    assert [tall.getpixel(place) for place in ((225, 3), (225, 796), (20, 300))] == [BLACK, BLACK, RED]


def test_transparency_is_on_white_and_the_margin_has_its_own_colour(encoded):
    image = opened(prepare(pad(encoded(Image.new("RGBA", (40, 40)), "PNG"), "2:1")))
    assert (image.getpixel((2, 20)), image.getpixel((40, 20))) == (BLACK, WHITE)


def test_a_small_picture_shows_it_framed(scene, encoded):
    picture = Image.open(io.BytesIO(thumbnail(crop(encoded(scene(), "PNG"), "1:1"), 64)))
    assert picture.size == (64, 64)


def test_what_changes_nothing_is_no_framing(scene, encoded):
    source = load(encoded(scene(), "PNG"))
    assert crop(source, (0, 0, 320, 240)) == crop(source, "4:3") == pad(source, "4:3") == source
    assert framed(crop(source, "1:1"), None) == source
    assert not prepare(crop(source, "4:3")).reencoded


@pytest.mark.parametrize(
    ("framing", "words"),
    [
        (Crop(0, 0, 321, 10), "320 × 240"),
        (Crop(-1, 0, 10, 10), "is not in"),
        (Crop(0, 0, 0, 10), "is not in"),
        (Crop(0, 0, 320, 1), "up to 10 times"),
        (Crop(10**30, 0, 10**30, 1), "is not in"),
        (Pad("16/9"), "not a ratio like 16:9"),
        (Pad("0:9"), "not a ratio"),
        (Pad("9999:1"), "up to 10 times"),
        (Pad("16:9", "url(x)"), "not a colour"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(scene, encoded, framing, words):
    with pytest.raises(ImageError, match=words):
        framed(load(encoded(scene(), "PNG")), framing)


def test_a_url_cannot_be_framed():
    with pytest.raises(ImageError, match="cannot be cropped or padded"):
        crop("https://example.com/a.jpg", "16:9")
