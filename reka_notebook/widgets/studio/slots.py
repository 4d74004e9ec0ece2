"""Hold the image slots of a form, and the ways in which the browser fills them."""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence

import anyio.to_thread
from msgspec import structs

from reka_notebook import media
from reka_notebook.catalogue import Endpoint
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take, TakeFile
from reka_notebook.jobs.files.boxes import image_of
from reka_notebook.jobs.prepared import kept_image, use_of
from reka_notebook.jobs.take import frame_of
from reka_notebook.kinds import kind_of
from reka_notebook.library import ImageUse, Library
from reka_notebook.media.images.origin import base_name
from reka_notebook.media.images.prepared import describe
from reka_notebook.text import many
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.uploads import CHUNK, Uploads, read_text, together
from reka_notebook.widgets.views import image_view


def read_framing(framing: protocol.Framing) -> media.Framing | None:
    """Return what the browser asks for; ``reka_notebook.media.framed`` says whether it fits an image.

    Raises:
        ImageError: If a part of it is missing.
    """
    if framing.fit == "whole":
        return None
    if framing.fit == "crop":
        if framing.box is None or len(framing.box) != 4:
            raise media.ImageError("A part of an image is its left, top, width and height.")
        return media.Crop(*framing.box)
    if framing.ratio is None or framing.colour is None:
        raise media.ImageError("A margin needs a ratio and a colour.")
    return media.Pad(framing.ratio, framing.colour)


def framing_view(framing: media.Framing | None, aspect: str | None = None) -> protocol.Framing | None:
    """Return an image's framing for the browser; ``None`` if nothing was decided about it.

    Args:
        aspect: The request's aspect ratio: an image that was sent whole in spite of it is to stay whole.
    """
    match framing:
        case media.Crop(left, top, width, height):
            return protocol.Framing("crop", [left, top, width, height], aspect=aspect)
        case media.Pad(to, colour):
            return protocol.Framing("pad", ratio=to, colour=colour, aspect=aspect)
    return protocol.Framing("whole", aspect=aspect) if aspect else None


def images_for(
    endpoint: Endpoint, images: Mapping[str, media.SourceImage]
) -> dict[str, list[media.SourceImage]]:
    """Return those of a form's images that an endpoint takes, by its own slots: ``start#2`` belongs to ``start``."""
    given: dict[str, list[media.SourceImage]] = {}
    for name in sorted(images, key=_place):
        slot, further = _place(name)
        if slot in endpoint.images and (further == 1 or endpoint.images[slot].many):
            given.setdefault(slot, []).append(images[name])
    return given


def place_named(slot: str, number: int) -> str:
    """Return what the place of a slot's image is called in a form; the first is called like the slot."""
    return slot if number == 1 else f"{slot}#{number}"


def _place(name: str) -> tuple[str, int]:
    slot, _, number = name.partition("#")
    return slot, int(number) if number.isdecimal() else 1


WORDS_KEPT = 100
"""Of how many images it is remembered what is sent, and how they lay in their slots."""


