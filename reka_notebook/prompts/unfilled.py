"""Find variables written as in IPython and in shells, ``{path}`` and ``$path``, to say how they are written here."""

import re
from collections.abc import Mapping
from typing import Any

from reka_notebook.scalars import scalar

_NAME = r"[^\W\d_]\w*(?:\.[^\W\d_]\w*|\[-?\d{1,6}\])*"
_WRITTEN = re.compile(
    rf"(?<![\w\\{{}}$])(?:\{{\s*({_NAME})\s*(?:![rsa])?(?::[^{{}}\s]*)?\}}(?!\}})|\$\{{({_NAME})\}}|\$({_NAME}))"
)


def find_unfilled(text: str, namespace: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Return the first variable in a text that is written as elsewhere, and how it is written here.

    Args:
        namespace: Only variables that are in it; with ``None`` whatever looks like one.
    """
    for found in _WRITTEN.finditer(text):
        name = next(filter(None, found.groups()))
        if namespace is None or re.split(r"[.\[]", name)[0] in namespace:
            return found[0], f"{{{{{name}}}}}"
    return None


def describe_unfilled(prompt: str, namespace: Mapping[str, Any]) -> str | None:
    """Return what to say of a prompt that seems to mean a notebook's variable, which stays text.

    A prompt may hold braces of its own, so this is a hint and not an error, and only for variables that could
    be filled in.
    """
    written = [
        re.split(r"[.\[]", next(filter(None, found.groups())))[0] for found in _WRITTEN.finditer(prompt)
    ]
    # Only these are looked at: the notebook's other values may do anything when they are asked what they are.
    known = {name: namespace[name] for name in written if name in namespace}
    found = find_unfilled(
        prompt, {name: value for name, value in known.items() if isinstance(scalar(value), str | int | float)}
    )
    if found is None:
        return None
    return f"{found[0]} in the prompt is sent as it is written. To put the variable in: {found[1]}"
