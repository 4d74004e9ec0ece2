"""Read a command's own words, with errors that say what to write instead."""

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from reka_notebook.options.known import UsageError
from reka_notebook.text import did_you_mean

SECONDS = {"m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


class Parser(argparse.ArgumentParser):
    """Parse the words of one command.

    Args:
        command: Its name.
        text: What it does, in a sentence or two; shown by ``--help``.
        prog: What it is a command of; a notebook's kernel does not end after ``--help``.
    """

    def __init__(self, command: str, text: str, prog: str = "reka-notebook") -> None:
        shell = prog == "reka-notebook"
        super().__init__(prog=f"{prog} {command}", description=text, allow_abbrev=False, add_help=shell)
        self._command = command

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Return the command's arguments.

        Raises:
            UsageError: If they cannot be understood.
        """
        if not self.add_help and {"-h", "--help"} & set(words):
            raise UsageError(self.format_help().strip())
        found, rest = self.parse_known_args(list(words))
        if rest:
            options = [spelling for action in self._actions for spelling in action.option_strings]
            hint = did_you_mean(rest[0].split("=")[0], options, otherwise=f"See {self.prog} --help.")
            word = re.sub(r"://[^/\s]*@", "://…@", rest[0])  # an address may hold a password
            raise UsageError(f"The command {self._command} has no place for {word!r}. {hint}")
        return found

    def error(self, message: str) -> NoReturn:
        """Raise argparse's own message as a ``UsageError``.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")


def count(text: str) -> int:
    """Read a whole number from 0 on, for an option's ``type``."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"wants a whole number, as in 20, and got {text!r}")
    return int(text)


def age(text: str) -> float:
    """Read ``30d``, ``12h``, ``2w`` or ``45m`` as seconds, for an option's ``type``."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)([mhdw])", text.strip(), re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError(f"wants a time, as in 30d, 12h, 2w or 45m, and got {text!r}")
    return float(match[1]) * SECONDS[match[2]]
