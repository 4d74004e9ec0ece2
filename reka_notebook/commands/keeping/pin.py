"""Run ``reka-notebook pin`` and ``unpin``: choose which takes are to stay."""

from collections.abc import Sequence
from contextlib import closing

from reka_notebook.config import open_library
from reka_notebook.options.parser import Parser
from reka_notebook.text import cut, one_line


def run(words: Sequence[str]) -> int:
    """Pin takes."""
    return set_pin("pin", "Pin takes: they are never cleaned up.", words, pinned=True)


def unpin(words: Sequence[str]) -> int:
    """Take the pin from takes."""
    return set_pin("unpin", "Take the pin from takes.", words, pinned=False)


def set_pin(command: str, text: str, words: Sequence[str], *, pinned: bool) -> int:
    """Pin or unpin takes.

    Raises:
        RekaError: If one of them is not a take; none is changed then.
    """
    parser = Parser(command, text)
    parser.add_argument("ids", nargs="+", metavar="ID", help="a take's id, or the start of it")
    with closing(open_library()) as library:
        takes = [library.take(start) for start in parser.read(words).ids]
        for take in takes:
            changed = library.pin(take.id, pinned)
            done = "Pinned" if changed.pinned else "Unpinned"
            print(f"{done} {take.id}  {cut(one_line(take.job.request.prompt), 60)}")
        return 0
