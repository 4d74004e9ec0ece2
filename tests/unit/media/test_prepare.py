"""Test what is sent of an image: upright, opaque, eight bits, bounded, without metadata."""

import base64
import io
import sys

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from reka_notebook.media import ImageError, describe, load, prepare, thumbnail

RED, LIME, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def opened(prepared) -> Image.Image:
    image = Image.open(io.BytesIO(prepared.data))
    assert image.get_format_mimetype() == prepared.media_type
    assert image.size == (prepared.width, prepared.height)
    return image


def near(pixel, wanted, tolerance=12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, wanted, strict=True))


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    w, h = image.size
    rgb = image.convert("RGB")
    return [rgb.getpixel(p) for p in ((9, 9), (w - 9, 9), (9, h - 9), (w - 9, h - 9))]


@pytest.mark.draw
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_every_exif_orientation_is_applied(scene, encoded, kind, turn):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = scene().transpose(undo[turn]) if turn > 1 else scene()
    exif = Image.Exif()
    exif[0x0112] = turn
    source = load(encoded(held, kind, exif=exif))
    prepared = prepare(source)
    assert (source.width, source.height) == (prepared.width, prepared.height) == (320, 240)
    image = opened(prepared)
    assert all(near(a, b, 30) for a, b in zip(corners(image), [RED, LIME, BLUE, WHITE], strict=True))
    assert 0x0112 not in image.getexif(), "or it would be turned a second time"
    assert Image.open(io.BytesIO(thumbnail(source))).size == (320, 240)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "subsampling": 0}),
        ("JPEG", {"restart_marker_blocks": 4}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_what_fits_goes_as_it_is(scene, encoded, kind, options, mode):
    data = encoded(scene().convert(mode), kind, **options)
    prepared = prepare(load(data))
    assert not prepared.reencoded
    assert prepared.data == data
    assert prepared.notes == ()


def test_a_small_image_is_not_enlarged(scene, encoded):
    assert prepare(load(encoded(scene(3, 2), "PNG"))).width == 3


@pytest.mark.parametrize("size", [(3000, 1500), (1500, 3000), (4001, 3)])
def test_the_larger_side_is_bounded(scene, encoded, size):
    prepared = prepare(load(encoded(scene(*size), "JPEG")))
    image = opened(prepared)
    assert max(image.size) == 2048
    assert abs(image.width / image.height / (size[0] / size[1]) - 1) < 0.34 if min(size) < 9 else True
    assert prepared.reencoded
    assert min(image.size) >= 1


def test_the_bound_can_be_chosen(photograph):
    assert prepare(load(photograph), max_side=100).width == 100
    with pytest.raises(ValueError, match="at least 1"):
        prepare(load(photograph), max_side=0)


def test_a_reduced_photograph_still_looks_like_itself(scene, encoded):
    prepared = prepare(load(encoded(scene(4000, 3000), "JPEG")), max_side=320)
    difference = np.asarray(opened(prepared).convert("RGB")).astype(int) - np.asarray(scene())
    assert abs(difference).mean() < 2


def test_jpeg_stays_jpeg_and_lossless_stays_png(scene, encoded):
    for kind, media_type in (
        ("JPEG", "image/jpeg"),
        ("WEBP", "image/jpeg"),
        ("AVIF", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/png"),
        ("BMP", "image/png"),
        ("TIFF", "image/png"),
    ):
        assert prepare(load(encoded(scene(), kind)), max_side=100).media_type == media_type


def test_a_large_png_is_sent_as_jpeg():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (1300, 1300, 3), dtype=np.uint8))
    prepared = prepare(load(noise))
    assert prepared.media_type == "image/jpeg"
    assert len(prepared.data) < len(load(noise).data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_transparency_becomes_white(encoded, kind):
    image = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 31, 47), fill=(255, 0, 0, 255))
    ImageDraw.Draw(image).rectangle((0, 40, 31, 47), fill=(0, 0, 0, 128))
    prepared = prepare(load(encoded(image, kind, lossless=True) if kind == "WEBP" else encoded(image, kind)))
    out = opened(prepared)
    assert out.mode == "RGB"
    assert near(out.getpixel((10, 10)), RED, 40)
    assert near(out.getpixel((50, 20)), WHITE)
    assert near(out.getpixel((10, 44)), (127, 127, 127), 40)
    assert prepared.notes == ("transparency on white",)


def test_an_opaque_alpha_channel_is_dropped_without_a_word(scene, encoded):
    prepared = prepare(load(encoded(scene().convert("RGBA"), "PNG")))
    assert opened(prepared).mode == "RGB"
    assert prepared.notes == ()


def test_a_palette_with_transparency(encoded):
    image = Image.new("P", (20, 10), 1)
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255])
    image.paste(2, (10, 0, 20, 10))
    prepared = prepare(load(encoded(image, "PNG", transparency=1)))
    out = opened(prepared)
    assert out.getpixel((3, 3)) == WHITE
    assert out.getpixel((13, 3)) == BLUE
    assert prepared.notes == ("transparency on white",)
    plain = opened(prepare(load(encoded(image, "PNG"))))
    assert plain.mode == "RGB"
    assert plain.getpixel((3, 3)) == RED


def test_a_transparent_colour_of_rgb_and_of_16_bits(encoded):
    image = Image.new("RGB", (20, 10), "red")
    image.paste("blue", (10, 0, 20, 10))
    out = opened(prepare(load(encoded(image, "PNG", transparency=(255, 0, 0)))))
    assert out.getpixel((3, 3)) == WHITE
    assert out.getpixel((13, 3)) == BLUE
    grey = Image.fromarray(np.full((4, 4), 40000, np.uint16))
    assert opened(prepare(load(encoded(grey, "PNG", transparency=7)))).mode == "RGB"


