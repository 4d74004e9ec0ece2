"""Read what a cell asks for: its line and its body as prepared requests. Nothing is sent, nothing is written.

What a line means is here and in three modules of ``options/``: ``line`` splits it into words, ``known`` defines the
options, ``arguments`` reads the words.
"""

import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from reka_notebook import media, prompts
from reka_notebook.catalogue.tasks import USUAL_OUTPUT
from reka_notebook.jobs import (
    Controller,
    SweepPlan,
    SweepRequest,
    Take,
    plan_sweep,
)
from reka_notebook.jobs.models.default import with_default
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.jobs.sweep_status import MANY
from reka_notebook.jobs.take import TakeFile, frame_of
from reka_notebook.options.arguments import (
    MODEL,
    Arguments,
    parse,
    swept,
    wanted_of,
)
from reka_notebook.options.defaults import default_model, default_values, unused_models
from reka_notebook.options.known import FramingOption, UsageError, apply_framing, parser
from reka_notebook.options.line import split, split_line, unquoted
from reka_notebook.options.sweeping import sweep_of
from reka_notebook.output.dry_run import sentence
from reka_notebook.prompts.body import read_body
from reka_notebook.prompts.unfilled import describe_unfilled, find_unfilled
from reka_notebook.text import did_you_mean, is_blank


@dataclass(frozen=True)
class CellRequest:
    """Hold what one cell asks for: one request or a sweep of them, and how it wants them.

    Attributes:
        hint: What the person may not have meant, in words.
    """

    arguments: Arguments
    sweep: SweepRequest
    controller: Controller
    hint: str | None = None

    @cached_property
    def plan(self) -> SweepPlan:
        """Return how many takes exist already; with ``--fresh`` none of them count."""
        if self.arguments.fresh:
            return SweepPlan(len(self.sweep.distinct))
        return plan_sweep(self.controller, self.sweep)


def read(
    line: str,
    body: str | None,
    namespace: Mapping[str, Any],
    controller: Controller,
    output: str = USUAL_OUTPUT,
) -> CellRequest:
    """Return what a line and a body ask for; the defaults of this kernel hold for what is not on the line.

    Args:
        line: What stands behind the name of the magic.
        body: The prompt; ``None`` if it stands on the line.
        namespace: The notebook's variables.
        controller: Knows the endpoints and the images that are kept.
        output: What the magic makes.

    Raises:
        RekaError: The line cannot be read, or does not fit its endpoint.
    """
    words = split(line) if body is not None else split_line(line)

    def fill(text: str) -> str:
        return fill_word(text, namespace)

    plain = unquoted if body is None else str
    written = parser().parse_known_args(list(words))[0]
    given = _Given(words, body, namespace, controller, fill, output)
    wanted = wanted_of(
        words, controller.catalogue, output, default_values(output), fill=lambda text: fill(plain(text))
    )
    if written.model:
        return _read(given, (None,))
    if models := swept(map(plain, written.sweep), fill).get(MODEL):
        return _read(given, models)
    task = wanted.usual_task(controller.catalogue)
    if (default := default_model(controller.catalogue, task)) is not None:
        return _read(given, (default,))
    asked, said = with_default(
        controller,
        lambda model: _read(given, (model,)),
        lambda one: one.sweep.distinct.values(),
        task,
        fresh=written.fresh,
    )
    unused = unused_models(controller.catalogue, task)
    return replace(asked, hint="\n".join(filter(None, (asked.hint, unused, said))) or None)


class _Given(NamedTuple):
    """Hold what a cell says, and what it is read with."""

    words: Sequence[str]
    body: str | None
    namespace: Mapping[str, Any]
    controller: Controller
    fill: Callable[[str], str]
    output: str


def names_model(line: str, body: str | None) -> bool:
    """Return whether a line says which model, or models, it is for."""
    written = parser().parse_known_args(split(line) if body is not None else split_line(line))[0]
    return bool(written.model) or any(text.lstrip("-").startswith(f"{MODEL}=") for text in written.sweep)


def _read(given: _Given, models: Sequence[str | None]) -> CellRequest:
    """Do as `read`, with these models where the line names none."""
    words, body, namespace, controller, fill, output = given
    catalogue = controller.catalogue
    plain = unquoted if body is None else str
    by_model = {
        name: parse(
            words, catalogue, name, defaults=default_values(output), output=output, fill=fill, plain=plain
        )
        for name in dict.fromkeys(models)
    }
    first = by_model[models[0]]
    if body is None:
        prompt = unquoted(first.words[0]) if len(first.words) == 1 else " ".join(first.words)
    elif not is_blank(body) and first.words:
        raise UsageError(f"{' '.join(first.words)!r} is no option. The prompt goes into the cell's body.")
    else:
        prompt = " ".join(first.words) or body
    images = NamedImages(namespace, controller)
    sweep = sweep_of(by_model, read_body(prompt, namespace), catalogue, images.load)
    return CellRequest(first, sweep, controller, describe_unfilled(prompt, namespace))


