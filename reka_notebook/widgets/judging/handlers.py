"""Answer what a page asks while somebody judges in it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread
import msgspec

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.service import AtService

if TYPE_CHECKING:
    from reka_notebook.widgets.judging.asking import Asking
    from reka_notebook.widgets.judging.judging import Judging

Value = TypeVar("Value", protocol.VoteValue, protocol.TakeBackValue)

OPEN = 16
"""Pages that may judge at once; with more, the one opened first has to start again."""


class JudgeSide(AtService):
    """Answer a page's requests. The code that chooses pairs is imported with the first request.

    Args:
        takes: The takes of a cell, which its page does not name.
        told: Called with the progress after each judgement, and with the result once the person looks at it.
    """

    def __init__(
        self,
        controller: Controller,
        takes: Sequence[str] = (),
        told: Callable[[protocol.Standing | protocol.JudgedValue], None] = lambda _: None,
    ) -> None:
        self._controller = controller
        self._own = takes
        self._told = told
        self._open: dict[str, Judging] = {}
        self._models: dict[str, Asking] = {}
        self._one_at_a_time = anyio.Lock()

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests."""
        return {
            protocol.BeginJudging: self._begin,
            protocol.Vote: self._vote,
            protocol.TakeBack: self._take_back,
            protocol.Judged: self._judged,
            protocol.VotesPlan: self._votes_plan,
            protocol.AskVotes: self._ask_votes,
            protocol.VotesSoFar: self._votes_so_far,
        }

    async def _begin(self, request: protocol.BeginJudging, buffers: Sequence[bytes]) -> Reply:
        def begin() -> protocol.JudgingValue:
            from reka_notebook.widgets.judging.judging import Judging

            judging = Judging(self._controller.library, self._own or request.takes)
            value = judging.begin()
            self._open[value.judging] = judging
            for oldest in [*self._open][:-OPEN]:
                del self._open[oldest]
                self._models.pop(oldest, None)
            return value

        return await self._in_turn(begin)

    async def _vote(self, request: protocol.Vote, buffers: Sequence[bytes]) -> Reply:
        return await self._in_turn(
            lambda: self._tell(
                self._found(request.judging).vote(request.pair, request.choice, more=request.more)
            )
        )

    async def _take_back(self, request: protocol.TakeBack, buffers: Sequence[bytes]) -> Reply:
        return await self._in_turn(lambda: self._tell(self._found(request.judging).take_back(request.pair)))

    async def _judged(self, request: protocol.Judged, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.JudgedValue:
            from reka_notebook.widgets.judging.result import ranked

            judging = self._found(request.judging)
            control = self._controller
            takes = [control.take(record) for record in judging.records]
            value = ranked(takes, judging.judgements(), judging.votes(), control.catalogue)
            self._told(value)
            return value

        return await self._in_turn(look)

    async def _votes_plan(self, request: protocol.VotesPlan, buffers: Sequence[bytes]) -> Reply:
        # Not in turn: pictures of films may have to be made, and a judgement does not wait for them.
        return await anyio.to_thread.run_sync(self._asking(request.judging).plan), ()

    async def _ask_votes(self, request: protocol.AskVotes, buffers: Sequence[bytes]) -> Reply:
        return self._asking(request.judging).begin(), ()

    async def _votes_so_far(self, request: protocol.VotesSoFar, buffers: Sequence[bytes]) -> Reply:
        return self._asking(request.judging).so_far(stop=request.stop), ()

    def _asking(self, judging: str) -> "Asking":
        from reka_notebook.widgets.judging.asking import Asking

        found, control = self._found(judging), self._controller
        asking = self._models.get(judging)
        if asking is None:
            asking = self._models[judging] = Asking(
                control, lambda: [control.take(record) for record in found.records], found.every
            )
        return asking

    def _found(self, judging: str) -> "Judging":
        found = self._open.get(judging)
        if found is None:
            raise RekaError(
                "Too many pages are judging. Close this one and start judging again; your judgements are saved."
            )
        return found

    def _tell(self, value: Value) -> Value:
        self._told(value.standing)
        return value

    async def _in_turn(self, answer: Callable[[], msgspec.Struct]) -> Reply:
        """Answer in a thread, in the order of the requests: a judgement is saved before it is taken back."""
        async with self._one_at_a_time:
            return await anyio.to_thread.run_sync(answer), ()
