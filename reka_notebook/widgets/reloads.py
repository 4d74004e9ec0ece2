"""Tell whether a page was loaded since a widget was shown.

Such a page has the widget, and no update of its cell's output reaches it any more: Jupyter sends those to the
page that ran the cell.
"""

from typing import Any

import ipywidgets


class Reloads(ipywidgets.DOMWidget):  # type: ignore[misc]
    """Notice the question for a widget's whole state, which a page asks once when it is loaded."""

    _is_open = False
    was_reloaded = False
    """Whether a page was loaded since the widget was made."""

    def open(self) -> None:
        """Announce the widget to the pages there are."""
        super().open()
        self._is_open = True

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return the state, whole if no names are given."""
        if key is None and self._is_open:
            self.was_reloaded = True
        return super().get_state(key=key, drop_defaults=drop_defaults)
