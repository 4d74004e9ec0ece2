"""Show what was checked in a terminal."""

from reka_notebook.commands.checks.check import Check, Findings, Verdict
from reka_notebook.commands.terminal import print_beside, print_styled
from reka_notebook.text import many, one_line

TEXT = 26
"""The column of the terminal in which the words of a check begin."""

_COLOURS = {Verdict.OK: "green", Verdict.NOTE: "yellow", Verdict.PROBLEM: "red"}


def show_check(check: Check) -> None:
    """Print what was found, and what to do about it."""
    verdict = check.verdict.upper() if check.verdict is Verdict.PROBLEM else check.verdict
    todo = f"\n→ {one_line(check.todo)}" if check.todo else ""
    text = f"{one_line(check.text)}{todo}"
    print_beside(text, TEXT, (f"{verdict:<8}", _COLOURS[check.verdict]), f"  {check.name}")


def problems(found: Findings) -> int:
    """Return how many things will fail."""
    return sum(check.verdict is Verdict.PROBLEM for check in found.checks)


def show_result(found: Findings) -> None:
    """Print whether all is well."""
    count = problems(found)
    print_styled((f"\n{many(count, 'problem')}." if count else "\nAll is well.", "bold"))
