"""Find things in a picture by rule: the shapes that the sandbox drew, what is on its samples, or what stands out."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

from reka_notebook.sandbox.rendering import things
from reka_notebook.sandbox.rendering.things import COLOURS, Box, Rgb

TOLERANCE = 32
"""How far a channel may be from a thing's colour after JPEG, H.264 and resizing; other things are farther away."""
LONG_SIDE = 1024
"""A picture is looked at no larger than this."""
_COARSE = 256
_GRAIN = 24
"""Pixels of the side of the square on which outlines are compared."""
_LEAST = 0.0012
"""Share of the picture below which a spot is none of the sandbox's shapes."""
_ALIKE = 0.66
"""Share that two outlines have in common, of all that they cover, from which on one is taken for the other."""

Share = tuple[float, float, float, float]
"""Left, top, right, bottom of a box, each 0 to 1 of the picture."""


@dataclass(frozen=True, slots=True)
class Found:
    """Name one thing that was found: its label, where it is, and how well it fits, 0 to 1."""

    label: str
    box: Share
    score: float


@dataclass(frozen=True, slots=True)
class _Spot:
    """Hold one connected spot of a thing's colour."""

    colour: str
    box: Share
    mask: bytes

    def fit(self, outline: str) -> float:
        """Return the share that this spot and an outline have in common, of all that they cover."""
        other = _grain(things.outline(outline, (_GRAIN * 2, _GRAIN * 2)))
        both = sum(a and b for a, b in zip(self.mask, other, strict=True))
        return both / max(1, sum(a or b for a, b in zip(self.mask, other, strict=True)))


def find(image: Image.Image, labels: Sequence[str]) -> list[Found]:
    """Return a box for each label that can be given one; without labels, whatever is there under a name of its own."""
    image = smaller(image)
    if known := _sample(image):
        return _of_sample(known, labels)
    spots = _spots(image)
    shapes = [(spot, *max((spot.fit(name), name) for name in things.outlines())) for spot in spots]
    drawn = [(spot, fit, name) for spot, fit, name in shapes if fit >= _ALIKE]
    if not drawn:
        return _standing_out(image, labels or ["object"])
    if not labels:
        return [Found(name, spot.box, fit) for spot, fit, name in drawn]
    return _matched([spot for spot, _, _ in drawn], labels)


def recognised(image: Image.Image, labels: Sequence[str]) -> list[str]:
    """Return those of the labels that a picture shows in their own outline, or that a sample is known to have."""
    image = smaller(image)
    if known := _sample(image):
        return [label for label in labels if _named_in(known, label)]
    spots = _spots(image)
    return [
        label for label in labels if any(spot.fit(things.thing(label).outline) >= _ALIKE for spot in spots)
    ]


def taken(image: Image.Image) -> list[Box]:
    """Return the boxes of what is drawn on a picture, or known to be on it, in its pixels."""
    looked = smaller(image)
    known = _sample(looked)
    shares = list(known.values()) if known else [spot.box for spot in _spots(looked)]
    wide, high = image.size
    return [(round(a * wide), round(b * high), round(c * wide), round(d * high)) for a, b, c, d in shares]


def ink(image: Image.Image) -> Image.Image:
    """Return a mask of the pixels that have the colour of a thing."""
    mask = Image.new("L", image.size, 0)
    for colour in COLOURS.values():
        mask = ImageChops.lighter(mask, _like(image, colour))
    return mask


def smaller(image: Image.Image) -> Image.Image:
    """Return the picture as RGB, no larger than is looked at."""
    image = image.convert("RGB")
    scale = LONG_SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _matched(spots: list[_Spot], labels: Sequence[str]) -> list[Found]:
    """Return the best pairs first; a label that is left over gets a spot that is left over."""
    wanted = [things.thing(label) for label in labels]
    fits = sorted(
        (
            (spot.fit(one.outline) + 0.3 * (spot.colour == one.colour), -i, -j)
            for i, one in enumerate(wanted)
            for j, spot in enumerate(spots)
        ),
        reverse=True,
    )
    taken: dict[int, Found] = {}
    used: set[int] = set()
    for fit, i, j in fits:
        if -i not in taken and -j not in used:
            used.add(-j)
            taken[-i] = Found(labels[-i], spots[-j].box, min(1.0, round(fit / 1.3, 3)))
    return [taken[i] for i in sorted(taken)]


