"""Run ``reka-notebook unpin``."""

from collections.abc import Sequence

from reka_notebook.commands.pin import set_pin


def run(words: Sequence[str]) -> int:
    """Unpin takes."""
    return set_pin("unpin", "Take the pin from takes.", words, pinned=False)
