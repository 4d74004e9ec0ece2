"""Test that a grid has one cell for each combination, always in the same order."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.prompts import LARGEST, Alternatives, Axis, PromptError, make_grid, parse
from reka_notebook.prompts.grid import drop_repeats

VALUES = st.lists(st.integers(0, 3) | st.booleans() | st.sampled_from(["4", "8"]), min_size=1, max_size=4)
PROMPTS = st.lists(
    st.sampled_from(["in ", "out "])
    | st.builds(
        Alternatives, st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=2, max_size=3).map(tuple)
    ),
    max_size=3,
)


@given(PROMPTS, st.dictionaries(st.sampled_from(["duration", "seed"]), VALUES))
def test_as_many_cells_as_the_axes_say_and_none_twice(parts, several) -> None:
    choices = [len(set(part.values)) for part in parts if isinstance(part, Alternatives)]
    count = math.prod([*choices, *(len(drop_repeats(values)) for values in several.values())])
    if count > LARGEST:
        with pytest.raises(PromptError, match=f"That makes {count} at once"):
            make_grid(parts, several)
        return
    made = make_grid(parts, several)
    places = [tuple(cell.position.values()) for cell in made.cells]
    assert len(places) == count == math.prod(len(axis.values) for axis in made.axes) == len(set(places))
    assert places == sorted(places)
    for cell in made.cells:
        assert cell.settings.keys() == several.keys()
        for axis, place in zip(made.axes, cell.position.values(), strict=True):
            value = axis.values[place]
            assert value in cell.prompt if axis.words else cell.settings[axis.name] is value


def test_rows_by_the_first_axis_columns_by_the_last() -> None:
    made = make_grid(parse("{{slow|fast}} pan, {{dawn|noon}}"), {"duration": [4, 8], "model": ["kling"]})
    assert made.axes == (
        Axis("words 1", ("slow", "fast"), words=True),
        Axis("words 2", ("dawn", "noon"), words=True),
        Axis("duration", (4, 8)),
    )
    assert [(cell.prompt, cell.settings["duration"]) for cell in made.cells][:3] == [
        ("slow pan, dawn", 4),
        ("slow pan, dawn", 8),
        ("slow pan, noon", 4),
    ]
    assert {cell.settings["model"] for cell in made.cells} == {"kling"}


def test_one_prompt_is_one_cell_without_axes() -> None:
    made = make_grid(parse("a slow {{pan|pan}}"), {"duration": [4, 4]})
    assert made.axes == ()
    assert [(cell.position, cell.prompt, cell.settings) for cell in made.cells] == [
        ({}, "a slow pan", {"duration": 4})
    ]
    assert [cell.prompt for cell in make_grid([]).cells] == [""]


@pytest.mark.parametrize(
    ("text", "several", "said"),
    [
        ("{{a|b|c}}" * 5, {}, f"That makes 243 at once, and {LARGEST} is the most"),
        ("x", {"seed": range(LARGEST + 1)}, f"That makes {LARGEST + 1} at once"),
        ("{{" + "|" * 100_000 + "}}", {}, "That makes 100001 at once"),
        ("x", {"duration": []}, "duration has no value to take"),
    ],
)
def test_refused(text: str, several, said: str) -> None:
    with pytest.raises(PromptError, match=said):
        make_grid(parse(text), several)
