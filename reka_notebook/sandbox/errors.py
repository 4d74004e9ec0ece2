"""Define the sandbox's errors: one for the person who starts it, one for the client that asks it.

RekaError
└── SandboxError   the sandbox cannot be started

Refusal            an answer in Reka's documented error shape; never leaves the server
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reka_notebook.errors import RekaError

TYPES = {
    400: "validation_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "server_error",
}
"""HTTP status to `error.type`, as Reka documents them."""


class SandboxError(RekaError):
    """Report that the sandbox cannot be started."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong with one field, in words and by FastAPI's name for it."""

    param: str | None
    message: str
    kind: str = "value_error"


class Refusal(Exception):
    """Answer with 400 or more. ``problems`` names the fields of the input that do not fit."""

    def __init__(
        self, status: int, message: str, *, param: str | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.problems = tuple(problems) or (Problem(param, message),)

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Refusal:
        """Return the refusal of an input with these problems, in the words of the first."""
        return cls(400, problems[0].message, problems=problems)

    @property
    def body(self) -> dict[str, Any]:
        """Return ``{"error": {"type", "message", "param"?}}``."""
        return error_body(self.status, self.message, self.problems[0].param)

    @property
    def detail(self) -> dict[str, Any]:
        """Return ``{"detail": [{"loc", "msg", "type"}]}``, as FastAPI tells what does not validate."""
        return {
            "detail": [
                {
                    "loc": ["body", *([] if problem.param is None else _place(problem.param))],
                    "msg": "Field required" if problem.kind == "missing" else problem.message,
                    "type": problem.kind,
                }
                for problem in self.problems
            ]
        }


def _place(param: str) -> list[str]:
    return [param] if param in ("input", "webhook_url") else ["input", param]


def error_body(status: int, message: str, param: str | None = None) -> dict[str, Any]:
    """Return the documented error; a status that Reka does not list borrows the type of its class."""
    kind = TYPES.get(status) or ("server_error" if status >= 500 else "invalid_request_error")
    error = {"type": kind, "message": message}
    return {"error": error | {"param": param} if param else error}
