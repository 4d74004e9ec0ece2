"""What is known of the cell that runs: whether it is one magic alone, and whether a widget takes its outputs."""

import re
from typing import Any

_ALONE = re.compile(r"\s*(%%reka_video\b|([\w, ]+=\s*)?%reka_video\b([^\n\\]|\\\n)*\s*\Z)")


def is_magic_alone(shell: Any) -> bool:
    """Return whether the cell is one ``%%reka_video``, or one line of it, and nothing else that could have outputs."""
    return _ALONE.match(_request(shell).get("content", {}).get("code", "")) is not None


def is_within_output_widget(shell: Any) -> bool:
    """Return whether what is displayed now goes into an ``Output`` widget, which is gone with its kernel anyway."""
    from ipywidgets import Output
    from ipywidgets.widgets import widget

    running = _request(shell).get("header", {}).get("msg_id")
    known = getattr(widget, "_instances", None)  # since ipywidgets 8
    widgets = widget.Widget.widgets if known is None else known
    return bool(running) and any(
        isinstance(one, Output) and one.msg_id == running for one in list(widgets.values())
    )


def _request(shell: Any) -> dict[str, Any]:
    """Return the message that the kernel works on; empty where there is none."""
    get_parent = getattr(shell, "get_parent", None)
    return (get_parent() if get_parent is not None else None) or {}
