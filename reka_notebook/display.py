"""Let takes and jobs show themselves. Code that knows notebooks registers how; until then they are text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reka_notebook.errors import RekaError


def _as_text(value: object) -> dict[str, Any]:
    return {"text/plain": repr(value)}


def _no_description(take: Any, model: str | None, keep: bool, fresh: bool) -> Any:
    raise RekaError("Takes are described once reka_notebook is imported: import reka_notebook.")


def _no_comparison(takes: Sequence[Any]) -> Any:
    raise RekaError(
        "Takes are compared in a notebook: import reka_notebook and ask it, reka_notebook.compare()."
    )


def _no_family(take: Any, library: Any, hide_low: bool) -> Any:
    raise RekaError("A family is shown in a notebook: import reka_notebook there.")


def _no_judging(takes: Sequence[Any], picture: Callable[[], dict[str, Any]] | None) -> Any:
    raise RekaError("Takes are judged in a notebook: import reka_notebook there.")


def _no_sheet(title: str, takes: Sequence[Any], page: Any, **options: Any) -> Any:
    raise RekaError("Contact sheets are written once reka_notebook is imported: import reka_notebook.")


class Displayed:
    """Show itself by a MIME bundle, even within a list in marimo, which has no bundles there."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        raise NotImplementedError

    def _mime_(self) -> tuple[str, str]:
        bundle = self._repr_mimebundle_()
        kind = "text/html" if "text/html" in bundle else "text/plain"
        return kind, bundle[kind]


@dataclass
class Formatters:
    """Make MIME bundles of what shows itself, put takes side by side or into a tree, and describe or judge them.

    The types are open: this module lies below what it shows.
    """

    take: Callable[[Any], dict[str, Any]] = _as_text
    job: Callable[[Any], dict[str, Any]] = _as_text
    takes: Callable[[Any], dict[str, Any]] = _as_text
    sweep: Callable[[Any], dict[str, Any]] = _as_text
    suggestions: Callable[[Any], dict[str, Any]] = _as_text
    description: Callable[[Any], dict[str, Any]] = _as_text
    compare: Callable[[Sequence[Any]], Any] = _no_comparison
    family: Callable[[Any, Any, bool], Any] = _no_family
    tree: Callable[[Any], dict[str, Any]] = _as_text
    sheet: Callable[..., Any] = _no_sheet
    listed: Callable[[Sequence[Any]], Sequence[Any]] = list
    describe: Callable[[Any, str | None, bool, bool], Any] = _no_description
    judge: Callable[[Sequence[Any], Callable[[], dict[str, Any]] | None], Any] = _no_judging
    study: Callable[[Any], dict[str, Any]] = _as_text


formatters = Formatters()
"""The ways that hold in this process."""
