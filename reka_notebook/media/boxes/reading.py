"""Read boxes leniently from an answer of unknown shape."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reka_notebook.media.boxes import rules
from reka_notebook.media.boxes.rules import Hint, Order, Scale

MOST = 2000
"""Boxes that are read of one answer."""

DEEPEST = 12
"""Objects and lists, one in another, that are looked into."""

LONGEST_LABEL = 200

_UNIT = 1.02
_THOUSAND = 1000.0
_OVER = 1.02
"""By how much models go beyond an image's edge."""

_FENCED = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


class Found(NamedTuple):
    """Hold a box as an answer has it: its corners relative to the image that was sent, or in pixels of it.

    ``corners`` are left, top, right and bottom; ``in_pixels`` says that the image's size is not known.
    """

    label: str
    corners: tuple[float, float, float, float]
    score: float | None
    in_pixels: bool = False


@dataclass
class _Raw:
    """Hold four numbers, and what stands beside them."""

    numbers: tuple[float, float, float, float]
    hint: Hint
    label: str = ""
    score: float | None = None


@dataclass
class _Answer:
    """Collect what an answer says."""

    boxes: list[_Raw] = field(default_factory=list)
    size: tuple[float, float] | None = None
    order: Order | None = None
    listed: bool = False
    """Whether there is a list that boxes would stand in."""


class Read(NamedTuple):
    """Hold what was read: the boxes, and whether the answer speaks of boxes at all."""

    boxes: list[Found]
    understood: bool


def read_boxes(answer: object, sent: tuple[int, int] | None = None, hint: Hint = Hint()) -> Read:  # noqa: B008 (immutable)
    """Return the boxes in an answer, whatever its shape.

    Args:
        answer: The service's output.
        sent: Width and height of the image as it was sent, if that is known.
        hint: What the catalogue says of the endpoint.
    """
    found = _Answer()
    _walk(answer, "", Hint(), found, 0)
    if not found.boxes:
        return Read([], found.listed)
    order = hint.order or found.order
    corners = _corners(found.boxes, order, found.size or sent)
    scale = hint.scale or _scale(found.boxes, corners, found.size, sent)
    size = {"unit": (1.0, 1.0), "thousand": (_THOUSAND, _THOUSAND)}.get(scale, found.size or sent)
    if size is None:
        return Read(
            [Found(raw.label, one, raw.score, True) for raw, one in zip(found.boxes, corners, strict=True)],
            True,
        )
    wide, high = size
    boxes = [
        Found(raw.label, (left / wide, top / high, right / wide, bottom / high), raw.score)
        for raw, (left, top, right, bottom) in zip(found.boxes, corners, strict=True)
    ]
    return Read(boxes, True)


def _walk(value: Any, name: str, above: Hint, found: _Answer, depth: int) -> None:
    """Look through a value for boxes; ``name`` is the field that it stands in, without signs."""
    if depth > DEEPEST or len(found.boxes) >= MOST:
        return
    if isinstance(value, str):
        if (inner := _json_in(value)) is not None:
            _walk(inner, name, above, found, depth + 1)
    elif isinstance(value, Mapping):
        _walk_object({_plain(key): inner for key, inner in value.items()}, value, name, found, depth)
    elif isinstance(value, list):
        found.listed = found.listed or name in rules.LISTS or (depth == 0 and not value)
        hint = rules.LISTS.get(name, above)
        bare = name in rules.LISTS or depth == 0
        for inner in value:
            raw = _row(inner, hint) if bare else None
            if raw is not None and len(found.boxes) < MOST:
                found.boxes.append(raw)
            else:
                _walk(inner, name, hint, found, depth + 1)


def _walk_object(
    fields: Mapping[str, Any], given: Mapping[Any, Any], name: str, found: _Answer, depth: int
) -> None:
    for key in rules.FORMATS & fields.keys():
        if isinstance(said := fields[key], str):
            found.order = rules.ORDERS.get(_plain(said), found.order)
    raw = _box_of(fields, name)
    if raw is not None:
        found.boxes.append(raw)
        return
    found.size = found.size or _size_of(fields)
    labels, scores = _beside(fields, rules.LABEL_LISTS), _beside(fields, rules.SCORE_LISTS)
    for key, inner in given.items():
        plain, before = _plain(key), len(found.boxes)
        if (
            name in rules.LISTS and isinstance(inner, list) and plain not in rules.LISTS
        ):  # boxes by their label
            _walk(inner, name, rules.LISTS[name], found, depth + 1)
            labelled: Sequence[Any] = [key] * (len(found.boxes) - before)
        else:
            _walk(inner, plain, rules.LISTS.get(plain, Hint()), found, depth + 1)
            labelled = labels
        new = found.boxes[before:]
        if len(labelled) == len(new):
            for one, label in zip(new, labelled, strict=True):
                one.label = one.label or _label(label)
        if len(scores) == len(new):
            for one, score in zip(new, scores, strict=True):
                one.score = _score(score) if one.score is None else one.score