class ImageSlots:
    """Hold the images of one form, by slot. Their bytes are in the library before they are shown.

    Args:
        show: Told of what lies in the slots, after every change.
        as_text: Whether chunks come as base64.
    """

    def __init__(
        self, library: Library, show: Callable[[list[protocol.Image]], None], *, as_text: bool = False
    ) -> None:
        self._as_text = as_text
        self._library = library
        self._show = show
        self._uploads = Uploads()
        self._placed: dict[str, tuple[media.SourceImage, protocol.Image]] = {}
        self._were: dict[str, ImageUse] = {}
        self._said: dict[tuple[str, media.Framing | None], str] = {}
        self._lock = threading.RLock()

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests that fill and empty the slots."""
        return {
            protocol.UploadBegin: self._upload_begin,
            protocol.UploadKnown: self._upload_known,
            protocol.UploadChunk: self._upload_chunk,
            protocol.UploadEnd: self._upload_end,
            protocol.UploadAbort: self._upload_abort,
            protocol.ImageUrl: self._image_url,
            protocol.ImageSample: self._image_sample,
            protocol.ImageClear: self._image_clear,
            protocol.ImageFrame: self._image_frame,
            protocol.ImagesRestore: self._images_restore,
        }

    def source(self, slot: str, digest: str) -> media.SourceImage:
        """Return the image in a slot.

        Raises:
            ImageError: If it is another one, or none.
        """
        source, _ = self._placed.get(slot, (None, None))
        if source is None or source.digest != digest:
            raise media.ImageError("The kernel does not have this image any more. Choose it again.")
        return source

    def at(self, slot: str) -> media.SourceImage | None:
        """Return the image in a slot, if there is one."""
        source, _ = self._placed.get(slot, (None, None))
        return source

    def name_of(self, digest: str) -> str:
        """Return what an image is called that lies in a slot, or has lain there; empty for another one."""
        known = self._were.get(digest)
        return known.name if known else ""

    @property
    def all(self) -> dict[str, media.SourceImage]:
        """Return all images there are, by slot."""
        return {slot: source for slot, (source, _) in self._placed.items()}

    def clear(self, slot: str) -> None:
        """Empty a slot; of one that takes many, the others move up."""
        with self._lock:
            self._placed.pop(slot, None)
            base, _ = _place(slot)
            alike = sorted((name for name in self._placed if _place(name)[0] == base), key=_place)
            moved = [self._placed.pop(name) for name in alike]
            for number, (source, view) in enumerate(moved, 1):
                name = place_named(base, number)
                self._placed[name] = (source, structs.replace(view, slot=name))
            self._changed()

    def sources(
        self, images: Mapping[str, str], frames: Mapping[str, protocol.Framing]
    ) -> dict[str, media.SourceImage]:
        """Return the images that a form names, with the framing that it asks for.

        Raises:
            ImageError: If an image is not in its slot, or a framing does not fit it.
        """
        return {slot: self._framed(slot, digest, frames.get(slot)) for slot, digest in images.items()}

    def asked(
        self, images: Mapping[str, str], frames: Mapping[str, protocol.Framing]
    ) -> dict[str, media.SourceImage]:
        """Return the images for a request, as ``sources`` does, and show their framing in every view of the form."""
        sources = self.sources(images, frames)
        for slot, framing in frames.items():
            if slot in sources:
                self._remember(slot, sources[slot], framing)
        return sources

    def _framed(self, slot: str, digest: str, framing: protocol.Framing | None) -> media.SourceImage:
        source = self.source(slot, digest)
        return source if framing is None else media.framed(source, read_framing(framing))

    def _remember(self, slot: str, source: media.SourceImage, framing: protocol.Framing) -> None:
        sends = self._words(source)
        with self._lock:
            there, view = self._placed.get(slot, (None, None))
            if there is None or view is None or there.digest != source.digest:
                return  # another image has come meanwhile
            shown = structs.replace(view, framing=framing, sends=sends)
            if shown != view:
                self._placed[slot] = (source, shown)
                self._changed()

    def put(self, slot: str, source: media.SourceImage, *, alone: bool = False) -> protocol.Image:
        """Put an image into a slot, and with ``alone`` empty all others."""
        return self._set(slot, source, self._keep(slot, source), alone=alone)

    def replace(self, sources: Mapping[str, media.SourceImage], aspect: str | None = None) -> None:
        """Put these images into their slots, framed as they are for this aspect ratio, and empty all others."""
        placed = {slot: (source, self._keep(slot, source, aspect)) for slot, source in sources.items()}
        with self._lock:
            self._placed = placed
            self._changed()

    def _set(
        self, slot: str, source: media.SourceImage, view: protocol.Image, *, alone: bool = False
    ) -> protocol.Image:
        with self._lock:
            if alone:
                self._placed.clear()
            self._placed[slot] = (source, view)
            self._changed()
        return view

    def _keep(self, slot: str, source: media.SourceImage, aspect: str | None = None) -> protocol.Image:
        """Keep an image's bytes, and check that it can be sent."""
        sends = self._words(source)
        if source.data is None:
            return image_view(slot, source, sends, None)
        self._library.images.keep(source.digest, source.data)
        return image_view(slot, source, sends, framing_view(source.framing, aspect))

    def _words(self, source: media.SourceImage) -> str:
        """Return in words what is sent of an image, which is prepared once as for sending to find out."""
        if source.data is None:
            return describe(source)
        key = (source.digest, source.framing)
        if key not in self._said:
            while len(self._said) >= WORDS_KEPT:
                self._said.pop(next(iter(self._said)), None)
            self._said[key] = describe(media.prepare(source))
        return self._said[key]

    def _changed(self) -> None:
        for source, _ in self._placed.values():
            self._were.pop(source.digest, None)
            while len(self._were) >= WORDS_KEPT:
                del self._were[next(iter(self._were))]
            # Not its bytes, which the library has.
            self._were[source.digest] = structs.replace(use_of(source), crop=None, pad=None)
        self._show([view for _, view in self._placed.values()])

    def _restore(self, request: protocol.ImagesRestore) -> None:
        def image(slot: str, digest: str) -> tuple[media.SourceImage, protocol.Image]:
            use = self._were.get(digest) or self._of_a_take(digest)
            if use is None:
                raise media.ImageError("The kernel does not have this image any more. Choose it again.")
            source, framing = kept_image(use, self._library), request.frames.get(slot)
            if framing is not None:
                source = media.framed(source, read_framing(framing))
            return source, image_view(slot, source, self._words(source), framing)

        placed = {slot: image(slot, digest) for slot, digest in request.images.items()}
        with self._lock:
            self._placed = placed
            self._changed()

    def _of_a_take(self, digest: str) -> ImageUse | None:
        """Return an image that has lain in no slot of this form, but that a kept take was made with."""
        from reka_notebook.jobs.lineage.steps import given_image

        use = given_image(self._library, digest)
        return use and structs.replace(use, crop=None, pad=None)

    def _known(self, digest: str, size: int) -> bytes | None:
        """Return a file that the library has, so that it need not be sent again.

        What the browser says is only where to look: the bytes are the library's own, and they have to have
        that digest.
        """
        try:
            path = self._library.images.path(digest)
            if path.stat().st_size != size:
                return None
            data = self._library.images.read(digest)
        except (RekaError, OSError):
            return None
        return data if f"sha256:{hashlib.sha256(data).hexdigest()}" == digest else None

    async def _upload_begin(self, request: protocol.UploadBegin, buffers: Sequence[bytes]) -> Reply:
        name = base_name(request.name, "image")
        upload = self._uploads.begin(request.slot, name, request.size)
        alike = await anyio.to_thread.run_sync(self._library.images.has_one_of, request.size)
        return protocol.UploadBeginValue(upload, CHUNK, together(), alike, self._as_text), ()

    async def _upload_known(self, request: protocol.UploadKnown, buffers: Sequence[bytes]) -> Reply:
        size = self._uploads.size(request.upload)
        data = await anyio.to_thread.run_sync(self._known, request.digest, size)
        if data is not None:
            self._uploads.known(request.upload, data)
        return protocol.UploadKnownValue(data is not None), ()

    async def _upload_chunk(self, request: protocol.UploadChunk, buffers: Sequence[bytes]) -> Reply:
        received = 0
        chunks = buffers or list(map(read_text, request.text)) or (b"",)
        for index, data in enumerate(chunks, request.index):
            received = self._uploads.chunk(request.upload, index, data)
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
            return self._set(upload.slot, source, view), ()
        finally:
            self._uploads.abort(request.upload)

    async def _upload_abort(self, request: protocol.UploadAbort, buffers: Sequence[bytes]) -> Reply:
        self._uploads.abort(request.upload)
        return protocol.Nothing(), ()

    async def _image_url(self, request: protocol.ImageUrl, buffers: Sequence[bytes]) -> Reply:
        if not request.url.startswith(("http://", "https://")):
            raise media.ImageError("That is not an http(s) address of an image.")
        return self.put(request.slot, media.load(request.url)), ()

    async def _image_sample(self, request: protocol.ImageSample, buffers: Sequence[bytes]) -> Reply:
        return await anyio.to_thread.run_sync(lambda: self.put(request.slot, media.load(media.SAMPLE))), ()

    async def _image_clear(self, request: protocol.ImageClear, buffers: Sequence[bytes]) -> Reply:
        self.clear(request.slot)
        return protocol.Nothing(), ()

    async def _images_restore(self, request: protocol.ImagesRestore, buffers: Sequence[bytes]) -> Reply:
        await anyio.to_thread.run_sync(self._restore, request)
        return protocol.Nothing(), ()

    async def _image_frame(self, request: protocol.ImageFrame, buffers: Sequence[bytes]) -> Reply:
        framed = self._framed(request.slot, request.digest, request.framing)
        return protocol.FrameValue(await anyio.to_thread.run_sync(self._words, framed)), ()


