"""Hold what came against what was asked: is it as long, as large and as wide, and has it a sound?

A service may ignore a field that it does not know, and charge. Only options that a person gave are judged,
and of them only values with one meaning: "auto", and what a default would have done, say nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from reka_notebook.api import media_links
from reka_notebook.catalogue import Endpoint
from reka_notebook.catalogue.spelling import number_in, unit_of
from reka_notebook.kinds import kind_of
from reka_notebook.library import GenerationRequest, MediaFile, Wire

DURATIONS = ("duration", "duration_seconds", "seconds")
RATIOS = ("aspect_ratio", "ratio")
RESOLUTIONS = ("resolution", "size")
SOUNDS = ("generate_audio", "audio", "with_audio")
COUNTS = ("num_images", "n", "count")
"""What options are called that can be judged."""

SECONDS, OF_SECONDS = 0.75, 0.05
"""Seconds, or which part of a long duration, that a film may be longer or shorter: models make groups of frames."""

OF_RATIO = 0.045
"""Which part of an aspect ratio the film's may be off: models round both sides to what their coding likes."""

OF_SIDE = 0.1
"""Which part of a side: 1088 for 1080, 704 for 720."""

_LINES = {"4k": 2160, "uhd": 2160, "2k": 1440, "fhd": 1080, "hd": 720}
_RATIO = re.compile(r"\s*(\d{1,5}(?:\.\d{1,3})?)\s*[:/]\s*(\d{1,5}(?:\.\d{1,3})?)\s*")
_PIXELS = re.compile(r"\s*(\d{2,5})\s*[x×*]\s*(\d{2,5})\s*", re.IGNORECASE)
_NAMED = ("21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16")


class Doubt(NamedTuple):
    """Hold a fact of the catalogue that a take contradicts, such as ``input.duration``, and how.

    ``got`` is what came, in words. ``fact`` is empty if the take is not what was asked for another reason.
    """

    fact: str
    asked: str
    got: str
    words: str


class Judged(NamedTuple):
    """Hold what came of the options that can be judged.

    Attributes:
        doubts: What is not as it was asked.
        as_asked: Facts by which a take came as it was asked, each with that in words.
    """

    doubts: list[Doubt]
    as_asked: dict[str, str]


def judge(
    endpoint: Endpoint,
    request: GenerationRequest,
    wire: Wire | None,
    files: Sequence[MediaFile],
    answers: Mapping[str, Any],
) -> Judged:
    """Return what a take's main file is like, by what was asked, and whether there are as many files.

    Args:
        answers: The service's, by step: a file that its result points to was made, even if it could not be had.
    """
    judged = Judged([], {})
    if files[0].kind != endpoint.output:
        return judged
    for names, look in _LOOKS.items():
        option = _given(endpoint, request, names)
        found = look(request.input[option], files, answers) if option is not None else None
        if option is None or found is None:
            continue
        fact, (asked, got, same) = f"input.{option}", found
        if same:
            judged.as_asked[fact] = got
        else:
            judged.doubts.append(Doubt(fact, asked, got, _words(asked, got, wire, fact)))
    return judged


def sound_unasked(endpoint: Endpoint, request: GenerationRequest, wire: Wire | None) -> Doubt | None:
    """Return what is to be said if there is a sound; ``None`` unless the person asked for none."""
    option = _given(endpoint, request, SOUNDS)
    if option is None or request.input[option] is not False:
        return None
    fact = f"input.{option}"
    return Doubt(fact, "no sound", "some", _words("no sound", "some", wire, fact))


def _given(endpoint: Endpoint, request: GenerationRequest, names: Sequence[str]) -> str | None:
    """Return which of an endpoint's options the person gave."""
    return next((name for name in names if name in endpoint.options and name in request.input), None)


def unknown_field(wire: Wire | None, fact: str, usual: str = "") -> str:
    """Return what is the likeliest reason for a difference: the name on the wire is not known there.

    Args:
        usual: What the fact is called if it was not written how it was spelt.
    """
    spelt = wire.spelling.get(fact) if wire is not None else None
    name = spelt.name if spelt else usual or fact.partition(".")[2]
    return f"the service may not know the field `{name}`."


