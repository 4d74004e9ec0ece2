"""The last frame of a take as an input image."""

from collections.abc import Callable, Sequence

import anyio.to_thread

from reka_notebook import media
from reka_notebook.jobs import Take
from reka_notebook.notebook import protocol
from reka_notebook.notebook.exchange import Handler, Reply
from reka_notebook.notebook.places import ImagePlaces


class LastFrames:
    """Puts the last frames of takes into the places of a form.

    :param take: finds a take by its id.
    """

    def __init__(self, places: ImagePlaces, take: Callable[[str], Take]) -> None:
        self._places = places
        self._take = take

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """What answers the browser's requests for them."""
        return {protocol.ImageTake: self._image_take, protocol.NextShot: self._next_shot}

    async def _image_take(self, request: protocol.ImageTake, buffers: Sequence[bytes]) -> Reply:
        return await self._place(request.take, request.slot), ()

    async def _next_shot(self, request: protocol.NextShot, buffers: Sequence[bytes]) -> Reply:
        # Where this shot ends is where the next begins; where that ends is open.
        return await self._place(request.take, "start", emptying=["end"]), ()

    async def _place(self, name: str, slot: str, *, emptying: Sequence[str] = ()) -> protocol.Image:
        take = self._take(name)

        def place() -> protocol.Image:
            return self._places.place(slot, media.load(take), emptying=emptying)

        return await anyio.to_thread.run_sync(place)
