"""``reka-notebook unstar``."""

from collections.abc import Sequence

from reka_notebook.commands.star import set_star


def run(words: Sequence[str]) -> int:
    """Take the star from takes."""
    return set_star("unstar", "Take the star from takes.", words, starred=False)
