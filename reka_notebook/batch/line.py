"""Read the words that start a batch: its file, its own options, and those that hold for every row.

A column is called as an option is, so columns and options are matched here by one spelling of their names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reka_notebook.catalogue import Catalogue
from reka_notebook.options.known import BATCH, UsageError, options_of, parser
from reka_notebook.text import did_you_mean

PROMPT = "prompt"
"""The column with the prompt; on the command line it stands behind the file."""

_SHORT = {"-m": "model", "-i": "image"}

_NOT_HERE = {
    "fresh": "would make everything anew each time the batch goes on. For more takes of the same: --takes 3, or "
    "a column take with their numbers",
    "dry-run": "holds for the whole batch, and stands on the command line alone",
    "cancel-on-interrupt": "is not for batches: Ctrl-C stops sending, and what was sent is kept",
}
"""Options of `generate` that a batch has no use for, and what to do instead."""

Options = Mapping[str, tuple[str, ...]]
"""Values by option, as `spelling` has its name."""


@dataclass(frozen=True)
class CommonOptions:
    """Hold what the command line says for every row that does not say otherwise.

    Attributes:
        prompt: The prompt of rows without one; empty for none.
    """

    options: Options = field(default_factory=dict)
    prompt: str = ""

    @property
    def words(self) -> list[str]:
        """Return the same as a list of words, in a stable order: part of what identifies a batch."""
        return [*as_words({name: self.options[name] for name in sorted(self.options)}), self.prompt]


def split_words(words: Sequence[str], own: Mapping[str, bool]) -> tuple[list[str], list[str], CommonOptions]:
    """Return a batch's own words, its positional words, and the options for every row.

    Args:
        own: The batch's own options, and whether each takes a value.

    Raises:
        UsageError: If an option has no value, or has no place here.
    """
    mine: list[str] = []
    rest: list[str] = []
    options: dict[str, tuple[str, ...]] = {}
    left = iter(words)
    for word in left:
        name, equals, value = word.partition("=")
        if name in own:
            mine.append(word)
            if own[name] and not equals:
                mine.append(_value(name, next(left, None)))
        elif word.startswith("-") and word != "-":
            option = _SHORT.get(name, spelling(name))
            check_place(option)
            given = value if equals else _value(name, next(left, None))
            options[option] = (*options.get(option, ()), given)
        else:
            rest.append(word)
    return mine, rest, CommonOptions(options, " ".join(rest[1:]))


def spelling(name: str) -> str:
    """Return the one spelling of an option's or a column's name: ``Negative Prompt`` is ``negative-prompt``."""
    return "-".join(name.strip().lstrip("-").replace("_", " ").replace("-", " ").casefold().split())


def as_words(options: Options) -> list[str]:
    """Return options as the words of a line."""
    return [f"--{name}={value}" for name, values in options.items() for value in values]


def check_place(option: str) -> None:
    """Refuse an option that belongs to another command.

    Raises:
        UsageError: If it does.
    """
    if option in _NOT_HERE:
        raise UsageError(f"--{option} {_NOT_HERE[option]}. Nothing was sent.")


def check_options(options: Iterable[str], known: Catalogue) -> None:
    """Refuse an option that no model has.

    Raises:
        UsageError: If there is one; the message names the nearest.
    """
    names = option_names(known)
    for option in options:
        if option not in names:
            raise UsageError(
                f"There is no option --{option}. {did_you_mean(option, names, otherwise='')}".rstrip()
                + " Nothing was sent. To send a field that is not declared: --set name=value."
            )


@lru_cache(maxsize=2)
def option_names(known: Catalogue) -> frozenset[str]:
    """Return the names of every option that some model has."""
    found = {
        spelling(option)
        for endpoint in (None, *known.endpoints.values(), *known.templates.values())
        for option in options_of(parser(endpoint, BATCH))
        if option.startswith("--")
    }
    return frozenset(found - _NOT_HERE.keys())


def _value(name: str, value: str | None) -> str:
    if value is None:
        raise UsageError(f"{name} wants a value. Nothing was sent.")
    return value
