"""Move the camera: decide what part of the picture each frame shows, led by words in the prompt. Pure.

It starts at the picture as it was sent, as image-to-video models do, except for a move out, which ends there.
Every view lies wholly inside the picture, so that no frame ever has a border.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_BETWEEN = r"\W+(?:\w+\W+){0,2}?"
_CAMERA = r"(?:zoom|doll(?:y|ies)|push|mov|track|pull|travel|glid)\w*"
_TURN = r"(?:pan|truck|slid|track|mov|travel|glid|drift)\w*"
_LIFT = r"(?:tilt|crane|pan|boom|pedestal|camera|mov)\w*"
_WORDS = {
    "in": rf"\b(?:{_CAMERA}{_BETWEEN}(?:in|into|forward|forwards|closer)|close in)\b",
    "out": rf"\b(?:{_CAMERA}{_BETWEEN}(?:out|back|backward|backwards|away)|reveal\w*)\b",
    "left": rf"\b{_TURN}{_BETWEEN}left\b",
    "right": rf"\b{_TURN}{_BETWEEN}right\b",
    "up": rf"\b{_LIFT}{_BETWEEN}(?:up|upward|upwards)\b",
    "down": rf"\b{_LIFT}{_BETWEEN}(?:down|downward|downwards)\b",
    "turn": r"\b(?:rotat\w*|orbit\w*|arc shot|circl\w*\W+around|camera\W+(?:\w+\W+)?(?:spin|roll|arc|circl|turn)s?)\b",
    "still": r"\b(?:static|locked(?:[- ]off)?|motionless|fixed camera|still camera|camera still|no camera movement)\b",
    "slow": r"\b(?:slow|slowly|gentle|gently|subtle|subtly|calm|calmly)\b",
    "fast": r"\b(?:fast|quick|quickly|rapid|rapidly|swift|swiftly|whip|crash)\b",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _WORDS.items()}

PUSH = 0.22
"""How much nearer a push in at an ordinary rate comes, as a share of the picture."""
ROOM = 0.24
"""The share of the picture that a move along an axis needs to have free on it, so that it has somewhere to go."""
NEARING = 0.5
"""The share of the time in which the view comes near enough to have that room: it starts at the whole picture."""
FARTHEST = 0.18
"""The most that a move out may start inside the picture: its first frame still shows the picture."""
TURN = math.radians(5.0)
"""How far a turn goes at an ordinary rate."""


@dataclass(frozen=True, slots=True)
class Move:
    """Say what the words ask for: ``zoom`` is +1 nearer, -1 farther; ``x``, ``y`` are -1 to 1; ``rate`` is mostly 1."""

    zoom: int = 0
    x: int = 0
    y: int = 0
    turn: bool = False
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class View:
    """Describe a part of the picture: centre, width and height in the picture's pixels, and an angle in radians."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, upper, right, lower: the part itself without its angle."""
        w, h = self.width / 2, self.height / 2
        return (self.x - w, self.y - h, self.x + w, self.y + h)

    def affine(
        self, size: tuple[int, int], halved: int = 1
    ) -> tuple[float, float, float, float, float, float]:
        """Return Pillow's affine coefficients from a frame of this size to a picture that is scaled down this much."""
        step = self.width / halved / size[0]
        a, b = step * math.cos(self.angle), -step * math.sin(self.angle)
        x, y = self.x / halved, self.y / halved
        return (a, b, x - a * size[0] / 2 - b * size[1] / 2, -b, a, y + b * size[0] / 2 - a * size[1] / 2)


def move(prompt: str) -> Move:
    """Return the move that the words lead to: a slow push in, unless they say otherwise."""
    said = {name for name, pattern in _PATTERNS.items() if pattern.search(prompt)}
    rate = 1.7 if "fast" in said else 0.6 if "slow" in said else 1.0
    if "still" in said:
        return Move(rate=rate)
    zoom = ("in" in said) - ("out" in said)
    x, y = ("right" in said) - ("left" in said), ("down" in said) - ("up" in said)
    turn = "turn" in said
    if not (zoom or x or y or turn):
        return Move(zoom=1, rate=0.6 * rate if rate == 1.0 else rate)
    return Move(zoom, x, y, turn, rate)


def view(move: Move, at: float, picture: tuple[int, int], ratio: float) -> View:
    """Return what is shown at the time ``at``, 0 to 1, of a picture of this size, in a frame of this aspect ratio."""
    eased = ease(at)
    width, height = _largest(picture, ratio)
    room = ROOM * min(1.5, max(0.7, move.rate))
    free = min(
        (
            1 - shown / side
            for way, shown, side in zip((move.x, move.y), (width, height), picture, strict=True)
            if way
        ),
        default=1.0,
    )
    near = 1 - max(0.0, room - free) * ease(at / NEARING)
    if move.zoom:
        push = min(FARTHEST if move.zoom < 0 else 0.5, PUSH * move.rate)
        near *= 1 - push * (eased if move.zoom > 0 else 1 - eased)
    angle = TURN * move.rate * eased if move.turn else 0.0
    width, height = width * near, height * near
    reach = min(1.0, move.rate) * eased
    x = picture[0] / 2 + move.x * reach * (picture[0] - width) / 2
    y = picture[1] / 2 + move.y * reach * (picture[1] - height) / 2
    return _inside(View(x, y, width, height, angle), picture)


def ease(at: float) -> float:
    """Return a value from 0 to 1 with a soft start and a soft end."""
    at = min(max(at, 0.0), 1.0)
    return at * at * (3 - 2 * at)


def _largest(picture: tuple[int, int], ratio: float) -> tuple[float, float]:
    width, height = picture
    return (height * ratio, float(height)) if width / height > ratio else (float(width), width / ratio)


def _inside(view: View, picture: tuple[int, int]) -> View:
    """Return the same view, made smaller and moved as much as it takes to lie inside the picture."""
    cos, sin = math.cos(view.angle), abs(math.sin(view.angle))
    needed = (view.width * cos + view.height * sin, view.width * sin + view.height * cos)
    scale = min(1.0, picture[0] / needed[0], picture[1] / needed[1])
    half_x, half_y = needed[0] * scale / 2, needed[1] * scale / 2
    x = min(max(view.x, half_x), picture[0] - half_x)
    y = min(max(view.y, half_y), picture[1] - half_y)
    return View(x, y, view.width * scale, view.height * scale, view.angle)
