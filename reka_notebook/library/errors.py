"""What can go wrong with what is kept."""

from reka_notebook.errors import RekaError


class LibraryError(RekaError):
    """The library could not be read or written; the text says which part, why, and what to do."""


class LeaseLost(LibraryError):
    """Another process has taken the job over; what this one would have written was refused."""
