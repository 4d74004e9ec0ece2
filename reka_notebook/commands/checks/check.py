"""Record what was checked, and what was found."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reka_notebook.commands.checks.evidence import Fact, Shown


class Verdict(StrEnum):
    """Say whether something is well; a note is worth knowing, but needs nothing done about it."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Check:
    """Record what was found.

    Args:
        name: What was checked, in a word or two.
        text: What was found.
        todo: What to do about it.
    """

    name: str
    verdict: Verdict
    text: str
    todo: str = ""


@dataclass
class Findings:
    """Collect what was found, with what to correct in the catalogue: a merge patch for the person's file.

    ``shown`` is what the service has shown, and ``facts`` what that makes of each fact of the catalogue.
    """

    checks: list[Check] = field(default_factory=list)
    corrections: dict[str, Any] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    facts: list[Fact] = field(default_factory=list)

    def ok(self, name: str, text: str) -> None:
        """Record that something is well."""
        self.checks.append(Check(name, Verdict.OK, text))

    def note(self, name: str, text: str, todo: str = "") -> None:
        """Record something worth knowing."""
        self.checks.append(Check(name, Verdict.NOTE, text, todo))

    def problem(self, name: str, text: str, todo: str = "") -> None:
        """Record something that will fail."""
        self.checks.append(Check(name, Verdict.PROBLEM, text, todo))