def _box_of(fields: Mapping[str, Any], name: str) -> _Raw | None:
    """Return the box that an object is, or holds beside its label."""
    label = next((text for key in rules.LABELS if (text := _label(fields.get(key)))), "")
    score = next((number for key in rules.SCORES if (number := _score(fields.get(key))) is not None), None)
    numbers = _four_of(fields)
    if numbers is not None:
        four, order = numbers
        if name in rules.CENTRED_IN and score is not None and {"x", "y"} <= fields.keys() and order == "xywh":
            order = "cxcywh"
        scale: Scale | None = "unit" if fields.get("normalized") is True else None
        return _Raw(four, Hint(order, scale), label, score)
    for key, hint in rules.FOUR_NUMBERS.items():
        inner = fields.get(key)
        if isinstance(inner, Mapping):
            within = _box_of({_plain(one): value for one, value in inner.items()}, key)
        else:
            four_numbers = _four(inner)
            coco = hint.order is None and bool(rules.COCO & fields.keys())
            within = (
                _Raw(four_numbers, hint._replace(order="xywh") if coco else hint) if four_numbers else None
            )
        if within is not None:
            within.label, within.score = within.label or label, within.score if score is None else score
            return within
    for key in rules.OUTLINES:
        if (extent := _extent(fields.get(key))) is not None:
            return _Raw(extent, Hint("xyxy", "unit" if key.startswith("normalized") else None), label, score)
    return None


def _four_of(fields: Mapping[str, Any]) -> tuple[tuple[float, float, float, float], Order] | None:
    for names, order in rules.FOUR_NAMES:
        if all(one in fields for one in names) and (four := _four([fields[one] for one in names])):
            return four, order
    return None


def _four(value: Any) -> tuple[float, float, float, float] | None:
    """Return four numbers, written as such, as text, or as two points."""
    if isinstance(value, str):
        value = re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", value) if len(value) < 200 else None
    if isinstance(value, list | tuple) and len(value) == 2:
        value = [part for point in value if isinstance(point, list | tuple) for part in point]
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    numbers = [_number(one) for one in value]
    if any(number is None for number in numbers):
        return None
    left, top, right, bottom = (number or 0.0 for number in numbers)
    return left, top, right, bottom


def _row(value: Any, hint: Hint) -> _Raw | None:
    """Return a box that is a bare list: four numbers, perhaps with a label and a score behind them."""
    if not isinstance(value, list | tuple) or not 4 <= len(value) <= 7:
        return None
    texts = [one for one in value if isinstance(one, str) and _number(one) is None]
    numbers = [one for one in value if one not in texts]
    four = _four(numbers[:4])
    if four is None:
        return None
    more = [number for one in numbers[4:] if (number := _number(one)) is not None]
    score = next((number for number in more if 0 <= number <= 1), None)
    return _Raw(four, hint, _label(texts[0]) if texts else "", score)


def _extent(points: Any) -> tuple[float, float, float, float] | None:
    """Return the extent of an outline: points as objects, as pairs, or as numbers in a row."""
    if isinstance(points, Mapping):
        fields = {_plain(key): inner for key, inner in points.items()}
        return next(
            (found for key in rules.OUTLINES if (found := _extent(fields.get(key))) is not None), None
        )
    if not isinstance(points, list) or len(points) > 10_000:
        return None
    if points and all(_number(one) is not None for one in points) and len(points) % 2 == 0:
        points = [points[at : at + 2] for at in range(0, len(points), 2)]
    across: list[float] = []
    down: list[float] = []
    for point in points:
        pair = (point.get("x", 0), point.get("y", 0)) if isinstance(point, Mapping) else point
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return None
        x, y = _number(pair[0]), _number(pair[1])
        if x is None or y is None:
            return None
        across.append(x)
        down.append(y)
    return (min(across), min(down), max(across), max(down)) if len(across) > 1 else None


