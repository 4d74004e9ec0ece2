"""Say before a call what it costs, as far as that is known, and count afterwards what it did cost."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from reka_notebook.api.reading.chat import ChatAnswer
from reka_notebook.catalogue.chat.model import REKA, ChatModel
from reka_notebook.chat.memory import remembered
from reka_notebook.chat.model import is_by_account, is_here
from reka_notebook.jobs import Controller
from reka_notebook.library import LibraryError
from reka_notebook.library.spending.bills import bill_in
from reka_notebook.library.spending.limit import OverBudget, tightest
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


def check_limit(control: Controller, model: ChatModel) -> None:
    """Check that a call fits what may be spent.

    Raises:
        OverBudget: If it does not. Nothing was sent.
    """
    if not is_by_account(model) or is_here(control, model):
        return
    expected = expect(control, model).dollars
    wanted = LEAST if expected is None else expected
    status = tightest(control.budgets())
    if status is not None and status.is_over(wanted):
        raise OverBudget(status, wanted, known=expected is not None, what="this")


def count(control: Controller, model: ChatModel, answer: ChatAnswer) -> str:
    """Count what a call cost, and return it in words; empty where nothing was charged."""
    if is_here(control, model):
        return ""
    billed = bill_in(answer.raw)
    cost = billed
    if cost is None and model.price is not None and answer.tokens_in is not None:
        cost = model.price.cost(answer.tokens_in, answer.tokens_out or 0)
    if cost is None:
        return "The price was not told."
    if is_by_account(model):
        with suppress(LibraryError):  # what was paid for is shown, whatever the disk says
            control.library.spending.count_chat(
                control.service, control.account, model.name, cost, billed=billed is not None
            )
    return dollars(cost) if billed is not None else f"about {dollars(cost)}"