def _words(asked: str, got: str, wire: Wire | None, fact: str) -> str:
    got = got.removesuffix(" s") if asked.endswith(" s") else got
    return f"You asked for {asked} and got {got}: {unknown_field(wire, fact)}"


_Found = tuple[str, str, bool] | None
"""What was asked and what came, in words, and whether that is the same; ``None`` if it cannot be said."""


def _duration(asked: Any, file: MediaFile) -> _Found:
    number = number_in(asked)
    unit = unit_of(asked) or ""
    if number is None or file.duration is None or unit.lower() not in ("", "s", "sec", "seconds"):
        return None
    wanted = float(number)
    if wanted <= 0:
        return None
    same = abs(file.duration - wanted) < max(SECONDS, OF_SECONDS * wanted)
    return f"{wanted:g} s", f"{round(file.duration, 1):g} s", same


def _ratio(asked: Any, file: MediaFile) -> _Found:
    found = _RATIO.fullmatch(asked) if isinstance(asked, str) else None
    if found is None or not file.width or not file.height or not float(found[1]) or not float(found[2]):
        return None
    wanted, got = float(found[1]) / float(found[2]), file.width / file.height
    return asked.strip(), _ratio_words(file.width, file.height), _is_near(got, wanted, OF_RATIO)


def _ratio_words(width: int, height: int) -> str:
    """Return the usual name of a shape, or its size."""
    for name in _NAMED:
        one, other = map(int, name.split(":"))
        if _is_near(width / height, one / other, 0.02):
            return name
    return f"{width} × {height}"


def _resolution(asked: Any, file: MediaFile) -> _Found:
    """Judge "720p", "4k" or "1280x720"; of another shape than 16:9, what has as many lines or pixels is as large."""
    if not kind_of(file.kind).has_frames or not file.width or not file.height or not isinstance(asked, str):
        return None
    size = _PIXELS.fullmatch(asked)
    short, long = sorted((file.width, file.height))
    got = f"{file.width} × {file.height}"
    if size is not None:
        less, more = sorted((int(size[1]), int(size[2])))
        return asked.strip(), got, _is_near(short, less, OF_SIDE) and _is_near(long, more, OF_SIDE)
    word = asked.strip().lower()
    lines = _LINES.get(word) or (int(word[:-1]) if re.fullmatch(r"\d{3,4}p", word) else None)
    if lines is None:
        return None
    wide = lines * 16 / 9
    same = (
        _is_near(short, lines, OF_SIDE)
        or _is_near(long, wide, OF_SIDE)
        or _is_near((short * long) ** 0.5, (lines * wide) ** 0.5, OF_SIDE)
    )
    return asked.strip(), got, same


def _sound(asked: Any, file: MediaFile) -> _Found:
    """Judge whether there is a sound where one was asked for; for the other way round, one has to listen."""
    if not kind_of(file.kind).has_frames or asked is not True:
        return None
    return "sound", "sound" if file.has_audio else "none", file.has_audio


def _count(asked: Any, files: Sequence[MediaFile], answers: Mapping[str, Any]) -> _Found:
    """Judge how many files of a kind there are; one of many says that the number was not understood."""
    number = number_in(asked)
    wanted = float(number) if number is not None else 0
    kind = files[0].kind
    got = sum(file.kind == kind for file in files)
    if wanted <= 1 or 1 < got < wanted or got < _made(kind, answers):  # some could not be had
        return None
    return f"{wanted:g} {kind_of(kind).plural}", str(got), got == wanted


def _made(kind: str, answers: Mapping[str, Any]) -> int:
    """Return how many files of a kind the service's result points to."""
    return sum(link.is_main and link.kind == kind for link in media_links(answers.get("result")))


def _is_near(one: float, other: float, part: float) -> bool:
    return abs(one / other - 1) <= part


_Look = Callable[[Any, Sequence[MediaFile], Mapping[str, Any]], _Found]


def _first(look: Callable[[Any, MediaFile], _Found]) -> _Look:
    return lambda asked, files, _: look(asked, files[0])


_LOOKS: Mapping[tuple[str, ...], _Look] = {
    DURATIONS: _first(_duration),
    RATIOS: _first(_ratio),
    RESOLUTIONS: _first(_resolution),
    SOUNDS: _first(_sound),
    COUNTS: _count,
}
