"""Test that what is no usable image is refused before anything is sent, in words that say what to do."""

import io
import struct
import sys
import tracemalloc
import zlib

import pytest
from PIL import Image

from reka_notebook.media import ImageError, load
from reka_notebook.media.images.picture import LARGEST_FILE


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(width * 3 + 1) * 100))
        + chunk(b"IEND", b"")
    )


def test_a_bomb_is_refused_before_it_is_decoded():
    bomb = png_that_claims(20000, 20000)
    assert len(bomb) < 20_000
    tracemalloc.start()
    with pytest.raises(ImageError, match="20000 × 20000 pixels, 400 megapixels; at most 100"):
        load(bomb, name="bomb.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "JPEG"])
def test_bombs_of_other_kinds(kind, encoded):
    data = bytearray(encoded(Image.new("RGB", (16, 16)), kind))
    huge = 60000
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", huge, huge)
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", huge, huge)
    elif kind == "TIFF":
        for tag in (256, 257):
            at = data.find(struct.pack("<HH", tag, 4))
            at = at if at >= 0 else data.find(struct.pack("<HH", tag, 3))
            data[at : at + 12] = struct.pack("<HHII", tag, 4, 1, huge)
    else:
        at = data.find(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", huge, huge)
    with pytest.raises(ImageError, match="60000 × 60000 pixels"):
        load(bytes(data))


def test_no_warning_and_no_refusal_just_below_the_bound():
    # Pillow warns from 89 megapixels on, and a warning is an error in these tests.
    buffer = io.BytesIO()
    Image.new("1", (9990, 10000)).save(buffer, "PNG")
    assert load(buffer.getvalue()).width == 9990
    with pytest.raises(ImageError, match="megapixels"):
        load(Image.new("1", (10001, 10000)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (
            b"<!DOCTYPE html>\n<html><head><title>Link expired</title>",
            "HTML page.*begins: “.*Link expired.*expired",
        ),
        (b"\xef\xbb\xbf  <HTML>", "HTML page"),
        (b'<?xml version="1.0"?><!-- a\n --><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG.*PNG first"),
        (b"<svg onload='alert(1)'></svg>", "SVG drawing.*PNG first"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML.*AccessDenied"),
        (b'{"error": {"type": "not_found_error"}}', "JSON.*not_found_error"),
        (b"just words", "text, not"),
        ("wörter".encode()[:2], "text, not"),
        (b"%PDF-1.7", "PDF.*PNG first"),
        (b"PK\x03\x04....", "ZIP"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\xff\x0a\x00\x00", "JPEG XL"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp42", "MP4 video.*one of its frames"),
        (b"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm", "WebM video.*one of its frames"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "git lfs pull"),
        (bytes(500), "not an image that can be read"),
        (b"\xff\xfe\x00\x00", "not an image that can be read"),
    ],
)
def test_other_files(data, words):
    with pytest.raises(ImageError, match=rf"(?s)^photo\.png is .*{words}"):
        load(data, name="photo.png")


def test_over_50_megabytes(tmp_path):
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(80_000_000)
    with pytest.raises(ImageError, match=r"large\.jpg is 80\.0 MB; at most 50\.0 MB"):
        load(path)
    with pytest.raises(ImageError, match=r"60\.0 MB"):
        load(bytearray(60_000_000))
    with pytest.raises(ImageError, match=r"over 50\.0 MB"):
        load("data:image/png;base64," + "A" * (3 * LARGEST_FILE + 4))


@pytest.mark.draw
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("AVIF", {}),
        ("JPEG2000", {}),
    ],
)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_cut_short(photograph, encoded, kind, options, part):
    data = encoded(Image.open(io.BytesIO(photograph)), kind, **options)
    assert load(data).width == 400
    with pytest.raises(ImageError, match="cut short or damaged"):
        load(data[: int(len(data) * part)])


def test_a_heic_without_its_package_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(
        ImageError, match=r"IMG_1\.HEIC is a HEIC image.*%pip install pillow-heif.*save it as JPEG"
    ):
        load(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), name="IMG_1.HEIC")


def test_an_old_pillow_says_what_avif_needs(monkeypatch, scene, encoded):
    data = encoded(scene(), "AVIF")
    monkeypatch.setitem(sys.modules, "PIL.AvifImagePlugin", None)
    with pytest.raises(ImageError, match=r"AVIF.*Pillow 11\.3"):
        load(data)


def test_a_pillow_built_without_a_format_says_so(monkeypatch, scene, encoded):
    data = encoded(scene(), "WEBP")
    monkeypatch.setattr("PIL.features.check", lambda feature: False)
    with pytest.raises(ImageError, match="WebP image, which this build of Pillow cannot read"):
        load(data)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_is_no_reason_to_refuse(scene, encoded):
    data = encoded(scene(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 30)
    assert load(data).width == 320


def test_a_closed_pil_image_is_refused_in_words(tmp_path, photograph):
    (tmp_path / "a.jpg").write_bytes(photograph[: len(photograph) // 2])
    with Image.open(tmp_path / "a.jpg") as image, pytest.raises(ImageError, match="cut short"):
        load(image)
