"""Make the sprites of takes when they are first looked at, and keep them beside their films."""

import contextlib
import time
from collections.abc import Sequence

import anyio
import anyio.to_thread

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.kinds import kind_of
from reka_notebook.library import Library, MediaFile
from reka_notebook.media import Sprite, make_sprite, read_sprite
from reka_notebook.media.errors import MediaError
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply

_FIRST = 1.5
"""Seconds that a film which has just arrived is left to whoever wants to see it."""


class Sprites:
    """Answer the browser's requests for sprites: those that were made at once, the others one after another."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._making = anyio.Lock()

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handler of the browser's request."""
        return {protocol.Sprite: self._sprite}

    async def _sprite(self, request: protocol.Sprite, buffers: Sequence[bytes]) -> Reply:
        library = self._controller.library
        take = await anyio.to_thread.run_sync(library.take, request.take)
        main = take.files[0]
        kind = kind_of(main.kind)
        if not kind.has_frames:
            raise RekaError(f"This take is {kind.noun}, and has no frames to look through.")
        sprite = await anyio.to_thread.run_sync(_kept, library, main)
        if sprite is None:
            await anyio.sleep(min(_FIRST, max(0.0, take.kept + _FIRST - time.time())))
            async with self._making:
                # Somebody may have asked for the same one before.
                sprite = await anyio.to_thread.run_sync(_made, library, main)
        layout = sprite.layout
        value = protocol.SpriteValue("image/jpeg", layout.frames, layout.columns, layout.width, layout.height)
        return value, [sprite.data]


def _kept(library: Library, file: MediaFile) -> Sprite | None:
    data = library.media.made_sprite(file.name)
    try:
        return None if data is None else read_sprite(data)
    except MediaError:
        return None


def _made(library: Library, file: MediaFile) -> Sprite:
    sprite = _kept(library, file)
    if sprite is None:
        sprite = make_sprite(library.media.local(file))
        # A library that cannot be written to still shows what is in it.
        with contextlib.suppress(RekaError):
            library.media.keep_sprite(file.name, sprite.data)
    return sprite
