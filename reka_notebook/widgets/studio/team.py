"""Show whose takes a team's library has and what others think of them, and put takes into collections."""

from collections.abc import Callable, Sequence

import anyio.to_thread
import msgspec

from reka_notebook.jobs import Controller, Job, Take
from reka_notebook.jobs.whose import joined
from reka_notebook.library import TakeFilter
from reka_notebook.output.html import made_by
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.service import AtService


class TeamSide(AtService):
    """Tell the browser what a team's library has beside a person's own, and keep collections.

    Args:
        changed: Told when takes are in other collections than before.
    """

    def __init__(self, controller: Controller, changed: Callable[[], None]) -> None:
        self._controller = controller
        self._changed = changed

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests about collections."""
        return {
            protocol.Collect: self._collect,
            protocol.Uncollect: self._uncollect,
            protocol.ShareCollection: self._share,
        }

    def views(self, takes: Sequence[Take]) -> list[protocol.OfTeam | msgspec.UnsetType]:
        """Return what a team's library knows of takes; nothing of those in a person's own."""
        library = self._controller.library
        if not library.person:
            return [msgspec.UNSET] * len(takes)
        ids = [take.id for take in takes]
        others, collections = library.takes.others(ids), library.collections.of(ids)
        return [
            protocol.OfTeam(
                person=take.person,
                mine=take.person == library.person,
                others=[
                    protocol.Opinion(mark.person, mark.rating, mark.verdict, mark.note)  # type: ignore[arg-type]
                    for mark in others.get(take.id, ())
                ],
                collections=collections.get(take.id, []),
            )
            for take in takes
        ]

    def counts(self) -> protocol.Team | msgspec.UnsetType:
        """Return how many takes are the person's own, and which collections there are."""
        library = self._controller.library
        if not library.person:
            return msgspec.UNSET
        mine = library.takes.count_judged(TakeFilter(person=library.person))
        return protocol.Team(
            person=library.person,
            mine=mine.every,
            culled_mine=protocol.Culled(mine.judged, mine.rejected),
            collections=[
                protocol.Collection(one.name, one.person, one.person == library.person, one.shared, one.takes)
                for one in library.collections.all()
            ],
        )

    def told(self, job: Job) -> str | msgspec.UnsetType:
        """Return what there is to say of a request that another person has made before; of others nothing."""
        if job.take is not None:
            return (job.take.from_earlier and made_by(job.take)) or msgspec.UNSET
        return joined(job.by_other) if job.by_other and not job.status.done else msgspec.UNSET

    async def _collect(self, request: protocol.Collect, buffers: Sequence[bytes]) -> Reply:
        def add() -> protocol.CollectValue:
            library = self._controller.library
            takes = [library.take(take).id for take in request.takes]
            added = library.collections.add(request.collection, takes, shared=request.shared)
            self._changed()
            return protocol.CollectValue(added.takes, added.made)

        return await anyio.to_thread.run_sync(add), ()

    async def _uncollect(self, request: protocol.Uncollect, buffers: Sequence[bytes]) -> Reply:
        def remove() -> protocol.Nothing:
            collections = self._controller.library.collections
            collections.remove(request.collection, request.takes)
            if request.discard and not collections.get(request.collection).takes:
                collections.delete(request.collection)
            self._changed()
            return protocol.Nothing()

        return await anyio.to_thread.run_sync(remove), ()

    async def _share(self, request: protocol.ShareCollection, buffers: Sequence[bytes]) -> Reply:
        def share() -> protocol.Nothing:
            self._controller.library.collections.share(request.collection, request.shared)
            self._changed()
            return protocol.Nothing()

        return await anyio.to_thread.run_sync(share), ()
