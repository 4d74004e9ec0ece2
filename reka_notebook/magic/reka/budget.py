"""Run ``%reka budget``: show, set or remove the limit on what is spent at the service in use."""

from collections.abc import Sequence
from typing import cast

from reka_notebook.jobs import controller
from reka_notebook.library.spending.limit import Budget, Period
from reka_notebook.magic.reka.answer import Answer, facts
from reka_notebook.options.known import UsageError
from reka_notebook.setting_values import PERIODS, read_dollars
from reka_notebook.text import dollars

USAGE = "As in: %reka budget 20, %reka budget 20 day, %reka budget 50 month, or %reka budget off."


def run(words: Sequence[str]) -> Answer:
    """Show every budget, set the library's own, or remove it with ``off``.

    Raises:
        RekaError: If it cannot be read; nothing is changed then.
    """
    control = controller()
    spending, service = control.library.spending, control.service
    if words:
        spending.set_budget(service, _read(words))
    rows = []
    stored = spending.budget(service)
    for status in control.budgets():
        rows += [
            ("Budget", f"{status.budget.words}{'' if status.budget == stored else ', for this session'}"),
            ("Used", f"{dollars(status.used)}{status.held_words}"),
            ("Left", dollars(status.left)),
        ]
    if not rows:
        return facts([("Budget", "none")], USAGE)
    note = "The budget holds for every notebook and command line that shares this library, at this service."
    return facts(rows, note if stored else "")


def _read(words: Sequence[str]) -> Budget | None:
    amount, *period = [word.lower() for word in words if word.lower() not in ("a", "per")]
    if amount in ("off", "none") and not period:
        return None
    if len(period) > 1 or (period and period[0] not in PERIODS):
        raise UsageError(USAGE)
    return Budget(read_dollars("A budget", amount), cast("Period", period[0]) if period else None)