def _spots(image: Image.Image) -> list[_Spot]:
    scale = min(1.0, _COARSE / max(image.size))
    coarse = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    found = []
    for name, colour in COLOURS.items():
        mask = _like(image, colour)
        if not mask.getbbox():
            continue
        small = mask.resize(coarse, Image.Resampling.BOX).point(_HALF)
        for area, box in _connected(small):
            if area < _LEAST * coarse[0] * coarse[1]:
                continue
            # The coarse box with a margin, in which the fine mask then says where the spot ends.
            x, y = image.width / coarse[0], image.height / coarse[1]
            left, top = max(0, int((box[0] - 1) * x)), max(0, int((box[1] - 1) * y))
            right, bottom = min(image.width, int((box[2] + 1) * x)), min(image.height, int((box[3] + 1) * y))
            part = mask.crop((left, top, right, bottom))
            within = part.getbbox()
            if within is None:
                continue
            share = (
                (left + within[0]) / image.width,
                (top + within[1]) / image.height,
                (left + within[2]) / image.width,
                (top + within[3]) / image.height,
            )
            found.append(_Spot(name, share, _grain(part.crop(within))))
    return found


def _connected(mask: Image.Image) -> Iterator[tuple[int, Box]]:
    """Yield area and box of each connected spot of a mask, by joining the runs of its rows."""
    width, data = mask.width, mask.tobytes()
    spots: list[list[int] | None] = []  # area, left, top, right, bottom; None once it is joined to another
    above: list[tuple[int, int, int]] = []
    for y in range(mask.height):
        row: list[tuple[int, int, int]] = []
        for run in re.finditer(rb"\xff+", data[y * width : (y + 1) * width]):
            start, end = run.span()
            spot = [end - start, start, y, end, y + 1]
            spots.append(spot)
            touching = {at for a, b, at in above if a < end and b > start}
            for at in touching:
                other = spots[at]
                if other is not None:
                    spot[0] += other[0]
                    spot[1:3] = min(spot[1], other[1]), min(spot[2], other[2])
                    spot[3:5] = max(spot[3], other[3]), max(spot[4], other[4])
                spots[at] = None
            mine = len(spots) - 1
            above = [(a, b, mine if at in touching else at) for a, b, at in above]
            row = [(a, b, mine if at in touching else at) for a, b, at in row]
            row.append((start, end, mine))
        above = row
    for kept in spots:
        if kept is not None:
            yield kept[0], (kept[1], kept[2], kept[3], kept[4])


_HALF = [255 if value > 127 else 0 for value in range(256)]


def _like(image: Image.Image, colour: Rgb) -> Image.Image:
    """Return a mask of the pixels that have nearly this colour."""
    masks = [
        channel.point([255 if abs(value - wanted) <= TOLERANCE else 0 for value in range(256)])
        for channel, wanted in zip(image.split(), colour, strict=True)
    ]
    return ImageChops.darker(ImageChops.darker(masks[0], masks[1]), masks[2])


def _grain(mask: Image.Image) -> bytes:
    return mask.resize((_GRAIN, _GRAIN), Image.Resampling.BOX).point(lambda value: int(value > 127)).tobytes()


# Pictures that the sandbox has not drawn


