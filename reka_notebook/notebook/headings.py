"""What stands over the columns and before the rows of a grid of several takes."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from reka_notebook.notebook.text import one_line
from reka_notebook.prompts import Axis

Heading = Callable[[Axis, Any], str]
"""How a value of an axis is read."""


def plain(axis: Axis, value: Any) -> str:
    """Words stand for themselves, of an option its name is said too."""
    if axis.words:
        return one_line(str(value)) or "(nothing)"
    name = axis.name.replace("_", " ")
    return str(value) if name == "model" else f"{name} {value}"


def columns(axes: Sequence[Axis], heading: Heading = plain) -> list[str]:
    """Those of the last axis; without one, a column without a heading."""
    return [heading(axes[-1], value) for value in axes[-1].values] if axes else [""]


def rows(axes: Sequence[Axis], heading: Heading = plain) -> list[str]:
    """Those of the other axes together; with one axis there is one row, without a heading."""
    named = ([heading(axis, value) for value in axis.values] for axis in axes[:-1])
    return [" · ".join(names) for names in product(*named)]
