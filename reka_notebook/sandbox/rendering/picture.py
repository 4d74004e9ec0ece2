"""Open the picture to move over, or draw one here."""

from __future__ import annotations

import hashlib
import math
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from reka_notebook.sandbox.rendering.size import Size

_PALETTES = (
    # sky above, at the horizon, sun, far hills, near hills
    ("#5b7fa6", "#f0b27a", "#ffe7b8", "#54657d", "#1d2b3a"),
    ("#7fa3d1", "#dfe7f2", "#fffaf0", "#6f88a8", "#27394f"),
    ("#6a5a86", "#eea58c", "#ffdcc2", "#65506f", "#2a2036"),
    ("#4f8a83", "#cfe0c3", "#fdf6d8", "#4d756b", "#16302c"),
    ("#2f3f63", "#8d8fb8", "#e9ecff", "#3b466b", "#121930"),
    ("#8c6d8f", "#f3c9b5", "#fff1dd", "#7d6480", "#33263b"),
)


def opened(file: Path, long_side: int | None = None) -> Image.Image:
    """Return the picture in a file: upright, RGB, on white if it is transparent, decoded no larger than it must be."""
    with Image.open(file) as image:
        if long_side and image.format == "JPEG":
            image.draft("RGB", (long_side, long_side))
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            flat = Image.new("RGBA", upright.size, "white")
            return Image.alpha_composite(flat, upright.convert("RGBA")).convert("RGB")
        return upright.convert("RGB")


def landscape(words: str, size: Size) -> Image.Image:
    """Draw a sky, a sun and three ranges of hills, from the hash of the words alone."""
    dice = random.Random(hashlib.sha256(words.encode()).digest())  # noqa: S311 (nothing secret)
    above, horizon, sun, far, near = dice.choice(_PALETTES)
    width, height = size[0] * 2, size[1] * 2
    image = ImageOps.colorize(
        Image.linear_gradient("L").resize(size), above, horizon, blackpoint=0, whitepoint=190
    )
    centre = (size[0] * dice.uniform(0.2, 0.8), size[1] * dice.uniform(0.24, 0.46))
    radius = min(size) * dice.uniform(0.07, 0.11)
    image = _sun(image, centre, radius, sun)
    for layer in range(3):
        depth = layer / 2
        base = height * (0.62 + 0.13 * layer + dice.uniform(-0.03, 0.03))
        mask = Image.new("L", (width, height), 0)
        ImageDraw.Draw(mask).polygon(_ridge(dice, width, height, base, 0.055 - 0.012 * layer), fill=255)
        image.paste(_mix(far, near, depth), mask=mask.resize(size, Image.Resampling.BOX))
    return image


def remote(host: str, size: Size) -> Image.Image:
    """Draw a neutral plate that names the host of a picture given as a URL, which was never fetched."""
    image = ImageOps.colorize(Image.linear_gradient("L").resize(size), "#8f99a6", "#66707d")
    draw = ImageDraw.Draw(image)
    text_size = min(size) * 0.07
    while text_size > 10 and ImageFont.load_default(text_size).getlength(host) > size[0] * 0.8:
        text_size *= 0.85
    middle = (size[0] / 2, size[1] / 2)
    draw.text(middle, host[:200], fill="#f4f6f8", font=ImageFont.load_default(text_size), anchor="mm")
    note = ImageFont.load_default(max(10.0, min(size) * 0.03))
    draw.text((middle[0], middle[1] + text_size * 1.3), "not fetched", fill="#d3d9e0", font=note, anchor="mm")
    return image


def _sun(image: Image.Image, centre: tuple[float, float], radius: float, colour: str) -> Image.Image:
    def disc(grown: float, value: int) -> Image.Image:
        mask = Image.new("L", (image.width * 2, image.height * 2), 0)
        x, y, r = centre[0] * 2, centre[1] * 2, radius * grown * 2
        ImageDraw.Draw(mask).ellipse((x - r, y - r, x + r, y + r), fill=value)
        return mask.resize(image.size, Image.Resampling.BOX)

    quarter = (max(1, image.width // 4), max(1, image.height // 4))
    glow = disc(1.9, 120).resize(quarter).filter(ImageFilter.GaussianBlur(radius / 4)).resize(image.size)
    mask = ImageChops.lighter(glow, disc(1.0, 255))
    return Image.composite(Image.new("RGB", image.size, colour), image, mask)


def _ridge(
    dice: random.Random, width: int, height: int, base: float, rise: float
) -> list[tuple[float, float]]:
    waves = [(dice.uniform(0.6, 1.4) * n, dice.uniform(0, math.tau), 1 / n) for n in (1, 2.1, 3.7)]
    step = max(2, width // 240)
    points = [
        (x, base - height * rise * sum(a * math.sin(math.tau * f * x / width + p) for f, p, a in waves))
        for x in range(0, width + step, step)
    ]
    return [(0.0, float(height)), *points, (float(width), float(height))]


def _mix(one: str, other: str, share: float) -> tuple[int, ...]:
    def rgb(colour: str) -> list[int]:
        return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]

    return tuple(round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other), strict=True))
