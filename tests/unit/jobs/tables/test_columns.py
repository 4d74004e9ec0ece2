"""Test the columns of a table of takes: of a sweep with its axes, of takes of anything, and of none."""

import math

import pytest

import reka_notebook
from reka_notebook.jobs import Sweep, Takes, controller, prepare_sweep
from reka_notebook.jobs.prepared import prepare
from reka_notebook.media.measures import Measures
from reka_notebook.prompts import parse


@pytest.fixture
def takes(serve, photo) -> Takes:
    """Return the takes of a sweep of two alternatives and two durations."""
    serve("catalogue")
    control = controller()

    def request(cell):
        return prepare(
            control.catalogue, cell.prompt, {"start": photo}, model="kling-v3-pro", values=dict(cell.settings)
        )

    asked = prepare_sweep(parse("a {{slow|fast}} pan"), {"duration": ["3", "4"]}, request)
    return Sweep(control, asked, notebook_file=None).start().result(60)


def test_a_sweeps_takes_have_its_axes_and_what_was_measured(takes: Takes) -> None:
    controller().library.measures.add(takes[2].id, Measures(motion=2.5), 1)
    rows = takes.to_dicts()
    assert [(row["axis.words 1"], row["axis.duration"]) for row in rows] == [
        ("slow", "3"),
        ("slow", "4"),
        ("fast", "3"),
        ("fast", "4"),
    ]
    assert [row["motion"] for row in rows] == [None, None, 2.5, None]
    assert rows[0].keys() >= {
        "id",
        "prompt",
        "billed_usd",
        "estimated_usd",
        "parent",
        *Measures.__struct_fields__,
    }
    assert takes[2:].to_dicts() == rows[2:], "a part of them is of the same sweep"
    frame = takes.to_pandas()
    assert list(frame.columns) == list(rows[0])
    assert frame["motion"].max() == 2.5
    assert math.isnan(frame["motion"][0])
    assert {str(frame[name].dtype) for name in Measures.__struct_fields__} == {"float64"}


def test_words_are_found_where_the_sweep_is_not_known(takes: Takes) -> None:
    rows = reka_notebook.takes().to_dicts()
    assert sorted(row["axis.words 1"] for row in rows) == ["fast", "fast", "slow", "slow"]
    assert "axis.duration" not in rows[0]
    assert sorted(row["input.duration"] for row in rows) == ["3", "3", "4", "4"]
    two = Takes([takes[0], takes[2]]).to_dicts()
    assert not any(name.startswith("axis.") for name in two[0]), "any two prompts differ"


def test_a_take_that_came_from_another_says_so(takes: Takes) -> None:
    sequel = reka_notebook.submit("zoom out", takes[0], model="kling-v3-pro", duration=3).result(30)
    row, first = Takes([sequel, takes[0]]).to_dicts()
    assert row["parent"] == takes[0].id
    assert first["parent"] is None


def test_no_takes_have_columns_too() -> None:
    frame = Takes().to_pandas()
    assert len(frame) == 0
    assert {"id", "motion", "parent"} <= set(frame.columns)
    assert Takes().to_dicts() == []
