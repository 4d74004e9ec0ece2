"""Draw boxes and their labels on a picture, so that they can be read on any."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reka_notebook.media.boxes.box import Box
from reka_notebook.media.films.filmstrip import POSTER_SIDE
from reka_notebook.media.images.colour import to_rgb
from reka_notebook.media.images.image import SourceImage
from reka_notebook.media.images.picture import decode, open_picture
from reka_notebook.media.images.prepared import to_jpeg

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw as Draw
    from PIL.ImageFont import FreeTypeFont, ImageFont

COLOURS = ("#ffd23f", "#3bceac", "#ff6b6b", "#4ea8de", "#f79d65", "#c77dff", "#a7c957", "#f4acb7")
"""One for each label, in their order; all are light enough for dark letters."""

MOST_DRAWN = 200
"""Boxes that are drawn; more are only a pattern."""

_DARK = "#101418"


def draw_boxes(source: SourceImage, boxes: Sequence[Box]) -> bytes:
    """Return a JPEG of the whole upright image with boxes drawn on it.

    Raises:
        ImageError: If there are no bytes of the image here, or they are damaged.
    """
    import io

    image = open_picture(io.BytesIO(source.data or b""), source.name)
    decode(image, source.name, around=2 * POSTER_SIDE)
    picture = to_rgb(image)[0]
    return to_jpeg(drawn(picture, boxes), quality=88)


def drawn(picture: "Image", boxes: Sequence[Box]) -> "Image":
    """Return a picture, made smaller in place, with boxes drawn on it."""
    from PIL import ImageDraw
    from PIL.Image import Resampling

    picture.thumbnail((POSTER_SIDE, POSTER_SIDE), Resampling.LANCZOS, reducing_gap=3.0)
    draw = ImageDraw.Draw(picture)
    labels = list(dict.fromkeys(box.label for box in boxes))
    placed = [box for box in boxes if box.relative is not None][:MOST_DRAWN]
    # The largest first, so that none hides another; and all frames before the words.
    placed.sort(key=lambda box: -math.prod((box.relative or (0, 0, 0, 0))[2:]))
    line = max(2, round(max(picture.size) / 400))
    for box in placed:
        _frame(draw, _corners(box, picture), COLOURS[labels.index(box.label) % len(COLOURS)], line)
    taken: list[tuple[float, float, float, float]] = []
    for box in reversed(placed):
        if box.label:
            _words(draw, picture, box, COLOURS[labels.index(box.label) % len(COLOURS)], line, taken)
    return picture


def _corners(box: Box, picture: "Image") -> tuple[float, float, float, float]:
    left, top, wide, high = box.relative or (0.0, 0.0, 0.0, 0.0)
    across, down = picture.width - 1, picture.height - 1
    return left * across, top * down, (left + wide) * across, (top + high) * down


def _frame(draw: "Draw", corners: tuple[float, float, float, float], colour: str, line: int) -> None:
    """Draw a box as a light line between two dark ones: one of them is seen on any picture."""
    left, top, right, bottom = map(round, corners)
    for grown, shade, width in ((1, _DARK, line + 2), (0, colour, line)):
        outer = (left - grown, top - grown, max(right, left) + grown, max(bottom, top) + grown)
        draw.rectangle(outer, outline=shade, width=width)


def _words(
    draw: "Draw",
    picture: "Image",
    box: Box,
    colour: str,
    line: int,
    taken: list[tuple[float, float, float, float]],
) -> None:
    """Draw a label on a plate of its own above its box, or within it where there is no room above."""
    font = _font(max(11, min(28, round(max(picture.size) / 45))))
    left, top, _, bottom = _corners(box, picture)
    text = _readable(box.label, font, picture.width * 0.6)
    margin = max(3, line + 1)
    begin, above, end, below = draw.textbbox((0, 0), text, font=font)
    wide, high = end - begin + 2 * margin, below - above + 2 * margin
    x = min(max(0.0, left), max(0.0, picture.width - wide))
    places = (top - high, top, bottom - high, bottom)
    free = [y for y in places if 0 <= y <= picture.height - high]
    y = next((y for y in free if not any(_meet((x, y, wide, high), other) for other in taken)), None)
    if y is None:
        y = free[0] if free else min(max(0.0, top), max(0.0, picture.height - high))
    taken.append((x, y, wide, high))
    draw.rectangle((x, y, x + wide - 1, y + high - 1), fill=colour, outline=_DARK)
    draw.text((x + margin - begin, y + margin - above), text, fill=_DARK, font=font)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _font(size: int) -> "FreeTypeFont | ImageFont":
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _readable(text: str, font: "FreeTypeFont | ImageFont", room: float) -> str:
    """Return a label as far as Pillow's own font, the one there is everywhere, has its letters and there is room."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("latin-1", "ignore").decode("latin-1")
    plain = "".join(letter for letter in plain if letter.isprintable() and not unicodedata.combining(letter))
    plain = plain.strip() or "?"
    while len(plain) > 4 and font.getlength(plain) > room:
        plain = f"{plain.removesuffix('...')[:-1].rstrip()}..."
    return plain
