"""Put recipes into files of every kind: what is played and drawn stays as it is, and the text comes back."""

import hashlib
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import av
import numpy as np
import pytest
from PIL import Image

from reka_notebook.media.recipes.carrying import (
    LARGEST,
    LARGEST_READ,
    MARK,
    copy_with,
    ends_of,
    find,
    has_credentials,
)
from reka_notebook.media.recipes.films import CREDENTIALS_BOX, XMP_BOX

TEXT = json.dumps(
    {"reka_recipe": 1, "prompt": 'a <b>fox</b> & "hen" — 狐 🦊', "long": "x" * 700}, ensure_ascii=False
)
TEXT = TEXT.replace('"reka_recipe": ', '"reka_recipe":')
SEEN = json.loads(TEXT)


def film(path: Path, *, fragmented: bool = False, codec: str = "libx264", sound: bool = True) -> Path:
    """Write a film of a second with a sound."""
    options = {"movflags": "frag_keyframe+empty_moov"} if fragmented else {}
    with av.open(str(path), "w", options=options) as container:
        video = container.add_stream(codec, 25, width=64, height=48, pix_fmt="yuv420p")
        heard = container.add_stream("libopus" if path.suffix == ".webm" else "aac", 48000) if sound else None
        for number in range(25):
            picture = np.full((48, 64, 3), number * 9, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        if heard is not None:
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 2 * 48000), np.int16), layout="stereo", format="s16"
            )
            frame.sample_rate = 48000
            container.mux(heard.encode(frame))
            container.mux(heard.encode())
    return path


def sound(path: Path, codec: str, rate: int = 44100) -> Path:
    with av.open(str(path), "w") as container:
        heard = container.add_stream(codec, rate, {"strict": "experimental"})
        heard.layout = "stereo" if codec == "vorbis" else "mono"
        tone = (np.sin(np.arange(rate) / 20) * 9000).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(tone, layout="mono", format="s16")
        frame.sample_rate = rate
        container.mux(heard.encode(frame))
        container.mux(heard.encode())
    return path


def flac_in_ogg(path: Path) -> Path:
    own = sound(path.with_suffix(".flac"), "flac", 96000)
    with av.open(str(own)) as source, av.open(str(path), "w") as container:
        stream = container.add_stream_from_template(source.streams[0])
        for packet in source.demux():
            if packet.size:
                packet.stream = stream
                container.mux(packet)
    return path


def checksum(page: bytes) -> int:
    """Return the checksum of an Ogg's page, bit by bit, as RFC 3533 says it."""
    register = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1) ^ (0x04C11DB7 if register & 0x80000000 else 0)
    return register & 0xFFFFFFFF


def packets(data: bytes) -> list[tuple[int, int | None, int | None, str]]:
    """Return each packet's stream, times and digest."""
    with av.open(io.BytesIO(data)) as container:
        return [
            (packet.stream_index, packet.pts, packet.dts, hashlib.sha256(bytes(packet)).hexdigest())
            for packet in container.demux()
            if packet.size
        ]


def with_text(data: bytes, media_type: str, text: str = TEXT) -> bytes:
    target = io.BytesIO()
    assert copy_with(io.BytesIO(data), target, media_type, text), media_type
    return target.getvalue()


def found(data: bytes) -> object:
    text = find(*ends_of(io.BytesIO(data)))
    return None if text is None else json.JSONDecoder().raw_decode(text)[0]


