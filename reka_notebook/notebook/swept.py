"""``--sweep NAME=A,B``: what is varied on a line, and the values that it takes."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from reka_notebook.catalogue import Endpoint, values_of
from reka_notebook.notebook.options import UsageError

MODEL, IMAGE = "model", "image"


def swept(written: Iterable[str], fill: Callable[[str], str] = str) -> dict[str, tuple[str, ...]]:
    """Return what is varied, by its name as it is written, in order.

    The values are parted as in CSV. Variables are filled in afterwards: a comma in a variable's value makes no other.

    :param fill: puts the notebook's variables into a text.
    :raises UsageError: one has no name or no value, cannot be read, or is there twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in written:
        name, equals, values = text.partition("=")
        name = fill(name).strip().lstrip("-")
        if not equals or not name or not values.strip():
            raise UsageError(f"--sweep wants name=value,value, as in duration=4,8, and got {text!r}.")
        try:
            listed = tuple(map(fill, values_of(values)))
        except ValueError as error:
            raise UsageError(
                f"--sweep wants name=value,value, and in {text} {error}. Nothing was sent. A value with a comma stands "
                """in quotation marks: --sweep 'negative_prompt="blurry, low quality","text"'."""
            ) from None
        if name in found:
            raise UsageError(f"--sweep {name} is there twice: put all its values behind one.")
        found[name] = listed
    return found


def swept_fields(
    found: Mapping[str, tuple[str, ...]], endpoint: Endpoint, options: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """What is varied, by the name of the endpoint's field.

    :param options: what else is on the line, where the same may not be fixed.
    :raises UsageError: the endpoint has no such option (with the nearest), or it is fixed as well.
    """
    fields = {}
    known = [MODEL, *([IMAGE] if endpoint.images else []), *endpoint.options]
    for written, values in found.items():
        name = written if written in known else written.replace("-", "_")
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
            raise UsageError(f"{endpoint.title} has no option {written} to sweep. {hint}")
        fixed = {MODEL: "model", IMAGE: "image_start"}.get(name, f"field_{name}")
        if options.get(fixed) is not None:
            raise UsageError(f"--{written} is given once and swept too: leave out one of the two.")
        fields[name] = values
    return fields
