"""Show a widget as an output that can be put anywhere, and replaced, whichever ipywidgets is installed."""

from typing import Any

MIME = "application/vnd.jupyter.widget-view+json"


def widget_view(widget: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the MIME bundle and the metadata that show a widget.

    ``display(widget, display_id=…)`` loses the ID with ipywidgets 7, whose widgets publish themselves. The
    text is empty: if no widget is shown, the output beside it has the words.
    """
    made = widget._repr_mimebundle_() if hasattr(widget, "_repr_mimebundle_") else None
    data, metadata = made if isinstance(made, tuple) else (made or {}, {})
    view = data.get(MIME) or {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {MIME: view, "text/plain": ""}, metadata
