"""Name what can be wrong with what was asked, before anything is sent and so before anything is charged.

InputError
├── UnknownEndpoint   no such model, or not for this task
│   └── OtherOutput   it makes something else
├── UnknownPath       the endpoint is known by name only
├── InvalidInput      a field, a value or an image that the endpoint does not take
└── CatalogueError    a catalogue file that cannot be used
"""

from collections.abc import Iterable

from reka_notebook.errors import RekaError


class InputError(RekaError):
    """Report that what was asked does not fit the endpoint. Nothing was sent."""


class UnknownEndpoint(InputError):
    """Report that no endpoint has this name; ``nearest`` is the ID most like it or None, ``known`` are all IDs."""

    def __init__(self, message: str, *, nearest: str | None = None, known: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.nearest = nearest
        self.known = tuple(known)


class OtherOutput(UnknownEndpoint):
    """Report a model or a task that makes something else than is wanted; ``outputs`` says what."""

    def __init__(self, message: str, *, outputs: Iterable[str], known: Iterable[str] = ()) -> None:
        super().__init__(message, known=known)
        self.outputs = tuple(outputs)


class UnknownPath(InputError):
    """Report that the endpoint is documented by its title, and its path is not known."""


class InvalidInput(InputError):
    """Report one part of the input that does not fit.

    ``field`` is the input field, or ``images.<slot>`` for an image. ``allowed`` are the values (or, for an
    unknown field, the fields) that would fit, empty if they cannot be listed. ``nearest`` is the one of them
    most like what was given, or None.
    """

    def __init__(
        self, message: str, *, field: str, allowed: Iterable[object] = (), nearest: object | None = None
    ) -> None:
        super().__init__(message)
        self.field = field
        self.allowed = tuple(allowed)
        self.nearest = nearest


class CatalogueError(InputError):
    """Report a catalogue file that cannot be read or makes no sense; the message names the file and the line."""
