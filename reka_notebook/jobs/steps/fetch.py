"""Fetch a file of a result from where it stands: what has arrived is neither given up nor fetched again."""

import filecmp
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from reka_notebook import media
from reka_notebook.api import ApiError, BadAnswer, Client, MediaLink, Unanswered
from reka_notebook.api.connections import FILES, Stream
from reka_notebook.jobs.steps.arrived import (
    Arrival,
    Fetched,
    already_there,
    decode_data,
    fits_together,
    move_in,
)
from reka_notebook.jobs.steps.link_refused import refusal
from reka_notebook.library import JobRecord, Library
from reka_notebook.library.folder import disk_in_words
from reka_notebook.media.films.tracks import SMALLEST, is_whole

MAX_FILE = 4 * 2**30
"""Bytes of the largest file that is fetched."""

WINDOW, SLOWEST = 60.0, 64 * 2**10
"""Bytes that have to arrive in so many seconds; a file that trickles in is asked for anew, from where it stands."""

PIECE = 2**20
"""Bytes that are written at once."""

NOT_ASKED = "The file is whole by what it says itself; its host could not be asked any more."

_DECODERS: RunVar[anyio.CapacityLimiter] = RunVar("decoders")


class NotInTime(BadAnswer):
    """Report that the file had not arrived when its time was up; what has arrived of it stays."""


async def fetch(
    client: Client,
    library: Library,
    record: JobRecord,
    link: MediaLink,
    index: int,
    *,
    seconds: float | None = None,
    text: bool = False,
    last: bool = False,
    again: bool = True,
    show: Callable[[Path], None] | None = None,
) -> Fetched:
    """Fetch one file of a result into the library.

    What has arrived of it already, even in an earlier process, is not fetched again. A file that looks cut
    short is believed if the server has no more of it; one that cannot be decoded is kept as it came.

    Args:
        seconds: How long it may take to arrive.
        text: Whether it may be a text.
        last: Whether it will not be asked for again; then a text is kept that may be the file.
        again: Whether an earlier try may have moved it into the library, which takes a look through the folder.
        show: Called with the file when it has arrived whole, before anything is done with it.

    Raises:
        ApiError: If it could not be fetched.
        LibraryError: If the disk refuses it.
        NotMedia: If a page came in its place.
        CutShort: If a part of it is missing, and may still be had.
    """
    there = None
    if again and link.is_main:
        there = await anyio.to_thread.run_sync(already_there, library, record, index)
    if there is None:
        part, have = await anyio.to_thread.run_sync(_begun, library, record, index)
        arrival = await _arrive(client, link, part, have, seconds)
    else:
        part, arrival = there, Arrival(whole=True, again=True)

    # A text that stands in the answer stays there, and one of a few words is no file.
    last = last and not link.url.startswith("data:") and (await anyio.Path(part).stat()).st_size >= SMALLEST

    def keep_it() -> Fetched:
        return move_in(library, record, part, index, link, replace(arrival, last=last), text, client.hide)

    with anyio.CancelScope(shield=True):  # what has arrived is moved in, and not lost on the way
        if show is not None and there is None and arrival.whole:
            await anyio.to_thread.run_sync(show, part, limiter=_decoders())
        fetched = await anyio.to_thread.run_sync(keep_it, limiter=_decoders())
    return fetched


async def _arrive(client: Client, link: MediaLink, part: Path, have: int, seconds: float | None) -> Arrival:
    with disk_in_words(part):
        if link.url.startswith("data:"):
            await anyio.to_thread.run_sync(part.write_bytes, decode_data(link.url))
            return Arrival(whole=True, again=True)
        with anyio.move_on_after(seconds):
            arrival = await _download(client, link.url, part, have)
            if arrival.joined and not await anyio.to_thread.run_sync(fits_together, part):
                arrival = await _anew(client, link.url, part)
            return arrival
    raise NotInTime("The file had not arrived at the job's deadline; what has arrived of it is kept")


async def arrived_before(
    client: Client, library: Library, record: JobRecord, link: MediaLink, index: int
) -> Fetched | None:
    """Move in a file that has arrived whole, by its own account, although its host can no longer be asked.

    A process may have ended between the file's last byte and its place in the library.

    Returns:
        ``None`` if it has not arrived whole.
    """

    def keep_it() -> Fetched | None:
        part, have = _begun(library, record, index)
        try:
            if not have or not is_whole(part):
                return None
            media.probe(part)
        except media.MediaError:
            return None
        found = move_in(
            library, record, part, index, link, Arrival(whole=True, again=True), False, client.hide
        )
        return found._replace(remarks=(*found.remarks, NOT_ASKED))

    return await anyio.to_thread.run_sync(keep_it, limiter=_decoders())


def _begun(library: Library, record: JobRecord, index: int) -> tuple[Path, int]:
    """Return where a file arrives, and how many bytes of it have."""
    part = library.media.part(record.id, index, record.epoch)
    with disk_in_words(part):
        return part, part.stat().st_size


def _decoders() -> anyio.CapacityLimiter:
    """Return the limit of two files decoded at once: more would only compete for the processor."""
    try:
        return _DECODERS.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(2)
        _DECODERS.set(limiter)
        return limiter


