"""Define the options of the cell magics and ``reka-notebook generate``: fixed ones, and the endpoint's own."""

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from reka_notebook import media
from reka_notebook.catalogue import Endpoint, InvalidInput
from reka_notebook.errors import RekaError
from reka_notebook.text import did_you_mean, many, nearest

WHOLE = "whole"
"""Stands in place of a part of an image, or of a ratio, where several images have each their own."""

_COLOURS = {"black": "#000000", "white": "#ffffff"}


def add_framing(parser: argparse.ArgumentParser, slots: Iterable[str], taken: Iterable[str]) -> None:
    """Add the framing options for every slot that has an image.

    Args:
        taken: Names that the endpoint's own options have; those take precedence.
    """
    for slot in slots:
        before = "" if slot == "start" else f"{slot}-"
        for what, metavar, words in (
            (
                "crop",
                "PART",
                "send this part of the {}: a ratio, as in 16:9, or left,top,width,height in pixels",
            ),
            ("pad", "RATIO", "give the {} a margin that makes it 16:9; black, or as in 16:9,white"),
        ):
            if f"{before}{what}".replace("-", "_") not in taken:
                parser.add_argument(
                    f"--{before}{what}",
                    dest=f"{what}_{slot}",
                    action="append",
                    metavar=metavar,
                    help=words.format(f"{slot} image"),
                )


@dataclass(frozen=True)
class FramingOption:
    """Hold how the images of a slot are framed, as it is written on a line.

    Attributes:
        what: ``crop`` or ``pad``.
        values: One for all images, or one for each: ``whole`` for one that is sent as it is.
    """

    what: str
    values: tuple[str, ...]


def read_framings(options: Mapping[str, Any], slots: Iterable[str]) -> dict[str, FramingOption]:
    """Return the framing options by slot.

    Raises:
        ImageError: If both were written for one slot.
    """
    found: dict[str, FramingOption] = {}
    for slot in slots:
        written = {what: options.get(f"{what}_{slot}") for what in ("crop", "pad")}
        given = [FramingOption(what, tuple(values)) for what, values in written.items() if values]
        if len(given) > 1:
            raise media.ImageError(f"The {slot} image is either cropped or padded: leave out one of the two.")
        found.update((slot, one) for one in given)
    return found


def apply_framing(image: Any, framing: FramingOption | None) -> Any:
    """Return an image, or each of several, with the line's framing applied.

    Raises:
        ImageError: If the framing cannot be read, or does not fit the image, or there are not as many as images.
    """
    if framing is None:
        return image
    images = list(image) if isinstance(image, list | tuple) else [image]
    values = framing.values * len(images) if len(framing.values) == 1 else framing.values
    if len(values) != len(images):
        raise media.ImageError(
            f"--{framing.what} is there {len(values)} times, and there {_are(len(images))}. Give it once for all, or "
            "once for each, with 'whole' for one that is sent as it is."
        )
    framed = [_framed(one, framing.what, value) for one, value in zip(images, values, strict=True)]
    return framed if isinstance(image, list | tuple) else framed[0]


