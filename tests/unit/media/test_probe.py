"""Test telling what a file is, and whether all of it came."""

import io
import struct
import subprocess
import sys
import time
from dataclasses import replace

import av
import pytest
from PIL import Image

from reka_notebook.media import MediaError, examine, glance, probe


def cut(path, tmp_path, part):
    data = path.read_bytes()
    shorter = tmp_path / path.name
    shorter.write_bytes(data[: int(len(data) * part)])
    return shorter


def without_envelope(monkeypatch):
    """Leave only the decoding to notice what is missing."""
    monkeypatch.setattr("reka_notebook.media.films.tracks.missing_bytes", lambda file, media_type: 0)


@pytest.mark.parametrize(
    ("name", "media_type", "codec", "sound"),
    [
        ("h264.mp4", "video/mp4", "h264", True),
        ("silent.mp4", "video/mp4", "h264", False),
        ("hevc.mp4", "video/mp4", "hevc", True),
        ("av1.mp4", "video/mp4", "av1", True),
        ("vp9.webm", "video/webm", "vp9", True),
        ("h264.mkv", "video/x-matroska", "h264", True),
        ("h264.mov", "video/quicktime", "h264", True),
    ],
)
def test_videos(videos, tmp_path, name, media_type, codec, sound):
    if name not in videos:
        pytest.skip(f"no encoder for {name}")
    info = probe(videos[name])
    assert (info.kind, info.media_type, info.codec, info.has_audio) == ("video", media_type, codec, sound)
    assert (info.width, info.height) == (320, 240)
    assert info.fps == pytest.approx(24, abs=0.1)
    assert info.duration == pytest.approx(2.0, abs=0.05)
    assert info.bytes == videos[name].stat().st_size
    renamed = tmp_path / "take.txt"
    renamed.write_bytes(videos[name].read_bytes())
    assert probe(str(renamed)) == info, "a name is not believed"


@pytest.mark.draw
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.99, 0.999])
@pytest.mark.parametrize(
    "name", ["h264.mp4", "silent.mp4", "hevc.mp4", "av1.mp4", "vp9.webm", "h264.mkv", "h264.mov"]
)
def test_a_cut_video_is_refused(videos, tmp_path, name, part):
    if name not in videos:
        pytest.skip(f"no encoder for {name}")
    with pytest.raises(MediaError, match=f"{name} is cut short.*Fetch it again"):
        probe(cut(videos[name], tmp_path, part))


@pytest.mark.draw
@pytest.mark.parametrize("part", [0.4, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("name", ["h264.mp4", "silent.mp4", "hevc.mp4", "av1.mp4"])
def test_decoding_alone_notices_a_cut(videos, tmp_path, name, part, monkeypatch):
    if name not in videos:
        pytest.skip(f"no encoder for {name}")
    without_envelope(monkeypatch)
    with pytest.raises(MediaError, match="cut short"):
        probe(cut(videos[name], tmp_path, part))


def test_an_index_at_the_end_that_never_came(write_video, tmp_path):
    path = write_video(tmp_path / "late.mp4", seconds=1, faststart=False)
    assert probe(path).duration == pytest.approx(1.0)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"moov") - 4])
    with pytest.raises(MediaError, match=r"late\.mp4 is cut short or damaged"):
        probe(path)


