"""Read a form that asks for several takes: by alternatives in its prompt, values of an option, or models."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import product
from typing import Any, TypeAlias

from reka_notebook import media, prompts
from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.jobs import PreparedRequest, SweepRequest, prepare, prepare_sweep
from reka_notebook.jobs.sweep_request import MODEL, TAKE, Heading
from reka_notebook.library import GenerationRequest
from reka_notebook.widgets import protocol
from reka_notebook.widgets.exact import settings_from_browser
from reka_notebook.widgets.studio.slots import images_for

LONGEST = 20_000
"""Characters of a prompt that makes several."""

Settings: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By endpoint, what the form has set, as the browser has it; the form's own endpoint comes first."""

Options: TypeAlias = tuple[dict[str, Any], dict[str, tuple[Any, ...]]]
"""What a form says of one model's options: those with one value, and those with several."""


def settings_of(form: protocol.Plan | protocol.SweepBegin) -> Settings:
    """Return what a form has set for each of its models."""
    others = {other.endpoint: other.settings for other in form.models}
    return {form.endpoint: form.settings} | others


def request_of(
    prompt: str,
    settings: Settings,
    images: Mapping[str, media.SourceImage],
    catalogue: Catalogue,
    *,
    takes: int = 1,
    left_out: Collection[str] = (),
) -> SweepRequest:
    """Prepare the requests that a form stands for.

    Args:
        prompt: The prompt, as it is written.
        settings: By endpoint, the form's own first, its settings as the browser has them.
        images: By slot.
        catalogue: The endpoints.
        takes: How many takes of each.
        left_out: The keys of those that are not asked for; see `names_of`.

    Raises:
        PromptError: The prompt cannot be read, there are too many requests, or a model does not take a value that is
            varied.
        InputError: A request does not fit its endpoint.
    """
    options = _options_by_model(settings, catalogue)

    def request(cell: prompts.GridCell) -> PreparedRequest:
        model, values = _model_and_values(options, cell)
        return prepare(
            catalogue,
            cell.prompt.strip(),
            images_for(catalogue.endpoint(model), images),
            model=model,
            values=values,
            take=cell.settings.get(TAKE, 1),
        )

    several = _varied(options, catalogue)
    if takes > 1:
        several[TAKE] = range(1, takes + 1)
    return prepare_sweep(
        _parts_of(prompt), several, request, lambda grid, cell: _key_in(grid, cell) in left_out
    )


def names_of(axes: Sequence[prompts.Axis], heading: Heading) -> list[tuple[str, str]]:
    """Return for each cell of a grid a key that stays while other words of the form change, and what it is called."""
    cells = (tuple(zip(axes, values, strict=True)) for values in product(*(axis.values for axis in axes)))
    return [(_key(cell), " · ".join(heading(axis, value) for axis, value in cell)) for cell in cells]


def _key_in(grid: prompts.Grid, cell: prompts.GridCell) -> str:
    return _key((axis, axis.values[cell.position[axis.name]]) for axis in grid.axes)


def _key(cell: Iterable[tuple[prompts.Axis, Any]]) -> str:
    named = [(axis.name, value) for axis, value in cell if axis.name != TAKE]
    return sha256(repr(named).encode()).hexdigest()[:12]


def count_of(prompt: str, settings: Settings, catalogue: Catalogue) -> int:
    """Count the requests that a form stands for, whether or not they fit their endpoints.

    Raises:
        PromptError: As `request_of`.
    """
    return len(rough_requests(prompt, settings, catalogue)[1])


def rough_requests(
    prompt: str, settings: Settings, catalogue: Catalogue, left_out: Collection[str] = ()
) -> tuple[Sequence[prompts.Axis], list[tuple[Endpoint, GenerationRequest]]]:
    """Return what a form stands for without its images, whether or not it fits; enough to say a price.

    Raises:
        PromptError: As `request_of`.
    """
    options = _options_by_model(settings, catalogue)
    grid = prompts.make_grid(_parts_of(prompt), _varied(options, catalogue))
    found = []
    for cell in grid.cells:
        if _key_in(grid, cell) not in left_out:
            model, values = _model_and_values(options, cell)
            found.append((catalogue.endpoint(model), GenerationRequest(endpoint=model, input=values)))
    return grid.axes, found


def _model_and_values(options: Mapping[str, Options], cell: prompts.GridCell) -> tuple[str, dict[str, Any]]:
    """Return the model of a cell of the grid, and the value of each of its options."""
    model = list(options)[cell.position.get(MODEL, 0)]
    single, several = options[model]
    return model, single | {name: values[cell.position.get(name, 0)] for name, values in several.items()}


def _options_by_model(settings: Settings, catalogue: Catalogue) -> dict[str, Options]:
    options = {model: _options_of(model, given, catalogue) for model, given in settings.items()}
    own = _sizes(next(iter(options.values())))
    for model, others in options.items():
        if differing := own ^ _sizes(others):
            title, (name, _) = catalogue.endpoint(model).title, min(differing)
            raise prompts.PromptError(
                f"{title} does not take the same values of {name.replace('_', ' ')}. Choose values that all of the "
                "models take, or one value."
            )
    return options


def _options_of(endpoint: str, settings: Mapping[str, Any], catalogue: Catalogue) -> Options:
    fields = catalogue.endpoint(endpoint).properties
    settings = settings_from_browser(settings, endpoint, catalogue)
    several = {
        name: prompts.drop_repeats(value)
        for name, value in settings.items()
        if isinstance(value, list) and fields.get(name, {}).get("type") != "array"
    }
    return {name: value for name, value in settings.items() if name not in several}, several


def _sizes(options: Options) -> set[tuple[str, int]]:
    return {(name, len(values)) for name, values in options[1].items() if len(values) != 1}


def _varied(options: Mapping[str, Options], catalogue: Catalogue) -> dict[str, Sequence[Any]]:
    """Return the axes: the options of the form's own endpoint, and last its models."""
    (_, several), *others = options.values()
    # By their ids where two of them have one title.
    titles = list(dict.fromkeys(catalogue.endpoint(model).title for model in options))
    names = titles if len(titles) == len(options) else list(options)
    return {**several, **({MODEL: names} if others else {})}


def _parts_of(prompt: str) -> Sequence[prompts.Part]:
    if len(prompt) > LONGEST:
        raise prompts.PromptError(f"The prompt has more than {LONGEST} characters. Shorten it.")
    return prompts.fill(prompts.parse(prompt), _namespace())


def _namespace() -> Mapping[str, Any]:
    """Return the notebook's variables; none outside of one."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell is not None else {}
