"""``--sweep NAME=A,B``: what is varied on a line, and the values that it takes."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from reka_notebook.catalogue import Endpoint
from reka_notebook.notebook.options import UsageError

MODEL, IMAGE = "model", "image"


def swept(written: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What is varied, by its name as it is written, in order.

    :raises UsageError: one has no name or no value, or is there twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in written:
        name, equals, values = text.partition("=")
        name, listed = name.strip().lstrip("-"), tuple(part.strip() for part in values.split(","))
        if not equals or not name or "" in listed:
            raise UsageError(f"--sweep wants name=value,value, as in duration=4,8, and got {text!r}.")
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
