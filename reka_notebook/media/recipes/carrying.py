"""Copy a media file with a recipe in it, find the recipe of a file, and say whether it has content credentials."""

import json
from collections.abc import Callable, Mapping
from typing import IO

from reka_notebook.media.recipes import films, images, sounds
from reka_notebook.media.recipes.edits import Edit, NoPlace, apply, read_at, size_of

MARK = '{"reka_recipe":'
"""What a recipe begins with; it is looked for, wherever a file has it."""

LARGEST = 32_000
"""Bytes of a recipe that is written: a JPEG's segment holds twice as many."""

LARGEST_READ = 64_000

HEAD, TAIL = 2**17, 2**18
"""Bytes at a file's beginning and its end in which a recipe is looked for."""

_WAYS: Mapping[str, Callable[[IO[bytes], str], list[Edit]]] = {
    "video/mp4": films.iso,
    "video/quicktime": films.iso,
    "audio/mp4": films.iso,
    "image/avif": films.iso,
    "image/heic": films.iso,
    "video/webm": films.matroska,
    "video/x-matroska": films.matroska,
    "image/png": images.png,
    "image/jpeg": images.jpeg,
    "image/webp": images.webp,
    "image/gif": images.gif,
    "audio/mpeg": sounds.mp3,
    "audio/wav": sounds.wav,
    "audio/flac": sounds.flac,
    "audio/ogg": sounds.ogg,
}

_PLAIN = frozenset({"image/gif", "audio/mpeg", "audio/wav"})
"""Kinds whose texts are in ASCII."""


def copy_with(source: IO[bytes], target: IO[bytes], media_type: str, text: str) -> bool:
    """Copy a file with a recipe in its metadata; everything else in it stays as it is.

    Args:
        source: The file, which can be read at any place.
        target: Where the copy goes.
        text: The recipe, as JSON that begins with ``MARK``.

    Returns:
        Whether it has the recipe; nothing is written if there is no place for it.

    Raises:
        OSError: If it cannot be read or written.
    """
    way = _WAYS.get(media_type)
    text = _in_ascii(text) if media_type in _PLAIN else text
    for letter, escaped in (("&", r"\u0026"), ("<", r"\u003c"), (">", r"\u003e")):  # for XML
        text = text.replace(letter, escaped)
    if way is None or len(text.encode()) > LARGEST:
        return False
    try:
        edits = way(source, text)
        apply(source, edits, target)
    except NoPlace:
        return False
    return True


def _in_ascii(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":"))


def ends_of(file: IO[bytes]) -> tuple[bytes, bytes]:
    """Return a file's beginning and its end, where a recipe is."""
    size = size_of(file)
    file.seek(0)
    head = file.read(HEAD)
    file.seek(max(HEAD, size - TAIL))
    return head, file.read(TAIL)


def find(head: bytes, tail: bytes = b"") -> str | None:
    """Return the recipe in a file, by its beginning and its end; ``None`` if there is none.

    Whoever made the file has written it: it may be anything that begins like a recipe.
    """
    mark = MARK.encode()
    if (at := tail.rfind(mark)) >= 0:
        return _text_at(tail, at)
    # The one that was written last: in an ID3 tag it is the first.
    at = head.find(mark) if head[:3] == b"ID3" else head.rfind(mark)
    return None if at < 0 else _text_at(head + tail, at)


def find_first(part: bytes) -> str | None:
    """Return the recipe in a part of a file that begins just before it; ``None`` if there is none."""
    at = part.find(MARK.encode())
    return None if at < 0 else _text_at(part, at)


def _text_at(data: bytes, at: int) -> str:
    if data[max(0, at - 3) : at - 1] == b"\x21\xfe":
        return _of_blocks(data, at - 1).decode("utf-8", "replace")
    return data[at : at + LARGEST_READ].decode("utf-8", "replace")


def _of_blocks(data: bytes, position: int) -> bytes:
    """Return what the blocks of a GIF's comment hold together."""
    whole = bytearray()
    while position < len(data) and (length := data[position]) and len(whole) < LARGEST_READ:
        whole += data[position + 1 : position + 1 + length]
        position += 1 + length
    return bytes(whole)


_CREDENTIALS = b"c2pa"

_ELSEWHERE = b"dcterms:provenance="
"""How a file's XMP says where its credentials are."""


def has_credentials(file: IO[bytes], media_type: str) -> bool:
    """Return whether a file has content credentials (C2PA), or says where on the web they are.

    They are a signed record of where the file comes from. Whether they are valid is not checked.
    """
    try:
        return _has_credentials(file, media_type) or _is_elsewhere(file)
    except NoPlace:
        return False


def _is_elsewhere(file: IO[bytes]) -> bool:
    # A GIF has this byte within its XMP, and no text in UTF-8 has it.
    return any(_ELSEWHERE in part.replace(b"\xff", b"") for part in ends_of(file))


def _has_credentials(file: IO[bytes], media_type: str) -> bool:
    match media_type:
        case "video/mp4" | "video/quicktime" | "audio/mp4" | "image/avif" | "image/heic":
            return any(box.user == films.CREDENTIALS_BOX for box in films.boxes(file))
        case "image/png":
            return any(chunk.kind == b"caBX" for chunk in images.png_chunks(file))
        case "image/webp" | "audio/wav" | "video/x-msvideo":
            return any(chunk.kind == b"C2PA" for chunk in images.riff_chunks(file))
        case "image/jpeg":
            return any(
                segment.kind == b"\xeb"
                and _CREDENTIALS in read_at(file, segment.start, segment.end - segment.start)
                for segment in images.jpeg_segments(file)
            )
        case "image/tiff":
            return images.TIFF_CREDENTIALS in images.tiff_tags(file)
        case "audio/mpeg" | "audio/flac":
            file.seek(0)
            head = file.read(HEAD)
            return head[:3] == b"ID3" and b"GEOB" in head and _CREDENTIALS in head
        case "image/gif":
            file.seek(0)
            return b"\x21\xff\x0bC2PA_GIF" in file.read(HEAD)
    return False
