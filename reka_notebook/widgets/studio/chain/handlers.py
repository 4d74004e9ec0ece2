"""Answer what the browser asks of chains and families.

What looks at them is imported when that is first asked for: a studio is seen before.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import anyio.to_thread

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, SweepRequest
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.image_names import by_place
from reka_notebook.widgets.studio.slots import ImageSlots
from reka_notebook.widgets.studio.sweeps import Sweeps

if TYPE_CHECKING:
    from reka_notebook.jobs.lineage.steps import Chain
    from reka_notebook.widgets.studio.chain.views import Views


class ChainSide:
    """Answer what the browser asks of chains and families; all of it off the engine's loop.

    Args:
        slots: Where the form's images lie.
        sweeps: Where a step is made again.
        views: Describes takes.
    """

    def __init__(self, controller: Controller, slots: ImageSlots, sweeps: Sweeps, views: "Views") -> None:
        self._controller = controller
        self._slots = slots
        self._sweeps = sweeps
        self._views = views

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests."""
        return {
            protocol.Chain: self._chain,
            protocol.ChainCode: self._code,
            protocol.StepTakes: self._step_takes,
            protocol.RedoStep: self._redo,
            protocol.Family: self._family,
        }

    async def _chain(self, request: protocol.Chain, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.ChainValue:
            from reka_notebook.widgets.studio.chain.views import chain_view

            return chain_view(self._chain_of(request), self._controller, self._slots.name_of)

        return await anyio.to_thread.run_sync(look), ()

    def _chain_of(self, request: protocol.Chain | protocol.RedoStep) -> "Chain":
        from reka_notebook.jobs.lineage.steps import Chain, chain_of_image, chain_of_take

        library = self._controller.library
        if request.take is not None:
            return chain_of_take(library, request.take)
        digest = request.images.get("start") or next(iter(request.images.values()), None)
        return chain_of_image(library, digest) if digest else Chain([], None)

    async def _step_takes(self, request: protocol.StepTakes, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.StepTakesValue:
            records = self._controller.library.takes.some(request.takes)
            there = [self._controller.take(record) for record in records if record.removed is None]
            there.sort(key=lambda take: (take.record.kept, take.id), reverse=True)
            return protocol.StepTakesValue(self._views(there))

        return await anyio.to_thread.run_sync(look), ()

    async def _redo(self, request: protocol.RedoStep, buffers: Sequence[bytes]) -> Reply:
        sweep = await anyio.to_thread.run_sync(self._prepare, request)
        return await self._sweeps.begin(sweep, request.agreed), ()

    def _prepare(self, request: protocol.RedoStep) -> SweepRequest:
        from reka_notebook.jobs.lineage.redo import prepare_redo, renewal_of

        chain = self._chain_of(request)
        step = chain.step(request.step)
        if step is None:
            raise RekaError("This step is not there any more. Nothing was sent.")
        renewal = renewal_of(step, chain)
        if renewal is not None and renewal.pick is not None and renewal.pick.id != request.pick:
            raise RekaError("Another take was picked meanwhile. Nothing was sent. Look at the cost again.")
        return prepare_redo(step, chain, self._controller.library, self._controller.catalogue)

    async def _family(self, request: protocol.Family, buffers: Sequence[bytes]) -> Reply:
        def look() -> protocol.FamilyValue:
            from reka_notebook.jobs.lineage.family import family_of
            from reka_notebook.widgets.studio.chain.views import family_view

            library = self._controller.library
            record = library.takes.get(request.take)
            if record is None:
                raise RekaError("This take is not in the library any more.")
            family = family_of(self._controller.take(record), library, hide_low=request.hide_low)
            return family_view(family, self._controller.catalogue, self._views)

        return await anyio.to_thread.run_sync(look), ()

    async def _code(self, request: protocol.ChainCode, buffers: Sequence[bytes]) -> Reply:
        def write() -> protocol.ChainCodeValue:
            from reka_notebook.widgets.studio.chain.code import chain_code

            library, catalogue = self._controller.library, self._controller.catalogue
            take = self._controller.take(library.take(request.take))
            return chain_code(take, library, catalogue, by_place(library))

        return await anyio.to_thread.run_sync(write), ()
