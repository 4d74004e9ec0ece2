import pytest

from reka_notebook.sandbox.rendering.size import aspect, frame_size, seconds


@pytest.mark.parametrize(
    ("ratio", "resolution", "size"),
    [
        (16 / 9, "720p", (1280, 720)),
        (16 / 9, "1080p", (1920, 1080)),
        (9 / 16, "720p", (720, 1280)),
        (9 / 16, "1080p", (1080, 1920)),
        (16 / 9, "4k", (3840, 2160)),
        (3 / 2, "auto", (1280, 854)),
        (3 / 2, None, (1280, 854)),
        (2 / 3, None, (854, 1280)),
        (1.0, "720p", (720, 720)),
    ],
)
def test_the_frame_has_the_resolution_and_aspect_asked_for(ratio, resolution, size):
    assert frame_size(ratio, resolution) == size
    assert all(side % 2 == 0 for side in size)


def test_the_aspect_is_the_one_written_else_the_pictures_within_bounds():
    assert aspect("9:16", (600, 400)) == 9 / 16
    assert aspect("auto", (600, 400)) == 1.5
    assert aspect(None, None) == 16 / 9
    assert aspect("0:0", (100, 100)) == 1
    assert aspect(None, (10_000, 10)) == 3
    assert aspect(None, (10, 10_000)) == 1 / 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [("8", 8), ("8s", 8), (5, 5), (2.5, 2.5), ("", 6), (None, 6), (True, 6), (9999, 60), (0, 0.5)],
)
def test_a_duration_may_be_written_in_several_ways(value, expected):
    assert seconds(value, "6s") == expected


def test_without_any_duration_it_is_five_seconds():
    assert seconds(None) == 5
    assert seconds("soon", "later") == 5
