"""Run ``%reka default``: default options for this notebook."""

from collections.abc import Sequence

from reka_notebook.catalogue import check_input
from reka_notebook.jobs import controller
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.options.arguments import clear_defaults, default_model, default_values, parse, set_defaults
from reka_notebook.options.known import UsageError

PROG = "%reka default"


def run(words: Sequence[str]) -> Answer:
    """Set, show or clear the defaults.

    Raises:
        RekaError: If the model does not have an option or take its value; nothing is changed then.
    """
    if "--clear" in words:
        if len(words) > 1:
            raise UsageError("--clear stands alone: it takes all defaults away.")
        clear_defaults()
        return Answer("There are no defaults any more.")
    if words:
        _set(words)
    shown = describe_defaults()
    return Answer(f"Where a cell does not say otherwise: {shown}" if shown else "There are no defaults.")


def describe_defaults() -> str:
    """Return the defaults as they are written on a line; empty if there are none."""
    model, values = default_model(), default_values()
    words = {"model": model, **values} if model else values
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in words.items())


def _set(words: Sequence[str]) -> None:
    catalogue = controller().catalogue
    asked = parse(words, catalogue, default_model(), PROG)
    if asked.words:
        raise UsageError(
            f"{' '.join(asked.words)!r} is no option. As in: %reka default --model veo-3.1 --duration 8"
        )
    other = asked.undeclared or asked.fresh or asked.take != 1 or asked.framings or asked.cancel_on_interrupt
    if other or asked.images.keys() - {"start"}:
        raise UsageError("Defaults are --model, --image, and the model's own options.")
    endpoint = catalogue.endpoint(asked.model) if asked.model else catalogue.default
    required = {name: "-" for name in endpoint.schema.get("required", ()) if name not in asked.values}
    check_input(endpoint, asked.values, list(endpoint.images), required)
    image = {"image": asked.images["start"]} if "start" in asked.images else {}
    named = parse(words, catalogue, None, PROG).model
    set_defaults(named, {**asked.values, **image})
