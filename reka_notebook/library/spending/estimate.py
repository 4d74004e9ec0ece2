"""Say what requests will likely cost, and how well that is known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from reka_notebook.catalogue import Endpoint
from reka_notebook.kinds import counted, kind_of
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.spending.features import Features, features_of
from reka_notebook.library.spending.prices import Bill, Prediction, predict
from reka_notebook.text import dollars, many

NOT_KNOWN = "price not known yet"

WORST_SECOND, WORST_FILE, WORST_SECONDS = 1.0, 1.0, 10.0
"""Dollars for a second of video and for any other file, and the seconds of a video, where nothing better is known.

No price of these models that is published anywhere is higher: the dearest second of video was 0.60 USD in 2026.
"""

_predicted = lru_cache(maxsize=64)(predict)
"""Kept, because each request of a sweep is held to the budget by itself, and most of them have the same bills."""


@dataclass(frozen=True)
class Estimate:
    """Hold what requests will likely cost. It is never certain: the service alone knows its prices.

    Attributes:
        requests: How many would be charged.
        unknown: How many of them have no known price.
        amount: Dollars for those with a known price; ``None`` if none has one.
        low: What that is at least, likely.
        high: What that is at most, likely.
        reserve: Dollars that a budget holds back for all of them: ``high``, and the worst case where no price
            is known.
        bills: How many bills it rests on.
        firm: Whether the bills are enough, and agree.
        yours: Whether it rests on prices in the person's catalogue alone.
        seconds: Of video or sound asked for in all, as far as known.
        files: Files asked for in all.
        output: What they make: ``video``, ``image``, ``audio``, ``boxes``, ``text``, or ``file`` for several kinds.
        models: The same by endpoint, where there are several, by its ID.
    """

    requests: int = 0
    unknown: int = 0
    amount: float | None = None
    low: float | None = None
    high: float | None = None
    reserve: float = 0.0
    bills: int = 0
    firm: bool = False
    yours: bool = False
    seconds: float = 0.0
    files: int = 0
    output: str = "file"
    models: dict[str, "Estimate"] = field(default_factory=dict)

    @property
    def price(self) -> str:
        """Return the amount in words: ``about $1.30``, ``about $1.30, maybe $1.00 to $1.70``, or that it is not known.

        A button has room for the first of these: `short`.
        """
        return ", ".join(part for part in (self.short, self.span) if part)

    @property
    def span(self) -> str:
        """Return what the amount may also be: ``maybe $1.00 to $1.70``; empty where it is firm, or not known."""
        if self.amount is None or self.firm or self.yours or self.low is None or self.high is None:
            return ""
        return f"maybe {dollars(self.low)} to {dollars(self.high)}"

    @property
    def short(self) -> str:
        """Return the amount in two or three words: ``about $1.30``."""
        if not self.requests:
            return "no charge"
        if self.amount is None:
            return NOT_KNOWN
        return f"{'more than' if self.unknown else 'about'} {dollars(self.amount)}"

    @property
    def basis(self) -> str:
        """Return what the amount is for and rests on: ``from 4 bills · 10 s of video``."""
        if self.yours:
            known = "your price"
        elif self.bills:
            known = f"from {many(self.bills, 'bill')}"
        else:
            known = ""
        if self.unknown and self.amount is not None:
            known += f" · {NOT_KNOWN} for {self.unknown} of {self.requests}"
        return " · ".join(part for part in (known, self._asked) if part)

    @property
    def words(self) -> str:
        """Return the amount and what it rests on, as one line."""
        return " · ".join(part for part in (self.price, self.basis if self.requests else "") if part)

    @property
    def _asked(self) -> str:
        kind = kind_of(self.output)
        if kind.plays and self.seconds:
            return f"{self.seconds:g} s of {kind.one}"
        # Boxes, and a text, are not paid for each.
        return "" if kind.has_boxes or self.output == "text" else counted(self.files, self.output)


@dataclass(frozen=True)
class _One:
    """Hold what one request will cost."""

    endpoint: Endpoint
    features: Features
    prediction: Prediction | None
    yours: bool
    worst: float


def estimate(
    asked: Iterable[tuple[Endpoint, GenerationRequest]],
    bills_of: Callable[[Endpoint], Sequence[Bill]],
    worst: float | None = None,
) -> Estimate:
    """Return what requests will likely cost together.

    Args:
        asked: Each request that would be charged, with its endpoint.
        bills_of: Returns what was billed at an endpoint, newest first.
        worst: Dollars to reckon with for a request whose price is not known; ``None`` for the worst case
            that is known of its kind.
    """
    bills_of = cache(bills_of)
    # The requests of a sweep differ in their words, mostly, and those have no price.
    alike: dict[tuple[str, Features], _One] = {}
    ones = []
    for endpoint, request in asked:
        key = (endpoint.id, features_of(request, endpoint))
        if key not in alike:
            alike[key] = _one(endpoint, key[1], bills_of(endpoint), worst)
        ones.append(alike[key])
    by_endpoint: dict[str, list[_One]] = {}
    for one in ones:
        by_endpoint.setdefault(one.endpoint.id, []).append(one)
    parts = {id_: _together(those) for id_, those in by_endpoint.items()}
    if len(parts) == 1:
        return next(iter(parts.values()))
    return _sum(parts)


def _one(endpoint: Endpoint, features: Features, bills: Sequence[Bill], worst: float | None) -> _One:
    prediction = _at_your_price(endpoint, features) or _predicted(tuple(bills), features)
    return _One(
        endpoint=endpoint,
        features=features,
        prediction=prediction,
        yours=endpoint.price is not None,
        worst=worst_case(endpoint.output, features) if worst is None else worst,
    )


def _at_your_price(endpoint: Endpoint, features: Features) -> Prediction | None:
    price = endpoint.price
    if price is None:
        return None
    seconds = features.seconds or WORST_SECONDS
    amount = (
        price.usd_per_request
        + features.files * price.usd_per_file
        + features.files * seconds * price.usd_per_second
    )
    return Prediction(amount, amount, amount, bills=0, firm=True)


def worst_case(output: str, features: Features) -> float:
    """Return the dollars to reckon with for a request whose price is not known."""
    if not kind_of(output).has_frames:
        return WORST_FILE * features.files
    return WORST_SECOND * (features.seconds or WORST_SECONDS) * features.files


def _together(ones: Sequence[_One]) -> Estimate:
    """Return the estimate of several requests at one endpoint."""
    known = [one.prediction for one in ones if one.prediction is not None]
    return Estimate(
        requests=len(ones),
        unknown=len(ones) - len(known),
        amount=sum(found.dollars for found in known) if known else None,
        low=sum(found.low for found in known) if known else None,
        high=sum(found.high for found in known) if known else None,
        reserve=sum(one.worst if one.prediction is None else one.prediction.high for one in ones),
        bills=max((found.bills for found in known), default=0),
        firm=len(known) == len(ones) and all(found.firm for found in known),
        yours=all(one.yours for one in ones),
        seconds=sum((one.features.seconds or 0.0) * one.features.files for one in ones),
        files=sum(one.features.files for one in ones),
        output=ones[0].endpoint.output,
    )


def _sum(parts: dict[str, Estimate]) -> Estimate:
    """Return the estimate of several endpoints together."""
    known = [part for part in parts.values() if part.amount is not None]
    outputs = {part.output for part in parts.values()}
    return Estimate(
        requests=sum(part.requests for part in parts.values()),
        unknown=sum(part.unknown for part in parts.values()),
        amount=sum(part.amount or 0.0 for part in known) if known else None,
        low=sum(part.low or 0.0 for part in known) if known else None,
        high=sum(part.high or 0.0 for part in known) if known else None,
        reserve=sum(part.reserve for part in parts.values()),
        bills=sum(part.bills for part in known),
        firm=bool(parts) and all(part.firm for part in parts.values()),
        yours=bool(parts) and all(part.yours for part in parts.values()),
        seconds=sum(part.seconds for part in parts.values()),
        files=sum(part.files for part in parts.values()),
        output=outputs.pop() if len(outputs) == 1 else "file",
        models=parts,
    )