def _corners(
    boxes: Sequence[_Raw], order: Order | None, size: tuple[float, float] | None
) -> list[tuple[float, float, float, float]]:
    """Return every box as left, top, right and bottom; what nobody says is told by what is possible for all."""
    open_ = [raw.numbers for raw in boxes if raw.hint.order is None]
    usual: Order = order or _possible(open_, size)
    return [_turned(raw.numbers, raw.hint.order if raw.hint.order and not order else usual) for raw in boxes]


def _possible(numbers: Sequence[tuple[float, ...]], size: tuple[float, float] | None) -> Order:
    """Return the order of bare numbers: two corners, unless one of them would lie before the other."""
    if all(one[2] > one[0] and one[3] > one[1] for one in numbers):
        return "xyxy"
    top = max((abs(number) for one in numbers for number in one), default=0.0)
    wide, high = (1.0, 1.0) if top <= _UNIT else size or (math.inf, math.inf)
    within = all(one[0] + one[2] <= wide * _OVER and one[1] + one[3] <= high * _OVER for one in numbers)
    return "xywh" if within or size is None else "cxcywh" if top <= _UNIT else "xywh"


def _turned(four: tuple[float, float, float, float], order: Order) -> tuple[float, float, float, float]:
    one, two, three, last = four
    if order == "xywh":
        return one, two, one + three, two + last
    if order == "cxcywh":
        return one - three / 2, two - last / 2, one + three / 2, two + last / 2
    if order == "yxyx":
        one, two, three, last = two, one, last, three
    return min(one, three), min(two, last), max(one, three), max(two, last)


def _scale(
    boxes: Sequence[_Raw],
    corners: Sequence[tuple[float, float, float, float]],
    said: tuple[float, float] | None,
    sent: tuple[int, int] | None,
) -> Scale:
    """Return what numbers count in: by their values, by how they are called, by the size that the answer says."""
    right = max(one[2] for one in corners)
    bottom = max(one[3] for one in corners)
    if max(right, bottom) <= _UNIT:
        return "unit"
    named = {raw.hint.scale for raw in boxes}
    if named == {"unit"}:
        return "unit"
    most = max(right, bottom)
    if named == {"thousand"} and most <= _THOUSAND * _OVER and said is None:
        return "thousand"
    size = said or sent
    if size is None or most > _THOUSAND * _OVER:
        return "pixels"
    return "pixels" if right <= size[0] * _OVER and bottom <= size[1] * _OVER else "thousand"


def _size_of(fields: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the image's size, if an object says it."""
    for across, down in rules.SIZES:
        wide, high = _number(fields.get(across)), _number(fields.get(down))
        if wide and high and wide > 1 and high > 1:
            return wide, high
    for key in rules.SIZE_PAIRS:
        pair = fields.get(key)
        if isinstance(pair, list) and len(pair) == 2:
            wide, high = _number(pair[0]), _number(pair[1])
            if wide and high and wide > 1 and high > 1:
                return wide, high
    return None


def _beside(fields: Mapping[str, Any], names: Iterable[str]) -> Sequence[Any]:
    return next((fields[name] for name in names if isinstance(fields.get(name), list)), ())


def _json_in(text: str) -> Any:
    """Return the JSON in a text, which a model may put into a fence or a sentence."""
    for part in (text, *_FENCED.findall(text[:1_000_000])):
        if part.strip()[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):
                return json.loads(part)
    for opening, closing in (("[", "]"), ("{", "}")):
        start, end = text.find(opening), text.rfind(closing)
        if 0 <= start < end:
            with suppress(ValueError, RecursionError):
                return json.loads(text[start : end + 1])
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e9 else None


def _score(value: Any) -> float | None:
    number = _number(value.rstrip("% ") if isinstance(value, str) else value)
    if number is None or number < 0:
        return None
    return number if number <= 1 else number / 100 if number <= 100 else None


def _label(value: Any) -> str:
    """Return a label as one line; several are joined."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_label, value[:5])))[:LONGEST_LABEL]
    if isinstance(value, Mapping):
        fields = {_plain(key): inner for key, inner in value.items()}
        return next((text for key in rules.LABELS if (text := _label(fields.get(key)))), "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return re.sub(r"\s+", " ", text).strip()[:LONGEST_LABEL]


def _plain(name: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def boxes_hint(schema: Mapping[str, Any]) -> Hint:
    """Return what an endpoint's schema says of its boxes, under ``x-boxes``."""
    said = schema.get("x-boxes")
    if not isinstance(said, Mapping):
        return Hint()
    return Hint(said.get("order"), said.get("scale"))
