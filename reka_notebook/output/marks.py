"""Say what a person thinks of a take, in a few words."""

from reka_notebook.jobs import Take


def marks_of(take: Take) -> list[str]:
    """Return its verdict, pin and rating in words, leaving out those it has not."""
    pinned = "pinned" if take.record.pinned else ""
    rated = f"rated {take.rating}" if take.rating else ""
    return [mark for mark in (take.verdict or "", pinned, rated) if mark]
