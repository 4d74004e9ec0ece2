"""The options of ``%%reka_video`` and of ``reka-notebook generate``: fixed ones, and the endpoint's own."""

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NoReturn

from reka_notebook.catalogue import Catalogue, Endpoint, InvalidInput
from reka_notebook.errors import RekaError
from reka_notebook.notebook.framing_options import add_framing, framings

CELL = "%%reka_video"
MOST_TAKES = 1_000_000


class UsageError(RekaError):
    """A command line that cannot be understood."""


@dataclass(frozen=True)
class Arguments:
    """What a person wrote on the line; images still as written (a path, a URL, or a variable's name)."""

    model: str | None
    images: dict[str, str]
    values: dict[str, str]
    undeclared: dict[str, Any] = field(default_factory=dict)
    bind: str | None = None
    fresh: bool = False
    take: int = 1
    cancel_on_interrupt: bool = False
    words: tuple[str, ...] = ()
    framings: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.")


def split(line: str) -> list[str]:
    """A line's words, as a shell reads them.

    :raises UsageError: a quotation mark is left open.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"The line cannot be read ({error}): close the quotation mark.") from error


def parse(
    words: Sequence[str], catalogue: Catalogue, model: str | None = None, prog: str = CELL
) -> Arguments:
    """Read options. Which there are depends on the endpoint, and so on ``--model``.

    :param model: the model where none is named; the catalogue's default if that is not given either.
    :param prog: what the options belong to; only a cell has ``--as``.
    :raises RekaError: an unknown option (with its nearest match), or an unknown model.
    """
    chosen = parser(prog=prog).parse_known_args(list(words))[0].model or model
    endpoint = catalogue.endpoint(chosen) if chosen else catalogue.default
    found, rest = parser(endpoint, prog).parse_known_args(list(words))
    unknown = [word for word in rest if word.startswith("-") and word != "-"]
    if unknown:
        raise _unknown_option(unknown[0], parser(endpoint, prog), endpoint.title)
    options = vars(found)
    return Arguments(
        model=chosen,
        images={
            slot: options[f"image_{slot}"] for slot in endpoint.images if options[f"image_{slot}"] is not None
        }
        or ({"start": options["image_start"]} if options["image_start"] else {}),
        values={name: options[name] for name in endpoint.options if options.get(name) is not None},
        undeclared=dict(_assignment(text) for text in options["set"]),
        bind=_name(options.get("bind")),
        fresh=options["fresh"],
        take=_number(options["take"]),
        cancel_on_interrupt=options["cancel_on_interrupt"],
        words=(*options["words"], *rest),
        framings=framings(options, endpoint.images),
    )


def parser(endpoint: Endpoint | None = None, prog: str = CELL) -> argparse.ArgumentParser:
    """The parser for an endpoint; without one, that of the options which all endpoints share."""
    made = _Parser(prog=prog, add_help=False, allow_abbrev=False)
    made.add_argument("-m", "--model", metavar="MODEL", help="which model, as in kling-v3-pro")
    made.add_argument(
        "-i", "--image", dest="image_start", metavar="IMAGE", help="a path, a URL, or a variable's name"
    )
    if prog == CELL:  # a command line has no variables
        made.add_argument("--as", dest="bind", metavar="NAME", help="bind the take to this variable")
    made.add_argument("--fresh", action="store_true", help="make another take, also where one is kept")
    made.add_argument(
        "--take",
        default="1",
        metavar="N",
        help="which of the takes of the same request; the first, unless told",
    )
    made.add_argument(
        "--cancel-on-interrupt",
        action="store_true",
        help="an interrupt cancels the job, not only the waiting",
    )
    made.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="send a field that is not declared"
    )
    made.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    for slot in endpoint.images if endpoint else ():
        if slot != "start":
            made.add_argument(
                f"--{slot}-image", dest=f"image_{slot}", metavar="IMAGE", help=f"the {slot} image"
            )
    add_framing(made, endpoint.images if endpoint else ("start",), endpoint.options if endpoint else ())
    for name, schema in endpoint.options.items() if endpoint else ():
        made.add_argument(*spellings(name), dest=name, metavar="VALUE", help=_help(schema))
    return made


def spellings(name: str) -> list[str]:
    """How an input field is written as an option: ``--negative-prompt`` and ``--negative_prompt``."""
    return list(dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}")))


def _help(schema: Any) -> str:
    allowed = ", ".join(str(value) for value in schema.get("enum", []))
    parts = [schema.get("title", ""), f"one of {allowed}" if allowed else schema.get("type", "")]
    if "default" in schema:
        parts.append(f"the service's default is {schema['default']}")
    return "; ".join(str(part) for part in parts if part).replace("%", "%%")


def _unknown_option(word: str, made: argparse.ArgumentParser, title: str) -> InvalidInput:
    name = word.split("=")[0]
    known = [spelling for action in made._actions for spelling in action.option_strings]
    near = get_close_matches(name, known, 1)
    hint = (
        f"Did you mean {near[0]}?"
        if near
        else f"There are {', '.join(s for s in known if s.startswith('--'))}."
    )
    return InvalidInput(
        f"{title} has no option {name}. {hint} To send a field that is not declared: --set name=value.",
        field=name.lstrip("-"),
        nearest=near[0] if near else None,
        allowed=known,
    )


def _assignment(text: str) -> tuple[str, Any]:
    import msgspec

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set wants name=value, and got {text!r}.")
    try:
        return name.strip(), msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name.strip(), value


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_TAKES:
        raise UsageError(f"--take wants the number of a take, 1 or more, and got {text!r}.")
    return int(text)


def _name(bind: str | None) -> str | None:
    if bind is not None and not bind.isidentifier():
        raise UsageError(f"--as wants a variable's name, and {bind!r} is none.")
    return bind
