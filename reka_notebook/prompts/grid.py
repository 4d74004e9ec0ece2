"""Combine every alternative of a prompt with every value of an option."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reka_notebook.prompts.errors import PromptError
from reka_notebook.prompts.grammar import Alternatives, Part, Variable

LARGEST = 100
"""Cells of one grid. More would not be looked at, and would be paid for."""


@dataclass(frozen=True)
class Axis:
    """Represent what is varied, and the values that it takes, each once.

    Args:
        name: The option's name, or ``words 1`` for the first alternatives in the prompt.
        words: Whether these are alternatives of the prompt.
    """

    name: str
    values: tuple[Any, ...]
    words: bool = False


@dataclass(frozen=True)
class GridCell:
    """Represent one combination: its position on every axis by name, its prompt, and the values of its options."""

    position: Mapping[str, int]
    prompt: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Grid:
    """Represent the combinations in a stable order, row by row, the last axis first; without axes there is one cell."""

    axes: tuple[Axis, ...]
    cells: tuple[GridCell, ...]


def make_grid(parts: Sequence[Part], several: Mapping[str, Sequence[Any]] | None = None) -> Grid:
    """Return the product of a prompt's alternatives and the values of its options.

    The axes of the words come first, in the order of the prompt, then the options in theirs. An option with
    one value makes no axis, but is still among the settings of every cell.

    Args:
        parts: A prompt without variables; ``reka_notebook.prompts.fill`` puts their values in.
        several: By option, the values that it takes in turn.

    Raises:
        PromptError: If there would be more cells than ``LARGEST``, or an option has no value.
    """
    if any(isinstance(part, Variable) for part in parts):
        raise ValueError("the variables of this prompt are not filled in")
    choices = [drop_repeats(part.values) if isinstance(part, Alternatives) else (part,) for part in parts]
    options = {name: drop_repeats(values) for name, values in (several or {}).items()}
    for name, values in options.items():
        if not values:
            raise PromptError(f"{name} has no value to take. Give it one, or leave it out.")
    product = [*choices, *options.values()]
    count = math.prod(map(len, product))
    if count > LARGEST:
        raise _too_many(count)
    axes = _axes(choices, options)
    return Grid(
        axes=tuple(axes),
        cells=tuple(_cell(product, picked, len(choices), list(options), axes) for picked in _picks(product)),
    )


def drop_repeats(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the values without repetitions; 1, 1.0 and True are three values.

    Raises:
        PromptError: If there are more than ``LARGEST``.
    """
    if len(values) > LARGEST:
        raise _too_many(len(values))
    return tuple(
        value
        for place, value in enumerate(values)
        if not any(type(value) is type(other) and value == other for other in values[:place])
    )


def _too_many(count: int) -> PromptError:
    return PromptError(f"That makes {count} at once, and {LARGEST} is the most. Take some alternatives out.")


def _picks(product: Sequence[Sequence[Any]]) -> "itertools.product[tuple[int, ...]]":
    return itertools.product(*(range(len(values)) for values in product))


def _axes(choices: Sequence[tuple[Any, ...]], options: Mapping[str, tuple[Any, ...]]) -> list[Axis]:
    varied = [values for values in choices if len(values) > 1]
    words = [Axis(f"words {number}", values, words=True) for number, values in enumerate(varied, 1)]
    return words + [Axis(name, values) for name, values in options.items() if len(values) > 1]


def _cell(
    product: Sequence[Sequence[Any]],
    picked: tuple[int, ...],
    words: int,
    options: Sequence[str],
    axes: Sequence[Axis],
) -> GridCell:
    values = [axis[index] for axis, index in zip(product, picked, strict=True)]
    varied = [index for axis, index in zip(product, picked, strict=True) if len(axis) > 1]
    return GridCell(
        position=dict(zip((axis.name for axis in axes), varied, strict=True)),
        prompt="".join(values[:words]),
        settings=dict(zip(options, values[words:], strict=True)),
    )
