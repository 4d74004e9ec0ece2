"""Decide which things the words of a prompt name, and draw each as one flat shape in a colour of its own. Pure.

A thing looks the same wherever it is drawn, so that `seeing` can find it again in a picture that comes back.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from reka_notebook.sandbox.rendering.size import Size

MOST = 5
"""Things in one picture."""
FREE = (0.1, 0.8)
"""Of the picture's height, where things are drawn: between the words of an edit above and the caption below."""

Rgb = tuple[int, int, int]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

COLOURS: Mapping[str, Rgb] = {
    "red": (232, 40, 40),
    "orange": (255, 136, 0),
    "yellow": (255, 214, 10),
    "lime": (140, 220, 30),
    "green": (16, 158, 80),
    "cyan": (0, 200, 220),
    "blue": (30, 100, 255),
    "purple": (124, 48, 240),
    "pink": (240, 40, 160),
}
"""The colours that nothing else in a drawing has, by the words that ask for them."""

_Part = tuple[tuple[float, float], ...]
"""A polygon in the unit square, or the two corners of an ellipse's box."""

# Each touches all four sides of the unit square and is in one piece, so that its box is the shape's own.
_OUTLINES: Mapping[str, tuple[_Part, ...]] = {
    "boat": (((0, 0.68), (1, 0.68), (0.8, 1), (0.2, 1)), ((0.5, 0), (0.92, 0.7), (0.46, 0.7))),
    "house": (((0.5, 0), (1, 0.45), (0.88, 0.45), (0.88, 1), (0.12, 1), (0.12, 0.45), (0, 0.45)),),
    "tower": (((0.2, 0.2), (0.1, 0.2), (0.5, 0), (0.9, 0.2), (0.8, 0.2), (1, 1), (0, 1)),),
    "tree": (((0.5, 0), (1, 0.78), (0.6, 0.78), (0.6, 1), (0.4, 1), (0.4, 0.78), (0, 0.78)),),
    "person": (((0.25, 0), (0.75, 0.34)), ((0.35, 0.3), (0.65, 0.3), (1, 1), (0, 1))),
    "moon": (
        (
            *(
                (1, 0.04),
                (0.72, 0),
                (0.4, 0.05),
                (0.12, 0.24),
                (0, 0.5),
                (0.12, 0.76),
                (0.4, 0.95),
                (0.72, 1),
            ),
            *((1, 0.96), (0.72, 0.8), (0.58, 0.5), (0.72, 0.2)),
        ),
    ),
    "sun": (((0, 0), (1, 1)),),
    "star": (
        (
            *((0.5, 0), (0.62, 0.36), (1, 0.38), (0.7, 0.61), (0.81, 1)),
            *((0.5, 0.76), (0.19, 1), (0.3, 0.61), (0, 0.38), (0.38, 0.36)),
        ),
    ),
    "cloud": (((0, 0.4), (0.5, 1)), ((0.22, 0), (0.75, 0.9)), ((0.5, 0.35), (1, 1))),
    "bird": (((0, 0), (0.5, 0.55), (1, 0), (0.62, 1), (0.38, 1)),),
    "fish": (((0, 0), (0.8, 1)), ((0.7, 0.5), (1, 0.05), (1, 0.95))),
    "car": (
        ((0, 0.45), (0.2, 0.42), (0.32, 0), (0.72, 0), (0.86, 0.42), (1, 0.45), (1, 0.82), (0, 0.82)),
        ((0.1, 0.6), (0.34, 1)),
        ((0.64, 0.6), (0.88, 1)),
    ),
    "cup": (((0, 0), (0.78, 0), (0.66, 1), (0.12, 1)), ((0.7, 0.15), (1, 0.3), (0.95, 0.75), (0.66, 0.75))),
    "mountain": (((0, 1), (0.36, 0), (0.55, 0.42), (0.68, 0.25), (1, 1)),),
    "flower": (
        *(((0.25, 0), (0.75, 0.35)), ((0.25, 0.3), (0.75, 0.65)), ((0, 0.15), (0.5, 0.5))),
        *(((0.5, 0.15), (1, 0.5)), ((0.45, 0.5), (0.55, 0.5), (0.55, 1), (0.45, 1))),
    ),
    "water": (
        ((0, 0.15), (0.17, 0), (0.33, 0.15), (0.5, 0), (0.67, 0.15), (0.83, 0), (1, 0.15), (1, 1), (0, 1)),
    ),
    "square": (((0, 0), (1, 0), (1, 1), (0, 1)),),
    "triangle": (((0, 0), (1, 0), (0.5, 1)),),
    "diamond": (((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),),
    "cross": (
        (
            *((0.34, 0), (0.66, 0), (0.66, 0.34), (1, 0.34), (1, 0.66), (0.66, 0.66)),
            *((0.66, 1), (0.34, 1), (0.34, 0.66), (0, 0.66), (0, 0.34), (0.34, 0.34)),
        ),
    ),
    "arrow": (((0, 0.3), (0.5, 0.3), (0.5, 0), (1, 0.5), (0.5, 1), (0.5, 0.7), (0, 0.7)),),
}
_PLAIN = ("square", "triangle", "diamond", "cross", "arrow", "star")
"""What stands for a thing of which there is no outline."""
_ASPECTS = {"tower": 0.42, "person": 0.5, "tree": 0.75, "flower": 0.7, "car": 2.0, "fish": 1.7, "cloud": 1.7}
_ASPECTS |= {"bird": 2.0, "mountain": 1.8, "moon": 0.75, "arrow": 1.5, "water": 2.0}
_ABOVE = {"moon", "sun", "star", "cloud", "bird"}
_USUAL = {"water": "blue", "moon": "yellow", "sun": "orange", "tree": "green", "cloud": "cyan", "boat": "red"}
"""The colour of a thing where no word says another."""
_ALIKE = {
    "ship": "boat",
    "sailboat": "boat",
    "hut": "house",
    "cabin": "house",
    "cottage": "house",
    "home": "house",
    "barn": "house",
    "lighthouse": "tower",
    "castle": "tower",
    "fir": "tree",
    "pine": "tree",
    "forest": "tree",
    "man": "person",
    "woman": "person",
    "girl": "person",
    "boy": "person",
    "child": "person",
    "people": "person",
    "ball": "sun",
    "disc": "sun",
    "circle": "sun",
    "balloon": "sun",
    "gull": "bird",
    "seagull": "bird",
    "mug": "cup",
    "bus": "car",
    "truck": "car",
    "hill": "mountain",
    "peak": "mountain",
    "rose": "flower",
    "lake": "water",
    "sea": "water",
    "river": "water",
}
# Words after which another thing begins, and words that are none.
_BETWEEN = re.compile(
    r"[^\w\s'’-]+|\b(?:and|or|on|in|into|at|over|under|with|without|of|by|near|beside|behind|before|above|below|"
    r"from|to|for|as|through|across|between|is|are|that|which|while|so|but|onto|around|along|against|up|down|"
    r"out|off|toward|towards)\b",
    re.IGNORECASE,
)
_NO_THING = frozenset(
    re.findall(
        r"\w+",
        """
        a an the this that these those it its his her their our my your one two three four some many all more other
        add make give turn change put remove replace take let keep find show draw paint every each everything again
        push pull pan tilt zoom dolly orbit track truck crane camera shot view close closer wide angle frame move
        moves moving drift drifts slow fast slowly left right forward back backward away in out still very bigger
        smaller brighter darker warmer colder style soft calm small large big old new little long short high low
        night day dawn dusk evening morning noon sunset sunrise sky weather rain snow mist fog wind light dark warm
        cold same different photo picture image video background foreground
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Thing:
    """Name one thing: what it is called, the outline that it has, and its colour by name."""

    label: str
    outline: str
    colour: str

    @property
    def aspect(self) -> float:
        """Return its width by its height."""
        return _ASPECTS.get(self.outline, 1.0)


def named(prompt: str, most: int = MOST) -> tuple[Thing, ...]:
    """Return the things that a prompt names: of each phrase the last word that may be one."""
    found: dict[str, Thing] = {}
    for phrase in _BETWEEN.split(re.sub(r"\[sandbox:[^\]]*\]", " ", prompt, flags=re.IGNORECASE)):
        words = [word.strip("'’-_") for word in phrase.lower().split()]
        things = [word for word in words if _is_thing(word)]
        if things and things[-1] not in found:
            found[things[-1]] = thing(" ".join(words))
    return tuple(found.values())[:most]


def thing(label: str) -> Thing:
    """Return what this label stands for; its colour is said in words, or else follows from the last of them."""
    words = re.findall(r"[^\W_]+", label.lower()) or [""]
    things = [word for word in words if _is_thing(word)]
    head = _singular(things[-1] if things else words[-1])
    chance = hashlib.sha256(head.encode()).digest()
    outline = _ALIKE.get(head, head)
    if outline not in _OUTLINES:
        outline = _PLAIN[chance[0] % len(_PLAIN)]
    usual = _USUAL.get(outline) or list(COLOURS)[chance[1] % len(COLOURS)]
    colour = next((word for word in words if word in COLOURS), usual)
    return Thing(things[-1] if things else label, outline, colour)


def place(
    things: Sequence[Thing], size: Size, seed: str, taken: Sequence[Box] = ()
) -> list[tuple[Thing, Box]]:
    """Return where each is drawn: side by side and apart from one another, the same for the same seed.

    What is ``taken`` already is left alone as far as there is room besides.
    """
    dice = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 (nothing secret)
    order = list(things)
    dice.shuffle(order)
    placed: list[tuple[Thing, Box]] = []
    column = size[0] / max(1, len(order))
    for number, one in enumerate(order):
        boxes = [_somewhere(dice, one, size, column * number, column)]
        if taken:
            boxes += [_somewhere(dice, one, size, 0, size[0]) for _ in range(60)]
        others = [*taken, *(box for _, box in placed)]
        placed.append((one, min(boxes, key=lambda box: sum(_common(box, other) for other in others))))
    return placed


def _somewhere(dice: random.Random, one: Thing, size: Size, left: float, wide: float) -> Box:
    top, bottom = (share * size[1] for share in FREE)
    high = min(size) * dice.uniform(0.26, 0.36)
    high = min(high, 0.84 * wide / one.aspect, (bottom - top) * 0.62)
    x = left + (wide - high * one.aspect) * dice.uniform(0.2, 0.8)
    y = top + (bottom - top - high) * (
        dice.uniform(0, 0.3) if one.outline in _ABOVE else dice.uniform(0.7, 1)
    )
    return (round(x), round(y), round(x + high * one.aspect), round(y + high))


def _common(one: Box, other: Box) -> int:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, wide) * max(0, high)


def draw(image: Image.Image, things: Sequence[Thing], seed: str, taken: Sequence[Box] = ()) -> None:
    """Draw the things onto a picture, each with its word on it where that can be read."""
    canvas = ImageDraw.Draw(image)
    for one, box in place(things, image.size, seed, taken):
        wide, high = box[2] - box[0], box[3] - box[1]
        image.paste(COLOURS[one.colour], box[:2], outline(one.outline, (wide, high)))
        font = ImageFont.load_default(max(9.0, min(wide, high) * 0.15))
        if canvas.textlength(one.label, font=font) < wide * 0.6:
            middle = ((box[0] + box[2]) / 2, box[1] + high * 0.56)
            canvas.text(middle, one.label, fill="#14181d", font=font, anchor="mm")


@lru_cache(maxsize=64)
def outline(name: str, size: Size) -> Image.Image:
    """Return an outline filling this size, as a mask."""
    finer = 4
    wide, high = size[0] * finer, size[1] * finer
    mask = Image.new("L", (wide, high), 0)
    canvas = ImageDraw.Draw(mask)
    for part in _OUTLINES[name]:
        points = [(x * (wide - 1), y * (high - 1)) for x, y in part]
        if len(points) == 2:
            canvas.ellipse((*points[0], *points[1]), fill=255)
        else:
            canvas.polygon(points, fill=255)
    return mask.resize(size, Image.Resampling.BOX)


def outlines() -> tuple[str, ...]:
    """Return the names of all outlines."""
    return tuple(_OUTLINES)


def _is_thing(word: str) -> bool:
    return (
        len(word) > 2
        and word.isalpha()
        and word not in _NO_THING
        and word not in COLOURS
        and (
            not word.endswith(("ly", "ing")) or word in ("building", "king", "lily", "ring", "swing", "wing")
        )
    )


def _singular(word: str) -> str:
    if word in _OUTLINES or word in _ALIKE:
        return word
    for ending, instead in (("ies", "y"), ("ches", "ch"), ("s", "")):
        if word.endswith(ending) and len(word) > 4:
            return word[: -len(ending)] + instead
    return word