def test_cmyk_jpeg(encoded):
    image = Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    prepared = prepare(load(encoded(image, "JPEG")))
    assert prepared.media_type == "image/jpeg"
    assert opened(prepared).mode == "RGB"
    assert near(opened(prepared).getpixel((30, 30)), RED)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_are_scaled_and_not_cut_off(encoded, kind):
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16)[None].repeat(8, 0)
    out = opened(prepare(load(encoded(Image.fromarray(ramp), kind)))).convert("L")
    values = np.asarray(out)[0].astype(int)
    assert values[0] == 0
    assert values[-1] == 255
    assert abs(values - np.arange(256)).max() <= 1


def test_16_bits_stay_dark_where_they_are_dark(encoded):
    dark = Image.fromarray(np.full((4, 4), 200, np.uint16))
    assert opened(prepare(load(encoded(dark, "PNG")))).convert("L").getextrema() == (1, 1)


def test_16_bit_colour_png_is_not_sent_as_it_is():
    import struct
    import zlib

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + struct.pack(">3H", 65535, 32768, 0) * 5 for _ in range(4))
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 4, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    prepared = prepare(load(data))
    assert prepared.reencoded
    assert prepared.data[24] == 8
    assert opened(prepared).getpixel((0, 0)) == (255, 128, 0)


def test_floats_in_a_tiff(encoded):
    image = Image.fromarray(np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8))
    assert opened(prepare(load(encoded(image, "TIFF")))).convert("L").getextrema() == (0, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_sent_and_said_so(encoded, kind):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "lime")]
    source = load(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    prepared = prepare(source)
    out = opened(prepared)
    assert getattr(out, "n_frames", 1) == 1
    assert near(out.convert("RGB").getpixel((20, 15)), RED, 20)
    assert prepared.notes == ("only the first of 3 frames",)
    assert describe(prepared).endswith(", only the first of 3 frames")


def test_wide_colours_are_brought_into_srgb_when_encoded_anew(scene, encoded):
    # Red and green of a profile are exchanged, so that applying it shows.
    profile = swapped_profile()
    data = encoded(scene(), "PNG", icc_profile=profile)
    kept = prepare(load(data))
    assert not kept.reencoded
    assert Image.open(io.BytesIO(kept.data)).info["icc_profile"] == profile, "as it is, profile and all"
    out = opened(prepare(load(data), max_side=160))
    assert "icc_profile" not in out.info
    assert near(out.getpixel((9, 9)), LIME, 40)
    assert near(out.getpixel((150, 9)), RED, 40)


def swapped_profile() -> bytes:
    """Return sRGB with its red and green primaries exchanged in the tag table."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.find(b"rXYZ", 128, 400), data.find(b"gXYZ", 128, 400)
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    name = "sRGB built-in".encode("utf-16-be")
    assert name in data
    return bytes(data.replace(name, "swap built-in".encode("utf-16-be")))


def test_a_damaged_profile_is_passed_over(scene, encoded):
    out = opened(prepare(load(encoded(scene(), "PNG", icc_profile=b"nonsense" * 20)), max_side=160))
    assert near(out.getpixel((9, 9)), RED)


def test_the_data_uri(photograph):
    prepared = prepare(load(photograph))
    head, body = prepared.data_uri.split(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(body) == prepared.data
    assert load(prepared.data_uri).data == prepared.data


def test_preparing_twice_gives_the_same(scene, encoded):
    source = load(encoded(scene(2500, 100), "PNG"))
    assert prepare(source).data == prepare(source).data


def test_a_url_has_nothing_to_prepare():
    with pytest.raises(ImageError, match="given as a URL"):
        prepare(load("https://example.org/a.png"))
    with pytest.raises(ImageError, match="given as a URL"):
        thumbnail(load("https://example.org/a.png"))


def test_a_thumbnail_is_a_small_jpeg(scene, encoded):
    source = load(encoded(scene(2000, 1000), "PNG"))
    small = Image.open(io.BytesIO(thumbnail(source)))
    assert (small.format, small.size) == ("JPEG", (640, 320))
    assert Image.open(io.BytesIO(thumbnail(source, 64))).size == (64, 32)
    assert Image.open(io.BytesIO(thumbnail(load(Image.new("RGBA", (9, 9)))))).getpixel((4, 4)) == WHITE


def test_heic_is_read_where_its_package_is(scene):
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(scene()).save(buffer)
    openers = set(Image.OPEN)
    source = load(buffer.getvalue(), name="IMG_1.HEIC")
    assert (source.media_type, source.width, source.height) == ("image/heic", 320, 240)
    prepared = prepare(source)
    assert prepared.media_type == "image/jpeg"
    assert all(
        near(a, b, 30) for a, b in zip(corners(opened(prepared)), [RED, LIME, BLUE, WHITE], strict=True)
    )
    assert set(Image.OPEN) == openers, "the person's Pillow is left as it is"


def test_the_persons_pillow_is_left_as_it_is(photograph):
    before = (
        Image.MAX_IMAGE_PIXELS,
        dict(sys.modules["PIL.ImageFile"].__dict__).get("LOAD_TRUNCATED_IMAGES"),
    )
    prepare(load(photograph))
    after = (Image.MAX_IMAGE_PIXELS, sys.modules["PIL.ImageFile"].LOAD_TRUNCATED_IMAGES)
    assert before == after
