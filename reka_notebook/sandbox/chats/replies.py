"""Answer chats by rule: rewrite a prompt, or say what a picture or a film shows as far as colours and shapes tell."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reka_notebook.sandbox.chats.asked import Chat
from reka_notebook.sandbox.rendering import seeing, things

if TYPE_CHECKING:
    from PIL import Image

MOST_REWRITINGS = 8
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_WANTED = re.compile(
    r"\b(\d+|" + "|".join(_NUMBERS) + r")\s+(?:\w+\s+)?(?:rewrit\w+|versions|variants|alternatives)", re.I
)
_BETTER = re.compile(r"\bwhich of the two\b.*\bbetter\b", re.I)
_WAYS = (
    ("", ", in soft morning light"),
    ("Wide shot: ", ", slow push in"),
    ("", ", the camera drifting to the left, shallow depth of field"),
    ("Close up: ", ", warm evening colours"),
    ("", ", seen from above, long shadows"),
    ("At night: ", ", a single lamp, slow tilt up"),
    ("", ", light fog, muted colours"),
    ("In one long take: ", ", gentle handheld movement"),
)
_MANNERS = ("distant", "small", "weathered", "quiet", "bright")
_HUES = (
    *((15, "red"), (42, "orange"), (66, "yellow"), (170, "green"), (195, "cyan")),
    *((255, "blue"), (290, "purple"), (345, "pink"), (361, "red")),
)


def answer(chat: Chat, *, chatty: bool = False) -> str:
    """Return what the sandbox has to say; ``chatty`` puts words and a fence around a list, as some models do."""
    if len(chat.looks) == 2 and _BETTER.search(chat.text):
        return _better(chat)
    wanted = _WANTED.search(chat.text) or _WANTED.search(chat.instruction)
    if chat.looks and (not wanted or re.match(r"\s*describe\b", chat.text, re.IGNORECASE)):
        return _described(chat)
    if not wanted:
        return f"The sandbox answers by rule, and was asked: {chat.text[:400]}"
    number = int(wanted[1]) if wanted[1].isdecimal() else _NUMBERS[wanted[1].lower()]
    rewritings = rewrite(chat.prompt, min(max(number, 1), MOST_REWRITINGS))
    if "json" not in (chat.instruction + chat.text).lower():
        return "\n".join(f"{n}. {words}" for n, words in enumerate(rewritings, 1))
    listed = json.dumps(rewritings, ensure_ascii=False)
    return (
        f"Sure! Here they are:\n\n```json\n{listed}\n```\nTell me if you want others." if chatty else listed
    )


def _better(chat: Chat) -> str:
    """Return which of two is better, by a rule in which it does not matter which one is first: the larger file."""
    one, other = chat.sizes
    return "0" if one == other else "1" if one > other else "2"


def rewrite(prompt: str, number: int) -> list[str]:
    """Return so many rewritings of a prompt, always the same for the same one: its words and some others."""
    prompt = prompt.strip() or "A quiet scene"
    ending = prompt[-1] if prompt[-1] in ".!?" else ""
    core = prompt.removesuffix(ending)
    first = hashlib.sha256(prompt.encode()).digest()[0]
    named = things.named(prompt)
    found = []
    for n in range(number):
        before, after = _WAYS[(first + n) % len(_WAYS)]
        words = core[0].lower() + core[1:] if before and core[1:2].islower() else core
        if named:
            label = named[n % len(named)].label
            manner = _MANNERS[(first + n) % len(_MANNERS)]
            plainly = rf"(?<![\w$|{{]){re.escape(label)}(?![\w|}}])"  # and no variable or alternative
            words = re.sub(plainly, rf"{manner} \g<0>", words, count=1, flags=re.I)
        found.append(f"{before}{words}{after}{ending}")
    return found


def _described(chat: Chat) -> str:
    """Return two paragraphs: what is there, and what of the prompt was not found."""
    wanted = [one.label for one in things.named(chat.prompt)] if chat.names_prompt else []
    said, there = [], set()
    for words, image in chat.looks:
        said.append(words)
        if image is None:
            continue
        known = seeing.recognised(image, wanted)
        there.update(known)
        shown = known or [one.label for one in seeing.find(image, []) if one.score > 0.6]
        said.append(f"It is mostly {_colour(image)}.")
        if shown:
            said.append(f"It shows {_listed([_with_article(label) for label in shown])}.")
    missing = [label for label in wanted if label not in there]
    last = f"{_listed(missing)}." if missing else "Nothing."
    return f"Seen: {' '.join(said)}\n\nMissing: {last}"


def _colour(image: Image.Image) -> str:
    """Return a word for the colour of most of a picture."""
    hue, saturation, value = image.convert("RGB").resize((1, 1)).convert("HSV").getpixel((0, 0))  # type: ignore[misc]
    if saturation < 40:
        return "dark" if value < 70 else "light" if value > 185 else "grey"
    word = next(word for end, word in _HUES if hue * 360 / 255 < end)
    return f"dark {word}" if value < 110 else word


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _with_article(label: str) -> str:
    if " " in label or (label.endswith("s") and not label.endswith("ss")):
        return label
    return f"{'an' if label[:1] in 'aeiou' else 'a'} {label}"
