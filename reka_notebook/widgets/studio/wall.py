"""Find takes of this notebook or of the library for the wall, and keep their pins, ratings, verdicts and notes."""

from collections.abc import Callable, Sequence

import anyio
import anyio.to_thread

from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.catalogue import endpoint_title
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take
from reka_notebook.kinds import KINDS
from reka_notebook.library import TakeFilter, TakeRecord
from reka_notebook.media.measures import MEASURES
from reka_notebook.output.compared.differences import facts_of
from reka_notebook.prompts.diff import diff_prompts
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.measured.handlers import MeasureSide
from reka_notebook.widgets.studio.service import AtService
from reka_notebook.widgets.studio.team import TeamSide
from reka_notebook.widgets.views import take_view


class Wall(AtService):
    """Find takes for the browser, and keep their pins, ratings, verdicts and notes.

    Args:
        changed: Told of a take that was pinned, rated, judged or given a note.
        team: Tells what a team's library has beside a person's own.
        measured: Tells what was measured of takes.
    """

    def __init__(
        self,
        controller: Controller,
        notebook_file: str | None,
        changed: Callable[[TakeRecord], None],
        team: TeamSide,
        measured: MeasureSide,
    ) -> None:
        self._controller = controller
        self._notebook_file = notebook_file
        self._changed = changed
        self._marking = anyio.Lock()
        self._team = team
        self._measured = measured

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests about takes."""
        return {
            protocol.Find: self._find,
            protocol.Compare: self._compare,
            protocol.Pin: self._pin,
            protocol.Rate: self._rate,
            protocol.Judge: self._judge,
            protocol.Note: self._note,
        }

    def view(self, take: Take) -> protocol.Take:
        """Return a take as the wall shows it."""
        return self.views([take])[0]

    def views(self, takes: Sequence[Take]) -> list[protocol.Take]:
        """Return takes as the wall shows them."""
        catalogue, file = self._controller.catalogue, self._notebook_file
        return [
            take_view(take, endpoint_title(take.request.endpoint, catalogue), file, team, measured)
            for take, team, measured in zip(
                takes, self._team.views(takes), self._measured.views(takes), strict=True
            )
        ]

    def counts(self) -> protocol.Counts:
        """Return how many takes there are, and of which models."""
        takes = self._controller.library.takes
        models: dict[str, protocol.Model] = {}
        for endpoint in takes.models():
            name = endpoint.partition("/")[0]
            models.setdefault(
                name, protocol.Model(name, endpoint_title(endpoint, self._controller.catalogue))
            )
        kinds = takes.kinds()
        every = takes.count_judged()
        file = self._notebook_file
        here = takes.count_judged(TakeFilter(notebook_file=file, person=self._person)) if file else None
        return protocol.Counts(
            all=every.every,
            here=here.every if here else None,
            models=list(models.values()),
            culled=protocol.Culled(every.judged, every.rejected),
            culled_here=protocol.Culled(here.judged, here.rejected) if here else None,
            kinds=[name for name in KINDS if name in kinds],  # type: ignore[misc]
            team=self._team.counts(),
        )

    @property
    def _person(self) -> str | None:
        """Return who looks, for what is theirs in a team's library; None in a person's own."""
        return self._controller.library.person or None

    async def _find(self, request: protocol.Find, buffers: Sequence[bytes]) -> Reply:
        if request.here and self._notebook_file is None:
            raise RekaError("Which notebook this is, is not said by what runs it. Look in the whole library.")
        if request.by is not None and request.by not in MEASURES:
            raise RekaError(f"There is no measure {request.by!r} to sort by.")
        flagged = request.verdict in ("flagged", "unflagged")
        wanted = TakeFilter(
            words=request.words.split(),
            model=request.model,
            since=request.since,
            until=request.until,
            rating=request.rating,
            verdict=None if flagged else request.verdict,  # type: ignore[arg-type]
            hide_rejected=request.verdict is None or flagged,
            flagged=request.verdict == "flagged" if flagged else None,
            pinned=request.pinned,
            notebook_file=self._notebook_file if request.here else None,
            kind=request.kind,
            person=self._person if request.mine or request.here else None,
            collection=request.collection,
        )
        return await anyio.to_thread.run_sync(self._page, wanted, request), ()

    def _page(self, wanted: TakeFilter, request: protocol.Find) -> protocol.FindValue:
        takes = self._controller.library.takes
        found = takes.find(
            wanted,
            by=request.by,
            descending=not request.least_first,
            after=request.after,
            limit=request.limit,
        )
        return protocol.FindValue(
            takes=self.views([self._controller.take(record) for record in found]),
            total=takes.count(wanted),
            next=found[-1].id if len(found) == request.limit else None,
        )

    async def _compare(self, request: protocol.Compare, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.CompareValue:
            takes = [self._controller.take(self._controller.library.take(take)) for take in request.takes]
            return compared(takes, self._controller.catalogue)

        return await anyio.to_thread.run_sync(look), ()

    async def _pin(self, request: protocol.Pin, buffers: Sequence[bytes]) -> Reply:
        return await self._mark(lambda: self._controller.library.pin(request.take, request.pinned))

    async def _rate(self, request: protocol.Rate, buffers: Sequence[bytes]) -> Reply:
        return await self._mark(lambda: self._controller.library.rate(request.take, request.rating))

    async def _judge(self, request: protocol.Judge, buffers: Sequence[bytes]) -> Reply:
        return await self._mark(lambda: self._controller.library.judge(request.take, request.verdict))

    async def _note(self, request: protocol.Note, buffers: Sequence[bytes]) -> Reply:
        return await self._mark(lambda: self._controller.library.annotate(request.take, request.note))

    async def _mark(self, mark: Callable[[], TakeRecord]) -> Reply:
        async with self._marking:  # in the order in which they were asked: of two notes, the last one stays
            await anyio.to_thread.run_sync(lambda: self._changed(mark()))
        return protocol.Nothing(), ()


def compared(takes: Sequence[Take], catalogue: Catalogue) -> protocol.CompareValue:
    """Return a comparison for the browser, with the differing words of the prompts."""
    facts = facts_of(takes, catalogue)
    return protocol.CompareValue(
        prompts=[
            [protocol.Piece(text, differs) for text, differs in pieces]
            for pieces in diff_prompts([take.prompt for take in takes])
        ],
        differing=[protocol.Difference(fact.name, fact.values) for fact in facts if fact.differs],
        shared=[fact.words for fact in facts if not fact.differs],
    )
