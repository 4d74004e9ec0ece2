"""Complete the magics through IPython: options, models, allowed values, files and variables."""

import argparse
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.catalogue.tasks import TASKS
from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.jobs.take import TAKE_MARK
from reka_notebook.kinds import kind_of
from reka_notebook.library import GenerationRequest
from reka_notebook.options.arguments import IMAGE, MODEL, takes_image, wanted_of
from reka_notebook.options.defaults import Wanted, default_model, default_values
from reka_notebook.options.known import parser
from reka_notebook.options.line import words_so_far
from reka_notebook.text import beginning

LABEL = 32
"""Characters of a label at most: a list of completions is as wide as its longest."""

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"})
MOST = 200
"""Completions that are offered at a time."""


@dataclass(frozen=True)
class Completions:
    """Hold what may stand in place of the last characters of a text.

    Attributes:
        labels: By text, what a front end shows beside it: the values of an option, the likely cost of a value.
    """

    fragment: str
    labels: Mapping[str, str]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what may stand there, in order."""
        return tuple(self.labels)


def starting(fragment: str, labels: Mapping[str, str]) -> Completions:
    """Return those of some texts that go on from a fragment."""
    found = (pair for pair in labels.items() if pair[0].startswith(fragment))
    return Completions(fragment, dict(islice(found, MOST)))


def complete_line(text: str, namespace: Mapping[str, Any], output: str | None = None) -> Completions:
    """Return what may stand at the end of a line of options, which is ``text`` so far.

    Args:
        namespace: The notebook's variables.
        output: What the magic makes; ``None`` if only the model says.
    """
    if (inside := complete_prompt(text, namespace)) is not None:
        return inside
    words, fragment = parted(text)
    control = controller()
    control.models.ask_soon()
    catalogue = control.catalogue
    wanted, endpoint = _endpoint(words, catalogue, output)
    before = words[-1] if words else ""
    option, equals, value = fragment.partition("=")
    if fragment.startswith("-") and equals:
        before, fragment = option, value
    values = _values(before, fragment, endpoint, catalogue, namespace, output)
    if values is not None:
        found = starting(fragment, values)
        return replace(found, labels=_priced(before, found.labels, endpoint, wanted, control))
    if fragment and not fragment.startswith("-"):
        return Completions(fragment, {})
    return starting(fragment, _options(fragment, endpoint))


def complete_prompt(text: str, namespace: Mapping[str, Any]) -> Completions | None:
    """Return the variables that may stand after an opening ``{{``; ``None`` if none is open."""
    opened = text.rfind("{{")
    inside = text[opened + 2 :]
    if opened < 0 or "}}" in inside or "|" in inside or "\n" in inside or inside[:1] == "{":
        return None
    spoken = {name: type(value).__name__ for name, value in _own(namespace) if not isinstance(value, bytes)}
    return starting(inside.lstrip(), spoken)


def _options(fragment: str, endpoint: Endpoint) -> dict[str, str]:
    """Return the options with their labels: the endpoint's own first, then its images, each in one spelling."""
    found: dict[str, str] = {}
    made = parser(endpoint)
    for action in sorted(made._actions, key=lambda one: _rank(one.dest, endpoint)):
        if action.dest == "image_start" and not takes_image(endpoint):
            continue
        # The long one with dashes, as in the documentation, unless another has been begun.
        spelt = sorted(action.option_strings, key=lambda one: (not one.startswith("--"), "_" in one))
        offered = next((one for one in spelt if one.startswith(fragment)), None)
        if offered is not None:
            found[offered] = _takes(action, endpoint)
    return found


def _rank(dest: str, endpoint: Endpoint) -> int:
    return 0 if dest.startswith("field_") else 1 if dest.partition("_")[2] in endpoint.images else 2


def _takes(action: argparse.Action, endpoint: Endpoint) -> str:
    """Return in a few words what an option takes, or does."""
    field = action.dest.removeprefix("field_")
    if field == action.dest:
        return beginning(str(action.help), LABEL)
    schema = endpoint.options[field]
    allowed = _allowed(endpoint, field)
    if not allowed:
        return beginning(str(schema.get("description") or schema.get("title") or field), LABEL)
    # A model's thirteen durations would push what is offered out of sight.
    listed = ", ".join(allowed)
    return listed if len(listed) <= LABEL else f"{allowed[0]} to {allowed[-1]}"


def models(catalogue: Catalogue, output: str | None = None) -> list[str]:
    """Return what models are called on a line: with the task if the name alone means another, or none.

    Those that the account does not have come last.

    Args:
        output: What is to be made, by which a name alone is enough; ``None`` for the models of all.
    """
    untold = (model.name for model in catalogue.unplaced if not model.tasks)
    if output is None:
        return [*map(catalogue.name_of, catalogue.endpoints), *untold]
    fitting = (one.model for one in catalogue.endpoints.values() if one.output == output)
    return list(dict.fromkeys((*fitting, *untold)))


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
    option: str,
    fragment: str,
    endpoint: Endpoint,
    catalogue: Catalogue,
    namespace: Mapping[str, Any],
    output: str | None,
) -> dict[str, str] | None:
    """Return what an option takes, with labels; ``None`` if it is not one that takes a value."""
    if option in ("-m", "--model"):
        return _models(catalogue, output)
    if option == "--task":
        return {
            task: f"makes {kind_of(facts.output).plural}"
            for task, facts in TASKS.items()
            if output in (None, facts.output)
        }
    if option in ("-i", "--image") or option.endswith("-image"):
        return image_labels(fragment, namespace)
    if option == "--sweep":
        return _swept(fragment, endpoint, catalogue, output)
    field = option.lstrip("-").replace("-", "_")
    if option.startswith("--") and field in endpoint.options:
        schema = endpoint.options[field]
        default = _written(schema["default"]) if "default" in schema else None
        title = schema.get("title") or field
        return {value: "default" if value == default else title for value in _allowed(endpoint, field)}
    takes = parser(endpoint)._option_string_actions.get(option)
    return {} if takes is not None and takes.nargs != 0 else None


def _swept(fragment: str, endpoint: Endpoint, catalogue: Catalogue, output: str | None) -> dict[str, str]:
    """Return what may stand behind ``--sweep``: a name, or the next of its values."""
    name, equals, listed = fragment.partition("=")
    if not equals:
        own = {f"{field}=": ", ".join(_allowed(endpoint, field)) for field in endpoint.options}
        labels = own | {f"{MODEL}=": "models"} | ({f"{IMAGE}=": "images"} if takes_image(endpoint) else {})
        return {text: beginning(label, LABEL) or "several values" for text, label in labels.items()}
    before, comma, last = listed.rpartition(",")
    field = name.replace("-", "_")
    if name == MODEL:
        several = _models(catalogue, output)
    elif name == IMAGE:
        several = _files(last)
    else:
        title = endpoint.options.get(field, {}).get("title") or field
        several = dict.fromkeys(_allowed(endpoint, field), title)
    taken = before.split(",")
    return {f"{name}={before}{comma}{value}": label for value, label in several.items() if value not in taken}


def _models(catalogue: Catalogue, output: str | None) -> dict[str, str]:
    titles: dict[str, str] = {}
    for id_, endpoint in catalogue.endpoints.items():
        if output in (None, endpoint.output):
            titles.setdefault(catalogue.name_of(id_) if output is None else endpoint.model, endpoint.title)
    return {name: titles.get(name, "model") for name in models(catalogue, output)}


def _files(fragment: str) -> dict[str, str]:
    return {path: "folder" if path.endswith("/") else "image" for path in files(fragment)}


def image_labels(fragment: str, namespace: Mapping[str, Any]) -> dict[str, str]:
    """Return what may be named as an image: files, variables and, once that is begun, takes."""
    own = {
        name: type(value).__name__ for name, value in _own(namespace) if not isinstance(value, int | float)
    }
    return _files(fragment) | own | (_newest_takes() if fragment.startswith(TAKE_MARK) else {})


def _newest_takes() -> dict[str, str]:
    """Return the images and the last frames of the newest takes, by their prompts."""
    found = [take for take in controller().takes(20) if kind_of(take.file.kind).is_image]
    return {f"{TAKE_MARK}{take.id}": beginning(take.prompt or "no prompt", LABEL) for take in found}


def _priced(
    option: str, labels: Mapping[str, str], endpoint: Endpoint, wanted: Wanted, control: Controller
) -> dict[str, str]:
    """Return labels with what a request with each of these models, or values of an option, would likely cost."""
    if option in ("-m", "--model"):
        asked: dict[str, tuple[Endpoint, dict[str, Any]]] = {}
        for text in labels:
            with suppress(RekaError):  # one of which the task is not known
                asked[text] = wanted.endpoint(control.catalogue, text), {}
    else:
        name = option.lstrip("-").replace("-", "_")
        if not option.startswith("--") or name not in endpoint.options:
            return dict(labels)
        asked = {text: (endpoint, {name: text}) for text in labels}
    found = dict(labels)
    for text, (one, values) in asked.items():
        request = GenerationRequest(endpoint=one.id, input=values)
        expected = control.library.spending.estimate(control.service, [(one, request)])
        if expected.amount is not None:
            found[text] = f"{expected.short}{' · default' if labels[text] == 'default' else ''}"
    return found


def _allowed(endpoint: Endpoint, field: str) -> list[str]:
    schema: Mapping[str, Any] = endpoint.options.get(field, {})
    values = (True, False) if schema.get("type") == "boolean" else schema.get("enum", ())
    return [_written(value) for value in values]


def _written(value: Any) -> str:
    """Return a value as it is written on a line."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _endpoint(words: Sequence[str], catalogue: Catalogue, output: str | None) -> tuple[Wanted, Endpoint]:
    """Return what the words before the cursor ask for, and the endpoint; the default if they name none that exists."""
    # An option whose value is being written has none yet, and the rest could not be read.
    whole = words[:-1] if words and words[-1].startswith("-") else words
    wanted, chosen = Wanted(output), None
    with suppress(RekaError):
        chosen = parser().parse_known_args(list(whole))[0].model
        wanted = wanted_of(whole, catalogue, output, default_values(output))
    for name in (chosen, None):
        with suppress(RekaError):
            named = name or default_model(catalogue, wanted.usual_task(catalogue))
            return wanted, wanted.endpoint(catalogue, named)
    wanted = Wanted(output)
    with suppress(RekaError):
        return wanted, wanted.endpoint(catalogue, None)
    return wanted, catalogue.default


def _own(namespace: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the person's variables: no modules, functions or classes, and nothing hidden."""
    return [
        (name, value)
        for name, value in list(namespace.items())
        if not name.startswith("_")
        and name not in ("In", "Out", "exit", "quit", "get_ipython", "open")
        and not isinstance(value, ModuleType | FunctionType | type)
    ]


def parted(text: str) -> tuple[list[str], str]:
    """Return the whole words of a text, and the one that is being written."""
    words = words_so_far(text)
    return (words, "") if not text or text[-1].isspace() else (words[:-1], words[-1])
