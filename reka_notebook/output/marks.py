"""Say what a person thinks of a take, in a few words."""

from reka_notebook.jobs import Take


def marks_of(take: Take) -> list[str]:
    """Return its verdict, pin and rating in words, leaving out those it has not."""
    return [*verdicts_of(take), *([f"rated {take.rating}"] if take.rating else [])]


def verdicts_of(take: Take) -> list[str]:
    """Return its verdict and pin in words, for where its rating is shown as stars."""
    return [mark for mark in (take.verdict or "", "pinned" if take.record.pinned else "") if mark]
