"""Say before a call what it costs, as far as that is known, and count afterwards what it did cost."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from reka_notebook.api.chat import maybe_charged
from reka_notebook.api.errors import ApiError
from reka_notebook.api.reading.chat import ChatAnswer
from reka_notebook.catalogue.chat.model import REKA, ChatModel
from reka_notebook.chat.memory import remembered
from reka_notebook.chat.model import is_by_account, is_here
from reka_notebook.jobs import Controller
from reka_notebook.jobs.controller import budgets_of
from reka_notebook.library import LibraryError
from reka_notebook.library.spending.bills import bill_in
from reka_notebook.library.spending.chats import ReservedChat
from reka_notebook.library.spending.limit import Reservation, tightest
from reka_notebook.text import dollars, many

TOKENS_IN = 4000
"""Tokens of an instruction, a prompt and a small picture, rounded up."""

LEAST = 0.01
"""Dollars that a call of unknown price must leave room for in a limit."""


@dataclass(frozen=True)
class Expected:
    """Hold what a call will cost.

    Attributes:
        dollars: ``None`` where it is not known.
        words: The same as a sentence.
    """

    dollars: float | None
    words: str


def expect(control: Controller, model: ChatModel) -> Expected:
    """Return what a call of a chat model will cost."""
    if is_here(control, model):
        return Expected(0.0, "No charge: answered on this machine.")
    known = model.price.cost(TOKENS_IN, model.most_tokens) if model.price else None
    if model.key is None:
        return Expected(known, "No key is sent." if known is None else f"At most about {dollars(known)}.")
    whose = "your account" if model.key == REKA else f"the key in {model.key}"
    if known is not None:
        return Expected(known, f"At most about {dollars(known)}, charged to {whose}.")
    bills = (
        control.library.spending.bills_of_chats(control.service, model.name) if is_by_account(model) else []
    )
    if bills:
        about = max(bills)
        return Expected(about, f"About {dollars(about)}, from {many(len(bills), 'bill')}.")
    limit = is_by_account(model) and tightest(control.budgets())
    more = f", so it cannot be counted against your limit of {limit.budget.words}" if limit else ""
    return Expected(None, f"Charged to {whose}; the price is not known{more}.")


def is_free(control: Controller, model: ChatModel, key: tuple[Any, ...] | None) -> bool:
    """Return whether a call costs nothing: answered before, without a key, or on this machine."""
    answered = key is not None and remembered(key) is not None
    return answered or model.key is None or is_here(control, model)


@dataclass(frozen=True)
class Held:
    """Hold what is set aside for a call that is under way.

    Attributes:
        expected: Dollars; ``None`` where the price is not known.
    """

    reserved: ReservedChat
    expected: float | None


def hold(control: Controller, model: ChatModel) -> Held | None:
    """Set aside what a call may cost; ``None`` where it is not charged to the account of the key in use.

    Raises:
        OverBudget: If it does not fit what may be spent. Nothing was sent.
    """
    if not is_by_account(model) or is_here(control, model):
        return None
    expected = expect(control, model).dollars
    reservation = Reservation(LEAST if expected is None else expected, expected, budgets_of(control.settings))
    reserved = control.library.spending.reserve_chat(
        control.service, control.account, model.name, reservation
    )
    return Held(reserved, expected)


def settle(control: Controller, model: ChatModel, held: Held | None, answer: ChatAnswer) -> str:
    """Count what a call cost, and return it in words; empty where nothing was charged."""
    if is_here(control, model):
        return ""
    billed = bill_in(answer.raw)
    cost = billed
    if cost is None and model.price is not None and answer.tokens_in is not None:
        cost = model.price.cost(answer.tokens_in, answer.tokens_out or 0)
    known = cost is not None
    if cost is None and held is not None:
        cost = held.expected
    _count(control, held, cost, billed=billed is not None)
    if cost is None:
        return "The price was not told."
    if billed is not None:
        return dollars(cost)
    return f"about {dollars(cost)}" if known else f"The price was not told; counted as {dollars(cost)}."


def give_back(control: Controller, held: Held | None, error: ApiError) -> None:
    """Count what a call without an answer may have cost: nothing, if the service certainly did not make it."""
    _count(control, held, held.expected if held and maybe_charged(error) else None, billed=False)


def _count(control: Controller, held: Held | None, cost: float | None, *, billed: bool) -> None:
    if held is not None:
        with suppress(LibraryError):  # what was paid for is shown, whatever the disk says
            control.library.spending.settle_chat(held.reserved, cost, billed=billed)
