"""Run ``%reka spend``: show where the money went, as bars."""

from collections.abc import Sequence

from reka_notebook.commands.spend import read_report, spend_parser, tables
from reka_notebook.jobs import controller
from reka_notebook.magic.reka.answer import Answer, facts
from reka_notebook.output.spend import bars_html, summary


def run(words: Sequence[str]) -> Answer:
    """Show where the money went at the service in use."""
    asked = spend_parser("%reka").read(words)
    control = controller()
    report = read_report(control, asked)
    said = facts(summary(report, control.budgets(), sandbox=control.sandbox))
    return Answer(
        "\n\n".join([said.text, *tables(report, asked.by)]), f"{said.html}{bars_html(report, asked.by)}"
    )
