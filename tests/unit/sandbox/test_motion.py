import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.sandbox.rendering.motion import Move, ease, move, view

PROMPTS = [
    "a calm lake",
    "a slow dolly in",
    "zoom out fast",
    "pan left",
    "camera pans slowly to the right, then up",
    "tilt up",
    "crane down fast",
    "orbit around the cup",
    "rotate fast, zoom in, pan left",
    "static shot",
]


@given(
    st.sampled_from(PROMPTS),
    st.floats(0, 1),
    st.tuples(st.integers(2, 4000), st.integers(2, 4000)),
    st.floats(1 / 3, 3),
)
def test_no_view_ever_leaves_the_picture(prompt, at, picture, ratio):
    seen = view(move(prompt), at, picture, ratio)
    cos, sin = math.cos(seen.angle), math.sin(seen.angle)
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        x = seen.x + (dx * seen.width * cos - dy * seen.height * sin) / 2
        y = seen.y + (dx * seen.width * sin + dy * seen.height * cos) / 2
        assert -1e-6 <= x <= picture[0] + 1e-6
        assert -1e-6 <= y <= picture[1] + 1e-6
    assert seen.width / seen.height == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A slow dolly in over the water", Move(zoom=1, rate=0.6)),
        ("zoom out", Move(zoom=-1)),
        ("the camera pulls slowly back", Move(zoom=-1, rate=0.6)),
        ("fast pan to the left", Move(x=-1, rate=1.7)),
        ("pan right and tilt up", Move(x=1, y=-1)),
        ("crane down", Move(y=1)),
        ("an orbit around the cup", Move(turn=True)),
        ("locked-off camera, rain falls", Move()),
        ("dolly in, pan left", Move(zoom=1, x=-1)),
        ("rolling hills, architecture", Move(zoom=1, rate=0.6)),
        ("", Move(zoom=1, rate=0.6)),
    ],
)
def test_words_lead_the_camera(prompt, expected):
    assert move(prompt) == expected


def test_the_view_goes_where_the_words_say():
    picture, ratio = (1600, 900), 16 / 9

    def ends(prompt):
        return view(move(prompt), 0, picture, ratio), view(move(prompt), 1, picture, ratio)

    first, last = ends("push in")
    assert first.box == (0, 0, 1600, 900)
    assert last.width < first.width * 0.9
    first, last = ends("zoom out")
    assert last.box == (0, 0, 1600, 900)
    assert first.width < last.width
    first, last = ends("pan left")
    assert first.box == (0, 0, 1600, 900)
    assert last.box[0] == 0
    assert last.x < 700
    first, last = ends("tilt down")
    assert last.y > first.y
    first, last = ends("orbit")
    assert first.angle == 0
    assert last.angle > 0.05
    first, last = ends("static")
    assert first == last


def test_fast_goes_farther_than_slow():
    widths = [view(move(f"zoom in {pace}"), 1, (1600, 900), 16 / 9).width for pace in ("slowly", "", "fast")]
    assert widths[0] > widths[1] > widths[2]


def test_the_move_starts_and_ends_softly():
    steps = [ease((n + 1) / 100) - ease(n / 100) for n in range(100)]
    assert steps[0] < steps[50] / 10
    assert steps[-1] < steps[50] / 10
    assert sum(steps) == pytest.approx(1)
