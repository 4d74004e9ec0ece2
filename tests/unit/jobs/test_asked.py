"""Hold what came against what was asked."""

from typing import Any

import pytest

from reka_notebook.catalogue import Spelt, load
from reka_notebook.jobs.steps.asked import judge, sound_unasked
from reka_notebook.library import GenerationRequest, MediaFile, Wire

ENDPOINT = load().endpoint("veo-3.1/image-to-video")


def film(width: int = 1280, height: int = 720, duration: float = 8.0, *, has_audio: bool = True) -> MediaFile:
    return MediaFile(
        name="film.mp4",
        kind="video",
        media_type="video/mp4",
        bytes=1,
        width=width,
        height=height,
        duration=duration,
        has_audio=has_audio,
    )


def words(file: MediaFile, wire: Wire | None = None, **given: Any) -> list[str]:
    request = GenerationRequest(endpoint=ENDPOINT.id, input={"prompt": "push in", **given})
    return [doubt.words for doubt in judge(ENDPOINT, request, wire, [file], {}).doubts]


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("5", 5.0417),
        (5, 5.06),
        ("5s", 4.96),
        ("6", 5.875),
        ("20", 20.6),
        ("auto", 3.0),
        (None, 3.0),
        ("", 3.0),
        ("0", 3.0),
        ("81 frames", 3.0),
        (True, 3.0),
    ],
)
def test_a_duration_within_what_codecs_and_services_do_is_as_asked(asked: Any, got: float) -> None:
    assert words(film(duration=got), duration=asked) == []


@pytest.mark.parametrize(
    ("asked", "got", "said"), [("8", 5.04, "8 s and got 5"), ("8s", 4.0, "8 s and got 4")]
)
def test_another_duration_is_told(asked: str, got: float, said: str) -> None:
    assert words(film(duration=got), duration=asked) == [
        f"You asked for {said}: the service may not know the field `duration`."
    ]


def test_the_field_is_called_what_was_sent() -> None:
    wire = Wire(spelling={"input.duration": Spelt("duration_seconds", "8")})
    (said,) = words(film(duration=5.0), wire, duration="8")
    assert said.endswith("the field `duration_seconds`.")


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("16:9", (1280, 720)),
        ("16:9", (864, 480)),
        ("16:9", (1920, 1088)),
        ("9:16", (720, 1280)),
        ("9:16", (704, 1216)),
        ("4:3", (736, 544)),
        ("21:9", (1470, 630)),
        ("21:9", (1536, 640)),
        ("1:1", (960, 960)),
        ("auto", (640, 480)),
        ("0:0", (640, 480)),
        ("wide", (640, 480)),
    ],
)
def test_a_shape_within_rounding_is_as_asked(asked: str, size: tuple[int, int]) -> None:
    assert words(film(*size), aspect_ratio=asked) == []


@pytest.mark.parametrize(
    ("asked", "size", "got"),
    [("9:16", (1280, 720), "16:9"), ("5:4", (640, 480), "4:3"), ("1:1", (700, 400), "16:9")],
)
def test_another_shape_is_told(asked: str, size: tuple[int, int], got: str) -> None:
    (said,) = words(film(*size), aspect_ratio=asked)
    assert said.startswith(f"You asked for {asked} and got {got}: ")


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("1080p", (1920, 1088)),
        ("1080p", (1080, 1920)),
        ("720p", (960, 960)),
        ("720p", (1470, 630)),
        ("4k", (3840, 2160)),
        ("720p", (1216, 704)),
        ("480p", (864, 480)),
        ("1080p", (1664, 1248)),
        ("1080p", (2176, 928)),
        ("auto", (64, 64)),
        ("720p", (1080, 720)),
        ("1280x720", (1280, 704)),
        ("1280*720", (720, 1280)),
        ("high", (64, 64)),
        (720, (64, 64)),
    ],
)
def test_a_size_within_rounding_or_of_the_image_s_shape_is_as_asked(
    asked: Any, size: tuple[int, int]
) -> None:
    assert words(film(*size), resolution=asked) == []


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("1080p", (1280, 720)),
        ("720p", (864, 480)),
        ("4k", (1920, 1080)),
        ("720p", (1920, 1080)),
        ("1280x720", (640, 360)),
    ],
)
def test_another_size_is_told(asked: str, size: tuple[int, int]) -> None:
    (said,) = words(film(*size), resolution=asked)
    assert said.startswith(f"You asked for {asked} and got {size[0]} × {size[1]}: ")


def test_a_sound_that_is_missing_is_told() -> None:
    assert words(film(), generate_audio=True) == []
    (said,) = words(film(has_audio=False), generate_audio=True)
    assert said.startswith("You asked for sound and got none: ")


def test_a_sound_that_was_not_wanted_has_to_be_heard_first() -> None:
    assert words(film(), generate_audio=False) == []
    request = GenerationRequest(endpoint=ENDPOINT.id, input={"prompt": "push in", "generate_audio": False})
    assert sound_unasked(ENDPOINT, request, None) is not None
    assert sound_unasked(ENDPOINT, GenerationRequest(endpoint=ENDPOINT.id, input={}), None) is None


def test_what_is_no_option_is_not_judged() -> None:
    assert words(film(), length="20", size="64x64", fps=3) == []
    speech = load().endpoint("eleven-v3/text-to-speech")
    request = GenerationRequest(endpoint=speech.id, input={"text": "Hello.", "duration": "20"})
    assert judge(speech, request, None, [film()], {}).doubts == []


def test_what_came_in_place_of_a_film_is_not_judged() -> None:
    still = MediaFile(name="a.png", kind="image", media_type="image/png", bytes=1, width=10, height=10)
    assert words(still, aspect_ratio="16:9", resolution="4k", duration="8") == []
