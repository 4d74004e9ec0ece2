"""Make words from outside fit to be shown: the service's, a proxy's, a file host's.

Whoever wrote them may have put anything into them: a megabyte of text, commands to a terminal, marks that
turn the direction of writing. Every error, status, log line and name goes through here when it is made.
"""

import re

WORDS = 2000
"""Characters of a message."""

NAME = 200
"""Characters of what names something: a status, a type, a field, a request."""

_SEQUENCES = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # to the terminal itself: its title, the clipboard
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # strings for a device
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # colours, cursor, clearing the screen
    r"|\x1b[ -/]*[0-~]?"
)
_HARMFUL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]+"
)


def plain(text: object, most: int = WORDS) -> str:
    """Return a text as one bounded line that no terminal, page or editor takes for anything but text."""
    said = str(text)
    if len(said) <= most and said.isascii() and said.isprintable() and " ".join(said.split()) == said:
        return said  # as most are
    cut = len(said) > 4 * most
    said = _SEQUENCES.sub("", said[: 4 * most])
    said = " ".join(_HARMFUL.sub("\N{REPLACEMENT CHARACTER}", " ".join(said.split())).split())
    return f"{said[: most - 1]}…" if cut or len(said) > most else said
