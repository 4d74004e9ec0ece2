"""Find what would fit where a request is too dear: fewer seconds, fewer files, another model."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import structs

from reka_notebook.catalogue import Endpoint
from reka_notebook.library.request import GenerationRequest
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.library.spending.features import FILES, SECONDS, number_in
from reka_notebook.text import many

MOST_NAMED = 2
"""Other models that are named."""

EstimateOf = Callable[[Endpoint, GenerationRequest], Estimate]


def what_fits(
    left: float,
    endpoint: Endpoint,
    request: GenerationRequest,
    estimate_of: EstimateOf,
    others: Iterable[Endpoint],
) -> str:
    """Return in a sentence what could be asked for with the dollars that are left; empty if nothing is known."""
    for names, unit in ((SECONDS, "s"), (FILES, "file")):
        name = next((name for name in names if name in endpoint.options), None)
        if name is None:
            continue
        for value in _less(endpoint, name, request.input.get(name)):
            smaller = structs.replace(request, input={**request.input, name: value})
            if estimate_of(endpoint, smaller).reserve <= left:
                number = number_in(value) or 0.0
                return (
                    f"{number:g} s would fit." if unit == "s" else f"{many(round(number), unit)} would fit."
                )
    fitting = []
    for other in others:
        if other.id == endpoint.id or other.task != endpoint.task or other.path is None:
            continue
        expected = estimate_of(other, GenerationRequest(endpoint=other.id, input={}))
        if expected.amount is not None and expected.reserve <= left:
            fitting.append(f"{other.model} ({expected.short})")
    if not fitting:
        return ""
    return f"{' or '.join(fitting[:MOST_NAMED])} would fit."


def _less(endpoint: Endpoint, name: str, asked: object) -> Sequence[object]:
    """Return what an option takes that is less than what was asked, the most first."""
    schema = endpoint.options[name]
    now = number_in(asked) or number_in(schema.get("default"))
    allowed: Iterable[object] = schema.get("enum") or range(1, 61)
    numbers = [(number, value) for value in allowed if (number := number_in(value)) is not None]
    return [
        value for number, value in sorted(numbers, key=lambda one: -one[0]) if now is None or number < now
    ]
