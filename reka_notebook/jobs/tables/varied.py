"""Find what was varied between takes: words of the prompt, options, models and images.

If the sweep that made the takes is known, its axes say which words are alternatives; otherwise these are the words in
which the prompts differ. Nothing of this is kept in the library: the requests say it all.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import msgspec

from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.catalogue import endpoint_title
from reka_notebook.jobs.sweep_request import MODEL, SweepRequest, plain_heading
from reka_notebook.library import GenerationRequest, ImageUse
from reka_notebook.prompts import LARGEST, Axis
from reka_notebook.prompts.diff import diff_prompts, words_of
from reka_notebook.text import shown_name

_WORDS = ("prompt", "text")

SEED = "seed"

_FEW = 16


class Factor(NamedTuple):
    """Hold something that was varied.

    Args:
        name: What a sweep calls its axis: ``words 1`` for the first alternatives in the prompt, ``model``, ``image``,
            or an option's name.
        alternatives: The alternatives as text, in the order in which they first occur.
        chosen: The place of each take's alternative.
        words: Whether these are words of the prompt.
    """

    name: str
    alternatives: tuple[str, ...]
    chosen: tuple[int, ...]
    words: bool = False


def find_varied(
    requests: Sequence[GenerationRequest], catalogue: Catalogue, sweep: SweepRequest | None = None
) -> list[Factor]:
    """Return what differs between requests: words first, in the order of the prompt.

    Args:
        sweep: What made them, if that is known.
    """
    return [
        *_words(requests, sweep),
        *_factor(MODEL, _models(requests, catalogue)),
        *(factor for slot in _slots(requests) for factor in _factor(*_images(slot, requests))),
        *(factor for name in _options(requests) for factor in _option(name, requests)),
    ]


def _factor(name: str, values: Sequence[str], *, words: bool = False) -> list[Factor]:
    """Return the factor, if it varies."""
    alternatives = list(dict.fromkeys(values))
    if len(alternatives) < 2:
        return []
    return [Factor(name, tuple(alternatives), tuple(map(alternatives.index, values)), words)]


def _words(requests: Sequence[GenerationRequest], sweep: SweepRequest | None) -> list[Factor]:
    known = _by_axes(requests, sweep) if sweep is not None else None
    found = (
        _by_difference([request.prompt for request in requests])
        if known is None
        else [values for axis, values in known if axis.words]
    )
    factors: list[Factor] = []
    for number, values in enumerate(found, 1):
        shown = [plain_heading(Axis("", (), words=True), value) for value in values]
        factors += _factor(f"words {number}", shown, words=True)
    return factors


def find_axes(
    requests: Sequence[GenerationRequest], sweep: SweepRequest | None = None
) -> dict[str, list[Any]]:
    """Return by axis the value that each request has of it.

    Args:
        sweep: What made them. Without it only words are found, as models and options are known by themselves, and
            only where takes have them in common: any two prompts differ.
    """
    known = _by_axes(requests, sweep) if sweep is not None else None
    if known is not None:
        return {axis.name: values for axis, values in known}
    prompts = [request.prompt for request in requests]
    if len(set(prompts)) > LARGEST:
        return {}
    found = {f"words {number}": values for number, values in enumerate(_by_difference(prompts), 1)}
    return {name: values for name, values in found.items() if len(set(values)) <= len(values) / 2}


def _by_axes(
    requests: Sequence[GenerationRequest], sweep: SweepRequest
) -> list[tuple[Axis, list[Any]]] | None:
    """Return the value that each request has of each axis; ``None`` if one of them is not of this sweep."""
    asked = [
        values
        for place, values in enumerate(product(*(axis.values for axis in sweep.axes)))
        if place not in sweep.left_out
    ]
    known = {one.request.content_key: values for one, values in zip(sweep.requests, asked, strict=True)}
    # Another take of a request has another key, and the same words.
    base = {one.request.base_key: values for one, values in zip(sweep.requests, asked, strict=True)}
    chosen = [known.get(request.content_key) or base.get(request.base_key) for request in requests]
    if None in chosen:
        return None
    return [
        (axis, [values[number] for values in chosen if values is not None])
        for number, axis in enumerate(sweep.axes)
    ]


def _by_difference(prompts: Sequence[str]) -> list[list[str]]:
    """Return the words that stand in each prompt between those that stand in all of them."""
    distinct = list(dict.fromkeys(prompts))
    if len(distinct) < 2:
        return []
    gaps: list[dict[int, str]] = []
    for pieces in diff_prompts(distinct):
        place, own = 0, {}
        for piece in pieces:
            if piece.differs:
                own[place] = piece.text.strip()
            else:
                place += len(words_of(piece.text))
        gaps.append(own)
    places = sorted({place for own in gaps for place in own})
    columns = [part for place in places for part in _split([own.get(place, "") for own in gaps])]
    if sum(len(set(column)) - 1 for column in columns) > _most(len(distinct)):
        columns = [distinct]
    at = [distinct.index(prompt) for prompt in prompts]
    return [[column[place] for place in at] for column in columns]


def _most(prompts: int) -> int:
    """Return how many alternatives prompts may have beyond the first ones before they count as prompts of their own.

    So many prompts can tell of one alternative less. Of few prompts more are named, to be said to be inseparable.
    """
    return (prompts - 1) * (4 if prompts <= _FEW else 1)


def _split(texts: Sequence[str]) -> list[list[str]]:
    """Return words that stand together and vary each by itself, "slow dawn" and "fast noon", one by one.

    Words that always change together, "pan left" and "tilt up", stay together.
    """
    words = [words_of(text) for text in texts]
    if len({len(own) for own in words}) > 1 or len(words[0]) < 2:
        return [list(texts)]
    columns: list[list[str]] = []
    for column in zip(*words, strict=True):
        if columns and _alike(columns[-1], [word for _, word in column]):
            columns[-1] = [
                f"{before}{space}{word}" for before, (space, word) in zip(columns[-1], column, strict=True)
            ]
        else:
            columns.append([word for _, word in column])
    if any(len(set(column)) == len(set(texts)) for column in columns):
        return [list(texts)]
    return columns


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two columns change at the same places."""
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def _models(requests: Sequence[GenerationRequest], catalogue: Catalogue) -> list[str]:
    titles = {request.endpoint: endpoint_title(request.endpoint, catalogue) for request in requests}
    named = (
        titles if len(set(titles.values())) == len(titles) else {endpoint: endpoint for endpoint in titles}
    )
    return [named[request.endpoint] for request in requests]


