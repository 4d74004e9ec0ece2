"""Run ``%reka default``: default options for this notebook."""

from collections.abc import Iterator, Sequence

from reka_notebook.catalogue import check_input
from reka_notebook.catalogue.tasks import OUTPUTS, TASKS
from reka_notebook.jobs import controller
from reka_notebook.kinds import kind_of
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.options.arguments import parse, wanted_of
from reka_notebook.options.defaults import clear_defaults, default_model, default_values, set_defaults
from reka_notebook.options.known import UsageError, parser

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
    return Answer(
        "\n".join(("Where a cell does not say otherwise:", *shown)) if shown else "There are no defaults."
    )


def describe_defaults() -> list[str]:
    """Return the defaults for each thing that can be made, as they are written on a line; empty if there are none.

    What ``configure`` names is among them.
    """
    return [
        f"For {kind_of(output).plural}: {' '.join(words)}"
        for output in OUTPUTS
        if (words := [*_models(output), *_options(output)])
    ]


def _models(output: str) -> Iterator[str]:
    """Return the models, each once, by the name that was given."""
    catalogue = controller().catalogue
    tasks = (task for task, facts in TASKS.items() if facts.output == output)
    for model in dict.fromkeys(default_model(catalogue, task) for task in tasks):
        if model is not None:
            yield f"--model {model}"


def _options(output: str) -> Iterator[str]:
    for name, value in default_values(output).items():
        yield f"--{name.replace('_', '-')} {value}"


def _set(words: Sequence[str]) -> None:
    catalogue = controller().catalogue
    named = parser(prog=PROG).parse_known_args(list(words))[0].model
    wanted = wanted_of(words, catalogue, prog=PROG)._replace(with_image=True)
    model = named or default_model(catalogue, wanted.usual_task(catalogue))
    asked = parse(words, catalogue, model, PROG, with_image=True)
    if asked.words:
        raise UsageError(
            f"{' '.join(asked.words)!r} is no option. As in: %reka default --model veo-3.1 --duration 8"
        )
    other = asked.undeclared or asked.fresh or asked.take != 1 or asked.framings or asked.cancel_on_interrupt
    if other or asked.images.keys() - {"start"}:
        raise UsageError("Defaults are --model, --task, --image, and the model's own options.")
    endpoint = asked.endpoint
    required = {name: "-" for name in endpoint.schema.get("required", ()) if name not in asked.values}
    check_input(endpoint, asked.values, [*endpoint.images, *asked.images], required)
    image = {"image": ",".join(asked.images["start"])} if "start" in asked.images else {}
    if named and wanted.task and "/" not in named:
        named = endpoint.id
    set_defaults(named, {**asked.values, **image}, endpoint.output)
