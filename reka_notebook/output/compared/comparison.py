"""Show takes side by side in a cell's output: ordinary HTML that plays in a saved notebook, with no kernel."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from reka_notebook.display import Displayed
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take
from reka_notebook.kinds import kind_of
from reka_notebook.output.compared.differences import Fact, facts_of
from reka_notebook.output.compared.in_step import step_attributes, step_script
from reka_notebook.output.embed import embed_files
from reka_notebook.output.grid import picture_of
from reka_notebook.output.html import AS_IT_IS, FINE, plain
from reka_notebook.output.marks import marks_of
from reka_notebook.output.player import player
from reka_notebook.prompts.diff import Piece, diff_prompts

FEWEST, MOST = 2, 4

_PANE = "display:inline-block;vertical-align:top;margin-bottom:12px"
_MARK = "color:inherit;background:rgba(217,164,0,.3);border-radius:2px"
_SIDE = 480
"""Pixels of a player's larger side, and of its poster."""

_ACROSS = {2: 2, 3: 3, 4: 2}
"""How many of so many takes stand in a row: four stand two by two."""

_WIDTHS = {2: 49.5, 3: 32.66}
"""Percent of the width for each of so many in a row: with 1 % between them they are as wide as their bar."""


class Comparison(Displayed):
    """Hold two to four takes side by side: their videos, the words of their prompts and the settings that differ.

    Attributes:
        takes: The takes, in order.
    """

    def __init__(
        self,
        takes: Sequence[Take | str],
        controller: Controller,
        namespace: Mapping[str, Any] | None = None,
        embed: bool | None = None,
    ) -> None:
        if not FEWEST <= len(takes) <= MOST:
            raise RekaError(f"Two to four takes can be compared, and these are {len(takes)}.")
        self.takes = [_found(take, controller) for take in takes]
        if len({take.id for take in self.takes}) < len(self.takes):
            raise RekaError("A take is named twice. Name each once.")
        for take in self.takes:
            kind = kind_of(take.kind)
            if not kind.compares:
                raise RekaError(f"Take {take.id} is {kind.noun}, and only videos and images can be compared.")
        self._catalogue = controller.catalogue
        self._namespace = namespace or {}
        self._embed = embed

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(take.id for take in self.takes)}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        lines = (f"{number} {plain(take)}" for number, take in enumerate(self.takes, 1))
        shown = {"text/html": self.html(), "text/plain": "\n".join([repr(self), *lines])}
        picture = picture_of(self.takes, len(self.takes))
        return shown | ({"image/jpeg": picture} if picture else {})

    def html(self) -> str:
        """Return the comparison as HTML: embedded if its files together are within ``embed_limit``, else beside it."""
        placed = embed_files(self.takes, self._namespace, self._embed)
        prompts = [take.prompt for take in self.takes]
        one_prompt = len(set(prompts)) == 1
        facts = facts_of(self.takes, self._catalogue)
        differing = [fact for fact in facts if fact.differs]
        shared = [fact.words for fact in facts if not fact.differs]
        if one_prompt:
            shared.insert(0, f"“{prompts[0]}”" if prompts[0] else "no prompt")
        panes = [
            self._pane(number, placed.sources[number], [] if one_prompt else pieces, differing)
            for number, pieces in enumerate(diff_prompts(prompts))
        ]
        same = f"In common: {escape(' · '.join(shared))}" if shared else "Nothing in common"
        beside = f". {escape(placed.words)}" if placed.words else ""
        foot = f'<div style="{FINE}">{same}{beside}</div>'
        body = f"{''.join(panes)}{foot}</div>{step_script(self.takes)}"
        return f'<div class="{AS_IT_IS}" style="max-width:960px;margin:4px 0"{step_attributes(self.takes)}>{body}'

    def _pane(
        self, number: int, sources: Sequence[str], pieces: Sequence[Piece], differing: Sequence[Fact]
    ) -> str:
        take = self.takes[number]
        facts = "".join(
            f"<div>{escape(fact.name)} <b>{escape(fact.values[number]) or 'unknown'}</b></div>"
            for fact in differing
        )
        marks = "".join(f' <span style="{FINE}">{mark}</span>' for mark in marks_of(take))
        across = _ACROSS[len(self.takes)]
        between = 1 if (number + 1) % across else 0
        return (
            f'<div style="{_PANE};margin-right:{between}%;width:{_WIDTHS[across]}%">{player(take, sources, _SIDE)}'
            f'<div style="margin-top:6px"><b>{number + 1}</b>{marks} {_marked(pieces)}</div>'
            f'<div style="{FINE}">{facts}</div></div>'
        )


def _found(take: Take | str, controller: Controller) -> Take:
    if isinstance(take, Take):
        return take
    if isinstance(take, str):
        return controller.take(controller.library.take(take))
    raise RekaError(f"A take or its id is needed, and this is a {type(take).__name__}.")


def _marked(pieces: Sequence[Piece]) -> str:
    """Return a prompt with the words marked that the others do not have, by an underline too."""
    return "".join(
        f'<mark style="{_MARK}"><u>{escape(text)}</u></mark>' if differs else escape(text)
        for text, differs in pieces
    )
