"""Test that metadata such as the place is removed, while pixels stay bit for bit."""

import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from reka_notebook.media import load, prepare
from reka_notebook.media.images.metadata import without_metadata


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_a_photograph_loses_its_place_and_keeps_its_pixels(photograph):
    assert Image.open(io.BytesIO(photograph)).getexif().get_ifd(0x8825), "the photograph does hold GPS"
    prepared = prepare(load(photograph))
    out = Image.open(io.BytesIO(prepared.data))
    assert not prepared.reencoded
    assert np.array_equal(pixels(prepared.data), pixels(photograph))
    assert out.info["icc_profile"] == Image.open(io.BytesIO(photograph)).info["icc_profile"]
    assert not out.getexif()
    for secret in (b"Exif", b"secret", b"SecretCameraMaker", b"xmpmeta"):
        assert secret in photograph
        assert secret not in prepared.data


def test_metadata_is_gone_when_encoded_anew_too(photograph):
    image = Image.open(io.BytesIO(photograph))
    for kind in ("JPEG", "TIFF", "WEBP", "PNG"):
        buffer = io.BytesIO()
        image.save(buffer, kind, exif=image.getexif())
        data = prepare(load(buffer.getvalue()), max_side=200).data
        assert b"SecretCameraMaker" in buffer.getvalue()
        assert b"SecretCameraMaker" not in data
        assert b"secret" not in data
        assert not Image.open(io.BytesIO(data)).getexif()


def test_a_comment_does_not_survive_encoding(scene, encoded):
    data = encoded(scene(), "GIF", comment=b"secret comment")
    assert b"secret" in data
    assert b"secret" not in prepare(load(data)).data
    jpeg = encoded(scene(), "JPEG", comment=b"secret comment")
    assert b"secret" not in prepare(load(jpeg), max_side=100).data


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"restart_marker_blocks": 2},
        {"subsampling": 0, "optimize": True},
        {"keep_rgb": True},
    ],
)
def test_every_kind_of_jpeg_keeps_its_pixels(photograph, options):
    image = Image.open(io.BytesIO(photograph))
    exif = image.getexif()
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", exif=exif, **options)
    data = buffer.getvalue()
    stripped = without_metadata(data, "image/jpeg")
    assert stripped is not None
    assert len(stripped) < len(data)
    assert np.array_equal(pixels(stripped), pixels(data))


def test_the_colour_transform_that_adobe_names_is_kept(scene, encoded):
    """Three channels numbered 1, 2, 3 are taken for luma and chroma, unless Adobe's segment says that they are RGB."""
    data = bytearray(encoded(scene(), "JPEG", keep_rgb=True))
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    for number in range(3):
        data[frame + 10 + 3 * number] = data[scan + 5 + 2 * number] = number + 1
    adobe = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\0"
    data[2:2] = adobe if adobe not in data else b""
    stripped = without_metadata(bytes(data), "image/jpeg")
    assert adobe in stripped
    assert np.array_equal(pixels(stripped), pixels(bytes(data)))
    assert not np.array_equal(pixels(stripped), pixels(stripped.replace(adobe, b""))), "it does matter"


def test_iptc_previews_and_what_is_appended_go_too(scene, encoded):
    data = encoded(scene(), "JPEG")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0fsecret town"
    extra = b"".join(
        b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2) + body
        for marker, body in ((0xED, iptc), (0xE2, b"MPF\0secret"), (0xE0, b"JFXX\0secret"), (0xFE, b"secret"))
    )
    film = b"\xff\xd8\xff\xe1secret thumbnail\xff\xd9....ftypmp42 secret film"
    stripped = without_metadata(data[:2] + extra + b"\xff" + data[2:] + film, "image/jpeg")
    assert stripped == data


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-2],
        lambda data: data[: len(data) // 2],
        lambda data: data[:2] + b"\x00\x00" + data[2:],
        lambda data: data[:2] + b"\xff\xe1\xff\xff" + data[4:40],
        lambda data: data[:2],
        lambda data: b"",
    ],
)
def test_a_jpeg_not_understood_is_not_guessed_at(scene, encoded, damage):
    assert without_metadata(damage(encoded(scene(), "JPEG")), "image/jpeg") is None


def test_a_jpeg_that_pillow_reads_and_this_does_not_is_encoded_anew(photograph):
    at = photograph.index(b"\xff\xdb")  # decoders skip stray bytes before a marker
    prepared = prepare(load(photograph[:at] + b"\0\0" + photograph[at:]))
    assert prepared.reencoded
    assert b"secret" not in prepared.data


def test_png_text_and_exif_go(scene, encoded):
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret prompt")
    text.add_itxt("XML:com.adobe.xmp", "<secret/>")
    text.add_text("zipped", "secret " * 50, zip=True)
    exif = Image.Exif()
    exif[0x010F] = "secret"
    data = encoded(scene(), "PNG", pnginfo=text, exif=exif, dpi=(72, 72)) + b"secret, appended"
    prepared = prepare(load(data))
    assert not prepared.reencoded
    assert np.array_equal(pixels(prepared.data), pixels(data))
    assert b"secret" not in prepared.data
    assert b"zTXt" not in prepared.data
    assert b"zTXt" in data
    assert b"pHYs" in prepared.data


def test_webp_exif_and_xmp_go(scene, encoded, photograph):
    exif = Image.Exif()
    exif[0x010F] = "secret"
    profile = Image.open(io.BytesIO(photograph)).info["icc_profile"]
    data = encoded(scene(33, 21), "WEBP", exif=exif, xmp=b"<secret/>", icc_profile=profile)
    prepared = prepare(load(data + b"secret, appended"))
    assert not prepared.reencoded
    assert np.array_equal(pixels(prepared.data), pixels(data))
    assert b"secret" not in prepared.data
    out = Image.open(io.BytesIO(prepared.data))
    assert out.info["icc_profile"] == profile
    assert "exif" not in out.info
    assert prepared.data[12:16] == b"VP8X"
    assert prepared.data[20] & 0x0C == 0, "nor does the header speak of them"
    assert int.from_bytes(prepared.data[4:8], "little") + 8 == len(prepared.data)


@pytest.mark.parametrize("media_type", ["image/png", "image/webp"])
def test_other_structures_not_understood(media_type):
    assert without_metadata(b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\x0fab", media_type) is None
    assert without_metadata(b"", media_type) is None
    assert without_metadata(b"\x89PNG\r\n\x1a\n\0\0\0\0CRIT\0\0\0\0", media_type) is None


def test_a_kind_without_rules_is_not_touched():
    assert without_metadata(b"GIF89a", "image/gif") is None
