"""A form that stands for several requests: alternatives in its prompt, several values of an option, several models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from reka_notebook import media, prompts
from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import PreparedRequest, prepare
from reka_notebook.widgets import protocol
from reka_notebook.widgets.exact import settings_from_browser

LONGEST = 20_000
"""Characters of a prompt that makes several."""

Asked: TypeAlias = protocol.Plan | protocol.SweepBegin


@dataclass(frozen=True)
class Wanted:
    """What a form stands for: a request for every place, row by row; the last axis runs first."""

    prompt: str
    axes: tuple[prompts.Axis, ...]
    asks: list[PreparedRequest]


def wanted(request: Asked, images: Mapping[str, media.SourceImage], catalogue: Catalogue) -> Wanted:
    """The requests of a form.

    :raises PromptError: its prompt cannot be read, it makes too many, or a model does not take a value that is varied.
    :raises InputError: one of them does not fit its endpoint.
    """
    models = [request.endpoint, *(other.endpoint for other in request.models)]
    grids = _grids(request, catalogue)
    asks = [
        prepare(
            catalogue,
            cell.prompt.strip(),
            {slot: image for slot, image in images.items() if slot in catalogue.endpoint(model).images},
            model=model,
            values={**single, **cell.settings},
        )
        for row in zip(*(cells.cells for cells, _ in grids), strict=True)
        for model, cell, (_, single) in zip(models, row, grids, strict=True)
    ]
    axes, _ = grids[0]
    return Wanted(request.prompt, (*axes.axes, *_model_axis(models, catalogue)), asks)


def count_of(request: Asked, catalogue: Catalogue) -> int:
    """How many requests a form stands for.

    :raises PromptError: as :func:`wanted`.
    """
    return sum(len(cells.cells) for cells, _ in _grids(request, catalogue))


def cells_of(form: protocol.Form | Asked, catalogue: Catalogue) -> tuple[prompts.Sweep, dict[str, Any]]:
    """The cells of a form for its own endpoint, and the settings that they share.

    :raises PromptError: its prompt is too long, or what stands in double braces cannot be read.
    """
    return _cells(form.endpoint, form.prompt, form.settings, catalogue)


def _grids(request: Asked, catalogue: Catalogue) -> list[tuple[prompts.Sweep, dict[str, Any]]]:
    """For each model its cells, as many for one as for the other, and the settings that they share."""
    grids = [cells_of(request, catalogue)]
    own, _ = grids[0]
    for other in request.models:
        # In the order of the form's own, whatever order the other's schema has.
        order = [name for name in request.settings if name in other.settings]
        settings = {**{name: other.settings[name] for name in order}, **other.settings}
        grids.append(_cells(other.endpoint, request.prompt, settings, catalogue))
        differing = set(_sizes(own)) ^ set(_sizes(grids[-1][0]))
        if differing:
            title, (name, _) = catalogue.endpoint(other.endpoint).title, min(differing)
            raise prompts.PromptError(
                f"{title} does not take the same values of {name.replace('_', ' ')}. Choose values that all of the "
                "models take, or one value."
            )
    count = len(own.cells) * len(grids)
    if count > prompts.LARGEST:
        raise prompts.PromptError(
            f"That makes {count} at once, and {prompts.LARGEST} is the most. Take a model or some alternatives out."
        )
    return grids


def _sizes(cells: prompts.Sweep) -> list[tuple[str, int]]:
    return [(axis.name, len(axis.values)) for axis in cells.axes]


def _model_axis(models: list[str], catalogue: Catalogue) -> tuple[prompts.Axis, ...]:
    """The models as an axis; by their ids where two of them have one title."""
    titles = tuple(catalogue.endpoint(model).title for model in models)
    names = titles if len(set(titles)) == len(titles) else tuple(models)
    return (prompts.Axis("model", names, words=True),) if len(models) > 1 else ()


def _cells(
    endpoint: str, prompt: str, settings: Mapping[str, Any], catalogue: Catalogue
) -> tuple[prompts.Sweep, dict[str, Any]]:
    if len(prompt) > LONGEST:
        raise prompts.PromptError(f"The prompt has more than {LONGEST} characters. Shorten it.")
    fields = catalogue.endpoint(endpoint).properties
    settings = settings_from_browser(settings, endpoint, catalogue)
    several = {
        name: value
        for name, value in settings.items()
        if isinstance(value, list) and fields.get(name, {}).get("type") != "array"
    }
    single = {name: value for name, value in settings.items() if name not in several}
    parts = prompts.fill(prompts.parse(prompt), _namespace())
    return prompts.sweep(parts, several), single


def _namespace() -> Mapping[str, Any]:
    """The notebook's variables; none outside of one."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell is not None else {}
