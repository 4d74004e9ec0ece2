"""Test posters and last frames."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from reka_notebook.media import (
    MediaError,
    examine,
    frame_at,
    last_frame,
    load,
    poster,
    prepare,
    probe,
    waveform,
)


def brightness(image: Image.Image) -> tuple[float, float]:
    """Return the brightness of the left and of the right half: these videos darken from left to right."""
    values = np.asarray(image.convert("L")).astype(float)
    half = values.shape[1] // 2
    return values[:, :half].mean(), values[:, half:].mean()


@pytest.mark.parametrize("name", ["h264.mp4", "hevc.mp4", "av1.mp4", "vp9.webm", "h264.mkv", "h264.mov"])
def test_first_and_last(videos, name):
    if name not in videos:
        pytest.skip(f"no encoder for {name}")
    first = Image.open(io.BytesIO(poster(videos[name])))
    last = last_frame(videos[name])
    assert (first.format, first.size) == ("JPEG", (320, 240))
    assert (last.mode, last.size) == ("RGB", (320, 240))
    assert brightness(first)[0] > 30
    assert brightness(first)[1] > 60
    assert max(brightness(last)) < 30, "the very last frame is dark on both sides"


def test_the_last_frame_is_the_last_of_all_frames(videos):
    with av.open(str(videos["h264.mp4"])) as container:
        for frame in container.decode(video=0):
            wanted = frame
    assert np.array_equal(np.asarray(last_frame(videos["h264.mp4"])), wanted.to_ndarray(format="rgb24"))


def test_the_poster_is_the_first_frame_and_bounded(videos):
    assert Image.open(io.BytesIO(poster(videos["h264.mp4"], max_side=64))).size == (64, 48)


def test_a_sideways_video(videos, tmp_path):
    path = tmp_path / "phone.mp4"
    data = videos["silent.mp4"].read_bytes()
    at = data.index(b"tkhd") + 44
    clockwise = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 240 << 16, 0, 0x40000000)
    path.write_bytes(data[:at] + clockwise + data[at + 36 :])
    image = Image.open(io.BytesIO(poster(path)))
    assert image.size == (240, 320)
    upright = np.asarray(Image.open(io.BytesIO(poster(videos["silent.mp4"])))).astype(int)
    assert abs(np.rot90(upright, -1) - np.asarray(image).astype(int)).mean() < 3
    assert last_frame(path).size == (240, 320)


@pytest.mark.parametrize(("size", "matrix"), [((1280, 720), "709"), ((640, 360), "601")])
def test_colours_that_name_no_matrix_are_shown_as_a_browser_shows_them(tmp_path, size, matrix):
    red, blue = {"709": (0.2126, 0.0722), "601": (0.299, 0.114)}[matrix]
    r, g, b = 40 / 255, 200 / 255, 60 / 255
    luma = red * r + (1 - red - blue) * g + blue * b
    planes = (16 + 219 * luma, 128 + 112 * (b - luma) / (1 - blue), 128 + 112 * (r - luma) / (1 - red))
    width, height = size
    array = np.empty((height * 3 // 2, width), np.uint8)
    array[:height], array[height : height + height // 4], array[height + height // 4 :] = map(round, planes)
    path = tmp_path / "flat.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame.from_ndarray(array, format="yuv420p")
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    pixel = last_frame(path).getpixel((10, 10))
    assert all(abs(a - b) <= 3 for a, b in zip(pixel, (40, 200, 60), strict=True)), pixel


def test_of_an_image_it_is_the_image(scene, encoded, tmp_path):
    (tmp_path / "a.png").write_bytes(encoded(scene(2000, 1000), "PNG"))
    assert Image.open(io.BytesIO(poster(tmp_path / "a.png"))).size == (1280, 640)
    assert np.array_equal(np.asarray(last_frame(tmp_path / "a.png")), np.asarray(scene(2000, 1000)))


def test_a_sound_has_no_picture(sounds):
    for look in (poster, last_frame):
        with pytest.raises(MediaError, match="is a sound and has no picture"):
            look(sounds["a.wav"])


def test_a_cut_video_has_no_last_frame(videos, tmp_path):
    data = videos["h264.mp4"].read_bytes()
    (tmp_path / "a.mp4").write_bytes(data[:-100])
    with pytest.raises(MediaError, match="cut short"):
        last_frame(tmp_path / "a.mp4")


def test_the_next_shot_begins_where_the_last_ended(videos, a_take):
    source = load(a_take(last_frame(videos["h264.mp4"])))
    assert prepare(source).media_type == "image/png"
    assert source.digest == load(last_frame(videos["h264.mp4"])).digest


@pytest.mark.parametrize("name", ["h264.mp4", "vp9.webm"])
def test_one_decoding_tells_what_two_tell(videos, name):
    assert examine(videos[name]) == (probe(videos[name]), poster(videos[name]))


def test_an_image_is_its_own_poster_and_a_sound_has_its_waveform(sounds, scene, encoded, tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(encoded(scene(), "PNG"))
    assert examine(picture) == (probe(picture), poster(picture))
    assert examine(sounds["a.wav"]) == (probe(sounds["a.wav"]), waveform(sounds["a.wav"]))


NUMBERED = Path(__file__).parents[3] / "js" / "tests" / "fixtures"


def number(image: Image.Image) -> int:
    """Return the number that a frame of a numbered film carries, as eight blocks of black and white."""
    row = np.asarray(image.convert("L").resize((128, 32)))[16]
    return sum(1 << bit for bit in range(8) if row[bit * 16 + 8] > 127)


@pytest.mark.parametrize(
    ("name", "fps", "frames"), [("numbered-24.mp4", 24, 72), ("numbered-30.mp4", 30, 60)]
)
def test_a_frame_at_a_time_is_the_one_that_a_browser_shows(name, fps, frames):
    path = NUMBERED / name
    seen = [number(frame_at(path, (place + 0.5) / fps)) for place in (0, 1, 23, 24, 47, frames - 1)]
    assert seen == [0, 1, 23, 24, 47, frames - 1]
    assert number(frame_at(path, round(24 / fps, 6) - 1e-6)) == 24, "a browser's clock is cut off"
    assert number(frame_at(path, 23.98 / fps)) == 23
    assert (number(frame_at(path, -1)), number(frame_at(path, 99))) == (0, frames - 1)
    assert number(last_frame(path)) == frames - 1


def test_a_frame_at_a_time_in_every_container(videos):
    for name, path in videos.items():
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
        third = frames[2]
        wanted = third.to_ndarray(format="rgb24")
        at = third.time - min(frame.time for frame in frames)
        assert np.array_equal(np.asarray(frame_at(path, at)), wanted), name


def test_a_still_image_is_its_own_frame_at_any_time(sounds, tmp_path):
    still = tmp_path / "still.png"
    Image.new("RGB", (32, 32), "red").save(still)
    assert frame_at(still, 5).getpixel((0, 0)) == (255, 0, 0)
    with pytest.raises(MediaError, match="is a sound and has no picture"):
        frame_at(sounds["a.wav"], 0)
