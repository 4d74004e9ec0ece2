"""Name what can go wrong with what is kept."""

from reka_notebook.errors import RekaError


class LibraryError(RekaError):
    """Report that the library could not be read or written: which part, why, and what to do."""


class DatabaseUnreachable(LibraryError):
    """Report that a team's database does not answer now. What was asked of it may be asked again."""


class LeaseLost(LibraryError):
    """Report that another process has taken the job over; what this one would have written was refused."""