def _slots(requests: Sequence[GenerationRequest]) -> list[str]:
    return list(dict.fromkeys(slot for request in requests for slot in request.images))


def _images(slot: str, requests: Sequence[GenerationRequest]) -> tuple[str, list[str]]:
    """Return what a slot is called, and the image that each request has there: by name, if names tell them apart."""
    uses = [tuple(request.images.get(slot) or ()) for request in requests]
    names = {_identity(use): " + ".join(filter(None, map(_name, use))) for use in uses if use}
    if not all(names.values()) or len(set(names.values())) < len(names):
        names = {key: f"image {number}" for number, key in enumerate(names, 1)}
    title = "image" if slot == "start" else f"{slot} image"
    return title, [names[_identity(use)] if use else f"no {title}" for use in uses]


def _identity(uses: tuple[ImageUse, ...]) -> str:
    return repr([use.identity for use in uses])


def _name(use: ImageUse) -> str:
    name = shown_name(use.name)
    if use.crop:
        return f"{name} cropped at {use.crop[0]}, {use.crop[1]}"
    return f"{name} padded to {use.pad[0]}" if use.pad else name


def _options(requests: Sequence[GenerationRequest]) -> list[str]:
    names = dict.fromkeys(name for request in requests for name in request.input)
    return [name for name in names if name not in _WORDS]


def _option(name: str, requests: Sequence[GenerationRequest]) -> list[Factor]:
    """Return an option as a factor: 1, 1.0 and True are three values, as in a sweep."""
    values = [request.input.get(name) for request in requests]
    keys = [msgspec.json.encode(value, order="sorted").decode() for value in values]

    shown = {
        key: f"no {name.replace('_', ' ')}" if value is None else plain_heading(Axis(name, ()), value)
        for key, value in zip(keys, values, strict=True)
    }
    named = shown if len(set(shown.values())) == len(shown) else {key: key for key in shown}
    return _factor(name, [named[key] for key in keys])
