"""One thing that was checked, and what was found."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """Whether something is well; a note is worth knowing, and nothing has to be done about it."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Check:
    """What was found.

    :param name: what was checked, in a word or two.
    :param text: what was found.
    :param todo: what to do about it.
    """

    name: str
    verdict: Verdict
    text: str
    todo: str = ""


@dataclass
class Findings:
    """What was found of the service, with what to correct in the catalogue: a merge patch for the person's file."""

    checks: list[Check] = field(default_factory=list)
    corrections: dict[str, Any] = field(default_factory=dict)

    def ok(self, name: str, text: str) -> None:
        """Something is well."""
        self.checks.append(Check(name, Verdict.OK, text))

    def note(self, name: str, text: str, todo: str = "") -> None:
        """Something is worth knowing."""
        self.checks.append(Check(name, Verdict.NOTE, text, todo))

    def problem(self, name: str, text: str, todo: str = "") -> None:
        """Something will fail."""
        self.checks.append(Check(name, Verdict.PROBLEM, text, todo))
