"""Judge takes in a cell."""

import contextlib
import contextvars
import secrets
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import anywidget
import traitlets
from IPython import display as ipython

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, controller
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.html import BOX, SMALL
from reka_notebook.output.starter import is_gateway
from reka_notebook.widgets import protocol
from reka_notebook.widgets.bundle import static
from reka_notebook.widgets.judging.handlers import JudgeSide
from reka_notebook.widgets.judging.judging import Judging
from reka_notebook.widgets.rpc import Reply, Rpc
from reka_notebook.widgets.studio.details import TakeDetails
from reka_notebook.widgets.widget_view import widget_view

_AGAIN = "Run this cell to judge."


class JudgeWidget(anywidget.AnyWidget):
    """Show two takes side by side, without names, and keep which of them somebody prefers.

    Beside it stand words, which its front end hides: they are read where it is not drawn. While somebody judges they
    are without names too, and once they have looked at what won, they say that.

    Args:
        takes: Two or more videos, images or sounds.
        picture: Makes the MIME bundle that stays in place of the words once somebody has looked at what won.

    Raises:
        RekaError: If the takes cannot be judged against each other.
    """

    count = traitlets.Int().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)
    instead = traitlets.Unicode().tag(sync=True)

    def __init__(self, takes: Sequence[Take], picture: Callable[[], dict[str, Any]] | None = None) -> None:
        control = controller()
        ids = [take.id for take in takes]
        judging = Judging(control.library, ids)  # it says now what is wrong with the takes
        self._esm = static("judge.js")
        self._picture = picture
        self._display = f"reka-{secrets.token_hex(8)}"
        self._words = judging.begin().standing.words
        super().__init__(
            count=len(judging.takes),
            sheet=static("reka.css") + static("judge.css"),
            instead=f"reka-instead-{secrets.token_hex(4)}",
        )
        details = TakeDetails(control).handlers
        Rpc(
            self,
            {
                protocol.Ping: self._ping,
                protocol.Poster: details[protocol.Poster],
                protocol.Media: details[protocol.Media],
                **JudgeSide(control, ids, self._tell).handlers,
            },
            as_text=is_gateway(),
        )

    async def _ping(self, request: protocol.Ping, buffers: Sequence[bytes]) -> Reply:
        return protocol.Nothing(), ()

    def _tell(self, what: protocol.Standing | protocol.JudgedValue) -> None:
        """Write beside the widget how far it is, or what won."""
        self._words = what.words
        shown = self._instead()
        if isinstance(what, protocol.JudgedValue) and self._picture is not None:
            with contextlib.suppress(RekaError):  # the words are there
                shown = self._wrapped(self._picture())
        _update(shown, self._display)

    def _instead(self) -> dict[str, Any]:
        return self._wrapped(
            {"text/html": f'<div style="{BOX};{SMALL}">{escape(self._words)} {escape(_AGAIN)}</div>'}
        )

    def _wrapped(self, bundle: dict[str, Any]) -> dict[str, Any]:
        """Return an output that the front end hides where it draws the widget."""
        html = bundle.get("text/html") or escape(str(bundle.get("text/plain", "")))
        return {"text/html": f'<div class="{self.instead}">{html}</div>', "text/plain": ""}

    def _ipython_display_(self, **_: Any) -> None:
        """Show the widget, and beside it what is read where no widget is drawn."""
        if not has_front_end():
            print(repr(self))
            return
        view, metadata = widget_view(self)
        ipython.display(view | {"text/plain": repr(self)}, metadata=metadata, raw=True)
        ipython.display(self._instead(), raw=True, display_id=self._display)

    def __repr__(self) -> str:
        return f"<Judge: {self._words} Run its cell to see it>"


def _update(data: dict[str, Any], display_id: str) -> None:
    """Put something else in an output, from any thread, as a message of whichever cell runs now."""

    def update() -> None:
        ipython.update_display(data, raw=True, display_id=display_id)

    try:
        contextvars.Context().run(update)
    except LookupError:  # ipykernel 7.0 sends nothing outside of a cell's context
        update()
