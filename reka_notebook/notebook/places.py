"""The places for images in a form: what lies in each, and the ways in which the browser fills them."""

import threading
from collections.abc import Callable, Mapping, Sequence

import anyio.to_thread

from reka_notebook import media
from reka_notebook.library import Library
from reka_notebook.media.origin import base_name
from reka_notebook.media.words import describe
from reka_notebook.notebook import protocol
from reka_notebook.notebook.exchange import Handler, Reply
from reka_notebook.notebook.uploads import CHUNK, Uploads
from reka_notebook.notebook.views import image_view


class ImagePlaces:
    """The images of one form, by slot. Their bytes are in the library before they are shown.

    :param show: told of what lies in the places, after every change.
    """

    def __init__(self, library: Library, show: Callable[[list[protocol.Image]], None]) -> None:
        self._library = library
        self._show = show
        self._uploads = Uploads()
        self._placed: dict[str, tuple[media.SourceImage, protocol.Image]] = {}
        self._lock = threading.RLock()

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """What answers the browser's requests that fill and empty the places."""
        return {
            protocol.UploadBegin: self._upload_begin,
            protocol.UploadChunk: self._upload_chunk,
            protocol.UploadEnd: self._upload_end,
            protocol.UploadAbort: self._upload_abort,
            protocol.ImageUrl: self._image_url,
            protocol.ImageClear: self._image_clear,
        }

    def source(self, slot: str, digest: str) -> media.SourceImage:
        """The image in a place.

        :raises ImageError: it is another one, or none.
        """
        source, _ = self._placed.get(slot, (None, None))
        if source is None or source.digest != digest:
            raise media.ImageError("The kernel does not have this image any more. Choose it again.")
        return source

    def at(self, slot: str) -> media.SourceImage | None:
        """The image in a place, if there is one."""
        source, _ = self._placed.get(slot, (None, None))
        return source

    def clear(self, slot: str) -> None:
        """Empty a place."""
        with self._lock:
            self._placed.pop(slot, None)
            self._changed()

    def place(self, slot: str, source: media.SourceImage, *, emptying: Sequence[str] = ()) -> protocol.Image:
        """Put an image into a place, and empty others."""
        return self._put(slot, source, self._keep(slot, source), emptying)

    def replace(self, sources: Mapping[str, media.SourceImage]) -> None:
        """Put these images into their places, and empty all others."""
        placed = {slot: (source, self._keep(slot, source)) for slot, source in sources.items()}
        with self._lock:
            self._placed = placed
            self._changed()

    def _put(
        self, slot: str, source: media.SourceImage, view: protocol.Image, emptying: Sequence[str] = ()
    ) -> protocol.Image:
        with self._lock:
            for other in emptying:
                self._placed.pop(other, None)
            self._placed[slot] = (source, view)
            self._changed()
        return view

    def _keep(self, slot: str, source: media.SourceImage) -> protocol.Image:
        """Keep an image's bytes, and see that it can be sent."""
        if source.data is None:
            return image_view(slot, source, describe(source))
        sends = describe(media.prepare(source))
        self._library.images.keep(source.digest, source.data)
        return image_view(slot, source, sends)

    def _changed(self) -> None:
        self._show([view for _, view in self._placed.values()])

    async def _upload_begin(self, request: protocol.UploadBegin, buffers: Sequence[bytes]) -> Reply:
        name = base_name(request.name, "image")
        upload = self._uploads.begin(request.slot, name, request.size)
        return protocol.UploadBeginValue(upload, CHUNK), ()

    async def _upload_chunk(self, request: protocol.UploadChunk, buffers: Sequence[bytes]) -> Reply:
        data = buffers[0] if buffers else b""
        received = self._uploads.chunk(request.upload, request.index, data)
        return protocol.UploadChunkValue(received), ()

    async def _upload_end(self, request: protocol.UploadEnd, buffers: Sequence[bytes]) -> Reply:
        upload, data = self._uploads.end(request.upload)

        def look() -> tuple[media.SourceImage, protocol.Image]:
            source = media.load(data, name=upload.name)
            return source, self._keep(upload.slot, source)

        try:
            source, view = await anyio.to_thread.run_sync(look)
            if not self._uploads.expects(request.upload):
                raise media.ImageError(f"{upload.name} was stopped on its way.")
            return self._put(upload.slot, source, view), ()
        finally:
            self._uploads.abort(request.upload)

    async def _upload_abort(self, request: protocol.UploadAbort, buffers: Sequence[bytes]) -> Reply:
        self._uploads.abort(request.upload)
        return protocol.Nothing(), ()

    async def _image_url(self, request: protocol.ImageUrl, buffers: Sequence[bytes]) -> Reply:
        if not request.url.startswith(("http://", "https://")):
            raise media.ImageError("That is not an http(s) address of an image.")
        return self.place(request.slot, media.load(request.url)), ()

    async def _image_clear(self, request: protocol.ImageClear, buffers: Sequence[bytes]) -> Reply:
        self.clear(request.slot)
        return protocol.Nothing(), ()
