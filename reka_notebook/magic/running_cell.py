"""Tell what is known of the cell that runs."""

import re
from typing import Any

from reka_notebook.options.magics import ANY

_ALONE = re.compile(rf"\s*(%%({ANY})\b|([\w, ]+=\s*)?%({ANY})\b([^\n\\]|\\\n)*\s*\Z)")


def is_magic_alone(shell: Any) -> bool:
    """Return whether the cell is one of the magics, or one line of it, and nothing else that could have outputs."""
    return _ALONE.match(request_of(shell).get("content", {}).get("code", "")) is not None


def request_of(shell: Any) -> dict[str, Any]:
    """Return the message that the kernel works on; empty if there is none."""
    get_parent = getattr(shell, "get_parent", None)
    return (get_parent() if get_parent is not None else None) or {}
