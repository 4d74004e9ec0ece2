"""Learn from bills what the next request will cost.

A price is never published, so it is read off what was billed before at the same endpoint: whether bills follow
the seconds, the number of files, both with a base, or nothing at all, and which settings make a difference. The
last bills count most, and after a change of prices those before it do not count.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reka_notebook.library.spending.features import Features

HALF = 4.0
"""So many bills later a bill counts half."""

ENOUGH = 5
"""Bills from which on a price is called firm, if they agree."""

CHANGED = 0.08
"""How far bills must differ from those before them, at least, for the price to have changed."""

MATTERS = 0.04
"""How far bills must differ, at least, for a setting to be looked for that explains it."""

DOUBT = 0.02
"""How much better one explanation of the bills must be than another, for the other to be left out."""

_NOTHING = 1e-6


@dataclass(frozen=True)
class Bill:
    """Hold what was billed for a request."""

    features: Features
    dollars: float


@dataclass(frozen=True)
class Prediction:
    """Hold what a request will likely cost.

    Attributes:
        bills: How many bills it rests on.
        firm: Whether there are enough of them, they agree, and they are of requests like this one.
    """

    dollars: float
    low: float
    high: float
    bills: int
    firm: bool


def _seconds(features: Features) -> float | None:
    return None if features.seconds is None else features.seconds * features.files


_UNITS: Mapping[str, Callable[[Features], float | None]] = {
    "second": _seconds,
    "file": lambda features: float(features.files),
    "request": lambda _: 1.0,
}
"""What a price may be for, the likeliest first: without bills that tell, a price is taken to follow what is asked."""


def predict(bills: Sequence[Bill], wanted: Features) -> Prediction | None:
    """Return what a request will likely cost, from earlier bills, newest first; ``None`` if there are none."""
    if not bills:
        return None
    typical = [bill.features.seconds for bill in bills if bill.features.seconds is not None]
    if wanted.seconds is None and typical:
        wanted = Features(statistics.median_high(typical), wanted.files, wanted.settings)
    keys = _settings_that_matter(bills)
    mates = [bill for bill in bills if _group(bill, keys) == _group(Bill(wanted, 0.0), keys)]
    alike = bool(mates)
    mates = _since_a_change(mates or list(bills))
    models = _models(mates, wanted)
    chosen = min(models, key=lambda model: model.error)
    dollars = max(0.0, chosen.at(wanted, mates))
    spread = max(abs(_log(bill.dollars) - _log(chosen.at(bill.features, mates))) for bill in mates[:8])
    margin = 0.25 / math.sqrt(len(mates)) + spread
    others = [max(0.0, model.at(wanted, mates)) for model in models if model.error <= chosen.error + DOUBT]
    if not _tells_apart(
        mates, wanted
    ):  # whether a price follows the seconds is not seen in bills of one length
        others += [max(0.0, model.at(wanted, mates)) for model in models]
    if not alike:  # a setting that makes a difference, with a value that was never billed
        others += [dollars / 2, dollars * 2]
    low, high = min(others) * math.exp(-margin), max(others) * math.exp(margin)
    sizes = {_size(bill.features) for bill in mates}
    seen = _size(wanted) in sizes or len(sizes) > 2
    firm = alike and seen and len(mates) >= ENOUGH and spread < 0.15 and max(others) <= 1.1 * min(others)
    return Prediction(dollars, low, high, len(mates), firm)


# Which settings matter


def _group(bill: Bill, keys: Iterable[str]) -> tuple[str | None, ...]:
    return tuple(bill.features.settings.get(key) for key in keys)


def _settings_that_matter(bills: Sequence[Bill]) -> list[str]:
    """Return the settings by which bills differ, beyond what seconds and files explain."""
    names = {name for bill in bills for name in bill.features.settings}
    keys: list[str] = []
    scatter = _scatter(bills, keys)
    while scatter > MATTERS and len(keys) < 3:
        left = sorted(
            name for name in names if name not in keys and len({_group(b, [name]) for b in bills}) > 1
        )
        best = min(((_scatter(bills, [*keys, name]), name) for name in left), default=None)
        if best is None or best[0] > scatter / 2:
            break
        scatter = best[0]
        keys.append(best[1])
    return keys


def _scatter(bills: Sequence[Bill], keys: Sequence[str]) -> float:
    """Return how far bills are from those of their group, by the unit that explains them best."""
    return min((_scatter_by(bills, keys, unit) for unit in _UNITS.values()), default=math.inf)


def _scatter_by(
    bills: Sequence[Bill], keys: Sequence[str], unit: Callable[[Features], float | None]
) -> float:
    groups: dict[tuple[str | None, ...], list[tuple[float, float]]] = {}
    for place, bill in enumerate(bills):
        amount = unit(bill.features)
        if not amount:
            return math.inf
        groups.setdefault(_group(bill, keys), []).append((_log(bill.dollars / amount), _weight(place)))
    if len(groups) >= len(bills) > 1:  # each in a group of its own explains nothing
        return math.inf
    off = total = 0.0
    for rates in groups.values():
        middle = _median(rates)
        off += sum(weight * abs(rate - middle) for rate, weight in rates)
        total += sum(weight for _, weight in rates)
    return off / total * len(bills) / max(1, len(bills) - len(groups))


# When prices changed


def _since_a_change(bills: list[Bill]) -> list[Bill]:
    """Return the bills since prices changed, if two or more at the new price show that they did."""
    by_unit = []
    for unit in _UNITS.values():
        amounts = [unit(bill.features) or 0.0 for bill in bills]
        if not all(amounts):
            continue
        rates = [_log(bill.dollars / amount) for bill, amount in zip(bills, amounts, strict=True)]
        based = _with_a_base(unit)
        off = [_log(bill.dollars) - _log(based(bill.features, bills)) for bill in bills]
        if min(max(values) - min(values) for values in (rates, off)) <= 1.5 * CHANGED:
            return bills  # one price explains all of them
        by_unit.append(rates)
    found = (cut for rates in by_unit if (cut := _change(rates)) is not None)
    _, place = min(found, default=(0.0, len(bills)))
    return bills[:place]


def _change(rates: Sequence[float]) -> tuple[float, int] | None:
    """Return how far rates differ on each side of a change, and before which place it was, from the newest on."""
    for place in range(2, len(rates) - 1):
        new, old = rates[:place], rates[place : place + 12]
        within = max(max(new) - min(new), max(old) - min(old))
        if abs(statistics.median(new) - statistics.median(old)) > max(CHANGED, 2 * within):
            return within, place
    return None


# What a bill follows


@dataclass(frozen=True)
class _Model:
    """Predict a bill from others; the ``error`` is how far off it was when each was predicted from the rest."""

    at: Callable[[Features, Sequence[Bill]], float]
    error: float


def _models(bills: Sequence[Bill], wanted: Features) -> list[_Model]:
    models = []
    size = _size(wanted)
    same = [bill for bill in bills if _size(bill.features) == size]
    if len(same) > 1:

        def at_this_size(_: Features, bills: Sequence[Bill]) -> float:
            alike = [bill for bill in bills if _size(bill.features) == size]
            return _proportional(_UNITS["request"])(wanted, alike)

        models.append(_Model(at_this_size, _error(at_this_size, same) + 0.015))
    for penalty, unit in enumerate(_UNITS.values()):
        if unit(wanted) and all(unit(bill.features) for bill in bills):
            at = _proportional(unit)
            models.append(_Model(at, _error(at, bills) + 0.004 * penalty))
            lengths = {unit(bill.features) for bill in bills}
            if len(lengths) > 1 and len(bills) >= 4:
                based = _with_a_base(unit)
                models.append(_Model(based, _error(based, bills) + 0.02))
    return models


def _proportional(unit: Callable[[Features], float | None]) -> Callable[[Features, Sequence[Bill]], float]:
    def at(features: Features, bills: Sequence[Bill]) -> float:
        rates = [
            (bill.dollars / (unit(bill.features) or 1.0), _weight(place)) for place, bill in enumerate(bills)
        ]
        return _median(rates) * (unit(features) or 1.0)

    return at


def _with_a_base(unit: Callable[[Features], float | None]) -> Callable[[Features, Sequence[Bill]], float]:
    """Return a model of a base and so much for each unit, by least squares of how far off each bill is in parts."""

    def at(features: Features, bills: Sequence[Bill]) -> float:
        points = [
            (unit(bill.features) or 1.0, bill.dollars, _weight(place) / max(bill.dollars, _NOTHING) ** 2)
            for place, bill in enumerate(bills)
        ]
        total = sum(weight for *_, weight in points)
        x = sum(weight * amount for amount, _, weight in points) / total
        y = sum(weight * dollars for _, dollars, weight in points) / total
        across = sum(weight * (amount - x) ** 2 for amount, _, weight in points)
        slope = sum(weight * (amount - x) * (dollars - y) for amount, dollars, weight in points)
        slope = max(0.0, slope / across) if across else 0.0
        return y + slope * ((unit(features) or 1.0) - x)

    return at


def _error(at: Callable[[Features, Sequence[Bill]], float], bills: Sequence[Bill]) -> float:
    if len(bills) < 2:
        return 0.0
    off = total = 0.0
    for place, bill in enumerate(bills[:12]):
        rest = [*bills[:place], *bills[place + 1 :]]
        off += _weight(place) * abs(_log(bill.dollars) - _log(max(0.0, at(bill.features, rest))))
        total += _weight(place)
    return off / total


def _tells_apart(bills: Sequence[Bill], wanted: Features) -> bool:
    """Return whether bills show what the price of this request follows: other sizes too, or this size itself."""
    sizes = {_size(bill.features) for bill in bills}
    if _size(wanted) in sizes:
        return True
    return all(
        len({size[place] for size in sizes}) > 1 or all(size[place] == own for size in sizes)
        for place, own in enumerate(_size(wanted))
    )


def _size(features: Features) -> tuple[float | None, int]:
    return features.seconds, features.files


def _weight(place: int) -> float:
    return math.exp2(-place / HALF)


def _log(dollars: float) -> float:
    return math.log(max(dollars, _NOTHING))


def _median(weighted: Iterable[tuple[float, float]]) -> float:
    """Return the value with half of the weight on either side."""
    ordered = sorted(weighted)
    half, below = sum(weight for _, weight in ordered) / 2, 0.0
    for place, (value, weight) in enumerate(ordered):
        below += weight
        if math.isclose(below, half) and place + 1 < len(ordered):
            return (value + ordered[place + 1][0]) / 2
        if below >= half:
            return value
    return ordered[-1][0]
