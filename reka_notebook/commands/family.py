"""Run ``reka-notebook family``: show which takes led to a take, and which came from it."""

from collections.abc import Sequence
from contextlib import closing

from reka_notebook.commands.terminal import columns, print_styled
from reka_notebook.config import open_library
from reka_notebook.jobs import controller
from reka_notebook.jobs.lineage.family import family_of
from reka_notebook.jobs.take import Take
from reka_notebook.options.parser import Parser
from reka_notebook.output.family.text import family_text
from reka_notebook.text import cut


def run(words: Sequence[str]) -> int:
    """Show the family of a take as a tree of lines."""
    parser = Parser("family", "Which takes led to a take, and which came from it, as a tree.")
    parser.add_argument("id", metavar="ID", help="a take's id, or the start of it")
    parser.add_argument("--hide-low", action="store_true", help="leave out what is rejected or rated 1")
    asked = parser.read(words)
    room = columns()
    with closing(open_library()) as library:
        take = Take(library.take(asked.id), library)
        family = family_of(take, library, hide_low=asked.hide_low)
        for line in family_text(family, controller().catalogue).splitlines():
            print_styled(cut(line, room) if room else line)
    return 0
