"""Put words on the picture: the prompt as a caption, and the tag that says who made it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from reka_notebook.sandbox.rendering.size import Size

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

TAG = "sandbox"
LINES = 2
MARGIN = 0.06
"""Of the frame's width, kept free on either side of the caption."""

# Pillow's own font, the one there is everywhere, draws ASCII and typographic quotes.
_PLAINER = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "þ": "th",
    }
    | {"–": "-", "—": "-", "−": "-", "→": "->", "×": "x", "¿": "", "¡": ""}
)
# What is left over where words in between could not be drawn: "dawn, , boats".
_STRAY_MARKS = re.compile(r"([,;:])?(?:\s+([,;:]))+(?=\s|$)")


@dataclass(frozen=True)
class Label:
    """Hold a picture with alpha, and where its upper left corner goes. Both coordinates and the size are even."""

    image: Image.Image
    x: int
    y: int


def caption(prompt: str, frame: Size) -> Label | None:
    """Return the prompt in at most two centred lines over a soft scrim at the foot of the frame; None if empty."""
    font = _font(_text_size(frame))
    lines = wrap(readable(prompt, font), font, frame[0] * (1 - 2 * MARGIN))
    if not lines:
        return None
    line_height = round(_text_size(frame) * 1.36)
    below = round(_text_size(frame) * 1.1)
    above = round(_text_size(frame) * 2.0)
    height = min(frame[1], (line_height * len(lines) + below + above) // 2 * 2)
    scrim = Image.linear_gradient("L").resize((frame[0], height)).point(_scrim)
    image = Image.new("RGBA", (frame[0], height), (0, 0, 0, 0))
    image.putalpha(scrim)
    text = Image.new("RGBA", image.size, (255, 255, 255, 0))
    draw = ImageDraw.Draw(text)
    for number, line in enumerate(lines):
        y = height - below - line_height * (len(lines) - number) + line_height / 2
        draw.text((frame[0] / 2, y), line, fill=(255, 255, 255, 245), font=font, anchor="mm")
    return Label(Image.alpha_composite(image, text), 0, frame[1] - height)


def band(prompt: str, frame: Size) -> Label:
    """Return the prompt on a line of its own across the top of the frame, which covers what was said there before."""
    size = max(9, round(_text_size(frame) * 0.8))
    font = _font(size)
    line = readable(prompt, font)
    if font.getlength(line) > (width := frame[0] * (1 - 2 * MARGIN) - size * 5):
        line = _cut(_first_line(line, font, width)[0], font, width)
    image = Image.new("RGBA", (frame[0], max(2, round(min(frame) * 0.08) // 2 * 2)), "#14181d")
    middle = (round(min(frame) * 0.03), image.height / 2)
    ImageDraw.Draw(image).text(middle, line, fill="#f4f6f8", font=font, anchor="lm")
    return Label(image, 0, 0)


def tag(frame: Size) -> Label:
    """Return a small translucent plate in the upper right corner that says "sandbox"."""
    size = max(9, round(_text_size(frame) * 0.62))
    font = _font(size)
    width = round(font.getlength(TAG) + size * 1.3) // 2 * 2
    height = round(size * 1.8) // 2 * 2
    plate = Image.new("L", (width * 4, height * 4), 0)
    ImageDraw.Draw(plate).rounded_rectangle((0, 0, width * 4 - 1, height * 4 - 1), height * 2, fill=95)
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    image.putalpha(plate.resize((width, height), Image.Resampling.BOX))
    text = Image.new("RGBA", image.size, (255, 255, 255, 0))
    ImageDraw.Draw(text).text((width / 2, height / 2), TAG, fill=(255, 255, 255, 220), font=font, anchor="mm")
    inset = round(min(frame) * 0.025) // 2 * 2
    return Label(Image.alpha_composite(image, text), max(0, frame[0] - width - inset), inset)


def readable(text: str, font: Font) -> str:
    """Return the text as one line, as far as the font can draw it: "naïve" without its dots, emoji not at all."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split())).translate(_PLAINER)
    kept = " ".join("".join(c for c in plain if c == " " or _has_glyph(font, c)).split())
    return _STRAY_MARKS.sub(lambda found: found[1] or found[2], kept).lstrip(",;: ")


def wrap(text: str, font: Font, width: float) -> list[str]:
    """Return the text in at most two lines no wider than this, of similar length; an ellipsis if it was cut."""
    if not text or font.getlength(text) <= width:
        return [text] if text else []
    words = text.split()
    breaks = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, min(len(words), 60))]
    fitting = [pair for pair in breaks if max(font.getlength(line) for line in pair) <= width]
    if fitting:
        return list(min(fitting, key=lambda pair: max(font.getlength(line) for line in pair)))
    lines: list[str] = []
    rest = text
    while rest and len(lines) < LINES:
        line, rest = _first_line(rest, font, width)
        lines.append(line)
    if rest:
        lines[-1] = _cut(lines[-1], font, width)
    return lines


def _first_line(text: str, font: Font, width: float) -> tuple[str, str]:
    end = _fitting(text, font, width)
    if end < len(text) and text[end] != " ":
        end = text.rfind(" ", 0, end) if " " in text[:end] else end
    return text[:end].rstrip(), text[end:].lstrip()


def _cut(line: str, font: Font, width: float) -> str:
    while line and font.getlength(line + "…") > width:
        line = line.rpartition(" ")[0] or line[:-1]
    return line.rstrip(" ,;.") + "…"


def _fitting(text: str, font: Font, width: float) -> int:
    """Return how many of the first characters fit, at least one."""
    low, high = 1, min(len(text), 400)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(text[:middle]) <= width else (low, middle - 1)
    return low


def _text_size(frame: Size) -> int:
    return max(10, round(min(frame) * 0.036))


def _scrim(value: int) -> int:
    return round(176 * value / 255)


@lru_cache(maxsize=16)
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def _has_glyph(font: Font, character: str) -> bool:
    """Return whether it looks different from the box that stands for a missing character."""
    if not character.isprintable():
        return False
    mask, missing = font.getmask(character), font.getmask("\U0010ffff")
    return mask.size != missing.size or bytes(mask) != bytes(missing)
