"""Choose the endpoint for what a form makes of what is there, as the browser does."""

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.catalogue.tasks import OUTPUTS, task_for
from reka_notebook.errors import RekaError
from reka_notebook.jobs.models.default import configured_endpoint
from reka_notebook.text import did_you_mean

_WORDS = {"speech": "audio"}
"""What a person may call an output besides its name."""


def output_named(word: str) -> str:
    """Return the output that a person's word means: ``video``, ``image``, ``audio`` (or ``speech``), ``boxes``.

    Raises:
        RekaError: If it means none.
    """
    name = str(word).strip().lower()
    name = _WORDS.get(name, name)
    if name not in OUTPUTS:
        known = ["video", "image", "speech", "boxes"]
        hint = did_you_mean(name, known, otherwise=f"Choose one of: {', '.join(known)}.")
        raise RekaError(f"A studio makes no {word!r}. {hint}")
    return name


def endpoint_for(
    known: Catalogue, output: str, with_image: bool, model: str, setting: str | None = None
) -> Endpoint:
    """Return the endpoint for an output, made of an image or of words alone.

    It is the model's own where the account has it for that task, else the one that is configured for the task, else
    the task's default, else any of that output.

    Args:
        setting: The models that ``configure(model=…)`` names.

    Raises:
        RekaError: If nothing makes it.
    """
    task = task_for(output, with_image)
    own = known.endpoints.get(f"{model}/{task}")
    if own is not None and own.id not in known.absent and own.path is not None:
        return own
    try:
        return configured_endpoint(known, setting, task) or known.default_for(task)
    except RekaError:
        other = task_for(output, not with_image)
        if other == task:
            raise
        return configured_endpoint(known, setting, other) or known.default_for(other)


def is_served(endpoint: Endpoint, with_image: bool) -> bool:
    """Return whether an endpoint makes something of what is there: of an image to begin with, or without one."""
    start = endpoint.images.get("start")
    return start is not None if with_image else start is None or not start.required


def endpoint_at_first(known: Catalogue, *, with_image: bool) -> Endpoint:
    """Return the endpoint that a form begins with where nobody has named one.

    Without an image it is for words alone if the default model can do that: else an image is waited for.
    """
    default = known.default
    if with_image or default.output not in OUTPUTS:
        return default
    found = known.endpoints.get(f"{default.model}/{task_for(default.output, with_image)}")
    return found if found is not None and found.id not in known.absent and found.path else default
