"""Define the sandbox's errors: one for the person who starts it, one for the client that asks it.

RekaError
└── SandboxError   the sandbox cannot be started

Refusal            an answer in Reka's documented error shape; never leaves the server
"""

from __future__ import annotations

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


class Refusal(Exception):
    """Answer with 400 or more. ``param`` names the field of the input that does not fit."""

    def __init__(self, status: int, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param

    @property
    def body(self) -> dict[str, Any]:
        """Return ``{"error": {"type", "message", "param"?}}``."""
        return error_body(self.status, self.message, self.param)


def error_body(status: int, message: str, param: str | None = None) -> dict[str, Any]:
    """Return the documented error; a status that Reka does not list borrows the type of its class."""
    kind = TYPES.get(status) or ("server_error" if status >= 500 else "invalid_request_error")
    error = {"type": kind, "message": message}
    return {"error": error | {"param": param} if param else error}
