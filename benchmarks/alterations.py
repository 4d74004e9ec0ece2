"""Make images, and alter them in the ways in which services alter the image that a film begins with."""

import io
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

PHOTO = Path(__file__).parent.parent / "notebooks" / "photo.jpg"
SIDE = 512
RATIOS = (16 / 9, 9 / 16, 1.0, 4 / 3, 3 / 4, 3 / 2)


def scenes() -> list[Image.Image]:
    """Return the example photograph, two parts of it, and drawn scenes in several shapes, always the same."""
    with Image.open(PHOTO) as opened:
        photo = opened.convert("RGB")
    width, height = photo.size
    drawn = [
        draw(random.Random(seed), size)
        for seed, (draw, size) in enumerate(
            [
                (_hills, (768, 432)),
                (_street, (432, 768)),
                (_portrait, (512, 640)),
                (_table, (640, 480)),
                (_forest, (600, 400)),
                (_page, (480, 640)),
                (_boats, (720, 480)),
                (_room, (512, 512)),
                (_hills, (512, 512)),
                (_table, (432, 768)),
            ]
        )
    ]
    parts = [photo.crop((0, 0, width // 2, height)), photo.crop((width // 3, height // 4, width, height))]
    return [photo, *parts, *drawn]


def altered(image: Image.Image, chance: random.Random) -> Image.Image:
    """Return a first frame as a service may make it of an image: reshaped, closer, faded, tinted, compressed."""
    frame = _shaped(image, chance)
    for alter, how_often in _ALTERATIONS:
        if chance.random() < how_often:
            frame = alter(frame, chance)
    return frame


def _shaped(image: Image.Image, chance: random.Random) -> Image.Image:
    """Return an image in the film's shape: its own, cropped, with a margin, or stretched a little."""
    ratio = chance.choice(RATIOS)
    size = (SIDE, round(SIDE / ratio)) if ratio >= 1 else (round(SIDE * ratio), SIDE)
    match chance.choice(("own", "cropped", "black bars", "white bars", "blurred", "stretched")):
        case "cropped":
            centre = (0.5, 0.5) if chance.random() < 0.7 else (chance.random(), chance.random())
            return ImageOps.fit(image, size, centering=centre)
        case "black bars":
            return ImageOps.pad(image, size, color="black")
        case "white bars":
            return ImageOps.pad(image, size, color="white")
        case "blurred":
            whole = ImageOps.contain(image, size)
            frame = ImageOps.fit(image, size).filter(ImageFilter.GaussianBlur(20))
            frame.paste(whole, ((size[0] - whole.width) // 2, (size[1] - whole.height) // 2))
            return frame
        case "stretched":
            own = image.width / image.height
            ratio = min(own * 1.33, max(own * 0.75, ratio))
            return image.resize((SIDE, round(SIDE / ratio)))
        case _:
            return ImageOps.contain(image, (SIDE, SIDE))


def _closer(frame: Image.Image, chance: random.Random) -> Image.Image:
    zoom = chance.uniform(1.0, 1.25)
    width, height = frame.width / zoom, frame.height / zoom
    left = (frame.width - width) * chance.uniform(0.3, 0.7)
    top = (frame.height - height) * chance.uniform(0.3, 0.7)
    return frame.resize(frame.size, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))


def _tilted(frame: Image.Image, chance: random.Random) -> Image.Image:
    width, height = frame.size
    turned = frame.rotate(chance.uniform(-3, 3), Image.Resampling.BICUBIC)
    return turned.crop((width // 20, height // 20, width - width // 20, height - height // 20))


def _brighter(frame: Image.Image, chance: random.Random) -> Image.Image:
    kind = chance.choice((ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color))
    return kind(frame).enhance(chance.uniform(0.55, 1.5))


def _graded(frame: Image.Image, chance: random.Random) -> Image.Image:
    gamma = chance.uniform(0.5, 2.0)
    return frame.point([round(255 * (level / 255) ** gamma) for level in range(256)] * 3)


def _faded(frame: Image.Image, chance: random.Random) -> Image.Image:
    colour = chance.choice(("black", "white", "#ffa03c", "#2850c8"))
    return Image.blend(frame, Image.new("RGB", frame.size, colour), chance.uniform(0.2, 0.7))


def _soft(frame: Image.Image, chance: random.Random) -> Image.Image:
    return frame.filter(ImageFilter.GaussianBlur(chance.uniform(1, 4)))


def _grainy(frame: Image.Image, chance: random.Random) -> Image.Image:
    levels = np.random.default_rng(chance.getrandbits(32)).normal(128, 40, (frame.height, frame.width))
    grain = Image.fromarray(levels.round().clip(0, 255).astype(np.uint8))
    return Image.blend(frame, grain.convert("RGB"), 0.2)


def _compressed(frame: Image.Image, chance: random.Random) -> Image.Image:
    buffer = io.BytesIO()
    frame.save(buffer, "JPEG", quality=chance.randint(8, 60))
    return Image.open(buffer).convert("RGB")


_ALTERATIONS = (
    (_closer, 0.5),
    (_brighter, 0.5),
    (_faded, 0.3),
    (_graded, 0.3),
    (_tilted, 0.2),
    (_soft, 0.3),
    (_grainy, 0.2),
    (_compressed, 0.6),
)


def _sky(size: tuple[int, int], above: str, below: str) -> Image.Image:
    shade = Image.linear_gradient("L").resize(size)
    return ImageOps.colorize(shade, above, below)


def _hills(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = _sky(size, chance.choice(("#29406b", "#6fa8dc")), chance.choice(("#f6b26b", "#e8eef5")))
    draw = ImageDraw.Draw(image)
    x, y, radius = chance.uniform(0.2, 0.8) * width, chance.uniform(0.15, 0.4) * height, 0.09 * height
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill="#fff4d0")
    for ridge, colour in enumerate(("#5b6f6b", "#3c4f45", "#1f2f2a")):
        level = height * (0.5 + 0.15 * ridge)
        points = [(step * width / 8, level - chance.uniform(-0.05, 0.12) * height) for step in range(9)]
        draw.polygon([*points, (width, height), (0, height)], fill=colour)
    return image


def _street(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = _sky(size, "#1b2a49", "#c06c5a")
    draw = ImageDraw.Draw(image)
    left = 0.0
    while left < width:
        wide, top = chance.uniform(0.12, 0.25) * width, chance.uniform(0.2, 0.6) * height
        draw.rectangle(
            (left, top, left + wide, height), fill=chance.choice(("#22262e", "#39404d", "#4a3f3a"))
        )
        for x in range(round(left) + 8, round(left + wide) - 10, 18):
            for y in range(round(top) + 10, height - 20, 26):
                if chance.random() < 0.4:
                    draw.rectangle((x, y, x + 7, y + 12), fill="#ffd98a")
        left += wide
    return image


def _portrait(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = _sky(size, "#b9b2a6", "#7d8a8c")
    draw = ImageDraw.Draw(image)
    x = width * chance.uniform(0.42, 0.58)
    draw.ellipse((x - 0.42 * width, 0.62 * height, x + 0.42 * width, 1.4 * height), fill="#27364a")
    draw.ellipse((x - 0.24 * width, 0.12 * height, x + 0.24 * width, 0.62 * height), fill="#3a261c")
    draw.ellipse((x - 0.17 * width, 0.2 * height, x + 0.17 * width, 0.64 * height), fill="#e0b497")
    for eye in (-0.07, 0.07):
        draw.ellipse(
            (x + (eye - 0.02) * width, 0.38 * height, x + (eye + 0.02) * width, 0.41 * height), fill="#222"
        )
    return image


def _table(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, "#d8cfc0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.62 * height, width, height), fill="#7a5236")
    for _ in range(6):
        x, y = chance.uniform(0.1, 0.9) * width, chance.uniform(0.45, 0.8) * height
        radius = chance.uniform(0.05, 0.13) * min(size)
        colour = chance.choice(("#b3261e", "#e6a117", "#4f7a3a", "#e9e4da", "#5b2a4f"))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        draw.ellipse((x - radius / 2, y - radius / 2, x, y), fill="#ffffff")
    return image


def _forest(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = _sky(size, "#cfe0d0", "#51633f")
    draw = ImageDraw.Draw(image)
    for _ in range(14):
        x, wide = chance.uniform(0, width), chance.uniform(0.01, 0.05) * width
        draw.rectangle(
            (x, 0, x + wide, height * chance.uniform(0.7, 0.95)), fill=chance.choice(("#2e2419", "#5a4a38"))
        )
    return image


def _page(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, "#faf8f2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, width - 40, 0.3 * height), fill=chance.choice(("#20507a", "#7a2032")))
    for row in range(round(0.36 * height), height - 60, 22):
        draw.rectangle((40, row, 40 + chance.uniform(0.4, 0.8) * (width - 80), row + 9), fill="#333333")
    return image


def _boats(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = _sky(size, "#bcd7ea", "#2f5d7c")
    draw = ImageDraw.Draw(image)
    for _ in range(4):
        x, y, long = (
            chance.uniform(0.1, 0.8) * width,
            chance.uniform(0.5, 0.85) * height,
            chance.uniform(0.1, 0.2) * width,
        )
        draw.polygon(
            [(x, y), (x + long, y), (x + 0.8 * long, y + 0.05 * height), (x + 0.2 * long, y + 0.05 * height)],
            fill="#3a1f16",
        )
        draw.polygon(
            [(x + long / 2, y - 0.3 * height), (x + long / 2, y - 6), (x + 0.95 * long, y - 6)],
            fill="#fbf6ea",
        )
    return image


def _room(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, "#c9bfae")
    draw = ImageDraw.Draw(image)
    draw.polygon(
        [(0, height), (0.25 * width, 0.7 * height), (0.8 * width, 0.7 * height), (width, height)],
        fill="#6d5440",
    )
    draw.rectangle((0.3 * width, 0.18 * height, 0.5 * width, 0.5 * height), fill="#eaf4ff")
    x = chance.uniform(0.6, 0.75) * width
    draw.rectangle((x, 0.3 * height, x + 0.15 * width, 0.75 * height), fill="#43302a")
    return image


def pairs(images: Sequence[Image.Image], count: int) -> list[tuple[Image.Image, Image.Image]]:
    """Return so many pairs of different images, each image as often as any."""
    return [
        (images[place % len(images)], images[(place % len(images) + 1 + place // len(images)) % len(images)])
        for place in range(count)
        if (1 + place // len(images)) % len(images)
    ]