@pytest.mark.parametrize(
    ("name", "media_type", "make"),
    [
        ("plain.mp4", "video/mp4", film),
        ("silent.mp4", "video/mp4", lambda path: film(path, sound=False)),
        ("fragments.mp4", "video/mp4", lambda path: film(path, fragmented=True)),
        ("film.mov", "video/quicktime", film),
        ("film.webm", "video/webm", lambda path: film(path, codec="libvpx-vp9")),
        ("film.mkv", "video/x-matroska", film),
        ("sound.mp3", "audio/mpeg", lambda path: sound(path, "libmp3lame")),
        ("sound.wav", "audio/wav", lambda path: sound(path, "pcm_s16le")),
        ("sound.m4a", "audio/mp4", lambda path: sound(path, "aac")),
        ("sound.flac", "audio/flac", lambda path: sound(path, "flac", 96000)),
        ("vorbis.ogg", "audio/ogg", lambda path: sound(path, "vorbis")),
        ("sound.opus", "audio/ogg", lambda path: sound(path, "libopus", 48000)),
        ("flac.ogg", "audio/ogg", lambda path: flac_in_ogg(path)),
    ],
)
def test_a_film_or_a_sound_plays_the_same_packets_at_the_same_times(
    name: str, media_type: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    before = make(tmp_path / name).read_bytes()
    after = with_text(before, media_type)
    assert packets(after) == packets(before)
    assert len(packets(before)) > 10
    assert found(after) == SEEN
    assert found(before) is None
    again = with_text(after, media_type, TEXT.replace("fox", "owl"))
    assert packets(again) == packets(before)
    assert "owl" in str(found(again)), "the last one written counts"


def test_an_ogg_has_as_many_pages_as_before_each_with_its_checksum(tmp_path: Path) -> None:
    before = sound(tmp_path / "sound.opus", "libopus", 48000).read_bytes()
    for text in (TEXT, TEXT.replace("fox", "狐" * 9000)):
        after = with_text(before, "audio/ogg", text)
        assert after.count(b"OggS") == before.count(b"OggS")
        pages = [b"OggS" + page for page in after.split(b"OggS")[1:3]]
        assert [int.from_bytes(page[22:26], "little") for page in pages] == [*map(checksum, pages)]
        assert "fox" in str(found(after)) or "狐" * 9000 in str(found(after))
        assert packets(with_text(after, "audio/ogg")) == packets(before)
    cover = b"OpusTags" + (0).to_bytes(4, "little") + (1).to_bytes(4, "little")
    assert not copy_with(io.BytesIO(before.replace(b"OpusTags", cover[:-4])), io.BytesIO(), "audio/ogg", TEXT)


def test_a_box_that_reaches_to_the_end_and_an_index_at_the_end_are_minded(tmp_path: Path) -> None:
    data = film(tmp_path / "film.mp4", fragmented=True).read_bytes()
    at = data.rindex(b"mfra") - 4
    assert at + int.from_bytes(data[at : at + 4]) == len(data)
    after = with_text(data, "video/mp4")
    assert after.endswith(data[at:]), "the index stays at the end, where it is looked for"
    plain = film(tmp_path / "plain.mp4").read_bytes()
    at = plain.rindex(b"moov") - 4
    open_end = plain[:at] + bytes(4) + plain[at + 4 :]
    assert packets(with_text(open_end, "video/mp4")) == packets(plain)
    cut = io.BytesIO()
    assert not copy_with(io.BytesIO(plain[:-100]), cut, "video/mp4", TEXT)
    assert not cut.getvalue()


def test_metadata_that_are_there_stay(tmp_path: Path) -> None:
    own = (
        b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-'
        b'rdf-syntax-ns#"><rdf:Description dc="1">Mine</rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    plain = film(tmp_path / "film.mp4").read_bytes()
    box = (24 + len(own)).to_bytes(4) + b"uuid" + XMP_BOX + own
    after = with_text(plain + box, "video/mp4")
    assert after.count(b"uuid" + XMP_BOX) == 1
    last = after[after.rindex(b"uuid" + XMP_BOX) :]
    assert b">Mine<" in last
    assert MARK.encode() in last
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG", xmp=own, comment=b"hello", exif=Image.Exif())
    image = Image.open(io.BytesIO(with_text(picture.getvalue(), "image/jpeg")))
    assert image.info["comment"] == b"hello"
    assert b">Mine<" in image.info["xmp"]
    assert image.getxmp()["xmpmeta"]["RDF"]["Description"][1]["Recipe"] == TEXT.replace(
        "&", r"\u0026"
    ).replace("<", r"\u003c").replace(">", r"\u003e")
    assert found(with_text(picture.getvalue(), "image/jpeg")) == SEEN


@pytest.mark.parametrize(
    ("kind", "media_type", "mode", "options"),
    [
        ("PNG", "image/png", "RGBA", {}),
        ("JPEG", "image/jpeg", "RGB", {"quality": 90, "progressive": True}),
        ("AVIF", "image/avif", "RGB", {}),
        ("AVIF", "image/avif", "RGBA", {"quality": 60}),
        ("WEBP", "image/webp", "RGB", {"quality": 80}),
        ("WEBP", "image/webp", "RGBA", {"lossless": True}),
        ("WEBP", "image/webp", "RGB", {"icc_profile": b"not a profile, but bytes"}),
        (
            "GIF",
            "image/gif",
            "P",
            {"save_all": True, "append_images": [Image.new("P", (33, 21), 3)], "loop": 0},
        ),
    ],
)
def test_an_image_is_drawn_the_same(
    kind: str, media_type: str, mode: str, options: dict[str, object]
) -> None:
    rng = np.random.default_rng(3)
    picture = Image.fromarray(rng.integers(0, 255, (21, 33, 4), dtype=np.uint8)).convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    before = buffer.getvalue()
    after = with_text(before, media_type)
    one, other = Image.open(io.BytesIO(before)), Image.open(io.BytesIO(after))
    assert other.mode == one.mode
    for number in range(getattr(one, "n_frames", 1)):
        one.seek(number)
        other.seek(number)
        assert other.convert("RGBA").tobytes() == one.convert("RGBA").tobytes()
    assert other.info.get("icc_profile") == one.info.get("icc_profile")
    assert found(after) == SEEN
    if kind == "PNG":
        assert json.loads(other.text["reka-recipe"]) == SEEN
    if kind == "GIF":
        assert other.info["loop"] == 0


def test_a_recipe_that_is_too_long_is_not_written_and_one_is_read_to_its_bound(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    target = io.BytesIO()
    assert not copy_with(picture, target, "image/png", MARK + "1" * LARGEST)
    assert not target.getvalue()
    assert not copy_with(io.BytesIO(b"fLaC" + bytes(100)), target, "audio/flac", TEXT)
    text = find(MARK.encode() + b"1" * 10_000_000)
    assert text is not None
    assert len(text) == LARGEST_READ


def test_content_credentials_are_seen(tmp_path: Path) -> None:
    store = b"jumb....c2pa...."
    plain = film(tmp_path / "film.mp4").read_bytes()
    box = (24 + len(store)).to_bytes(4) + b"uuid" + CREDENTIALS_BOX + store
    png, jpeg, webp = io.BytesIO(), io.BytesIO(), io.BytesIO()
    for buffer, kind in ((png, "PNG"), (jpeg, "JPEG"), (webp, "WEBP")):
        Image.new("RGB", (8, 8)).save(buffer, kind)
    chunk = len(store).to_bytes(4) + b"caBX" + store + crc32(b"caBX" + store).to_bytes(4)
    segment = b"\xff\xeb" + (len(store) + 2).to_bytes(2) + store
    riff = webp.getvalue() + b"C2PA" + struct.pack("<I", len(store)) + store
    tag = b"GEOB" + bytes([0, 0, 0, 40]) + b"\0\0\0application/c2pa\0\0\0" + bytes(20)
    signed = {
        "video/mp4": (plain, plain[:32] + box + plain[32:]),
        "image/png": (png.getvalue(), png.getvalue()[:33] + chunk + png.getvalue()[33:]),
        "image/jpeg": (jpeg.getvalue(), jpeg.getvalue()[:2] + segment + jpeg.getvalue()[2:]),
        "image/webp": (webp.getvalue(), riff[:4] + struct.pack("<I", len(riff) - 8) + riff[8:]),
        # A box of a type of its own, as in an MP4.
        "image/avif": (plain[:32], plain[:32] + box),
        "image/tiff": (b"MM\0*\0\0\0\x08\0\1\x01\0" + bytes(14), b"MM\0*\0\0\0\x08\0\1\xcd\x41" + bytes(14)),
        "video/webm": (
            b"\x1a\x45\xdf\xa3",
            b'<rdf:Description dcterms:provenance="https://host.test/a.c2pa">',
        ),
        "audio/flac": (b"fLaC", b"ID3\x04\0\0\0\0\0" + bytes([len(tag)]) + tag + b"fLaC"),
        "audio/mpeg": (b"ID3\x04\0\0\0\0\0\0", b"ID3\x04\0\0\0\0\0" + bytes([len(tag)]) + tag),
    }
    for media_type, (without, having) in signed.items():
        assert not has_credentials(io.BytesIO(without), media_type), media_type
        assert has_credentials(io.BytesIO(having), media_type), media_type
        target = io.BytesIO()
        if copy_with(io.BytesIO(having), target, media_type, TEXT):
            assert has_credentials(target, media_type), "they are still there, though not valid any more"
