"""``reka-notebook star`` and ``unstar``: which takes are to stay."""

from collections.abc import Sequence
from contextlib import closing

from reka_notebook.commands.parser import Parser
from reka_notebook.config import settings
from reka_notebook.library import Library
from reka_notebook.notebook.text import cut, one_line


def run(words: Sequence[str]) -> int:
    """Star takes."""
    return set_star("star", "Star takes: they are never pruned.", words, starred=True)


def set_star(command: str, text: str, words: Sequence[str], *, starred: bool) -> int:
    """Star takes, or take the star away.

    :raises RekaError: one of them is no take; none is changed then.
    """
    parser = Parser(command, text)
    parser.add_argument("ids", nargs="+", metavar="ID", help="a take's id, or the start of it")
    with closing(Library(settings().home)) as library:
        takes = [library.take(start) for start in parser.read(words).ids]
        for take in takes:
            changed = library.star(take.id, starred)
            print(
                f"{'★' if changed.starred else '·'} {take.id}  {cut(one_line(take.job.request.prompt), 60)}"
            )
        return 0
