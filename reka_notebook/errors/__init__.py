"""Define the root of everything this package raises on purpose.

RekaError
├── api.errors.ApiError          the service, or the way to it
├── catalogue.errors.InputError  what was asked does not fit the endpoint
├── prompts.errors.PromptError   a prompt that cannot be read
├── media.errors.MediaError      an image or a video that cannot be used
├── library.errors.LibraryError  what is kept could not be read or written
├── jobs.errors.JobError         how a job ended
└── sandbox.errors.SandboxError  the server on this machine could not start
"""

from typing import Any

from reka_notebook.errors.advice import for_reader


class RekaError(Exception):
    """Report an error to a person: what happened and what to do next."""

    def __str__(self) -> str:
        return for_reader(super().__str__())

    def _render_traceback_(self) -> list[str]:
        from reka_notebook.errors.frames import rendered

        return rendered(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # As it is, whatever its class asks for when it is made: a pool of processes that cannot rebuild an error hangs.
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[RekaError], args: tuple[Any, ...]) -> RekaError:
    error = kind.__new__(kind, *args)
    error.args = args
    return error


def unexpected(error: BaseException, where: str = "") -> str:
    """Say that an error is a fault of this package, neither the person's nor the service's."""
    return f"Unexpected error in reka-notebook{where and f', {where}'}: {error!r}."
