"""Test films that arrived whole and are odd: they are taken, and what is odd is said."""

import io
from fractions import Fraction
from itertools import chain

import av
import numpy as np
import pytest
from PIL import Image

from reka_notebook.media import (
    CutShort,
    MediaError,
    NotMedia,
    examine,
    frames_of,
    gif,
    last_frame,
    poster,
    probe,
)


def copied(source, target, change=lambda packets: packets, **options):
    """Write the packets of a film anew, changed in between: a list of lists, one for each track."""
    with av.open(str(source)) as there, av.open(str(target), "w", **options) as here:
        streams = {stream.index: here.add_stream_from_template(stream) for stream in there.streams}
        tracks = {index: [] for index in streams}
        for packet in there.demux():
            if packet.dts is not None:
                tracks[packet.stream_index].append(packet)
        changed = change(list(tracks.values()))
        for packet in sorted(chain(*changed), key=lambda packet: packet.dts * packet.time_base):
            packet.stream = streams[packet.stream_index]
            here.mux(packet)
    return target


def shorter_picture(seconds):
    """Drop the last seconds of the picture."""

    def change(tracks):
        picture, *sound = tracks
        end = max(packet.pts * packet.time_base for packet in picture)
        return [[packet for packet in picture if packet.pts * packet.time_base < end - seconds], *sound]

    return change


def held(tracks):
    """Hold the last frame for 1.5 seconds, as an encoder writes it that decodes it before others."""
    picture, *others = tracks
    while picture[-1].pts == max(packet.pts for packet in picture):
        picture.pop()
    picture[-1].duration = int(Fraction(3, 2) / picture[-1].time_base)
    return [picture, *others]


def spoilt(path, at, length):
    """Put zeros in place of some bytes."""
    data = bytearray(path.read_bytes())
    data[at : at + length] = bytes(length)
    path.write_bytes(data)
    return path


