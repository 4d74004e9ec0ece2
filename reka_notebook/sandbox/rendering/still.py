"""Draw the picture that does not move, from a prompt, or as an edit of the one that was sent."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image, ImageOps

from reka_notebook.sandbox.rendering import picture
from reka_notebook.sandbox.rendering.caption import Label, caption, tag
from reka_notebook.sandbox.rendering.media import Still

_TINTS = ("#c98b4e", "#4e7fc9", "#7f9a52", "#b0658c", "#4f9a94", "#8a6fbf")


def write(still: Still, path: Path) -> None:
    """Write the still in its format."""
    size = (still.width, still.height)
    words = f"{still.prompt}\0{still.number}"
    image = picture.landscape(words, size) if still.start is None else _edited(still)
    for label in (caption(still.prompt, size), tag(size)):
        if label is not None:
            image.paste(label.image, _box(label), label.image)
    image.save(path, format=still.form.upper(), compress_level=3, quality=88)


def _edited(still: Still) -> Image.Image:
    """Return the picture that was sent, filled into the frame, in a tint that the prompt decides."""
    sent, size = still.start, (still.width, still.height)
    if sent is None or sent.file is None:
        image = picture.remote((sent and sent.host) or "", size)
    else:
        image = ImageOps.fit(picture.opened(sent.file, 2 * max(size)), size, Image.Resampling.BICUBIC)
    chosen = hashlib.sha256(f"{still.prompt}\0{still.number}".encode()).digest()[0]
    tinted = ImageOps.colorize(image.convert("L"), "#0c0f14", "#fdfbf6", mid=_TINTS[chosen % len(_TINTS)])
    return Image.blend(image, tinted, 0.45)


def _box(label: Label) -> tuple[int, int, int, int]:
    return (label.x, label.y, label.x + label.image.width, label.y + label.image.height)
