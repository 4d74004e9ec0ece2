"""Write to an ``Output`` widget that captures what is displayed; no host updates outputs in one."""

from typing import Any

from reka_notebook.magic.running_cell import request_of
from reka_notebook.widgets.widget_view import MIME


def taking_outputs(shell: Any) -> Any:
    """Return the ``Output`` widget that captures what is displayed now; ``None`` if none does."""
    from ipywidgets import Output
    from ipywidgets.widgets import widget

    running = request_of(shell).get("header", {}).get("msg_id")
    known = getattr(widget, "_instances", None)  # since ipywidgets 8
    widgets = list((widget.Widget.widgets if known is None else known).values())
    found = (one for one in widgets if isinstance(one, Output) and one.msg_id == running)
    return next(found, None) if running else None


def replace(output: Any, model: str, words: str, data: dict[str, Any]) -> None:
    """Put what stays into an ``Output`` widget, in place of a progress and the words beside it.

    The page tells what the widget holds, and the kernel may hear it late and more than once. Whenever the
    widget still holds what is old, that is removed.

    Args:
        model: The model of the progress.
        words: The words, as HTML.
    """

    def is_old(one: dict[str, Any]) -> bool:
        shown = one.get("data", {})
        return bool(shown.get(MIME, {}).get("model_id") == model or shown.get("text/html") == words)

    def change(_: object = None) -> None:
        left = [one for one in output.outputs if not is_old(one)]
        if len(left) == len(output.outputs):
            return
        if not any(one.get("data", {}).get("text/html") == data["text/html"] for one in left):
            left.append({"output_type": "display_data", "data": data, "metadata": {}})
        output.outputs = tuple(left)

    output.observe(change, "outputs")
    change()
