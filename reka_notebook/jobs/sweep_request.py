"""Hold what a sweep asks for: its axes, and a prepared request for each of its positions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from reka_notebook.jobs.prepared import PreparedRequest
from reka_notebook.prompts import Axis, Grid, GridCell, Part, make_grid
from reka_notebook.text import one_line

Heading = Callable[[Axis, Any], str]
"""How a value of an axis is read."""

MODEL, TAKE = "model", "take"
"""The axes of the models, and of several takes of the same."""


def plain_heading(axis: Axis, value: Any) -> str:
    """Return the heading of a value: words unchanged, an option's value after its name."""
    if axis.words:
        return one_line(str(value)) or "(nothing)"
    return str(value) if axis.name == MODEL else f"{axis.name.replace('_', ' ')} {value}"


@dataclass(frozen=True)
class SweepRequest:
    """Hold the requests of a sweep, the values of the last axis first; without axes there is one request.

    As a grid, the longest axis gives the columns, and the others together the rows.

    Attributes:
        axes: What is varied.
        requests: Without those that are left out.
        left_out: The combinations of the axes' values, by their places, that are not asked for.
    """

    axes: tuple[Axis, ...]
    requests: tuple[PreparedRequest, ...]
    left_out: frozenset[int] = frozenset()

    @property
    def distinct(self) -> dict[str, PreparedRequest]:
        """Return each request once, by its content key."""
        return {one.request.content_key: one for one in self.requests}

    @property
    def prompts(self) -> list[str]:
        """Return the prompt of each request."""
        return [one.request.prompt for one in self.requests]

    @property
    def titles(self) -> list[str]:
        """Return the title of each request's model."""
        return [one.endpoint.title for one in self.requests]

    @property
    def names(self) -> list[str]:
        """Return what each request is called: its headings."""
        named = self._headings(self.axes, plain_heading)
        return [name for place, name in enumerate(named) if place not in self.left_out]

    @property
    def across(self) -> int:
        """Return which axis runs across: the longest, as a page is wider than high; of several, the last."""
        return max(range(len(self.axes)), key=lambda at: (len(self.axes[at].values), at))

    @property
    def order(self) -> list[int | None]:
        """Return which request stands in each cell of the grid, row by row; ``None`` where it was left out."""
        if not self.axes:
            return list(range(len(self.requests)))
        places = range(len(self.requests) + len(self.left_out))
        asked = {
            place: at for at, place in enumerate(place for place in places if place not in self.left_out)
        }
        inner = prod(len(axis.values) for axis in self.axes[self.across + 1 :])
        width = len(self.axes[self.across].values)
        # Sorted by what the other axes have: sorting is stable, and so keeps the order of the columns.
        cells = sorted(places, key=lambda place: (place // (inner * width), place % inner))
        return [asked.get(place) for place in cells]

    def columns(self, heading: Heading = plain_heading) -> list[str]:
        """Return the headings of the columns; without axes, one column without a heading."""
        return self._headings(self.axes[self.across :][:1], heading) if self.axes else [""]

    def rows(self, heading: Heading = plain_heading) -> list[str]:
        """Return the headings of the rows; with one axis, one row without a heading."""
        if not self.axes:
            return [""]
        return self._headings((*self.axes[: self.across], *self.axes[self.across + 1 :]), heading)

    @staticmethod
    def _headings(axes: Sequence[Axis], heading: Heading) -> list[str]:
        named = ([heading(axis, value) for value in axis.values] for axis in axes)
        return [" · ".join(names) for names in product(*named)]


def prepare_sweep(
    parts: Sequence[Part],
    several: Mapping[str, Sequence[Any]],
    request: Callable[[GridCell], PreparedRequest],
    is_left_out: Callable[[Grid, GridCell], bool] = lambda grid, cell: False,
) -> SweepRequest:
    """Prepare a request for every alternative of a prompt with every value of an option.

    A magic's line and the studio's form both pass here.

    Args:
        parts: The prompt, its variables filled in.
        several: By option, the values that it takes in turn.
        request: Prepares the request of one cell of the grid.
        is_left_out: Whether a cell of the grid is not asked for.

    Raises:
        RekaError: There are too many, an option has no value, or a request does not fit its endpoint.
    """
    grid = make_grid(parts, several)
    left_out = frozenset(place for place, cell in enumerate(grid.cells) if is_left_out(grid, cell))
    asked = (cell for place, cell in enumerate(grid.cells) if place not in left_out)
    return SweepRequest(grid.axes, tuple(map(request, asked)), left_out)
