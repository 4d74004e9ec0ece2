"""``--crop`` and ``--pad``: what of an image is sent, on a line."""

import argparse
import re
from collections.abc import Iterable, Mapping
from typing import Any

from reka_notebook import media

_COLOURS = {"black": "#000000", "white": "#ffffff"}


def add_framing(parser: argparse.ArgumentParser, slots: Iterable[str], taken: Iterable[str]) -> None:
    """Add the options for every slot that has an image.

    :param taken: names that the endpoint's own options have; those go before.
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
                    metavar=metavar,
                    help=words.format(f"{slot} image"),
                )


def framings(options: Mapping[str, Any], slots: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What was written, by slot: ``crop`` or ``pad``, and its value.

    :raises ImageError: both for one image.
    """
    found: dict[str, tuple[str, str]] = {}
    for slot in slots:
        written = {what: options.get(f"{what}_{slot}") for what in ("crop", "pad")}
        given = [(what, value) for what, value in written.items() if value is not None]
        if len(given) > 1:
            raise media.ImageError(f"The {slot} image is either cropped or padded: leave out one of the two.")
        found.update((slot, one) for one in given)
    return found


def framed(image: Any, framing: tuple[str, str] | None) -> Any:
    """An image, or each of several, framed as it is written on the line.

    :raises ImageError: it cannot be read, or does not fit the image.
    """
    if framing is None:
        return image
    if isinstance(image, list | tuple):
        return [framed(one, framing) for one in image]
    what, text = framing
    if what == "pad":
        ratio, _, colour = text.partition(",")
        return media.pad(image, ratio, _COLOURS.get(colour.strip() or "black", colour.strip()))
    box = re.fullmatch(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*", text)
    if box is None:
        return media.crop(image, text)
    left, top, width, height = map(int, box.groups())
    return media.crop(image, (left, top, width, height))
