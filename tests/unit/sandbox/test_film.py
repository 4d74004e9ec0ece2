from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

from reka_notebook.sandbox.rendering import film
from reka_notebook.sandbox.rendering.media import Film, Picture

PHOTO = Path(__file__).parents[3] / "notebooks" / "photo.jpg"
SENT = Picture("photo", (600, 400), PHOTO)
SMALL = Film("push in", SENT, None, 320, 214, 8, 2.0, True)


def frames(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as container:
        return [frame.to_image() for frame in container.decode(video=0)]


def drawn(tmp_path: Path, order: Film) -> list[Image.Image]:
    path = tmp_path / "film.mp4"
    film.write(order, path)
    return frames(path)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference, 0 to 255, of two pictures seen small."""
    a, b = (image.convert("RGB").resize((32, 32)) for image in (one, other))
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


@pytest.mark.parametrize(
    ("size", "fps", "seconds"), [((1280, 720), 24, 1.0), ((406, 720), 24, 0.5), ((320, 214), 8, 3.0)]
)
def test_it_is_an_mp4_that_browsers_play(tmp_path, size, fps, seconds):
    path = tmp_path / "film.mp4"
    film.write(Film("push in", SENT, None, *size, fps, seconds, True), path)
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", *size)
        assert audio.codec_context.name == "aac"
        assert video.average_rate == fps
        assert video.frames == round(seconds * fps)
        assert float(video.duration * video.time_base) == pytest.approx(seconds, abs=0.01)
        assert container.duration / 1e6 == pytest.approx(seconds, abs=0.1)
        loudest = max(
            abs(sample) for frame in container.decode(audio=0) for sample in frame.to_ndarray().flat
        )
        assert 0.001 < loudest < 0.1
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_without_sound_there_is_no_sound_track(tmp_path):
    path = tmp_path / "film.mp4"
    film.write(replace(SMALL, sound=False), path)
    with av.open(str(path)) as container:
        assert not container.streams.audio


def test_its_first_frame_resembles_the_picture_that_was_sent(tmp_path):
    with Image.open(PHOTO) as photo:
        for prompt in ("push in", "pan left", "tilt up fast", "orbit"):
            first = drawn(tmp_path, replace(SMALL, prompt=prompt))[0]
            fitted = ImageOps.fit(photo, first.size)
            assert difference(first, fitted) < 4, prompt
            assert difference(first, ImageOps.mirror(fitted)) > 30, prompt


def test_a_move_out_ends_at_the_picture_that_was_sent(tmp_path):
    with Image.open(PHOTO) as photo:
        shown = drawn(tmp_path, replace(SMALL, prompt="zoom out"))
        upper = (0, 30, 320, 130)
        fitted = ImageOps.fit(photo, shown[0].size)
        assert difference(shown[-1].crop(upper), fitted.crop(upper)) < 6
        assert difference(shown[0].crop(upper), fitted.crop(upper)) > 12


def test_it_moves_and_a_static_shot_does_not(tmp_path):
    silent = replace(SMALL, prompt="")
    moving = drawn(tmp_path, silent)
    still = drawn(tmp_path, replace(SMALL, prompt="static"))
    upper = (0, 40, 320, 120)
    assert difference(moving[0].crop(upper), moving[-1].crop(upper)) > 6
    assert difference(still[0].crop(upper), still[-1].crop(upper)) < 1


@pytest.mark.parametrize(
    "prompt", ["zoom in", "zoom out", "pan left", "tilt up", "orbit fast", "spin the camera spins"]
)
def test_no_frame_has_a_border(tmp_path, prompt):
    white = tmp_path / "white.png"
    Image.new("RGB", (300, 500), "white").save(white)
    for frame in drawn(tmp_path, replace(SMALL, prompt=prompt, start=Picture("w", (300, 500), white))):
        grey = frame.convert("L")
        edge = [grey.crop(box) for box in ((0, 0, 240, 1), (0, 0, 1, 150), (319, 40, 320, 150))]
        assert min(part.getextrema()[0] for part in edge) > 225


def test_colours_survive(tmp_path):
    red = tmp_path / "red.png"
    Image.new("RGB", (320, 214), (200, 30, 40)).save(red)
    frame = drawn(tmp_path, replace(SMALL, start=Picture("red", (320, 214), red)))[0]
    assert frame.getpixel((100, 100)) == pytest.approx((200, 30, 40), abs=12)


def test_the_caption_comes_after_the_first_frame_and_the_tag_is_always_there(tmp_path):
    black = tmp_path / "grey.png"
    Image.new("RGB", (320, 214), (90, 90, 90)).save(black)
    shown = drawn(
        tmp_path, replace(SMALL, prompt="static harbour at dawn", start=Picture("b", (320, 214), black))
    )

    def brightest(frame: Image.Image, box: tuple[int, int, int, int]) -> int:
        return int(frame.convert("L").crop(box).getextrema()[1])

    foot, corner = (60, 170, 260, 214), (240, 0, 320, 40)
    assert brightest(shown[0], foot) < 110
    assert brightest(shown[-1], foot) > 180
    assert brightest(shown[0], corner) > 140
    assert brightest(shown[-1], corner) > 140


def test_a_dissolve_ends_at_the_end_picture(tmp_path):
    blue = tmp_path / "blue.png"
    Image.new("RGB", (300, 200), (20, 40, 200)).save(blue)
    shown = drawn(tmp_path, replace(SMALL, prompt="", end=Picture("blue", (300, 200), blue)))
    assert shown[-1].getpixel((160, 100)) == pytest.approx((20, 40, 200), abs=14)
    assert shown[0].getpixel((160, 100))[2] < 100


def test_words_alone_make_the_same_picture_each_time_and_another_for_others(tmp_path):
    order = replace(SMALL, start=None, prompt="a lighthouse at dawn")
    one, again = drawn(tmp_path, order)[0], drawn(tmp_path, order)[0]
    others = [drawn(tmp_path, replace(order, prompt=f"words {n}", seconds=0.5))[0] for n in range(4)]
    assert difference(one, again) == 0
    assert all(difference(one, other) > 3 for other in others)


def test_a_picture_that_was_not_fetched_is_a_neutral_plate_with_its_host(tmp_path):
    plate = drawn(
        tmp_path, replace(SMALL, start=Picture("u", (1280, 720), host="images.example.org"), prompt="static")
    )
    one = plate[0]
    assert ImageStat.Stat(one.convert("HSV")).mean[1] < 50
    assert one.convert("L").crop((40, 85, 280, 125)).getextrema()[1] > 220


def test_transparency_is_on_white_and_a_sideways_photograph_upright(tmp_path):
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (320, 214), (0, 0, 0, 0)).save(clear)
    frame = drawn(tmp_path, replace(SMALL, prompt="static", start=Picture("c", (320, 214), clear)))[0]
    assert min(frame.getpixel((100, 100))) > 240

    sideways = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(sideways).rectangle((0, 0, 100, 200), fill="red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter: what lies on the left belongs on top
    turned = tmp_path / "turned.jpg"
    sideways.save(turned, exif=exif)
    order = replace(SMALL, prompt="static", start=Picture("t", (200, 400), turned), width=160, height=320)
    frame = drawn(tmp_path, order)[0]
    assert frame.getpixel((30, 30))[1] < 80
    assert frame.getpixel((30, 200))[1] > 200


def test_it_leaves_off_in_the_middle_when_told_to(tmp_path):
    asked = []
    film.write(
        replace(SMALL, seconds=60),
        tmp_path / "film.mp4",
        lambda: len(asked) > 3 or asked.append(1) is not None,
    )
    assert len(asked) == 4
