"""Test image files that are odd but not broken: they are read, or refused for the true reason."""

import io
import os
import struct
import zlib
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageCms

from reka_notebook.media import ImageError, load, prepare

# --- PNG ---


def chunk(kind, body, sound=True):
    checksum = zlib.crc32(kind + body) ^ (0 if sound else 1)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def with_chunk(png, kind, body, sound=True):
    """Return a PNG with one chunk more, behind its header."""
    return png[:33] + chunk(kind, body, sound) + png[33:]


@cache
def packed(size):
    return zlib.compress(bytes(size), 1)


@pytest.fixture
def png(scene, encoded):
    return encoded(scene(), "PNG")


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"tEXt", b"Comment\0" + b"x" * 3_000_000),
        (b"zTXt", (b"Comment\0\0", 3_000_000)),
        (b"zTXt", (b"Comment\0\0", 200_000_000)),
        (b"iTXt", (b"Comment\0\1\0\0\0", 200_000_000)),
        (b"iTXt", (b"XML:com.adobe.xmp\0\1\0\0\0", 200_000_000)),
        (b"zTXt", (b"Raw profile type exif\0\0", 200_000_000)),
        (b"iCCP", (b"p\0\0", 200_000_000)),
        (b"iCCP", b"p\0\0no such data"),
        (b"pHYs", b"\0"),
        (b"gAMA", b""),
        (b"cHRM", b"\0"),
        (b"acTL", b"\0"),
        (b"tIME", b""),
        (b"prVt", b"private"),
    ],
)
def test_what_no_pixel_needs_is_no_reason_to_refuse(png, kind, body):
    if isinstance(body, tuple):  # packed here: all processes of a run read this module
        name, size = body
        body = name + packed(size)
    source = load(with_chunk(png, kind, body))
    assert (source.width, source.height) == (320, 240)
    assert (pixels(prepare(source).data) == pixels(png)).all()


def test_a_hundred_packed_texts_are_not_unpacked(png):
    text = packed(1_000_000)
    texts = b"".join(chunk(b"zTXt", b"C%d\0\0" % number + text) for number in range(100))
    assert load(png[:33] + texts + png[33:]).width == 320


KINDS = [
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"pHYs",
    b"iCCP",
    b"eXIf",
    b"gAMA",
    b"tIME",
    b"sRGB",
    b"cHRM",
    b"bKGD",
    b"prVt",
]


@pytest.mark.draw
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("behind", [False, True])
def test_a_wrong_checksum_in_a_chunk_that_does_not_matter(png, kind, behind):
    odd = chunk(kind, bytes(40), sound=False)
    data = png[:-12] + odd + png[-12:] if behind else png[:33] + odd + png[33:]
    sent = prepare(load(data)).data
    assert (pixels(sent) == pixels(png)).all()
    assert kind not in sent, "and it is not handed on"


@pytest.mark.parametrize("kind", [b"IHDR", b"PLTE", b"tRNS"])
def test_a_wrong_checksum_in_a_chunk_that_matters_is_said(scene, encoded, kind):
    data = bytearray(encoded(scene().quantize(16), "PNG", transparency=0))
    start = data.index(kind)
    data[start + 4 + int.from_bytes(data[start - 4 : start])] ^= 1
    with pytest.raises(ImageError, match=f"cut short or damaged: .*checksum.*{kind.decode()}"):
        load(bytes(data))


def test_a_large_profile_is_used_and_kept(scene, encoded):
    large = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    large += os.urandom(3_000_000)
    large[:4] = len(large).to_bytes(4)
    data = with_chunk(encoded(scene(), "PNG"), b"iCCP", b"p\0\0" + zlib.compress(bytes(large)))
    source = load(data)
    plain = prepare(load(encoded(scene(), "PNG")), max_side=160)
    assert (pixels(prepare(source, max_side=160).data) == pixels(plain.data)).all()
    assert len(prepare(source).data) > 2_900_000, "sent as it is, with its profile"


def test_how_the_camera_was_held_is_still_read_from_texts(scene, encoded):
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    data = with_chunk(encoded(scene(), "PNG"), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp.encode())
    assert (load(data).width, load(data).height) == (240, 320)


# --- JPEG ---


@pytest.mark.draw
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}]
)
@pytest.mark.parametrize("lost", [1, 2, 3, 20])
def test_a_jpeg_without_its_last_bytes_is_read(photograph, encoded, options, lost):
    whole = encoded(Image.open(io.BytesIO(photograph)).resize((1200, 900)), "JPEG", quality=90, **options)
    source = load(whole[:-lost])
    assert (source.width, source.height) == (1200, 900)
    sent = prepare(source)
    assert sent.notes == ("cut short at its end",)
    assert sent.data.endswith(b"\xff\xd9")
    difference = np.abs(pixels(sent.data).astype(int) - pixels(whole))
    assert difference[:-32].mean() < 2


