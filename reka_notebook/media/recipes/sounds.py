"""Write a recipe into an MP3, a WAV, a FLAC or an Ogg."""

from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple
from zlib import crc32

from reka_notebook.media.recipes.edits import Edit, NoPlace, read_at
from reka_notebook.media.recipes.films import TAG
from reka_notebook.media.recipes.images import KEYWORD, Part, riff_chunk, riff_chunks, riff_with

_UNUSUAL = 0b1101_0000
"""Flags of an ID3 tag that is written in a way of its own, with an extended header or a footer."""


def mp3(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into an MP3, as a text of its ID3 tag (versions 2.3 and 2.4)."""
    data = b"\0" + KEYWORD.encode() + b"\0" + text.encode("ascii")
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3":
        frame = b"TXXX" + _seven_bits(len(data)) + b"\0\0" + data
        return [Edit(0, 0, b"ID3\x04\0\0" + _seven_bits(len(frame)) + frame)]
    if head[3] not in (3, 4) or head[5] & _UNUSUAL or any(byte & 0x80 for byte in head[6:]):
        raise NoPlace
    size = sum(byte << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    frame = b"TXXX" + (_seven_bits(len(data)) if head[3] == 4 else len(data).to_bytes(4)) + b"\0\0" + data
    return [Edit(6, 4, _seven_bits(size + len(frame)) + frame)]


def _seven_bits(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def wav(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a WAV, as the comment of its list of information."""
    if read_at(file, 8, 4) != b"WAVE" or not list(riff_chunks(file)):
        raise NoPlace
    comment = riff_chunk(b"ICMT", text.encode("ascii") + b"\0")
    return riff_with(file, riff_chunk(b"LIST", b"INFO" + comment), [])


_STREAMINFO, _COMMENTS = 0, 4
"""Kinds of a FLAC's blocks (RFC 9639); what is kept in the second one, Ogg has in the same form."""


def flac(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into a FLAC, as one of its comments."""
    every = list(_flac_blocks(file))
    others = [block for block in every[1:] if block.kind[0] != _COMMENTS]
    comments = [block for block in every if block.kind[0] == _COMMENTS]
    if every[0].kind[0] != _STREAMINFO or len(comments) > 1:
        raise NoPlace
    before = b"".join(read_at(file, one.start + 4, one.end - one.start - 4) for one in comments)
    data = _with_comment(before, text)
    if len(data) >= 2**24:
        raise NoPlace
    last = others[-1] if others else None
    header = bytes([_COMMENTS | (0 if last else _LAST)]) + len(data).to_bytes(3)
    edits = [Edit(one.start, one.end - one.start, b"") for one in comments]
    edits += [Edit(last.start, 1, bytes([last.kind[0] | _LAST]))] if last else []
    return [*edits, Edit(every[0].start, 1, bytes([_STREAMINFO])), Edit(every[0].end, 0, header + data)]


_LAST = 0x80


def _flac_blocks(file: IO[bytes]) -> Iterator[Part]:
    if read_at(file, 0, 4) != b"fLaC":
        raise NoPlace
    position, last = 4, False
    while not last:
        header = read_at(file, position, 4)
        last = bool(header[0] & _LAST)
        end = position + 4 + int.from_bytes(header[1:])
        yield Part(position, end, bytes([header[0] & ~_LAST]))
        position = end


def _with_comment(before: bytes, text: str) -> bytes:
    """Return a Vorbis comment with a recipe as the first of its comments, in the place of an earlier one."""
    vendor, left = _counted(before or _number(0) + _number(0))
    count, left = int.from_bytes(left[:4], "little"), left[4:]
    kept = [f"{TAG}={text}".encode()]
    for _ in range(count):
        comment, left = _counted(left)
        if not comment.upper().startswith(f"{TAG}=".encode()):
            kept.append(comment)
    return (
        _number(len(vendor))
        + vendor
        + _number(len(kept))
        + b"".join(_number(len(one)) + one for one in kept)
        + left
    )


def _counted(data: bytes) -> tuple[bytes, bytes]:
    """Return bytes whose number comes before them, and the rest."""
    size = int.from_bytes(data[:4], "little")
    if len(data) < 4 + size:
        raise NoPlace
    return data[4 : 4 + size], data[4 + size :]


def _number(number: int) -> bytes:
    return number.to_bytes(4, "little")


class _Page(NamedTuple):
    """Hold a page of an Ogg (RFC 3533)."""

    header: bytes
    sizes: bytes
    data: bytes


def ogg(file: IO[bytes], text: str) -> list[Edit]:
    """Return the edits that put a recipe into an Ogg of one sound, as one of its comments.

    There are as many pages as before, so that no page behind them has to change.
    """
    first = _ogg_page(file, 0)
    start = position = _HEADER + len(first.sizes) + len(first.data)
    headers = _ogg_headers(first.data)
    pages, packets, open_packet = list[_Page](), list[bytes](), b""
    while len(packets) < headers or open_packet:
        page = _ogg_page(file, position)
        if page.header[14:18] != first.header[14:18] or len(pages) == _MOST_PAGES:  # another stream
            raise NoPlace
        pages.append(page)
        position += _HEADER + len(page.sizes) + len(page.data)
        at = 0
        for size in page.sizes:
            open_packet += page.data[at : at + size]
            at += size
            if size < 255:
                packets.append(open_packet)
                open_packet = b""
    if len(packets) != headers:
        raise NoPlace
    packets[0] = _with_comment_packet(packets[0], text)
    return [Edit(start, position - start, b"".join(_paged(packets, pages)))]


_HEADER = 27
_MOST_PAGES = 64


def _ogg_page(file: IO[bytes], position: int) -> _Page:
    header = read_at(file, position, _HEADER)
    if header[:5] != b"OggS\0":
        raise NoPlace
    sizes = read_at(file, position + _HEADER, header[26])
    return _Page(header, sizes, read_at(file, position + _HEADER + len(sizes), sum(sizes)))


def _ogg_headers(first: bytes) -> int:
    """Return how many packets stand between the first one and the sound; the comments are the first of them."""
    if first.startswith(b"\x01vorbis"):
        return 2
    if first.startswith(b"OpusHead"):
        return 1
    if first.startswith(b"\x7fFLAC") and (count := int.from_bytes(first[7:9])):
        return count
    raise NoPlace


def _with_comment_packet(packet: bytes, text: str) -> bytes:
    for start in (b"OpusTags", b"\x03vorbis"):
        if packet.startswith(start):
            return start + _with_comment(packet[len(start) :], text)
    if packet and packet[0] & ~_LAST == _COMMENTS:  # a FLAC's
        data = _with_comment(packet[4:], text)
        return packet[:1] + len(data).to_bytes(3) + data
    raise NoPlace


def _paged(packets: Sequence[bytes], pages: Sequence[_Page]) -> Iterator[bytes]:
    """Yield pages with these packets, as much as possible in the first one: a recipe is not to be torn apart."""
    sizes = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    if not len(pages) <= len(sizes) <= 255 * len(pages):
        raise NoPlace
    data, continued = b"".join(packets), False
    for number, page in enumerate(pages, 1):
        own = sizes[: min(255, len(sizes) - (len(pages) - number))]
        sizes, part, data = sizes[len(own) :], data[: sum(own)], data[sum(own) :]
        position = bytes(8) if any(size < 255 for size in own) else b"\xff" * 8  # of no packet that ends here
        head = b"OggS\0" + bytes([continued]) + position + page.header[14:22]
        rest = bytes([len(own)]) + own + part
        yield head + _checksum(head + bytes(4) + rest) + rest
        continued = own[-1] == 255


_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _checksum(data: bytes) -> bytes:
    """Return the checksum of a page: that of zlib with the bits the other way round, and nothing added."""
    mirrored = crc32(data.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return mirrored.to_bytes(4, "big").translate(_MIRRORED)
