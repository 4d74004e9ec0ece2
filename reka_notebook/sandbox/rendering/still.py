"""Draw the picture that does not move, from a prompt, or as an edit of the one that was sent."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image, ImageOps

from reka_notebook.sandbox.rendering import picture, seeing, things
from reka_notebook.sandbox.rendering.caption import Label, band, caption, tag
from reka_notebook.sandbox.rendering.media import Picture, Still
from reka_notebook.sandbox.rendering.size import Size

_TINT = 0.6
"""How much of an edited picture is its tint."""
_TINTS = ("#c98b4e", "#4e7fc9", "#7f9a52", "#b0658c", "#4f9a94", "#8a6fbf")


def write(still: Still, path: Path) -> None:
    """Write the still in its format."""
    size = (still.width, still.height)
    words = f"{still.prompt}\0{still.number}"
    named = things.named(still.prompt)
    if still.start is None:
        image = picture.landscape(words, size)
        things.draw(image, named, words)
        said = None if named else caption(still.prompt, size)
    else:
        image = _edited(still, still.start)
        there = seeing.recognised(image, [one.label for one in named])
        new = [one for one in named if one.label not in there]
        things.draw(image, new, words, seeing.taken(image))
        said = band(still.prompt, size)
    for label in (said, tag(size)):
        if label is not None:
            image.paste(label.image, _box(label), label.image)
    image.save(path, format=still.form.upper(), compress_level=3, quality=88)


def _edited(still: Still, start: Picture) -> Image.Image:
    """Return the picture that was sent, filled into the frame, in a tint that the prompt decides.

    What was drawn on it before keeps its colour. Other pictures that were sent lie on it as prints.
    """
    size = (still.width, still.height)
    image = _filled(start, size)
    chosen = hashlib.sha256(f"{still.prompt}\0{still.number}".encode()).digest()[0]
    tinted = ImageOps.colorize(image.convert("L"), "#0c0f14", "#fdfbf6", mid=_TINTS[chosen % len(_TINTS)])
    image = Image.composite(image, Image.blend(image, tinted, _TINT), seeing.ink(image))
    edge = max(2, round(min(size) * 0.012))
    print_size = (round(size[0] * 0.26), round(size[1] * 0.26))
    for number, other in enumerate(still.others):
        print_ = ImageOps.expand(_filled(other, print_size), edge, "#fdfbf6")
        image.paste(print_, (edge * 2 + number * (print_.width + edge), round(size[1] * things.FREE[0])))
    return image


def _filled(sent: Picture, size: Size) -> Image.Image:
    if sent.file is None:
        return picture.remote(sent.host or "", size)
    return ImageOps.fit(picture.opened(sent.file, 2 * max(size)), size, Image.Resampling.BICUBIC)


def _box(label: Label) -> tuple[int, int, int, int]:
    return (label.x, label.y, label.x + label.image.width, label.y + label.image.height)
