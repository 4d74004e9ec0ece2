"""Name takes by what distinguishes them."""

from collections.abc import Sequence

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import Take
from reka_notebook.jobs.tables.varied import find_settings
from reka_notebook.prompts.diff import diff_prompts
from reka_notebook.text import beginning, one_line

ROOM = 90
"""Characters of the words that distinguish a take from the others."""


def names_of(takes: Sequence[Take], catalogue: Catalogue) -> dict[str, str]:
    """Return by ID what distinguishes each take: the words and the settings that not all takes share.

    Takes of one request are numbered.
    """
    settings = find_settings([take.request for take in takes], catalogue)
    named = []
    for place, pieces in enumerate(diff_prompts([take.prompt for take in takes])):
        words = [one_line(piece.text).strip(" ,.;:") for piece in pieces if piece.differs]
        said = [" … ".join(filter(None, words)), *(one.alternatives[one.chosen[place]] for one in settings)]
        name = " · ".join(filter(None, said)) or one_line(takes[place].prompt) or takes[place].file_name
        named.append(beginning(name, ROOM))
    return {
        take.id: f"{name} · take {take.request.take}" if named.count(name) > 1 else name
        for take, name in zip(takes, named, strict=True)
    }