def test_a_fragmented_mp4(videos, tmp_path):
    path = tmp_path / "fragments.mp4"
    with (
        av.open(str(videos["silent.mp4"])) as source,
        av.open(str(path), "w", options={"movflags": "frag_keyframe+empty_moov"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert probe(path).duration == pytest.approx(2.0, abs=0.05)
    with pytest.raises(MediaError, match="cut short"):
        probe(cut(path, tmp_path, 0.8))


def test_a_webm_that_states_its_duration_and_not_its_size(videos, tmp_path):
    if "vp9.webm" not in videos:
        pytest.skip("no encoder for vp9.webm")
    data = videos["vp9.webm"].read_bytes()
    at = data.index(b"\x18\x53\x80\x67") + 4
    assert data[at] == 1, "a length of eight bytes"
    unknown = data[:at] + b"\x01" + b"\xff" * 7 + data[at + 8 :]
    path = tmp_path / "a.webm"
    path.write_bytes(unknown)
    assert probe(path).duration == pytest.approx(2.0, abs=0.05)
    path.write_bytes(unknown[: len(unknown) // 2])
    with pytest.raises(MediaError, match=r"a\.webm is cut short: .* are missing at its end"):
        probe(path)


def test_a_title_that_is_not_utf8(videos, tmp_path):
    path = tmp_path / "titled.mkv"
    with av.open(str(videos["silent.mp4"])) as source, av.open(str(path), "w") as target:
        target.metadata["title"] = "TITLETITLE"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    data = path.read_bytes()
    assert b"TITLETITLE" in data
    path.write_bytes(data.replace(b"TITLETITLE", b"TITLE\xff\xfe\x80\x80\xc0"))
    assert probe(path).kind == "video"


def test_a_single_frame(write_video, tmp_path):
    info = probe(write_video(tmp_path / "one.mp4", seconds=1 / 24, sound=None))
    assert info.duration == pytest.approx(1 / 24, abs=0.01)


def test_one_keyframe_for_all(write_video, tmp_path):
    path = write_video(tmp_path / "long.mp4", seconds=4, keyframe_every=1000)
    assert probe(path).duration == pytest.approx(4.0)


def test_a_sideways_video_is_told_as_it_is_shown(videos, tmp_path):
    path = tmp_path / "phone.mp4"
    path.write_bytes(turned(videos["silent.mp4"].read_bytes()))
    assert (probe(path).width, probe(path).height) == (240, 320)


def turned(data: bytes) -> bytes:
    """Return an MP4 whose track header asks for a quarter turn clockwise, as a phone held upright writes it."""
    at = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 240 << 16, 0, 0x40000000)
    return data[:at] + matrix + data[at + 36 :]


@pytest.mark.parametrize(
    ("name", "media_type", "codec"),
    [
        ("a.mp3", "audio/mpeg", "mp3"),
        ("a.wav", "audio/wav", "pcm_s16le"),
        ("a.m4a", "audio/mp4", "aac"),
        ("a.flac", "audio/flac", "flac"),
        ("a.ogg", "audio/ogg", "opus"),
    ],
)
def test_sounds(sounds, name, media_type, codec):
    if name not in sounds:
        pytest.skip(f"no encoder for {name}")
    info = probe(sounds[name])
    assert (info.kind, info.media_type, info.codec, info.has_audio) == ("audio", media_type, codec, True)
    assert info.duration == pytest.approx(3.0, abs=0.05)
    assert (info.width, info.height, info.fps) == (None, None, None)


@pytest.mark.draw
@pytest.mark.parametrize("part", [0.05, 0.5, 0.95, 0.999])
@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.m4a", "a.flac"])
def test_a_cut_sound_is_refused(sounds, tmp_path, name, part):
    if name not in sounds:
        pytest.skip(f"no encoder for {name}")
    with pytest.raises(MediaError, match="cut short"):
        probe(cut(sounds[name], tmp_path, part))


def test_an_mp3_that_states_no_length_is_believed(sounds, tmp_path):
    if "a.mp3" not in sounds:
        pytest.skip("no encoder for a.mp3")
    data = sounds["a.mp3"].read_bytes().replace(b"Xing", b"\0\0\0\0").replace(b"Info", b"\0\0\0\0")
    path = tmp_path / "plain.mp3"
    path.write_bytes(data + b"TAG" + b"x" * 125)
    assert probe(path).duration == pytest.approx(3.0, abs=0.1)


def test_the_guessed_length_of_an_mp3_is_not_believed(sounds, write_sound, tmp_path):
    if "a.mp3" not in sounds:
        pytest.skip("no encoder for a.mp3")
    bare = {"write_xing": "0", "id3v2_version": "0"}
    parts = [
        write_sound(tmp_path / "part.mp3", "libmp3lame", seconds, rate, **bare).read_bytes()
        for seconds, rate in ((2, 32_000), (1, 320_000))
    ]
    path = tmp_path / "varied.mp3"
    path.write_bytes(b"".join(parts))
    with av.open(str(path)) as container:
        assert container.duration > 5_000_000, "guessed from the first frames"
    assert probe(path).duration == pytest.approx(3.0, abs=0.2)


def test_a_wav_that_was_streamed_states_no_length(sounds, tmp_path):
    data = bytearray(sounds["a.wav"].read_bytes())
    data[4:8] = b"\xff" * 4
    path = tmp_path / "streamed.wav"
    path.write_bytes(data)
    assert probe(path).duration == pytest.approx(3.0)


def test_a_sound_with_a_cover_is_a_sound(sounds, scene, encoded, tmp_path):
    picture = b"\0image/png\0\x03\0" + encoded(scene(64, 64), "PNG")
    frame = b"APIC" + len(picture).to_bytes(4) + b"\0\0" + picture
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    plain = sounds["a.mp3"].read_bytes()
    tag = 10 + sum(byte << shift for byte, shift in zip(plain[6:10], (21, 14, 7, 0), strict=True))
    path = tmp_path / "song.mp3"
    path.write_bytes(b"ID3\x03\0\0" + size + frame + plain[tag:])
    with av.open(str(path)) as container:
        assert container.streams.video, "the cover is there"
    assert probe(path).kind == "audio"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_images(scene, encoded, tmp_path, kind):
    path = tmp_path / "take"
    path.write_bytes(encoded(scene(), kind))
    info = probe(path)
    assert (info.kind, info.media_type, info.codec) == ("image", f"image/{kind.lower()}", kind.lower())
    assert (info.width, info.height, info.duration, info.fps, info.has_audio) == (320, 240, None, None, False)
    path.write_bytes(path.read_bytes()[: info.bytes // 2])
    with pytest.raises(MediaError, match="cut short or damaged"):
        probe(path)


def test_an_image_held_sideways(scene, encoded, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 8
    (tmp_path / "a.jpg").write_bytes(encoded(scene(), "JPEG", exif=exif))
    assert (probe(tmp_path / "a.jpg").width, probe(tmp_path / "a.jpg").height) == (240, 320)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "take.mp4 is empty"),
        (
            b"<!doctype html><title>Expired</title><p>Ask again",
            "take.mp4 is an HTML page.*begins: “.*Expired",
        ),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "is XML.*AccessDenied"),
        (b'{"detail": "Not found"}', "is JSON.*Not found"),
        (b"Bad gateway", "is text.*“Bad gateway”"),
        (b"<html>" + b"<p>long " * 100, "is an HTML page.*…”"),
        (b"%PDF-1.7", "is a PDF"),
        (bytes(1000), "not a video"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp42", "damaged"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + bytes(1000), "damaged"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", "is text"),
        (b"ffconcat version 1.0\nfile /etc/hostname\n", "is text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ],
)
def test_what_is_no_media(tmp_path, data, words):
    path = tmp_path / "take.mp4"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=f"(?s){words}"):
        probe(path)


def test_a_page_cannot_put_control_characters_into_the_error(tmp_path):
    path = tmp_path / "take.mp4"
    path.write_bytes("<html>\x1b[31m\u202ered\u0000".encode())
    with pytest.raises(MediaError) as caught:
        probe(path)
    assert str(caught.value).isprintable()


def test_what_is_no_file(tmp_path):
    with pytest.raises(MediaError, match="There is no file"):
        probe(tmp_path / "nothing.mp4")
    with pytest.raises(MediaError, match="There is no file"):
        probe(tmp_path)


@pytest.mark.parametrize(("name", "tag"), [("h264.mp4", b"avc1"), ("a.m4a", b"mp4a")])
def test_a_coding_that_is_not_known(videos, sounds, tmp_path, name, tag):
    path = tmp_path / name
    path.write_bytes((videos | sounds)[name].read_bytes().replace(tag, b"zzzz").replace(b"esds", b"free"))
    with pytest.raises(MediaError, match="in a coding that is not known here"):
        probe(path)


def test_a_sound_track_that_is_not_known_does_not_spoil_the_picture(videos, tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(videos["h264.mp4"].read_bytes().replace(b"mp4a", b"zzzz").replace(b"esds", b"free"))
    with av.open(str(path)) as container:
        assert container.streams.audio[0].codec_context is None
    assert probe(path).has_audio


def test_a_frame_too_large_is_not_decoded(videos, monkeypatch):
    monkeypatch.setattr("reka_notebook.media.films.tracks.LARGEST_FRAME", 100 * 100)
    with pytest.raises(MediaError, match="320 × 240, which is too large"):
        probe(videos["h264.mp4"])


def test_nothing_is_printed(videos, tmp_path, capfd):
    with pytest.raises(MediaError):
        probe(cut(videos["h264.mp4"], tmp_path, 0.5))
    assert capfd.readouterr() == ("", "")


def test_200_megabytes_in_little_time_and_memory(write_video, tmp_path):
    short = write_video(tmp_path / "short.mp4", seconds=2, size=(1280, 720), keyframe_every=24, sound=None)
    long = tmp_path / "long.mp4"
    repeated(short, long, 200_000_000)
    code = (
        "import sys, time, resource\n"
        "from reka_notebook import media\n"
        "media.probe(sys.argv[1])\n"
        "rss = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before, began = rss(), time.process_time()\n"
        "info = media.probe(sys.argv[2])\n"
        "print(info.duration, time.process_time() - began, (rss() - before) / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, short, long], capture_output=True, text=True, check=True
    )
    duration, seconds, megabytes = map(float, done.stdout.split())
    assert duration > 60
    assert seconds < 1.5, "of computing; usually a fifth"
    assert megabytes < 40
    with long.open("r+b") as file:
        file.truncate(199_000_000)
    began = time.process_time()
    with pytest.raises(MediaError, match="cut short"):
        probe(long)
    assert time.process_time() - began < 0.2
    long.unlink()


def repeated(short, long, size):
    """Repeat the packets of one video until the file has the size asked for."""
    with av.open(str(short)) as source, av.open(str(long), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        packets = [
            (bytes(p), p.pts, p.dts, p.is_keyframe) for p in source.demux(video=0) if p.dts is not None
        ]
        base = source.streams.video[0].time_base
        length = round(2 / base)
        for turn in range(1 + size // sum(len(data) for data, *_ in packets)):
            for data, pts, dts, key in packets:
                packet = av.Packet(data)
                packet.stream, packet.time_base, packet.is_keyframe = stream, base, key
                packet.pts, packet.dts = pts + turn * length, dts + turn * length
                target.mux(packet)


def test_io_is_not_left_open(videos):
    import gc
    import warnings

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        probe(videos["h264.mp4"])
        with pytest.raises(MediaError):
            probe(io.__file__)
        gc.collect()
    assert not [warning for warning in seen if warning.category is ResourceWarning]


@pytest.mark.parametrize("name", ["h264.mp4", "silent.mp4", "hevc.mp4", "vp9.webm", "h264.mkv", "h264.mov"])
def test_a_glance_tells_what_an_examination_does(videos, name):
    if name not in videos:
        pytest.skip(f"no encoder for {name}")
    seen, still = glance(videos[name])
    info, poster = examine(videos[name])
    assert (replace(seen, duration=None), still) == (replace(info, duration=None), poster)
    assert seen.duration == pytest.approx(info.duration, abs=0.1)


def test_a_glance_refuses_what_is_cut_off_or_no_film(videos, sounds, tmp_path, photo):
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(photo.read_bytes())
    for path in (cut(videos["h264.mp4"], tmp_path, 0.9), sounds["a.m4a"], picture):
        with pytest.raises(MediaError):
            glance(path)
