"""Run ``reka-notebook spend``: say where the money went, and what may still be spent."""

import argparse
import time
from collections.abc import Sequence

from reka_notebook.commands.table import Column, table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.jobs import Controller, controller
from reka_notebook.library.spending.limit import Budget, Period
from reka_notebook.library.spending.report import GROUPS, Share, SpendReport, report_facts, since_days
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser, count
from reka_notebook.output.spend import shown_shares, summary
from reka_notebook.setting_values import PERIODS, read_dollars
from reka_notebook.text import dollars, format_duration

LABEL = 16


def run(words: Sequence[str]) -> int:
    """Say where the money went; with ``--budget``, set or remove a limit first."""
    parser = spend_parser()
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    parser.add_argument(
        "--budget", metavar="DOLLARS", help="set a limit for everybody who shares the library; off"
    )
    parser.add_argument("--period", choices=PERIODS, help="what the limit is for; without it, for all time")
    asked = parser.read(words)
    control = controller()
    if asked.budget is not None:
        set_budget(control, asked.budget, asked.period)
    report = read_report(control, asked)
    budgets = control.budgets()
    if asked.json:
        limits = [
            {
                "dollars": status.budget.dollars,
                "period": status.budget.period,
                "used": status.used,
                "left": status.left,
            }
            for status in budgets
        ]
        print_json({"service": control.service, **report_facts(report), "budgets": limits})
        return 0
    for name, value in summary(report, budgets, sandbox=control.sandbox):
        print(f"{name:<{LABEL}}{value}")
    for drawn in tables(report, asked.by):
        print(f"\n{drawn}")
    if not asked.by and report.by["day"]:
        say("--by notebook and --by prompt split it otherwise.")
    return 0


def spend_parser(prog: str = "reka-notebook") -> Parser:
    """Return the parser of what a terminal and a notebook have in common."""
    parser = Parser("spend", "Where the money went at the service in use, by its bills.", prog=prog)
    parser.add_argument("--days", type=count, metavar="N", help="the last N days only, today included")
    parser.add_argument("--by", choices=GROUPS, help="split by this alone")
    return parser


def read_report(control: Controller, asked: argparse.Namespace) -> SpendReport:
    """Return what the words of a line ask for."""
    return control.library.spending.report(control.service, since_days(asked.days, time.time()))


def set_budget(control: Controller, amount: str, period: Period | None) -> None:
    """Set the library's limit on what is spent at the service in use; ``off`` removes it.

    Raises:
        RekaError: If the amount cannot be read; nothing is changed then.
    """
    off = amount.lower() in ("off", "none")
    if off and period:
        raise UsageError("--period belongs to an amount: a limit that is off has none.")
    budget = None if off else Budget(read_dollars("A budget", amount), period)
    control.library.spending.set_budget(control.service, budget)


def tables(report: SpendReport, by: str | None) -> list[str]:
    """Return the ways to split the money as tables: the one that was asked for, or by day and by model."""
    return [_table(group, report) for group in ([by] if by else ["day", "model"]) if report.by[group]]


def _table(group: str, report: SpendReport) -> str:
    columns = (
        Column(group.upper(), least=12),
        Column("DOLLARS", right=True),
        Column("KEPT", right=True, spare=2),
        Column("REQUESTS", right=True, spare=3),
        Column("LENGTH", right=True, spare=4),
    )
    return table(columns, [_row(share) for share in shown_shares(group, report.by[group])])


def _row(share: Share) -> tuple[str, ...]:
    length = format_duration(share.seconds) if share.seconds else ""
    return share.name, dollars(share.dollars), dollars(share.kept), str(share.requests), length
