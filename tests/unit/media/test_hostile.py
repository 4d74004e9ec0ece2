"""Test that whatever bytes come, the answer is a picture or an error in words."""

import contextlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from reka_notebook.media import ImageError, MediaError, load, poster, prepare, probe
from reka_notebook.media.images.metadata import without_metadata
from reka_notebook.media.signature import PICTURES, recognise

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

damages = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=5)


def damaged(data: bytes, damage, keep: int = 0) -> bytes:
    out = bytearray(data)
    for place, body in damage:
        at = keep + int(place * (len(out) - keep))
        out[at : at + len(body)] = body
    return bytes(out)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"])
def test_damaged_images(encoded, scene, kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {} if kind in ("GIF", "BMP", "JPEG2000") else {"exif": exif}
    whole = encoded(scene(48, 32), kind, **options)

    @SETTINGS
    @given(damage=damages, length=st.floats(0.5, 1))
    def try_it(damage, length):
        data = damaged(whole, damage)[: int(len(whole) * length) or 1]
        try:
            prepared = prepare(load(data))
        except ImageError:
            return
        assert Image.open(io.BytesIO(prepared.data)).size == (prepared.width, prepared.height)

    try_it()


@pytest.mark.parametrize("name", ["h264.mp4", "vp9.webm", "a.mp3", "a.wav", "a.m4a"])
def test_damaged_videos_and_sounds(videos, sounds, name, tmp_path):
    everything = videos | sounds
    if name not in everything:
        pytest.skip(f"no encoder for {name}")
    whole = everything[name].read_bytes()
    path = tmp_path / name

    @settings(SETTINGS, max_examples=25)
    @given(damage=damages, length=st.floats(0.5, 1), head=st.booleans())
    def try_it(damage, length, head):
        # Half of the damage goes into the first kilobytes, where the structure is.
        data = damaged(whole[:4000], damage) + whole[4000:] if head else damaged(whole, damage)
        path.write_bytes(data[: int(len(data) * length)])
        for look in (probe, poster):
            with contextlib.suppress(MediaError):
                assert look(path)

    try_it()


@SETTINGS
@given(data=st.binary(max_size=200), media_type=st.sampled_from(["image/jpeg", "image/png", "image/webp"]))
def test_structures_of_noise(data, media_type):
    head = {"image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF\0\1\0\0WEBP"}[
        media_type
    ]
    assert isinstance(without_metadata(head + data, media_type), bytes | None)


@SETTINGS
@given(data=st.binary(max_size=64))
def test_noise_is_no_image(data):
    kind = recognise(data)
    assert kind is None or "/" in kind
    with pytest.raises(ImageError):
        load(data)


def test_every_readable_type_has_a_name():
    from reka_notebook.media.films.tracks import DEMUXERS
    from reka_notebook.media.signature import NOUNS

    assert set(NOUNS) >= PICTURES | set(DEMUXERS)
