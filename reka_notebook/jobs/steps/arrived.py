"""Look at a file that has arrived, and move it into the library whatever it is."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

from reka_notebook import media
from reka_notebook.api import BadAnswer, MediaLink
from reka_notebook.api.reading.cleaning import Hide
from reka_notebook.api.reading.embedded import decode_data_uri
from reka_notebook.jobs.files.boxes import JSON_TYPE, LARGEST, Boxes, poster_of, read, size_of
from reka_notebook.jobs.files.described import described
from reka_notebook.jobs.steps.suffixes import suffix_of
from reka_notebook.jobs.steps.unpacked import unpack
from reka_notebook.kinds import OTHER, kind_of
from reka_notebook.library import JobRecord, LeaseLost, Library, MediaFile
from reka_notebook.library.store.names import POSTER
from reka_notebook.media.errors import AGAIN
from reka_notebook.media.films import oddities
from reka_notebook.media.films.tracks import media_type_of

log = logging.getLogger("reka_notebook")

_THE_FILE = "The file"

LARGEST_NOTE = 2**20
"""Bytes of a file that is searched for the API key as a text, in all the ways that a text may spell it."""


@dataclass(frozen=True)
class Arrival:
    """Say how a file has arrived.

    Attributes:
        whole: Whether as much came as the server had said.
        again: Whether the server has nothing but what had arrived before.
        joined: Whether it is made of several answers, which may be of several files.
        said: The type that its host says it has.
        coding: How its host says it is compressed, though that was not asked for.
        last: Whether it will not be asked for again.
    """

    whole: bool
    again: bool = False
    joined: bool = False
    said: str = ""
    coding: str = ""
    last: bool = False

    @property
    def may_be_the_file(self) -> bool:
        """Return whether what looks like text may be the file: its host calls it one, or has nothing else."""
        said = self.said.strip().lower()
        named = said and not any(word in said for word in ("octet-stream", "json", "xml", "html", "form"))
        return not said.startswith("text/") and bool(named or self.last)


class Fetched(NamedTuple):
    """Hold a file in the library, and what is odd about it.

    ``named`` says that it stood in the output where a file of the result is known to stand.
    """

    file: MediaFile
    remarks: tuple[str, ...] = ()
    named: bool = False


def decode_data(url: str) -> bytes:
    """Return the bytes in a ``data:`` URI, in the spellings that services use.

    Raises:
        BadAnswer: If it is not one.
    """
    try:
        return decode_data_uri(url)
    except ValueError as error:
        raise BadAnswer("The result holds a data: URI that cannot be decoded") from error


def fits_together(part: Path) -> bool:
    """Return whether a file joined from several answers decodes; a missing part is another matter."""
    try:
        return not any(oddities.UNDECODED in remark for remark in media.probe(part).remarks)
    except (media.CutShort, media.NotMedia):
        return True
    except media.MediaError:
        return False


def check_lease(library: Library, record: JobRecord) -> None:
    """Check that no other process has taken the job over, before a file is written for it.

    Raises:
        LeaseLost: If one has.
    """
    if library.jobs.epoch(record.id) != record.epoch:
        raise LeaseLost(f"Job {record.id} is done by another process now.")


def move_in(
    library: Library,
    record: JobRecord,
    part: Path,
    index: int,
    link: MediaLink,
    arrival: Arrival,
    text: bool,
    hide: Hide,
) -> Fetched:
    """Move an arrived file into the library, with a poster if it can be shown, and with what is odd about it.

    Args:
        text: Whether it may be a text.

    Raises:
        NotMedia: If it is a page in place of the file.
        CutShort: If a part of it is missing, and may still be had.
        LeaseLost: If another process does the job now.
    """
    info: media.MediaInfo | None = None
    poster: bytes | None = None
    why = ""
    if unpack(part, arrival.coding):
        arrival = replace(arrival, whole=True, again=True)  # what was compressed came whole
    try:
        info, poster = media.examine(part, lenient=True) if arrival.again else media.examine(part)
    except media.MediaError as error:
        why = hide(str(error).replace(part.name, _THE_FILE))
        if isinstance(error, media.NotMedia):
            if not (text and part.stat().st_size) and not _is_believed(part, arrival):
                part.write_bytes(b"")  # a page is not the file, and no part of it
                raise media.NotMedia(why) from None
            why = "" if text else why
        # What cannot be decoded may not have come whole, where the server did not say how long it is.
        elif isinstance(error, media.CutShort) or not (arrival.whole or arrival.again):
            raise media.CutShort(why) from None
        why = why.removesuffix(AGAIN).rstrip()
    except Exception as error:  # an error of a decoder is no reason to lose the file
        log.exception("the file of job %s cannot be looked at", record.id)
        why = f"{_THE_FILE} cannot be decoded here ({type(error).__name__})."
    if info is None:
        _without_key(part, hide)
    check_lease(library, record)
    if info is None:
        media_type = media_type_of(part) or "application/octet-stream"
        name = _name(library, record, index, link, media_type)
        file = MediaFile(name=name, kind="other", media_type=media_type, bytes=part.stat().st_size)
        library.media.move_in(part, name)
        return Fetched(file, (f"{why} It is kept as it came.",) if why else (), link.is_main)
    file = _media_file(library, record, index, link, info, poster)
    if file.poster and poster:
        library.media.write(file.poster, poster)
    library.media.move_in(part, file.name)
    return Fetched(file, info.remarks, link.is_main)


def glance_at(
    library: Library, record: JobRecord, part: Path, index: int, link: MediaLink
) -> tuple[Fetched, bytes] | None:
    """Return what ``move_in`` is about to make of a film that has arrived, and its poster, and leave the file there.

    Returns:
        ``None`` if that takes a closer look.
    """
    try:
        info, poster = media.glance(part)
    except Exception:  # whoever looks closer meets it again, and says so
        return None
    file = _media_file(library, record, index, link, info, poster)
    return Fetched(file, info.remarks, link.is_main), poster


def _media_file(
    library: Library,
    record: JobRecord,
    index: int,
    link: MediaLink,
    info: media.MediaInfo,
    poster: bytes | None,
) -> MediaFile:
    return described(_name(library, record, index, link, info.media_type), info, poster)


def _name(library: Library, record: JobRecord, index: int, link: MediaLink, media_type: str) -> str:
    suffix = suffix_of(media_type, link.file_name, link.url)
    return library.media.name(record.id, record.created, _title(record), index, suffix)


def _is_believed(part: Path, arrival: Arrival) -> bool:
    """Return whether what is not a film is kept because its host calls it one; a page or an error is not."""
    return (
        arrival.may_be_the_file
        and arrival.whole
        and media_type_of(part) in (None, "text/plain")
        and part.stat().st_size > 0
    )


def _without_key(part: Path, hide: Hide) -> None:
    """Take the API key out of a short file of no known kind: it may be a note that says what was sent."""
    if part.stat().st_size > LARGEST_NOTE or media_type_of(part) not in (None, "text/plain"):
        return
    written = part.read_bytes().decode("utf-8", "surrogateescape")
    clean = hide(written)
    if clean != written:
        part.write_bytes(clean.encode("utf-8", "surrogateescape"))


def already_there(library: Library, record: JobRecord, index: int) -> Path | None:
    """Return the file of a result that an earlier try moved into the library while others were missing."""
    return library.media.arrived(record.id, record.created, _title(record), index)


def _title(record: JobRecord) -> str:
    first = next((use.name for uses in record.request.images.values() for use in uses), "")
    return f"{Path(first).stem} {record.request.prompt}"


def keep_data(
    library: Library, record: JobRecord, output: object, schema: Mapping[str, Any] | None = None
) -> Fetched:
    """Keep an output that points to no file (boxes, text) as a JSON file of its own.

    Args:
        schema: That of an endpoint that makes boxes, else ``None``.
    """
    name = library.media.name(record.id, record.created, record.request.prompt, 0, "-output.json")
    data = msgspec.json.format(msgspec.json.encode(output))
    library.media.write(name, data)
    file = MediaFile(name=name, kind="other", media_type=JSON_TYPE, bytes=len(data))
    return (
        as_boxes(library, record, Fetched(file, named=True), output, schema)
        if schema is not None
        else Fetched(file)
    )


def file_as_boxes(library: Library, record: JobRecord, found: Fetched, schema: Mapping[str, Any]) -> Fetched:
    """Return a file that has arrived as boxes, if it is a text that holds some; any other stays what it is."""
    path = library.media.path(found.file.name)
    if kind_of(found.file.kind) is not OTHER or found.file.bytes > LARGEST:
        return found
    try:
        answer: object = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return found
    return as_boxes(library, record, found, answer, schema)


def as_boxes(
    library: Library, record: JobRecord, found: Fetched, answer: object, schema: Mapping[str, Any]
) -> Fetched:
    """Return a kept answer as boxes, with a picture of them."""
    try:
        boxes = read(answer, record.request, schema)
        picture = poster_of(library, record.request, boxes)
    except Exception as error:  # what was paid for is kept, whatever is to be said of it
        log.exception("the boxes of job %s could not be read", record.id)
        boxes, picture = Boxes([], (f"The boxes cannot be read here ({type(error).__name__}).",)), None
    width, height = size_of(record.request)
    poster = f"{Path(found.file.name).with_suffix('')}{POSTER}" if picture else None
    if poster and picture:
        library.media.write(poster, picture)
    file = structs.replace(found.file, kind="boxes", width=width, height=height, poster=poster)
    return found._replace(file=file, remarks=(*found.remarks, *boxes.remarks), named=True)