class TakePictures:
    """Put pictures of takes, which are frames of videos or images, into the slots of a form.

    Args:
        library: Has the images that boxes were found in.
        take: Finds a take by its ID.
    """

    def __init__(self, slots: ImageSlots, library: Library, take: Callable[[str], Take]) -> None:
        self._slots = slots
        self._library = library
        self._take = take

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests for such pictures."""
        return {protocol.ImageTake: self._image_take, protocol.NextShot: self._next_shot}

    async def _image_take(self, request: protocol.ImageTake, buffers: Sequence[bytes]) -> Reply:
        return await self._put_into(request, request.slot), ()

    async def _next_shot(self, request: protocol.NextShot, buffers: Sequence[bytes]) -> Reply:
        # Where this shot ends is where the next begins; where that ends is open.
        return await self._put_into(request, "start", alone=True), ()

    async def _put_into(
        self, request: protocol.ImageTake | protocol.NextShot, slot: str, *, alone: bool = False
    ) -> protocol.Image:
        def put() -> protocol.Image:
            file = file_at(self._take(request.take), request.file)
            boxed = kind_of(file.kind).has_boxes
            picture = self._boxed(file.take) if boxed else frame_of(file, request.at)
            return self._slots.put(slot, picture, alone=alone)

        return await anyio.to_thread.run_sync(put)

    def _boxed(self, take: Take) -> media.SourceImage:
        """Return the image that boxes were found in."""
        source = image_of(self._library, take.request)
        if source is None:
            raise RekaError("The image of these boxes was given as an address. Add it to the form by that.")
        return source


def file_at(take: Take, number: int) -> TakeFile:
    """Return a file of a take by its place, from 0.

    Raises:
        RekaError: If the take has fewer.
    """
    files = take.files
    if not 0 <= number < len(files):
        raise RekaError(f"Take {take.id} has {many(len(files), 'file')}.")
    return files[number]
