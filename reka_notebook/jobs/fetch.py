"""From a finished result to files in the library: whole, checked, and only then there."""

import base64
import binascii
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import anyio
import anyio.to_thread
import msgspec
from anyio.lowlevel import RunVar

from reka_notebook import media
from reka_notebook.api import ApiError, BadAnswer, Client, MediaLink, Unanswered
from reka_notebook.api.connections import Stream
from reka_notebook.api.rejection import error_from
from reka_notebook.api.transport import Answer
from reka_notebook.library import JobRecord, LeaseLost, Library, MediaFile
from reka_notebook.library.folder import disk_in_words

MAX_FILE = 4 * 2**30
"""Bytes of the largest file that is fetched."""

WINDOW, SLOWEST = 60.0, 64 * 2**10
"""Bytes that have to arrive in so many seconds; a file that trickles in is asked for anew, from where it stands."""

MAX_ERROR = 64 * 2**10
"""Bytes read of an answer that is not the file."""

PIECE = 2**20
"""Bytes that are written at once."""

_DECODERS: RunVar[anyio.CapacityLimiter] = RunVar("decoders")

SUFFIXES = {
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
}


async def fetch(
    client: Client, library: Library, record: JobRecord, link: MediaLink, index: int
) -> MediaFile:
    """Fetch one file of a result into the library.

    What has arrived of it already, also in an earlier process, is not fetched again.

    :raises ApiError: it could not be fetched.
    :raises LibraryError: the disk refuses it.
    :raises MediaError: what came is not a file that decodes; it is thrown away.
    """
    part, have = await anyio.to_thread.run_sync(_begun, library, record, index)
    with disk_in_words(part):
        if link.url.startswith("data:"):
            await anyio.to_thread.run_sync(part.write_bytes, _decode(link.url))
        else:
            whole = await _download(client, link.url, part, have)
            if not whole:
                await anyio.to_thread.run_sync(library.media.clear_parts, record.id)
                raise BadAnswer("The file at the service is not the one that was begun")
    try:
        return await anyio.to_thread.run_sync(_move_in, library, record, part, index, limiter=_decoders())
    except media.MediaError:
        await anyio.to_thread.run_sync(library.media.clear_parts, record.id)
        raise


def _begun(library: Library, record: JobRecord, index: int) -> tuple[Path, int]:
    """Where a file arrives, and how many bytes of it have."""
    part = library.media.part(record.id, index, record.epoch)
    with disk_in_words(part):
        return part, part.stat().st_size


async def _download(client: Client, url: str, part: Path, have: int) -> bool:
    """Fetch what is missing of a file; ``False`` where what has arrived is not a part of it.

    That an answer is as long as it said is seen to by httpx.
    """
    async with client.media(url, offset=have) as stream:
        if stream.status == 416 and have:  # nothing is left to fetch, or the file is another one
            return stream.headers.get("content-range", "").endswith(f"/{have}")
        if stream.status not in (200, 206):
            raise error_from(Answer(stream.status, stream.headers, await _start_of(stream)))
        if stream.status == 206 and not stream.headers.get("content-range", "").startswith(f"bytes {have}-"):
            return False
        begun = have if stream.status == 206 else 0
        length = stream.headers.get("content-length", "")
        if length.isdigit() and begun + int(length) > MAX_FILE:
            raise BadAnswer(f"The file is larger than {MAX_FILE // 2**30} GiB")
        size = begun
        with part.open("ab" if begun else "wb") as file:
            async for piece in _large_pieces(stream):
                size += len(piece)
                if size > MAX_FILE:
                    raise BadAnswer(f"The file is larger than {MAX_FILE // 2**30} GiB")
                await anyio.to_thread.run_sync(file.write, piece)
    return True


async def _large_pieces(stream: Stream) -> AsyncIterator[bytes]:
    """The file in pieces worth a visit to the disk; what came before a break is handed out all the same."""
    gathered = bytearray()
    since, arrived = time.monotonic(), 0
    try:
        async for piece in stream.pieces:
            gathered += piece
            arrived += len(piece)
            if time.monotonic() - since > WINDOW:
                if arrived < SLOWEST:
                    raise Unanswered(f"The file came at {arrived} bytes in {WINDOW:.0f} s")
                since, arrived = time.monotonic(), 0
            if len(gathered) >= PIECE:
                yield bytes(gathered)
                gathered.clear()
    except ApiError:
        yield bytes(gathered)
        raise
    yield bytes(gathered)


async def _start_of(stream: Stream) -> bytes:
    """As much of an answer as an error in it takes, and no more of what may be endless."""
    body = bytearray()
    async for piece in stream.pieces:
        body += piece
        if len(body) >= MAX_ERROR:
            break
    return bytes(body[:MAX_ERROR])


def _decode(url: str) -> bytes:
    head, _, data = url.partition(",")
    try:
        return base64.b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
    except (binascii.Error, ValueError) as error:
        raise BadAnswer("The result holds a data: URI that cannot be decoded") from error


def _decoders() -> anyio.CapacityLimiter:
    """Two files are decoded at once: more would only take the processor from each other, and from everything else."""
    try:
        return _DECODERS.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(2)
        _DECODERS.set(limiter)
        return limiter


def check_lease(library: Library, record: JobRecord) -> None:
    """See that no other process has taken the job over, before a file is written for it.

    :raises LeaseLost: one has.
    """
    if library.jobs.epoch(record.id) != record.epoch:
        raise LeaseLost(f"Job {record.id} is done by another process now.")


def _move_in(library: Library, record: JobRecord, part: Path, index: int) -> MediaFile:
    info, poster = media.examine(part)
    check_lease(library, record)
    suffix = SUFFIXES.get(info.media_type, ".bin")
    first = next((use.name for uses in record.request.images.values() for use in uses), "")
    title = f"{Path(first).stem} {record.request.prompt}"
    name = library.media.name(record.id, record.created, title, index, suffix)
    beside = library.media.write(f"{Path(name).with_suffix('')}.poster.jpg", poster) if poster else None
    library.media.move_in(part, name)
    return MediaFile(
        name=name,
        kind=info.kind,
        media_type=info.media_type,
        bytes=info.bytes,
        width=info.width,
        height=info.height,
        duration=info.duration,
        fps=info.fps,
        has_audio=info.has_audio,
        poster=beside,
    )


def keep_data(library: Library, record: JobRecord, output: object) -> MediaFile:
    """Keep an output that points to no file (boxes, text) as a JSON file of its own."""
    name = library.media.name(record.id, record.created, record.request.prompt, 0, "-output.json")
    data = msgspec.json.format(msgspec.json.encode(output))
    library.media.write(name, data)
    return MediaFile(name=name, kind="other", media_type="application/json", bytes=len(data))
