"""Read what a request was billed from the service's answers.

Where the amount stands, and what it is called, is documented nowhere. Users of the sibling service saw
``usage.price_usd``, within ``output`` or beside it. The lists below hold that name first and likely ones after
it; a service that calls it otherwise needs a word in a list, and no code.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reka_notebook.text import bare_name

_IN_DOLLARS = (
    *(
        "priceusd",
        "costusd",
        "totalpriceusd",
        "totalcostusd",
        "totalusd",
        "amountusd",
        "billedusd",
        "chargedusd",
    ),
    *("usdprice", "usdcost", "usd", "priceindollars", "costindollars", "pricedollars", "costdollars"),
)
"""Names that say themselves that they are dollars; they are believed wherever they stand."""

_IN_CENTS = ("pricecents", "costcents", "totalcents", "amountcents", "priceusdcents", "costusdcents")

_MAYBE_DOLLARS = ("totalcost", "totalprice", "billed", "charged", "cost", "price", "charge")
"""Names of an amount that is dollars unless a currency or a unit beside it says otherwise."""

_WITH_CURRENCY = ("amount", "total", "value")
"""Names of an amount only if a currency beside it says dollars."""

_CURRENCIES = ("currency", "currencycode", "unit", "units", "in")
"""Names of what says in which currency an amount is, or that it is none."""

_DOLLARS = frozenset({"usd", "us$", "$", "dollar", "dollars", "usdollar", "usdollars"})

_ACCOUNTS = frozenset({
    *("usage", "billing", "bill", "bills", "invoice", "payment", "cost", "costs", "charge", "charges", "price"),
    *("metrics", "metadata", "meta"),
})  # fmt: skip
"""Names of what holds an account of the request."""

_ENVELOPES = frozenset({
    *("data", "response", "result", "payload", "body", "request", "task", "job", "prediction", "inference", "output"),
})  # fmt: skip
"""Names of what an answer, or its output, may be wrapped in."""

_NOT_A_BILL = frozenset(
    "input inputs params parameters arguments args settings config options original prompt logs log raw_body "
    "pricing prices pricelist rates estimate estimated estimatedcost quote balance account limits budget plan "
    "remaining objects boxes".replace("_", "").split()
)
"""Names of what was sent and comes back, of price lists, and of what a model found in an image."""

MOST = 10_000.0
"""Dollars above which an amount is taken for a slip: no request is so dear."""

_DEEPEST, _MOST_VALUES = 8, 20_000

_AMOUNT = re.compile(
    r"(?:(?P<before>us\$|\$|usd)\s*)?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?(?:e-?\d{1,2})?|\.\d+)"
    r"\s*(?P<after>us\$|\$|usd|(?:us )?dollars?)?",
    re.IGNORECASE,
)

_LATEST_FIRST = ("result", "result_later", "status", "cancel", "submit")
"""The answers that are kept, the one that knows best first."""


@dataclass(frozen=True)
class _Found:
    """Hold an amount that an answer names, and how well it is placed: the lowest ``rank`` is believed.

    ``listed`` says that it is one of several in a list, which add up.
    """

    rank: tuple[int, int, str]
    dollars: float
    listed: bool


def bill_in_answers(answers: Mapping[str, Any], sent: Mapping[str, Any] | None = None) -> float | None:
    """Return the dollars that the service says it billed for a request; ``None`` if no answer says so.

    Args:
        answers: The answers, by what was asked: ``submit``, ``status``, ``result``.
        sent: The request's input; a field that comes back as it was sent is no bill.
    """
    for name in _LATEST_FIRST:
        bill = bill_in(answers.get(name), sent)
        if bill is not None:
            return bill
    return None


def bill_in(answer: object, sent: Mapping[str, Any] | None = None) -> float | None:
    """Return the dollars that one answer says were billed; ``None`` if it does not say."""
    if not isinstance(answer, Mapping):
        return None
    found = list(_Search(sent or {}).amounts(answer, "", 0, placed=True))
    if not found:
        return None
    best = min(found, key=lambda one: one.rank)
    if not best.listed:
        return best.dollars
    total = math.fsum(one.dollars for one in found if one.rank == best.rank)
    return total if total <= MOST else None


class _Search:
    """Walk through an answer, within bounds."""

    def __init__(self, sent: Mapping[str, Any]) -> None:
        self._sent = sent
        self._left = _MOST_VALUES

    def amounts(
        self, value: Mapping[str, Any], path: str, depth: int, *, placed: bool, listed: bool = False
    ) -> Iterator[_Found]:
        """Yield every amount in an object.

        Args:
            placed: Whether a plain ``cost`` here is the request's, and not something that a model has made.
            listed: Whether the object is in a list.
        """
        folded = {bare_name(name): name for name in value}
        units = [value[folded[name]] for name in _CURRENCIES if name in folded]
        for short, name in folded.items():
            item = value[name]
            self._left -= 1
            if self._left < 0:
                return
            if short in _NOT_A_BILL or (name in self._sent and self._sent[name] == item):
                continue
            if short == "request" and not (
                isinstance(item, Mapping) and ("status" in item or "usage" in item)
            ):
                continue  # what was sent, and not the request as the service has it
            if isinstance(item, Mapping) and depth < _DEEPEST:
                within = short in _ACCOUNTS or (placed and short in _ENVELOPES)
                yield from self.amounts(item, f"{path}.{name}", depth + 1, placed=within, listed=listed)
            elif isinstance(item, list) and depth < _DEEPEST:
                for one in item:
                    self._left -= 1
                    if isinstance(one, Mapping) and self._left > 0:
                        yield from self.amounts(
                            one, f"{path}.{name}[]", depth + 1, placed=short in _ACCOUNTS, listed=True
                        )
            else:
                order, dollars = _dollars(short, item, units, placed)
                if dollars is not None:
                    yield _Found((order, depth, f"{path}.{name}"), dollars, listed)


def _dollars(name: str, value: object, units: Sequence[object], placed: bool) -> tuple[int, float | None]:
    """Return how far down in the lists a name stands, and its value in dollars; ``None`` if it is no bill."""
    said = any(unit is not None for unit in units)
    in_dollars = said and all(_folded_unit(unit) in _DOLLARS for unit in units)
    if name in _IN_DOLLARS:
        return _IN_DOLLARS.index(name), dollars_in(value)
    if name in _IN_CENTS and (in_dollars or not said):
        cents = dollars_in(value)
        return 100, None if cents is None else cents / 100
    if name in _MAYBE_DOLLARS and placed and (in_dollars or not said):
        return 200 + _MAYBE_DOLLARS.index(name), dollars_in(value)
    if name in _WITH_CURRENCY and placed:
        written = isinstance(value, str) and re.search(r"[$a-z]", value, re.IGNORECASE)
        if in_dollars or (written and not said):
            return 300 + _WITH_CURRENCY.index(name), dollars_in(value)
    return 0, None


def dollars_in(value: object) -> float | None:
    """Return an amount of dollars, written as a number or as in ``$0.65`` and ``0.65 USD``; ``None`` for nonsense."""
    if isinstance(value, str):
        found = _AMOUNT.fullmatch(value.strip()) if len(value) <= 40 else None
        if found is None or (found["before"] and found["after"]):
            return None
        value = float(found["number"].replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # An integer may be too long for a float: compared as it is.
    return float(value) + 0.0 if 0 <= value <= MOST else None


def _folded_unit(unit: object) -> str:
    return unit.strip().casefold().replace(" ", "") if isinstance(unit, str) else ""
