"""Keep the defaults of this kernel, which ``%reka default`` sets and a cell need not repeat.

A model is the default of tasks, and an option's value of what is made: what is set for videos is not used for speech.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.catalogue.errors import OtherOutput
from reka_notebook.catalogue.tasks import TASKS, USUAL_OUTPUT, task_for
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs.models.default import configured_model, names_in, unused_default
from reka_notebook.options.magics import MAGICS

_models: dict[str, str] = {}
_values: dict[str, dict[str, str]] = {}


class Wanted(NamedTuple):
    """Say what is asked for, as far as a line tells without naming a model.

    Attributes:
        output: What is to be made; ``None`` where the way of asking does not say.
        task: The task, in the words of the line.
        with_image: Whether there is an image.
    """

    output: str | None = None
    task: str | None = None
    with_image: bool = False

    def usual_task(self, catalogue: Catalogue) -> str:
        """Return the task of whoever names no model.

        Raises:
            UnknownEndpoint: If there is no such task, or it makes something else.
        """
        if self.task is None:
            return task_for(self.output or USUAL_OUTPUT, self.with_image)
        with _magic_named(self.output):
            return catalogue.check_task(self.task, self.output)

    def endpoint(self, catalogue: Catalogue, model: str | None) -> Endpoint:
        """Return the endpoint that is meant with this model, or with the catalogue's default.

        Raises:
            UnknownEndpoint: If there is none.
        """
        with _magic_named(self.output):
            return catalogue.choose(model, output=self.output, task=self.task, with_image=self.with_image)


@contextmanager
def _magic_named(output: str | None) -> Iterator[None]:
    """Let an error of what makes something else name the magic that makes it."""
    try:
        yield
    except OtherOutput as error:
        if output is not None:
            fitting = [f"%%{name}" for name, made in MAGICS.items() if made in error.outputs]
            error.args = (f"{error} That is for {' and '.join(fitting)}.", *error.args[1:])
        raise


def default_model(catalogue: Catalogue, task: str) -> str | None:
    """Return the model for cells that name none: this kernel's default for the task, else that of ``configure``."""
    return _models.get(task) or configured_model(catalogue, settings().model, task)


def unused_models(catalogue: Catalogue, task: str) -> str | None:
    """Say, once, that a model that a person has made the default is for other tasks than this, and what is used."""
    return unused_default(catalogue, [*_models.values(), *names_in(settings().model)], task)


def default_endpoints(catalogue: Catalogue) -> Iterator[Endpoint]:
    """Yield the endpoints for cells that name no model, one for each task that has one."""
    for task in TASKS:
        with suppress(RekaError):  # said by the cell that needs it
            yield catalogue.choose(default_model(catalogue, task), task=task)


def default_values(output: str | None = None) -> dict[str, str]:
    """Return the default values by option for what is made, as written; ``image`` is the start image."""
    return dict(_values.get(output or USUAL_OUTPUT, {}))


def set_defaults(model: str | None, values: Mapping[str, str], output: str = USUAL_OUTPUT) -> None:
    """Add to the defaults for what is made, or change them.

    Args:
        model: The model, of all tasks that make this or of the one that it is named with; ``None`` leaves it as it is.
    """
    named = (model or "").rpartition("/")[2] if "/" in (model or "") else None
    for task, facts in TASKS.items():
        if model and facts.output == output and named in (None, task):
            _models[task] = model
    _values.setdefault(output, {}).update(values)


def clear_defaults() -> None:
    """Remove all defaults."""
    _models.clear()
    _values.clear()