def _standing_out(image: Image.Image, labels: Sequence[str]) -> list[Found]:
    """Return for each label the window that differs most from what is around it, apart from those before it."""
    wide, high = (32, 18) if image.width >= image.height else (18, 32)
    edges = image.convert("L").filter(ImageFilter.FIND_EDGES)
    inner = edges.crop((2, 2, max(3, edges.width - 2), max(3, edges.height - 2)))
    sums = _sums(inner.resize((wide, high), Image.Resampling.BOX).tobytes(), wide)
    windows = []
    for w in (wide // 5, wide // 3, wide // 2):
        for h in (high // 4, high // 3, high // 2):
            for y in range(1, high - h):
                for x in range(1, wide - w):
                    inside = sums[y + h][x + w] - sums[y][x + w] - sums[y + h][x] + sums[y][x]
                    rest = (sums[high][wide] - inside) / (wide * high - w * h)
                    windows.append((inside / (w * h) - rest, (x, y, x + w, y + h)))
    chosen: list[Box] = []
    for _, box in sorted(windows, key=lambda window: (-window[0], window[1])):
        if len(chosen) < len(labels) and all(_overlap(box, other) < 0.2 for other in chosen):
            chosen.append(box)
    return [
        Found(label, (box[0] / wide, box[1] / high, box[2] / wide, box[3] / high), 0.6 - 0.05 * number)
        for number, (label, box) in enumerate(zip(labels, chosen, strict=False))
    ]


def _sums(cells: bytes, wide: int) -> list[list[int]]:
    """Return for each corner of the cells the sum of all that lie above and left of it."""
    sums = [[0] * (wide + 1)]
    for start in range(0, len(cells), wide):
        row = accumulate(cells[start : start + wide], initial=0)
        sums.append([above + left for above, left in zip(sums[-1], row, strict=True)])
    return sums


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    smaller_area = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return max(0, wide) * max(0, high) / smaller_area


# Pictures that come with the project: what is on them, found by hand

_HARBOUR = {
    "boat": (0.257, 0.262, 0.416, 0.693),
    "sun": (0.648, 0.417, 0.712, 0.528),
    "birds": (0.419, 0.189, 0.611, 0.304),
    "pier": (0.619, 0.729, 1.0, 0.965),
    "lamp": (0.791, 0.604, 0.811, 0.836),
    "hills": (0.0, 0.522, 1.0, 0.6),
}
_COFFEE = {
    "cup": (0.287, 0.045, 0.683, 0.77),
    "spoon": (0.543, 0.163, 0.707, 0.817),
    "saucer": (0.127, 0.17, 0.802, 0.97),
    "coffee": (0.34, 0.235, 0.617, 0.483),
}
_SAME = {
    "sailboat": "boat",
    "ship": "boat",
    "sail": "boat",
    "bird": "birds",
    "gulls": "birds",
    "jetty": "pier",
}
_SAME |= {
    "dock": "pier",
    "lantern": "lamp",
    "light": "lamp",
    "hill": "hills",
    "mug": "cup",
    "plate": "saucer",
}
_SAME |= {"espresso": "coffee", "teaspoon": "spoon"}
_SAMPLES: Sequence[tuple[bytes, Mapping[str, Share]]] = (
    (
        bytes.fromhex(
            "393f43494e4f473d54595d65747a6a5a6f79828c9aa88f778b97b0adc5e0b596"
            "6b7bb59c96979b837b896f98a3b8a0826870848092905b4542494e535a634e3e"
        ),
        _HARBOUR,
    ),
    (
        bytes.fromhex(
            "173a74a6a17c88a3326b9c9abaa37f9b675c8c75869e829d7b536bb2ae5f7c83"
            "8b5839333f4e68698a432e1b4e4358699b442c1028425365af821d2a3126686a"
        ),
        _COFFEE,
    ),
)
"""By their look as 8 × 8 greys."""
_SAME_LOOK = 0.95
"""Correlation from which on two looks are taken for one; no drawing comes near it, and a tint leaves it as it is."""


def _sample(image: Image.Image) -> Mapping[str, Share] | None:
    """Return what is on a picture that comes with the project, or None if this is none of them."""
    look = image.convert("L").resize((8, 8), Image.Resampling.BOX).tobytes()
    if len(set(look)) < 2:
        return None
    for other, parts in _SAMPLES:
        if statistics.correlation(list(look), list(other)) > _SAME_LOOK:
            return parts
    return None


def _of_sample(parts: Mapping[str, Share], labels: Sequence[str]) -> list[Found]:
    if not labels:
        return [Found(name, box, 0.95) for name, box in parts.items()]
    found: list[Found] = []
    for label in labels:
        if name := _named_in(parts, label):
            found.append(Found(label, parts[name], 0.95))
    return found or [Found(label, box, 0.5) for label, box in zip(labels, parts.values(), strict=False)]


def _named_in(parts: Mapping[str, Share], label: str) -> str | None:
    """Return the name under which a label is among the parts, if it is."""
    for word in re.findall(r"[a-z]+", label.lower())[::-1]:
        for spelt in (word, word.removesuffix("s"), word + "s"):
            name: str = _SAME.get(spelt, spelt)
            if name in parts:
                return name
    return None
