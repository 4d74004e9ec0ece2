"""What a cell leaves in a plain terminal: where each file lies, as a link where the terminal can show one."""

import os
import sys
from pathlib import Path

from reka_notebook.jobs import Job
from reka_notebook.key import is_terminal
from reka_notebook.notebook.batch import Batch
from reka_notebook.notebook.batch_html import kept_words
from reka_notebook.notebook.text import one_line

_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"})
_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour", "wezterm")
_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "FORCE_HYPERLINK")
_VTE = 5000
"""The first version of GNOME's terminal widget that shows links."""


def said(work: Job | Batch) -> None:
    """Print where what it left lies; why it left nothing is said by an error."""
    if isinstance(work, Job):
        if work.take is not None:
            print(linked(work.take.path))
            if kept := kept_words([work.take]):
                print(kept)
        return
    for name, place in zip(work.names, work.status.places, strict=True):
        print(f"{name}: {linked(place.take.path) if place.take else one_line(place.error or place.stage)}")
    if kept := kept_words(work.takes):
        print(kept)


def linked(path: Path) -> str:
    """A path, as a link (OSC 8) where the terminal is known to show it as one."""
    if not (is_terminal(sys.stdout) and _links()):
        return str(path)
    return f"\x1b]8;;{path.as_uri()}\x1b\\{path}\x1b]8;;\x1b\\"


def _links() -> bool:
    vte = os.getenv("VTE_VERSION", "")
    return (
        any(os.getenv(name, "") not in ("", "0") for name in _VARIABLES)
        or os.getenv("TERM_PROGRAM") in _PROGRAMS
        or os.getenv("TERM", "").startswith(_TERMS)
        or (vte.isdecimal() and int(vte) >= _VTE)
    )