def check_count(asked: CellRequest) -> None:
    """Refuse to make many takes by mistake.

    Raises:
        UsageError: More than `MANY` takes would be charged, and ``--yes`` is missing.
        UnknownPath: One of them cannot be sent.
    """
    plan = asked.plan
    if plan.new:
        for one in asked.sweep.requests:
            one.endpoint.require_path()
    if plan.new > MANY and not asked.arguments.agreed:
        kept = f" ({plan.kept} more already made)" if plan.kept else ""
        cost = sentence(asked.controller.estimate(asked.sweep.requests, fresh=asked.arguments.fresh))
        raise UsageError(
            f"This will make {plan.new} new takes{kept}. You'll be charged for each. {cost} Nothing was sent. Add "
            "--yes to make them, or --dry-run to list them."
        )


def fill_word(word: str, namespace: Mapping[str, Any]) -> str:
    """Return an option's value with its variables filled in."""
    if (found := find_unfilled(word, namespace)) is not None and not os.path.exists(word):
        raise UsageError(f"{found[0]} is not filled in. Nothing was sent. A variable is written {found[1]}.")
    if "{{" not in word:
        return word
    parts = prompts.fill(prompts.parse(word), namespace)
    if any(isinstance(part, prompts.Alternatives) for part in parts):
        raise UsageError(
            f"Alternatives stand in the prompt; several values of an option are --sweep name=a,b: {word}"
        )
    return "".join(map(str, parts))


class NamedImages:
    """Hold the images that a line names, each loaded and checked once."""

    def __init__(self, namespace: Mapping[str, Any], controller: Controller) -> None:
        self._namespace = namespace
        self._library = controller.library
        self._named: dict[str, Any] = {}
        self._loaded: dict[tuple[tuple[str, ...], FramingOption | None], Any] = {}

    def load(self, texts: Sequence[str], framing: FramingOption | None) -> Any:
        """Return an image, or a list of images, with the framing applied."""
        key = (tuple(texts), framing)
        if key not in self._loaded:
            self._loaded[key] = apply_framing(self._all(texts), framing)
        return self._loaded[key]

    def _all(self, texts: Sequence[str]) -> Any:
        """Return what these names stand for; a variable may hold several images."""
        for text in texts:
            if text not in self._named:
                self._named[text] = self._find(text)
        if len(texts) == 1:
            return self._named[texts[0]]
        several = (self._named[text] for text in texts)
        return [image for one in several for image in (one if isinstance(one, list) else [one])]

    def _find(self, text: str) -> Any:
        name = unicodedata.normalize("NFKC", text)  # as Python itself reads names
        if name in self._namespace:
            return _loaded(self._namespace[name])
        if not os.path.exists(
            text
        ):  # not by Path, which raises for a data: URI that is longer than a name may be
            if text.isidentifier():
                names = [name for name in self._namespace if not name.startswith("_")]
                hint = did_you_mean(text, names, otherwise="")
                raise UsageError(f"There is no variable and no file called {text!r}. {hint}".rstrip())
            if (variable := _variable(text)) is not None and variable.name in self._namespace:
                return _loaded(prompts.value_of(variable, self._namespace))
            if (found := find_unfilled(text, None)) is not None:
                raise UsageError(
                    f"There is no file called {text}. Nothing was sent. A variable is written {found[1]}, or as its "
                    f"name alone: --image {found[1][2:-2]}."
                )
        # A file is kept by its path here: whether it has changed is looked at when it is asked with.
        return kept_or_given(text, self._library)


def _loaded(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return list(map(_loaded, value))
    return frame_of(value, None) if isinstance(value, Take | TakeFile) else media.load(value)


def _variable(text: str) -> prompts.Variable | None:
    """Return a variable such as ``shots[0]`` or ``shot.last_frame``, written as in a prompt."""
    try:
        parts = prompts.parse(f"{{{{{text}}}}}")
    except prompts.PromptError:
        return None
    return parts[0] if len(parts) == 1 and isinstance(parts[0], prompts.Variable) else None
