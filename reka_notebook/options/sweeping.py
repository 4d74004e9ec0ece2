"""Prepare what a line asks for: a request for every alternative of its prompt with every value of what is swept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import PreparedRequest, SweepRequest, prepare, prepare_sweep
from reka_notebook.jobs.sweep_request import TAKE
from reka_notebook.options.arguments import IMAGE, MODEL, Arguments
from reka_notebook.options.known import FramingOption
from reka_notebook.prompts import GridCell, Part


def sweep_of(
    by_model: Mapping[str | None, Arguments],
    parts: Sequence[Part],
    catalogue: Catalogue,
    load: Callable[[Sequence[str], FramingOption | None], Any],
) -> SweepRequest:
    """Return the requests of a line; one that varies nothing has one.

    Args:
        by_model: What the line says with each of its models, the first of which tells what is varied.
        parts: The prompt, its variables filled in.
        catalogue: The endpoints.
        load: Returns the image, or the images, that the line names, framed.

    Raises:
        RekaError: There are too many, or a request does not fit its endpoint.
    """
    model, first = next(iter(by_model.items()))
    several: dict[str, Sequence[Any]] = dict(first.sweep)
    if first.takes > 1:
        several[TAKE] = range(1, first.takes + 1)

    def request(cell: GridCell) -> PreparedRequest:
        chosen = dict(cell.settings)
        arguments = by_model[chosen.pop(MODEL, model)]
        slots = arguments.images
        if IMAGE in chosen:
            slots = {**slots, "start": (chosen.pop(IMAGE),)}
        return prepare(
            catalogue,
            cell.prompt.strip(),
            {slot: load(texts, arguments.framings.get(slot)) for slot, texts in slots.items()},
            model=arguments.endpoint.id,
            take=chosen.pop(TAKE, arguments.take),
            values={**arguments.values, **chosen},
            undeclared=arguments.undeclared,
            webhook_url=arguments.webhook_url,
        )

    return prepare_sweep(parts, several, request)
