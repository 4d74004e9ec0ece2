"""Run ``%reka key``: say where the API key was found, never the key itself."""

from collections.abc import Sequence

from reka_notebook.commands.checks.access import source
from reka_notebook.jobs import Controller, controller
from reka_notebook.key import HOW, Key, ask_for_key, find_key
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.options.parser import Parser


def run(words: Sequence[str]) -> Answer:
    """Say where the key is from, and ask for one, hidden, if there is none."""
    Parser("key", "Where the API key was found; asks for one where there is none.", prog="%reka").read(words)
    control = controller()
    if control.key_flaw() is not None and (typed := ask_for_key(in_kernel=True)):
        control.use_key(Key(typed))
    return Answer(f"The API key: {describe_key(control)}.")


def describe_key(control: Controller) -> str:
    """Return in words where the key is from.

    Raises:
        RekaError: If what was found there cannot be a key.
    """
    if control.has_typed_key:
        return "typed in, kept for this session only, not shown"
    found = find_key(control.settings.api_key, keyring=not control.sandbox)
    if found is not None:  # what is said of a job of another key begins with the same digits
        return f"from {source(control.settings)}, not shown; its fingerprint is {found.fingerprint[:8]}…"
    if control.sandbox:
        return "none, and a server on this machine needs none"
    return f"none. {HOW}"