def test_a_jpeg_that_pillow_opened_is_read_as_far_as_a_file_is(photograph, tmp_path):
    (tmp_path / "cut.jpg").write_bytes(photograph[:-2])
    with Image.open(tmp_path / "cut.jpg") as image:
        assert load(image).digest == load(Image.open(io.BytesIO(photograph))).digest
    (tmp_path / "cut.jpg").write_bytes(photograph[: len(photograph) // 2])
    with (
        Image.open(tmp_path / "cut.jpg") as image,
        pytest.raises(ImageError, match=r"the last \d+% of the picture"),
    ):
        load(image)


@pytest.mark.parametrize("colour", ["red", "black"])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_plain_jpeg_without_its_end_lacks_nothing(encoded, colour, mode):
    data = encoded(Image.new("RGB", (64, 64), colour).convert(mode), "JPEG")
    for lost in (1, 2):
        assert load(data[:-lost]).width == 64


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_a_jpeg_without_much_of_itself_says_so(photograph, encoded, options, part):
    data = encoded(Image.open(io.BytesIO(photograph)), "JPEG", **options)
    with pytest.raises(
        ImageError, match=r"cut short or damaged: (the last \d+%|much) of the picture is missing"
    ):
        load(data[: int(len(data) * part)])


def test_a_webp_without_its_last_bytes_says_how_many(scene, encoded):
    with pytest.raises(ImageError, match="cut short or damaged: it ends 2 bytes too early"):
        load(encoded(scene(), "WEBP")[:-2])


# --- TIFF ---

FLOAT, INTEGER = 3, 1


def tiff(samples, bits, kind, photometric, values=None):
    """Return an uncompressed TIFF of 8 × 6 pixels, as Pillow does not write it."""
    types = {(8, 1): "u1", (16, 1): "<u2", (32, 1): "<u4", (16, 3): "<f2", (32, 3): "<f4", (64, 3): "<f8"}
    count = 8 * 6 * samples
    array = np.linspace(0, 1, count) if values is None else np.resize(values, count)
    data = (array if kind == FLOAT else array * 250).astype(types[bits, kind]).tobytes()
    extra = samples - {1: 1, 2: 3, 5: 4}[photometric]
    tags = [
        (256, 8),
        (257, 6),
        (258, *[bits] * samples),
        (259, 1),
        (262, photometric),
        (273, 8),
        (277, samples),
        (278, 6),
        (279, len(data)),
        *([(338, *[0] * extra)] if extra else []),
        (339, *[kind] * samples),
    ]
    beside, entries = b"", b""
    for tag, *numbers in tags:
        packed_numbers = struct.pack(f"<{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            place = 8 + len(data) + len(beside)
            beside += packed_numbers
            packed_numbers = struct.pack("<I", place)
        entries += struct.pack("<HHI", tag, 4, len(numbers)) + packed_numbers
    start = struct.pack("<I", 8 + len(data) + len(beside))
    return b"II*\0" + start + data + beside + struct.pack("<H", len(tags)) + entries + bytes(4)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(tiff(1, 32, FLOAT, 1), id="floats"),
        pytest.param(tiff(1, 32, FLOAT, 1, np.linspace(0, 255, 48)), id="floats-to-255"),
        pytest.param(tiff(5, 8, INTEGER, 2), id="five-bands"),
        pytest.param(tiff(5, 8, INTEGER, 5), id="cmyk-and-one"),
    ],
)
def test_an_odd_tiff_is_read(data):
    sent = prepare(load(data))
    assert (sent.width, sent.height) == (8, 6)
    assert pixels(sent.data).max() > 200


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (tiff(3, 32, FLOAT, 2), "3 channels of 32-bit floats"),
        (tiff(1, 64, FLOAT, 1), "one channel of 64-bit floats"),
        (tiff(1, 16, FLOAT, 1), "one channel of 16-bit floats"),
        (tiff(5, 8, INTEGER, 1), "5 channels of 8-bit integers"),
        (tiff(5, 16, INTEGER, 2), "5 channels of 16-bit integers"),
        (tiff(7, 8, INTEGER, 2), "7 channels of 8-bit integers"),
        (tiff(1, 32, FLOAT, 1, [0, np.nan]), "holds NaN or infinity"),
        (tiff(1, 32, FLOAT, 1, [0, np.inf]), "holds NaN or infinity"),
        (tiff(1, 32, FLOAT, 1, [-5, 1]), "holds floats from -5 to 1; an image's are 0 to 1, or 0 to 255"),
        (tiff(1, 32, FLOAT, 1, [0, 4000]), "holds floats from 0 to 4000"),
        (tiff(1, 32, INTEGER, 1, [0, 4000]), r"holds whole numbers from 0 to 1e\+06"),
    ],
)
def test_a_tiff_that_cannot_be_read_says_what_it_holds(data, said, capfd):
    with pytest.raises(ImageError, match=said) as refused:
        load(data)
    assert "damaged" not in str(refused.value)
    assert capfd.readouterr().err == "", "and no library says so on the side"


def test_a_pil_image_is_judged_as_a_file_is():
    for values, said in (([0, np.nan], "NaN"), ([0.0, 4000.0], "floats from 0 to 4000")):
        with pytest.raises(ImageError, match=said):
            load(Image.fromarray(np.array([values], np.float32)))
    assert load(Image.new("La", (4, 4))).width == 4