async def _download(client: Client, url: str, part: Path, have: int) -> Arrival:
    """Fetch what is missing of a file. What arrived before is replaced only by something better.

    Args:
        have: How many bytes of it have arrived.

    Raises:
        LinkRefused: If the file's host refuses the URL.
        NotMedia: If a page came in place of a file of which a part had arrived.
        ApiError: If it could not be fetched now; what has arrived of it stays.
    """
    while True:
        async with client.media(url, offset=have) as stream:
            if have and stream.status == 416 and _total(stream) == have:
                return Arrival(whole=True, again=True)
            if have and stream.status == 206 and _begin(stream) == have:
                size = await _write(stream, part, begun=have)
                if size >= (_total(stream) or 0):
                    return Arrival(whole=True, joined=True)
                if size == have:
                    raise Unanswered("The file's host sends no more of it")
                have = size  # some hosts send a part at a time
                continue
            if _is_from_the_start(stream, have):
                return await _from_the_start(stream, part, have)
            if not have or stream.status not in (206, 416):
                raise await refusal(client, stream, url)
        break
    # What had arrived is no part of what lies there now, or the server does not say.
    async with client.media(url) as stream:
        if stream.status not in FILES:
            raise await refusal(client, stream, url)
        return await _from_the_start(stream, part, have)


def _is_from_the_start(stream: Stream, have: int) -> bool:
    """Return whether an answer is the file from its first byte; a part that does not say is, if all was asked for."""
    if stream.status == 206:
        return _begin(stream) == 0 or (not have and _begin(stream) is None)
    return stream.status in FILES


async def _anew(client: Client, url: str, part: Path) -> Arrival:
    """Fetch a file from its start if its parts do not fit together: it may have changed between two answers."""
    with suppress(ApiError):
        async with client.media(url) as stream:
            if stream.status in FILES:
                return await _from_the_start(stream, part, (await anyio.Path(part).stat()).st_size)
    return Arrival(whole=True)


async def _from_the_start(stream: Stream, part: Path, have: int) -> Arrival:
    """Write a file that is sent from its start, beside what there is of it already."""
    headers = stream.headers
    whole = "content-length" in headers or "chunked" in headers.get("transfer-encoding", "")
    arrival = Arrival(whole, said=headers.get("content-type", ""), coding=headers.get("content-encoding", ""))
    if not have:
        await _write(stream, part)
        return arrival
    again = part.with_suffix(".again")
    try:
        await _write(stream, again)
    except ApiError:
        if again.exists() and again.stat().st_size > have:
            again.replace(part)
        raise
    return await anyio.to_thread.run_sync(_compared, part, again, arrival)


def _compared(part: Path, again: Path, arrival: Arrival) -> Arrival:
    """Keep the better of two answers for the same file."""
    if filecmp.cmp(part, again, shallow=False):
        again.unlink()
        return replace(arrival, again=True)
    try:
        media.probe(again)
    except media.NotMedia:
        again.unlink()
        raise
    except media.MediaError:
        if again.stat().st_size < part.stat().st_size:
            again.unlink()
            return replace(arrival, whole=False)
    again.replace(part)
    return arrival


async def _write(stream: Stream, path: Path, begun: int = 0) -> int:
    """Write an answer's body and return the file's size; what has come is on disk even if the answer breaks off.

    The HTTP library sees to it that an answer is as long as it said.
    """
    total, length = _total(stream), stream.headers.get("content-length", "")
    if max(total or 0, begun + int(length) if length.isdecimal() else 0) > MAX_FILE:
        raise _too_large()
    size, gathered = begun, bytearray()
    with path.open("ab" if begun else "wb") as file:
        try:
            async for piece in _in_time(stream):
                size += len(piece)
                if size > MAX_FILE:
                    raise _too_large()
                gathered += piece
                if len(gathered) >= PIECE:
                    whole, gathered = bytes(gathered), bytearray()
                    await anyio.to_thread.run_sync(file.write, whole)
        finally:
            file.write(gathered)
    return size


async def _in_time(stream: Stream) -> AsyncIterator[bytes]:
    since, arrived = time.monotonic(), 0
    async for piece in stream.pieces:
        yield piece
        arrived += len(piece)
        if time.monotonic() - since > WINDOW:
            if arrived < SLOWEST:
                raise Unanswered(f"The file came at {arrived} bytes in {WINDOW:.0f} s")
            since, arrived = time.monotonic(), 0


def _too_large() -> BadAnswer:
    return BadAnswer(f"The file is larger than {MAX_FILE // 2**30} GiB")


def _total(stream: Stream) -> int | None:
    """Return the size of the whole file, as ``Content-Range`` has it."""
    total = stream.headers.get("content-range", "").rpartition("/")[2].strip()
    return int(total) if total.isdecimal() else None


def _begin(stream: Stream) -> int | None:
    """Return the byte at which a part of the file begins."""
    found = re.match(r"\s*bytes\s+(\d+)-", stream.headers.get("content-range", ""), re.IGNORECASE)
    return int(found[1]) if found else None
