"""Complete ``%%reka_video`` through IPython: options, models, allowed values, files and variables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.library import GenerationRequest
from reka_notebook.options.arguments import IMAGE, MODEL, default_model
from reka_notebook.options.known import options_of, parser
from reka_notebook.options.line import words_so_far

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"})
MOST = 200
"""Completions that are offered at a time."""


@dataclass(frozen=True)
class Completions:
    """Hold what may stand in place of the last characters of a text.

    Attributes:
        prices: By text, what a request with it would likely cost, where that is known.
    """

    fragment: str
    texts: tuple[str, ...]
    prices: Mapping[str, str] = field(default_factory=dict)


def complete_line(text: str, namespace: Mapping[str, Any]) -> Completions:
    """Return what may stand at the end of a line of options, which is ``text`` so far."""
    if (inside := complete_prompt(text, namespace)) is not None:
        return inside
    words, fragment = _parted(text)
    control = controller()
    control.models.ask_soon()
    catalogue = control.catalogue
    endpoint = _endpoint(words, catalogue)
    before = words[-1] if words else ""
    option, equals, value = fragment.partition("=")
    if fragment.startswith("-") and equals:
        before, fragment = option, value
    values = _values(before, fragment, endpoint, catalogue, namespace)
    if values is not None:
        found = _starting(fragment, values)
        return replace(found, prices=_prices(before, found.texts, endpoint, control))
    if fragment and not fragment.startswith("-"):
        return Completions(fragment, ())
    return _starting(fragment, dict.fromkeys(options_of(parser(endpoint))))


def complete_prompt(text: str, namespace: Mapping[str, Any]) -> Completions | None:
    """Return the variables that may stand after an opening ``{{``; ``None`` if none is open."""
    opened = text.rfind("{{")
    inside = text[opened + 2 :]
    if opened < 0 or "}}" in inside or "|" in inside or "\n" in inside or inside[:1] == "{":
        return None
    spoken = (name for name, value in _own(namespace) if not isinstance(value, bytes))
    return _starting(inside.lstrip(), spoken)


def models(catalogue: Catalogue) -> list[str]:
    """Return what models are called on a line: with the task if the name alone means another, or none.

    Those that the account does not have come last.
    """
    untold = (model.name for model in catalogue.unplaced if not model.tasks)
    return [*map(catalogue.name_of, catalogue.endpoints), *untold]


def files(fragment: str) -> list[str]:
    """Return the folders and pictures whose path starts like this."""
    folder, slash, start = fragment.rpartition("/")
    where = Path(f"{folder}{slash}" or ".").expanduser()
    try:
        found = sorted(where.iterdir())
    except OSError:
        return []
    return [
        f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}"
        for path in found[: 20 * MOST]
        if path.name.startswith(start)
        and (path.suffix.lower() in PICTURES or path.is_dir())
        and (start or not path.name.startswith("."))
    ]


def _values(
    option: str, fragment: str, endpoint: Endpoint, catalogue: Catalogue, namespace: Mapping[str, Any]
) -> Iterable[str] | None:
    """Return what an option takes; ``None`` if it is not one that takes a value."""
    if option in ("-m", "--model"):
        return models(catalogue)
    if option in ("-i", "--image") or option.endswith("-image"):
        return [
            *files(fragment),
            *(name for name, value in _own(namespace) if not isinstance(value, int | float)),
        ]
    if option == "--sweep":
        name, equals, listed = fragment.partition("=")
        if not equals:
            images = [IMAGE] if endpoint.images else []
            return [f"{name}=" for name in (MODEL, *images, *endpoint.options)]
        before, comma, last = listed.rpartition(",")
        several = models(catalogue) if name == MODEL else files(last) if name == IMAGE else None
        allowed = several if several is not None else _allowed(endpoint, name.replace("-", "_"))
        taken = before.split(",")
        return [f"{name}={before}{comma}{value}" for value in allowed if value not in taken]
    field = option.lstrip("-").replace("-", "_")
    if option.startswith("--") and field in endpoint.options:
        return _allowed(endpoint, field)
    takes = parser(endpoint)._option_string_actions.get(option)
    return [] if takes is not None and takes.nargs != 0 else None


def _prices(option: str, texts: Iterable[str], endpoint: Endpoint, control: Controller) -> dict[str, str]:
    """Return what a request with each of these models, or values of an option, would likely cost."""
    if option in ("-m", "--model"):
        known = control.catalogue
        named = {known.name_of(id_): one for id_, one in known.endpoints.items()}
        asked = {text: (named[text], dict[str, Any]()) for text in texts if text in named}
    else:
        name = option.lstrip("-").replace("-", "_")
        if not option.startswith("--") or name not in endpoint.options:
            return {}
        asked = {text: (endpoint, {name: text}) for text in texts}
    found = {}
    for text, (one, values) in asked.items():
        request = GenerationRequest(endpoint=one.id, input=values)
        expected = control.library.spending.estimate(control.service, [(one, request)])
        if expected.amount is not None:
            found[text] = expected.short
    return found


def _allowed(endpoint: Endpoint, field: str) -> list[str]:
    schema: Mapping[str, Any] = endpoint.options.get(field, {})
    if schema.get("type") == "boolean":
        return ["on", "off"]
    return [str(value) for value in schema.get("enum", ())]


def _endpoint(words: Sequence[str], catalogue: Catalogue) -> Endpoint:
    """Return the endpoint that the words before the cursor choose; the default if they name none that exists."""
    try:
        chosen = parser().parse_known_args(list(words))[0].model
    except RekaError:
        chosen = None
    for name in (chosen, default_model()):
        try:
            if name:
                return catalogue.endpoint(name)
        except RekaError:
            continue
    return catalogue.default


def _own(namespace: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the person's variables: no modules, functions or classes, and nothing hidden."""
    return [
        (name, value)
        for name, value in list(namespace.items())
        if not name.startswith("_")
        and name not in ("In", "Out", "exit", "quit", "get_ipython", "open")
        and not isinstance(value, ModuleType | FunctionType | type)
    ]


def _parted(text: str) -> tuple[list[str], str]:
    """Return the whole words of a text, and the one that is being written."""
    words = words_so_far(text)
    return (words, "") if not text or text[-1].isspace() else (words[:-1], words[-1])


def _starting(fragment: str, texts: Iterable[str]) -> Completions:
    return Completions(fragment, tuple(text for text in texts if text.startswith(fragment))[:MOST])
