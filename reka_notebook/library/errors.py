"""Name what can go wrong with what is kept."""

from reka_notebook.errors import RekaError


class LibraryError(RekaError):
    """Report that the library could not be read or written: which part, why, and what to do."""


class LeaseLost(LibraryError):
    """Report that another process has taken the job over; what this one would have written was refused."""
