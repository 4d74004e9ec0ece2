"""What was measured of takes, measuring the older ones, and what of a sweep's axes makes a difference."""

from typing import Annotated

import msgspec

from reka_notebook.widgets.protocol.messages import Request, Words


class Measured(msgspec.Struct, frozen=True):
    """Say what was measured of a take.

    Attributes:
        values: By the measure's name; those that do not apply are left out.
        flags: What is probably wrong with it, a few words each, such as ``frozen for 2.1 s``.
    """

    values: dict[str, float]
    flags: list[str]


class Measure(msgspec.Struct, frozen=True):
    """Describe a measure, and what the library has of it.

    Attributes:
        name: Such as ``motion``.
        label: What it is called.
        unit: Empty where it has none.
        digits: How many digits follow the decimal point.
        explains: What a higher value means.
        least: The least value in the library; None where nothing is measured.
        most: The most, likewise.
    """

    name: str
    label: str
    unit: str
    digits: int
    explains: str
    least: float | None
    most: float | None


class MeasuresValue(msgspec.Struct, frozen=True):
    """Describe the measures.

    Attributes:
        unmeasured: How many takes are not measured yet.
    """

    measures: list[Measure]
    unmeasured: int


class Measures(Request, frozen=True, kw_only=True, tag="measures"):
    """Ask which measures there are, and what the library has of each."""

    value = MeasuresValue


class MeasuredValue(msgspec.Struct, frozen=True):
    """Say what was measured of some takes, by id; those that are not measured are left out."""

    takes: dict[str, Measured]


class MeasuredTakes(Request, frozen=True, kw_only=True, tag="measured"):
    """Ask what was measured of some takes."""

    value = MeasuredValue
    takes: Annotated[list[Words], msgspec.Meta(max_length=500)]


class MeasureOlder(Request, frozen=True, kw_only=True, tag="measure_older"):
    """Measure the takes that are not measured yet, or stop that; measures taken by then stay."""

    on: bool


class Measuring(msgspec.Struct, frozen=True):
    """Say how far measuring the older takes is.

    Attributes:
        changed: Grows whenever takes were measured, here or by others.
        done: How many of them are measured.
        of: How many there are.
        problem: Why measuring ended early, or None.
    """

    changed: int
    running: bool
    done: int
    of: int
    problem: str | None


class Effect(msgspec.Struct, frozen=True):
    """Say how one alternative of a sweep did, in what people have judged.

    Attributes:
        won: How often it was preferred to another, a tie as a half.
        judged: How often it was compared with another.
        share: How likely it is to be preferred to the others, all else being equal, from 0 to 1.
        least: The lower end of the interval around that.
        most: The upper end.
        words: What can be said of it, a sentence or two; or why nothing can.
        certain: Whether the judgements decide.
        separable: Whether it varied alone, so that something can be said about it.
    """

    won: float
    judged: int
    share: float
    least: float
    most: float
    words: str
    certain: bool
    separable: bool = True


class EffectsValue(msgspec.Struct, frozen=True):
    """Say how the alternatives of a sweep did.

    Attributes:
        columns: For the heading of each column; None where it was never compared.
        rows: For each row, one for each part of its heading.
        words: What won, in short; empty where nothing is judged.
    """

    columns: list[Effect | None]
    rows: list[list[Effect | None]]
    words: str


class Effects(Request, frozen=True, kw_only=True, tag="effects"):
    """Ask how the alternatives of a sweep did, in the judgements of its takes."""

    value = EffectsValue
    sweep: str
