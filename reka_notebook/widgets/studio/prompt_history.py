"""List earlier prompts: those of this studio, then those of the library's takes."""

from collections.abc import Sequence

import anyio.to_thread

from reka_notebook.library import Library
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Reply

MOST = 200
"""Prompts in one answer at most."""

LONGEST = 400_000
"""Characters of all prompts in one answer."""


class Prompts:
    """Hold the prompts of earlier requests, newest first."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._own: list[str] = []

    def remember(self, prompt: str) -> None:
        """Remember the prompt of a new request, as the person wrote it."""
        if prompt.strip():
            self._own = [prompt, *(other for other in self._own if other != prompt)][:MOST]

    def newest(self, limit: int) -> list[str]:
        """Return the newest prompts, each once."""
        limit = max(0, min(limit, MOST))
        kept = (record.job.request.prompt for record in self._library.takes.newest(limit))
        found: list[str] = []
        room = LONGEST
        for prompt in dict.fromkeys([*self._own, *kept]):
            room -= len(prompt)
            if room < 0 or len(found) == limit:
                break
            if prompt.strip():
                found.append(prompt)
        return found

    async def answer(self, request: protocol.History, buffers: Sequence[bytes]) -> Reply:
        """Answer the browser."""
        return protocol.HistoryValue(await anyio.to_thread.run_sync(self.newest, request.limit)), ()
