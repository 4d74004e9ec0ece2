"""Tell everything that is known about a take."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import anyio
import anyio.to_thread

from reka_notebook import media
from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take, format_duration
from reka_notebook.jobs.files.boxes import image_of, size_of
from reka_notebook.jobs.files.with_sound import SERVICE, with_sound
from reka_notebook.kinds import kind_of
from reka_notebook.library import GenerationRequest, ImageUse, Library, TakeRecord
from reka_notebook.media import file_size
from reka_notebook.output.html import format_cost
from reka_notebook.text import many, moment
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.image_names import Naming, by_digest, by_place
from reka_notebook.widgets.studio.recall import NotWritable, as_cell, as_python
from reka_notebook.widgets.studio.service import AtService
from reka_notebook.widgets.studio.slots import file_at

LONGEST = 600
"""Characters that are shown of a value that is no text but bytes; a data: URI has millions."""

LARGEST_PICTURE = 1600
"""Pixels of the longer side of an image that boxes are shown on."""

LONGEST_ANSWER = 100_000
"""Characters of a whole answer."""


class TakeDetails(AtService):
    """Answer what the browser asks about one take: its files, pictures, boxes and details; and put a sound under it."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests about one take."""
        return {
            protocol.Poster: self._poster,
            protocol.Media: self._media,
            protocol.Details: self._details,
            protocol.Boxes: self._boxes,
            protocol.WithSound: self._with_sound,
        }

    async def _poster(self, request: protocol.Poster, buffers: Sequence[bytes]) -> Reply:
        file = file_at(await self._take(request.take), request.file)

        def read() -> bytes | None:
            poster = file.poster
            return poster.read_bytes() if poster is not None and poster.is_file() else None

        data = await anyio.to_thread.run_sync(read)
        if data is None:
            raise RekaError("There is nothing to look at in this take.")
        return protocol.PictureValue("image/jpeg"), [data]

    async def _media(self, request: protocol.Media, buffers: Sequence[bytes]) -> Reply:
        file = file_at(await self._take(request.take), request.file)
        data = await anyio.to_thread.run_sync(lambda: file.path.read_bytes())
        return protocol.MediaValue(file.facts.media_type, file.file_name), [data]

    async def _details(self, request: protocol.Details, buffers: Sequence[bytes]) -> Reply:
        take = await self._take(request.take)
        control = self._controller
        known = partial(details, take, control.catalogue, control.without_key, by_place(control.library))
        return await anyio.to_thread.run_sync(known), ()

    async def _boxes(self, request: protocol.Boxes, buffers: Sequence[bytes]) -> Reply:
        take = await self._take(request.take)
        return await anyio.to_thread.run_sync(boxes_view, take, self._controller.library)

    async def _with_sound(self, request: protocol.WithSound, buffers: Sequence[bytes]) -> Reply:
        library = self._controller.library

        def put() -> tuple[TakeRecord, float]:
            asked = library.now()
            video, sound = library.take(request.video), library.take(request.sound)
            made = with_sound(library, video, sound, at=request.at, level=request.level, own=request.own)
            return made, asked

        take, asked = await anyio.to_thread.run_sync(put)
        self._controller.measuring.add(take.id)
        return protocol.WithSoundValue(take.id, kept=take.kept < asked), ()

    async def _take(self, take: str) -> Take:
        record = await anyio.to_thread.run_sync(self._controller.library.take, take)
        return self._controller.take(record)


def boxes_view(take: Take, library: Library) -> Reply:
    """Return a take's boxes for the browser, with a picture of the image that they are on."""
    width, height = size_of(take.request)
    boxes = [
        protocol.Box(
            box.label,
            list(box.pixels) if box.pixels else None,
            [round(part, 6) for part in box.relative] if box.relative else None,
            box.score,
        )
        for box in take.boxes
    ]
    picture = None
    with contextlib.suppress(RekaError):  # the boxes are worth more than the image that they are on
        source = image_of(library, take.request)
        picture = None if source is None else media.thumbnail(source, LARGEST_PICTURE)
    media_type = "" if picture is None else "image/jpeg"
    return protocol.BoxesValue(media_type, width, height, boxes), [picture] if picture else ()


