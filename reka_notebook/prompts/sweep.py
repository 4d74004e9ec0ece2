"""Several requests made of one: every alternative of a prompt with every value of an option."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reka_notebook.prompts.errors import PromptError
from reka_notebook.prompts.grammar import Alternatives, Part, Variable

LARGEST = 100
"""Cells of one sweep. More would not be looked at, and would be paid for."""


@dataclass(frozen=True)
class Axis:
    """What is varied, and the values that it takes, each once.

    :param name: the option's name, or ``words 1`` for the first alternatives in the prompt.
    :param words: whether these are alternatives of the prompt.
    """

    name: str
    values: tuple[Any, ...]
    words: bool = False


@dataclass(frozen=True)
class Cell:
    """One request of a sweep: its place on every axis, its prompt, and the values of the options that are varied."""

    place: tuple[int, ...]
    prompt: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Sweep:
    """The cells in a stable order: row by row, the last axis runs first. Without axes it has one cell."""

    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]


def sweep(parts: Sequence[Part], several: Mapping[str, Sequence[Any]] | None = None) -> Sweep:
    """The product of a prompt's alternatives and of the several values of options.

    The axes of the words come first, in the order of the prompt, then the options in theirs. What has one value is no
    axis, and still has its place in the prompt or among the settings.

    :param parts: a prompt without variables; :func:`reka_notebook.prompts.fill` puts their values in.
    :param several: by option, the values that it is to take.
    :raises PromptError: it would have more cells than :data:`LARGEST`, or an option has no value.
    """
    if any(isinstance(part, Variable) for part in parts):
        raise ValueError("the variables of this prompt are not filled in")
    choices = [once(part.values) if isinstance(part, Alternatives) else (part,) for part in parts]
    options = {name: once(values) for name, values in (several or {}).items()}
    for name, values in options.items():
        if not values:
            raise PromptError(f"{name} has no value to take. Give it one, or leave it out.")
    product = [*choices, *options.values()]
    count = math.prod(map(len, product))
    if count > LARGEST:
        raise _too_many(count)
    return Sweep(
        axes=tuple(_axes(choices, options)),
        cells=tuple(_cell(product, picked, len(choices), list(options)) for picked in _picks(product)),
    )


def once(values: Sequence[Any]) -> tuple[Any, ...]:
    """The values without those that were there before; 1, 1.0 and True are three.

    :raises PromptError: there are more than could be of use.
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
    product: Sequence[Sequence[Any]], picked: tuple[int, ...], words: int, options: Sequence[str]
) -> Cell:
    values = [axis[place] for axis, place in zip(product, picked, strict=True)]
    return Cell(
        place=tuple(place for axis, place in zip(product, picked, strict=True) if len(axis) > 1),
        prompt="".join(values[:words]),
        settings=dict(zip(options, values[words:], strict=True)),
    )
