"""Let studies be judged in a cell; the widget is imported only then."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from reka_notebook.display import formatters
from reka_notebook.jobs import Take

if TYPE_CHECKING:
    from reka_notebook.widgets.judging.widget import JudgeWidget


def register() -> None:
    """Let ``formatters.judge`` return the widget, from now on."""
    formatters.judge = _judge


def _judge(takes: Sequence[Take], picture: Callable[[], dict[str, Any]] | None) -> "JudgeWidget":
    from reka_notebook.widgets.judging.widget import JudgeWidget

    return JudgeWidget(takes, picture)
