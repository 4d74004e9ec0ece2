"""Find what was varied between takes: words of the prompt, options, models and images.

If the sweep that made the takes is known, its axes say which words are alternatives; otherwise these are the words in
which the prompts differ. Nothing of this is kept in the library: the requests say it all.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import msgspec

from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.catalogue import endpoint_title
from reka_notebook.jobs.sweep_request import MODEL, SweepRequest, plain_heading
from reka_notebook.library import GenerationRequest, ImageUse
from reka_notebook.prompts import LARGEST, Axis
from reka_notebook.prompts.align import NO_WORD, Column, Word, align_prompts
from reka_notebook.text import shown_name

_WORDS = ("prompt", "text")

SEED = "seed"

OTHER_WORDS = "(other words)"
"""What is called together that few prompts have in a place where several have the same word."""

_FEW = 16

_RARE = 8
"""Of words that look as if they were shared by accident, one in so many prompts must have the same."""

_SAID = 0.9
"""The share of prompts in which a word must follow from another one to count as told by it."""


class Factor(NamedTuple):
    """Hold something that was varied.

    Args:
        name: What a sweep calls its axis: ``words 1`` for the first alternatives in the prompt, ``model``, ``image``,
            or an option's name.
        alternatives: The alternatives as text, in the order in which they first occur.
        chosen: The place of each take's alternative.
        words: Whether these are words of the prompt.
        own: Whether these are words that only one or a few prompts have, which say nothing but which prompt it is.
    """

    name: str
    alternatives: tuple[str, ...]
    chosen: tuple[int, ...]
    words: bool = False
    own: bool = False


def find_varied(
    requests: Sequence[GenerationRequest], catalogue: Catalogue, sweep: SweepRequest | None = None
) -> list[Factor]:
    """Return what differs between requests: words first, in the order of the prompt.

    Args:
        sweep: What made them, if that is known.
    """
    return [*_words(requests, sweep), *find_settings(requests, catalogue)]


def find_settings(requests: Sequence[GenerationRequest], catalogue: Catalogue) -> list[Factor]:
    """Return what differs between requests besides the words of the prompt: models, images and options."""
    return [
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
    own: list[str] = []
    if known is None:
        found, own = _by_difference([request.prompt for request in requests], pooled=True)
    else:
        found = [values for axis, values in known if axis.words]
    factors: list[Factor] = []
    for number, values in enumerate(found, 1):
        shown = [plain_heading(Axis("", (), words=True), value) for value in values]
        factors += _factor(f"words {number}", shown, words=True)
    return [*factors, *(one._replace(own=True) for one in _factor("own words", own, words=True))]


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
    found = {f"words {number}": values for number, values in enumerate(_by_difference(prompts).shared, 1)}
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


class _Words(NamedTuple):
    """Hold how prompts differ: each a text for each prompt.

    Args:
        shared: Words that several prompts have in the same place, and several do not.
        own: All other words in which they differ; empty if there are none.
    """

    shared: list[list[str]]
    own: list[str]


def _by_difference(prompts: Sequence[str], *, pooled: bool = False) -> _Words:
    """Return the words that stand in the same place of each prompt, where not all have the same.

    Args:
        pooled: Whether rare words have one name for all.
    """
    distinct = list(dict.fromkeys(prompts))
    if len(distinct) < 2:
        return _Words([], [])
    columns = _joined(align_prompts(distinct))
    columns = [column for column in columns if _says_something(column)] or columns
    shared = [column for column in columns if _is_shared(column)]
    shared = _told(shared) if shared else []
    own: list[str] = []
    if shared:
        rest = [column for column in columns if column not in shared]
        own = [" … ".join(filter(None, texts)) for texts in zip(*rest, strict=True)] if rest else []
        shared = [_pooled(column) for column in shared] if pooled else shared
    elif sum(len(set(column)) - 1 for column in columns) > _most(len(distinct)):
        shared = [distinct]
    else:
        shared = columns
    at = [distinct.index(prompt) for prompt in prompts]
    return _Words([[column[place] for place in at] for column in shared], [own[place] for place in at if own])


def _most(prompts: int) -> int:
    """Return how many alternatives prompts may have beyond the first ones before they count as prompts of their own.

    So many prompts can tell of one alternative less. Of few prompts more are named, to be said to be inseparable.
    """
    return (prompts - 1) * (4 if prompts <= _FEW else 1)


def _joined(columns: Sequence[Column]) -> list[list[str]]:
    """Return what differs as texts, with neighbouring words that always change together as one: "pan left", "tilt up".

    What all prompts have in the middle of a word, as in writing without spaces, joins its two ends.
    """
    joined: list[Column] = []
    between: list[Column] = []
    for column in columns:
        if len({word.text for word in column}) == 1:
            between.append(column)
            continue
        before = joined[-1] if joined else None
        spaced = between and any(word.space for one in (*between, column) for word in one)
        own = before and not between and _is_own(before) and _is_own(column)
        if before and not spaced and (own or _alike(before, column)):
            joined[-1] = list(map(_join, *(before, *between, column)))
        else:
            joined.append(list(column))
        between = []
    return [_texts(column) for column in joined]


def _join(*words: Word) -> Word:
    """Return words as one, with the spaces between them."""
    there = [word for word in words if word.text]
    if not there:
        return NO_WORD
    return Word(there[0].space, there[0].text + "".join(word.space + word.text for word in there[1:]))


def _alike(one: Column, other: Column) -> bool:
    """Return whether two columns change at the same prompts."""
    keys, others = ([word.key for word in column] for column in (one, other))
    return len(set(zip(keys, others, strict=True))) == len(set(keys)) == len(set(others))


def _is_own(column: Column) -> bool:
    """Return whether no two prompts have the same word here."""
    keys = [word.key for word in column if word.text]
    return len(set(keys)) == len(keys)


def _texts(column: Column) -> list[str]:
    """Return the words as texts: without marks around them and by one way of writing, if they still differ."""
    first: dict[str, str] = {}
    for word in column:
        first.setdefault(word.key, word.text)
    texts = [first[word.key] for word in column] if len(first) > 1 else [word.text for word in column]
    bare = [text.strip(" ,.;:!") for text in texts]
    return bare if len(set(bare)) == len(set(texts)) else [text.strip() for text in texts]


def _says_something(column: Sequence[str]) -> bool:
    """Return whether texts differ in more than marks and capitals."""
    return len({"".join(filter(str.isalnum, text)).casefold() for text in column}) > 1


def _is_shared(column: Sequence[str]) -> bool:
    """Return whether several prompts have a word here, and several do not."""
    least = _least(column)
    several = {text for text, count in Counter(_pooled(column)).items() if count >= least}
    return len(several) > 1 and not several <= {"", OTHER_WORDS}


def _pooled(texts: Sequence[str]) -> list[str]:
    """Return texts with one name for all rare ones, if there are several of these."""
    counts, least = Counter(texts), _least(texts)
    rare = [text for text, count in counts.items() if count < least]
    return [OTHER_WORDS if text in rare else text for text in texts] if len(rare) > 1 else list(texts)


def _least(texts: Sequence[str]) -> int:
    """Return how many prompts are several: more, if the words look as if they were shared by accident."""
    counts = Counter(texts)
    return max(2, len(texts) // _RARE) if "" in counts or 1 in counts.values() else 2


def _told(columns: Sequence[list[str]]) -> list[list[str]]:
    """Return the columns of which so many prompts can tell, the most balanced before others, in order.

    Free prompts share words by accident. Of these only some are told, and none that others nearly tell already.
    """
    prompts = len(columns[0])
    pooled = [_pooled(column) for column in columns]
    accidental = [OTHER_WORDS in column or ("" in column and prompts > _FEW) for column in pooled]
    told: list[int] = []
    alternatives = 0
    for place in sorted(range(len(columns)), key=lambda at: (accidental[at], _largest(pooled[at]))):
        more = len(set(pooled[place])) - 1
        if alternatives + more > (prompts // 4 if accidental[place] else prompts - 1):
            continue
        if not (accidental[place] and any(_follows(pooled[place], pooled[other]) for other in told)):
            told.append(place)
            alternatives += more
    return [columns[place] for place in sorted(told)]


def _largest(texts: Sequence[str]) -> int:
    return max(Counter(texts).values())


def _follows(texts: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether one column nearly says what stands in another."""
    there = (
        Counter(text for text, of in zip(texts, others, strict=True) if of == other) for other in {*others}
    )
    return sum(max(counts.values()) for counts in there) >= _SAID * len(texts)


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