def details(
    take: Take, catalogue: Catalogue, without_key: Callable[[str], str], named: Naming = by_digest
) -> protocol.DetailsValue:
    """Return what is known of a take.

    Args:
        named: What its images are called in code.
        without_key: Removes the API key from a text; a service may send back what it was sent.
    """
    passages = {"Request": describe_request(take.request), **take.raw}
    return protocol.DetailsValue(
        facts=[protocol.Passage(label, without_key(text)) for label, text in _facts(take)],
        answers=[
            protocol.Passage(_heading(name), without_key(_as_json(value))) for name, value in passages.items()
        ],
        cell=_write(as_cell, take.request, catalogue, named),
        python=_write(as_python, take.request, catalogue, named),
    )


def _facts(take: Take) -> Iterator[tuple[str, str]]:
    record, job = take.record, take.record.job
    attempts = "" if job.attempt == 1 else f", at the {_ordinal(job.attempt)} attempt"
    requests = "" if record.requests is None else f", {many(record.requests, 'HTTP request')}"
    billed = format_cost(take)
    if job.service == SERVICE:
        yield "Cost", f"{billed}: made on this machine"
    else:
        yield "Cost", f"{billed and f'{billed} · '}1 generation{attempts}{requests}"
    if record.took is not None:
        worked = f", {format_duration(record.worked)} of it at work" if record.worked is not None else ""
        yield "Time", f"Took {format_duration(record.took)}{worked}"
    if job.service == SERVICE:
        yield "Made", moment(job.created)
        yield "From", f"{take.request.input['video']}\n{take.request.input['sound']}"
    else:
        yield "Requested", f"{moment(job.created)}{take.by_other and f' by {take.by_other}'}"
        yield "Service", job.service
        yield "Request id", job.request_id or "none"
    for shown in take.files:
        file, gone = shown.facts, "" if shown.is_there else " (not there any more)"
        rate = f", {file.fps:g} frames a second" if file.fps else ""
        sound = ", with sound" if file.has_audio and kind_of(file.kind).has_frames else ""
        yield "File", f"{shown.where}{gone}\n{file.media_type}, {file_size(file.bytes)}{rate}{sound}"
    for remark in record.remarks:
        yield "Remark", remark


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _heading(name: str) -> str:
    return name if name == "Request" else f"Answer to {name}"


def describe_request(request: GenerationRequest) -> dict[str, Any]:
    """Return a request as its identity sees it: images by their digest, and by what of them was sent."""
    images = {slot: [_image(use) for use in uses] for slot, uses in request.images.items()}
    return {"endpoint": request.endpoint, "input": request.input, "images": images, "take": request.take}


def _image(use: ImageUse) -> dict[str, Any]:
    where = {"url": use.url} if use.url else {"digest": use.digest}
    framing = {name: value for name, value in (("crop", use.crop), ("pad", use.pad)) if value}
    return {"name": use.name, **where, **framing}


def _as_json(value: Any) -> str:
    text = json.dumps(_shortened(value), indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_ANSWER else f"{text[:LONGEST_ANSWER]}\n…"


def _shortened(value: Any) -> Any:
    """Return an answer for display, with the bytes of a file counted instead of printed."""
    if isinstance(value, str) and len(value) > LONGEST and " " not in value[:LONGEST]:
        return f"{value[:LONGEST]}… ({many(len(value), 'character')} in all)"
    if isinstance(value, Mapping):
        return {key: _shortened(inner) for key, inner in value.items()}
    return [_shortened(inner) for inner in value] if isinstance(value, list) else value


def _write(
    write: Callable[[GenerationRequest, Catalogue, Naming], str],
    request: GenerationRequest,
    catalogue: Catalogue,
    named: Naming,
) -> str | None:
    try:
        return write(request, catalogue, named)
    except NotWritable:
        return None