def _are(count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {many(count, 'image')}"


def _framed(image: Any, what: str, text: str) -> Any:
    if text.strip() == WHOLE:
        return image
    if what == "pad":
        ratio, _, colour = text.partition(",")
        return media.pad(image, ratio, _COLOURS.get(colour.strip() or "black", colour.strip()))
    box = re.fullmatch(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*", text)
    if box is None:
        return media.crop(image, text)
    left, top, width, height = map(int, box.groups())
    return media.crop(image, (left, top, width, height))


CELL = "%%reka_video"
BATCH = "reka-notebook batch"


class UsageError(RekaError):
    """Report a command line that cannot be understood."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.")


_MOST = 64
_made: dict[tuple[int, str], tuple[Endpoint | None, argparse.ArgumentParser]] = {}
"""The parsers that were made last: a batch reads the same options a hundred thousand times."""


def parser(endpoint: Endpoint | None = None, prog: str = CELL) -> argparse.ArgumentParser:
    """Return the parser for an endpoint; without one, for the options that all endpoints share. It is not changed.

    Args:
        prog: What the options belong to; a cell and a batch make several takes, and a cell has variables to bind.
    """
    key = (id(endpoint), prog)
    known, made = _made.get(key, (None, None))
    if made is None or known is not endpoint:
        made = _make_parser(endpoint, prog)
        if len(_made) >= _MOST:
            _made.clear()
        _made[key] = (endpoint, made)
    return made


def _make_parser(endpoint: Endpoint | None, prog: str) -> argparse.ArgumentParser:
    made = _Parser(prog=prog, add_help=False, allow_abbrev=False)
    made.add_argument("-m", "--model", metavar="MODEL", help="which model, as in kling-v3-pro")
    made.add_argument("--task", metavar="TASK", help="what the model is to do, where the rest does not say")
    made.add_argument(
        "-i",
        "--image",
        dest="image_start",
        action="append",
        metavar="IMAGE",
        help="a path, a URL, or a variable's name; several for an edit, with commas or given again",
    )
    if prog.startswith("%%") or prog == BATCH:
        _add_for_several(made)
    if prog.startswith("%%"):
        _add_for_a_cell(made)
    made.add_argument("--fresh", action="store_true", help="make another take, also where one is kept")
    made.add_argument(
        "--take",
        metavar="N",
        help="which take of this request (default: first)",
    )
    made.add_argument(
        "--dry-run", action="store_true", help="only say what would be sent, and what it would cost"
    )
    made.add_argument(
        "--cancel-on-interrupt",
        action="store_true",
        help="an interrupt cancels the job, not only the waiting",
    )
    made.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="send a field that is not declared"
    )
    made.add_argument(
        "--webhook-url", metavar="URL", help="what the service calls when the request has ended"
    )
    made.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    for slot in endpoint.images if endpoint else ():
        if slot != "start":
            made.add_argument(
                f"--{slot}-image", dest=f"image_{slot}", metavar="IMAGE", help=f"the {slot} image"
            )
    add_framing(made, endpoint.images if endpoint else ("start",), endpoint.options if endpoint else ())
    for name, schema in endpoint.options.items() if endpoint else ():
        # Where an endpoint calls a field as a fixed option is called, --set still sends it.
        free = [spelling for spelling in spellings(name) if spelling not in made._option_string_actions]
        if free:
            made.add_argument(*free, dest=f"field_{name}", metavar="VALUE", help=_help(schema))
    return made


def _add_for_several(made: argparse.ArgumentParser) -> None:
    made.add_argument("--takes", metavar="N", help="make N takes of each")
    made.add_argument(
        "--sweep",
        action="append",
        default=[],
        metavar="NAME=A,B",
        help="make one with each value of an option, of model or of image; may be given again",
    )


def _add_for_a_cell(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--as", dest="bind", metavar="NAME", help="bind the take, or the takes, to this variable"
    )
    made.add_argument(
        "--bg", action="store_true", help="do not wait: the output fills in later, --as binds the job"
    )
    made.add_argument("--yes", action="store_true", help="allow more than 8 new takes")
    where = made.add_mutually_exclusive_group()
    where.add_argument(
        "--embed",
        action="store_const",
        const=True,
        help="put what is made into the notebook, whatever its size",
    )
    where.add_argument(
        "--link",
        dest="embed",
        action="store_const",
        const=False,
        help="put what is made beside the notebook, whatever its size",
    )


def spellings(name: str) -> list[str]:
    """Return how an input field is written as an option: ``--negative-prompt`` and ``--negative_prompt``."""
    return list(dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}")))


def options_of(made: argparse.ArgumentParser) -> list[str]:
    """Return every spelling of every option that a parser knows."""
    return list(made._option_string_actions)


def unknown_option(word: str, known: Sequence[str], title: str) -> InvalidInput:
    """Return the error for an option that an endpoint does not have, with the nearest that it has."""
    name = word.split("=")[0]
    hint = did_you_mean(name, known, otherwise=f"Choose from: {_long(known)}.")
    return InvalidInput(
        f"{title} has no option {name}. {hint} To send it anyway: --set name=value.",
        field=name.lstrip("-"),
        nearest=nearest(name, known),
        allowed=known,
    )


def _long(known: Iterable[str]) -> str:
    return ", ".join(spelling for spelling in known if spelling.startswith("--") and "_" not in spelling)


def _help(schema: Any) -> str:
    allowed = ", ".join(str(value) for value in schema.get("enum", []))
    parts = [schema.get("title", ""), f"one of {allowed}" if allowed else schema.get("type", "")]
    if "default" in schema:
        parts.append(f"the service's default is {schema['default']}")
    return "; ".join(str(part) for part in parts if part).replace("%", "%%")
