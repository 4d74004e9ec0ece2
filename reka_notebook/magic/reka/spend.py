"""Run ``%reka spend``: show where the money went, as bars."""

from collections.abc import Sequence

from reka_notebook.commands.spend import group_table, read_report, spend_parser
from reka_notebook.jobs import controller
from reka_notebook.magic.reka.answer import Answer, facts
from reka_notebook.output.spend import bars_html, summary


def run(words: Sequence[str]) -> Answer:
    """Show where the money went at the service in use."""
    asked = spend_parser("%reka").read(words)
    control = controller()
    report = read_report(control, asked)
    said = facts(summary(report, control.budgets(), sandbox=control.sandbox))
    groups = [asked.by] if asked.by else ["day", "model"]
    tables = [group_table(group, report) for group in groups if report.by[group]]
    return Answer("\n\n".join([said.text, *tables]), f"{said.html}{bars_html(report, asked.by)}")