def last_packet(path, kind):
    """Return where the last packet of a track lies in the file, and how long it is."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(**{kind: 0}) if packet.dts is not None]
        return packets[-1].pos, packets[-1].size


def shows(path, remark, **more):
    """Return a film that is told to be odd, and can be shown."""
    info = probe(path, **more)
    assert info.kind == "video"
    assert any(remark in said for said in info.remarks), info.remarks
    assert all(said[0].isupper() and said.endswith(".") for said in info.remarks)
    assert examine(path, **more)[1] is not None
    assert Image.open(io.BytesIO(poster(path, **more))).size == (320, 240)
    assert last_frame(path, **more).size == (320, 240)
    assert len(frames_of(path, 4, **more)) >= 3
    assert gif(path, width=80, **more)
    return info


@pytest.mark.parametrize("name", ["vp9.webm", "h264.mkv", "h264.mp4", "h264.mov"])
def test_a_sound_that_is_longer_than_the_picture(videos, tmp_path, name):
    path = copied(videos[name], tmp_path / name, shorter_picture(1.0))
    info = shows(path, "The sound goes on for 1.0 s after the picture.")
    assert info.duration == pytest.approx(1.0, abs=0.15)


def test_a_last_frame_that_is_held_and_decoded_before_others(videos, tmp_path):
    path = copied(videos["silent.mp4"], tmp_path / "held.mp4", held)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.has_b_frames
        assert stream.duration * stream.time_base > 3
    info = shows(path, "its last frame is held until 3.")
    assert info.duration > 3


def test_a_last_frame_that_is_held(videos, tmp_path):
    def hold(tracks):
        tracks[0][-1].duration = int(Fraction(3, 2) / tracks[0][-1].time_base)
        return tracks

    shows(copied(videos["silent.mp4"], tmp_path / "held.mp4", hold), "The last frame is held for 1.5 s.")


@pytest.mark.parametrize("data", [b"x" * 43, bytes(43), b"\0\0\1\0junk" + b"y" * 35, b"abc"])
@pytest.mark.parametrize("name", ["silent.mp4", "vp9.webm"])
def test_bytes_behind_the_end(videos, tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(videos[name].read_bytes() + data)
    shows(path, f"The file has {len(data)} bytes after its own end")


def test_a_film_like_any_other_has_no_remarks(videos, sounds):
    for name, path in (videos | sounds).items():
        assert probe(path).remarks == (), name


@pytest.mark.parametrize("name", ["h264.mp4", "h264.mov"])
def test_the_last_20_ms_of_a_sound_that_do_not_decode(videos, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(videos[name].read_bytes())
    at, size = last_packet(path, "audio")
    data = bytearray(path.read_bytes())
    data[at : at + size] = b"\xff" * size
    path.write_bytes(data)
    shows(path, "The last 0.02 s of the sound cannot be decoded.")


def test_a_sound_alone_whose_last_packet_does_not_decode(sounds, tmp_path):
    path = tmp_path / "a.m4a"
    path.write_bytes(sounds["a.m4a"].read_bytes())
    at, size = last_packet(path, "audio")
    data = bytearray(path.read_bytes())
    data[at : at + size] = b"\xff" * size
    path.write_bytes(data)
    info = probe(path)
    assert info.kind == "audio"
    assert info.remarks[0].startswith("The last 0.0")
    assert info.remarks[0].endswith("s of the sound cannot be decoded.")


def test_a_sound_of_which_nothing_decodes_does_not_spoil_the_picture(videos, tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(videos["h264.mp4"].read_bytes())
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.dts is not None]
    data = bytearray(path.read_bytes())
    for at, size in places:
        data[at : at + size] = b"\xff" * size
    path.write_bytes(data)
    shows(path, "The sound cannot be decoded.")


@pytest.mark.parametrize("name", ["h264.mp4", "hevc.mp4", "h264.mov"])
def test_an_end_of_zeros(videos, tmp_path, name):
    """A file made as long as it shall become, whose last part never came."""
    if name not in videos:
        pytest.skip(f"no encoder for {name}")
    path = tmp_path / name
    data = videos[name].read_bytes()
    path.write_bytes(data)
    end = data.rindex(b"moov") - 4 if name == "h264.mov" else len(data)
    spoilt(path, end - len(data) // 5, len(data) // 5)
    shows(path, "cannot be decoded")


def test_a_picture_that_decodes_in_its_first_second_alone(videos, tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(videos["silent.mp4"].read_bytes())
    with av.open(str(path)) as container:
        later = [p.pos for p in container.demux(video=0) if p.pts is not None and p.pts * p.time_base >= 1]
    spoilt(path, min(later), path.stat().st_size - min(later))
    shows(path, "The picture cannot be decoded from 1.0 s")


@pytest.mark.parametrize("name", ["silent.mp4", "vp9.webm", "h264.mkv"])
def test_what_is_cut_short_is_taken_where_there_is_no_more_of_it(videos, tmp_path, name):
    data = videos[name].read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: len(data) * 7 // 10])
    with pytest.raises(CutShort):
        probe(path)
    shows(path, "are missing at the source", lenient=True)


def test_a_box_of_unknown_length_tells_by_its_index_that_it_is_cut(videos, tmp_path):
    data = bytearray(videos["silent.mp4"].read_bytes())
    at = data.index(b"mdat") - 4
    data[at : at + 4] = bytes(4)
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    assert probe(path).remarks == ()
    path.write_bytes(data[:-2000])
    with pytest.raises(CutShort, match="its data end early"):
        probe(path)
    shows(path, "cannot be decoded", lenient=True)


def test_a_fragment_that_is_cut_off(videos, tmp_path):
    path = copied(videos["silent.mp4"], tmp_path / "f.mp4", options={"movflags": "frag_keyframe+empty_moov"})
    assert probe(path).remarks == ()
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(CutShort):
        probe(path)
    shows(path, "missing at the source", lenient=True)


def test_frames_at_odd_times_are_no_oddity(videos, tmp_path):
    def jumpy(tracks):
        for number, packet in enumerate(tracks[0]):
            packet.pts, packet.dts = (
                time + number // 3 * packet.duration // 4 for time in (packet.pts, packet.dts)
            )
        return tracks

    assert probe(copied(videos["h264.mkv"], tmp_path / "a.mkv", jumpy)).kind == "video"


@pytest.mark.parametrize("ticks", [0, 1, 0xFFFFFFFF])
def test_a_duration_that_is_nonsense_is_not_believed(videos, tmp_path, ticks):
    data = bytearray(videos["silent.mp4"].read_bytes())
    at = data.index(b"mdhd") + 20
    data[at : at + 4] = ticks.to_bytes(4)
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    info = probe(path)
    assert (info.duration, info.remarks) == (pytest.approx(2.0, abs=0.1), ())
    assert last_frame(path).size == (320, 240)


def test_samples_of_no_bytes(videos, tmp_path):
    def emptied(tracks):
        return [[p if n != 20 else _empty(p) for n, p in enumerate(tracks[0])], *tracks[1:]]

    path = copied(videos["silent.mp4"], tmp_path / "a.mp4", emptied)
    assert probe(path).kind == "video"
    assert last_frame(path).size == (320, 240)


def _empty(packet):
    made = av.Packet(b"")
    made.pts, made.dts, made.duration, made.time_base = (
        packet.pts,
        packet.dts,
        packet.duration,
        packet.time_base,
    )
    made.stream = packet.stream
    return made


def test_a_film_of_which_no_frame_decodes(videos, tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(videos["silent.mp4"].read_bytes())
    spoilt(path, path.read_bytes().index(b"mdat") + 4, 10**6)
    data = bytearray(videos["silent.mp4"].read_bytes())
    at = data.index(b"mdat") + 4
    data[at:] = bytes(len(data) - at)
    path.write_bytes(data)
    with pytest.raises(MediaError, match="it has no frame"):
        probe(path)


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b'{"error": 1}', b"gone", b"\0\0\0", b"<?xml version='1.0'?><Error/>"]
)
def test_text_is_not_the_film(tmp_path, data):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(NotMedia):
        probe(tmp_path / "a")


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"PK\3\4", b"<svg xmlns='x'/>", bytes(range(256)) * 4])
def test_what_is_something_else_is_not_text(tmp_path, data):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(MediaError) as caught:
        probe(tmp_path / "a")
    assert not isinstance(caught.value, NotMedia | CutShort)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_image_that_moves_has_a_duration(scene, tmp_path, kind):
    frames = [scene(64, 48).rotate(10 * turn) for turn in range(8)]
    path = tmp_path / "a"
    frames[0].save(path, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    info = probe(path)
    assert (info.kind, info.width, info.height) == ("image", 64, 48)
    assert (info.duration, info.fps) == (pytest.approx(0.8), pytest.approx(10))
    wanted = [np.asarray(frames[place].convert("RGB")).astype(int) for place in (0, 4, 7)]
    shown = frames_of(path, 3)
    assert [at for at, _ in shown] == pytest.approx([0.0, 0.4, 0.7])
    for image, right in zip([image for _, image in shown], wanted, strict=True):
        assert abs(np.asarray(image).astype(int) - right).mean() < 12
    assert abs(np.asarray(last_frame(path)).astype(int) - wanted[-1]).mean() < 12


@pytest.mark.parametrize(("kind", "part"), [("PNG", 0.9), ("WEBP", 0.9), ("AVIF", 0.9), ("PNG", 0.999)])
def test_a_picture_that_is_cut_off(scene, encoded, tmp_path, kind, part):
    data = encoded(scene(), kind)
    (tmp_path / "a").write_bytes(data[: int(len(data) * part)])
    with pytest.raises(CutShort):
        probe(tmp_path / "a")


SHAPES = [
    ("4/3", (427, 240)),
    ("1/2", (320, 480)),
    ("64/45", (455, 240)),
    ("1/1", (320, 240)),
    ("1000/1", (320, 240)),
]


@pytest.mark.parametrize(("shape", "size"), SHAPES)
def test_pixels_that_are_not_square_are_shown_as_a_player_shows_them(tmp_path, shape, size):
    path = stretched(tmp_path / "a.mp4", shape)
    info = probe(path)
    assert (info.width, info.height) == size
    assert Image.open(io.BytesIO(poster(path))).size == size
    assert last_frame(path).size == size
    assert {image.size for _, image in frames_of(path, 3)} == {size}
    animated = Image.open(io.BytesIO(gif(path, width=1280)))
    assert animated.size == size


def stretched(path, shape):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(shape)
        for index in range(12):
            frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), index * 10, np.uint8), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
