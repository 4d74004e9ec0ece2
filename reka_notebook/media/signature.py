"""Tell what a file is from its first bytes.

Neither a file's name nor a server's ``Content-Type`` is believed: an expired link is often saved as
``take.mp4`` and is a page of HTML.
"""

import codecs
import re

HEAD = 4096
"""Bytes that `recognise` wants to see."""

PICTURES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/avif",
        "image/bmp",
        "image/tiff",
        "image/jp2",
        "image/heic",
    }
)
"""Image types that `picture.open_picture` can read (HEIC where pillow-heif is installed)."""

NOUNS = {
    "image/jpeg": "a JPEG image",
    "image/png": "a PNG image",
    "image/webp": "a WebP image",
    "image/gif": "a GIF image",
    "image/avif": "an AVIF image",
    "image/bmp": "a BMP image",
    "image/tiff": "a TIFF image",
    "image/jp2": "a JPEG 2000 image",
    "image/heic": "a HEIC image",
    "image/jxl": "a JPEG XL image",
    "image/svg+xml": "an SVG drawing",
    "image/vnd.adobe.photoshop": "a Photoshop file",
    "video/mp4": "an MP4 video",
    "video/quicktime": "a QuickTime video",
    "video/webm": "a WebM video",
    "video/x-matroska": "a Matroska video",
    "video/x-msvideo": "an AVI video",
    "video/mp2t": "an MPEG transport stream",
    "video/mpeg": "an MPEG video",
    "video/x-flv": "a Flash video",
    "video/x-ms-asf": "a Windows Media file",
    "audio/mp4": "an MP4 sound",
    "audio/mpeg": "an MP3 sound",
    "audio/wav": "a WAV sound",
    "audio/ogg": "an Ogg sound",
    "audio/flac": "a FLAC sound",
    "audio/aac": "an AAC sound",
    "audio/aiff": "an AIFF sound",
    "audio/x-caf": "a CAF sound",
    "application/pdf": "a PDF document",
    "application/zip": "a ZIP archive",
    "application/gzip": "a gzip archive",
    "application/json": "JSON",
    "application/xml": "XML",
    "text/html": "an HTML page",
    "text/plain": "text",
    "text/x-git-lfs": "a Git LFS pointer, not the file itself",
}
"""Types in words, for error messages."""

TEXTS = frozenset({"text/html", "text/plain", "text/x-git-lfs", "application/json", "application/xml"})
"""What servers send in place of a file."""

_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"caff\x00\x01", "audio/x-caf"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"version https://git-lfs.github.com/spec/", "text/x-git-lfs"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_ISO_BOXES = frozenset({b"moov", b"mdat", b"moof", b"wide", b"free", b"skip"})


def recognise(head: bytes) -> str | None:
    """Return the media type that a file's first ``HEAD`` bytes suggest, or None if they suggest nothing."""
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix):
            return media_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[:1] == head[188:189] == head[376:377] == b"\x47":
        return "video/mp2t"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/x-matroska" if b"matroska" in head[:64] else "video/webm"
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[4:8] in _ISO_BOXES:
        return "video/quicktime"
    if len(head) > 2 and head[0] == 0xFF:
        return _mpeg_audio(head)
    return _text(head)


def beginning(head: bytes, limit: int = 80) -> str:
    """Return the first words of something textual, to show a person what came instead of a picture or a video."""
    text = re.sub(r"\s+", " ", head.decode("utf-8", "replace")).strip()
    text = "".join(letter for letter in text if letter.isprintable())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _iso_media(head: bytes) -> str:
    """Tell the members of the ISO base media family apart by the brands in their ``ftyp`` box."""
    length = min(int.from_bytes(head[:4]), len(head))
    brands = {head[start : start + 4] for start in (8, *range(16, length, 4))}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if brands & _HEIF_BRANDS:
        return "image/heic"
    major = head[8:12]
    if major == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if major in (b"M4A ", b"M4B ") else "video/mp4"


def _mpeg_audio(head: bytes) -> str | None:
    """Recognise MP3 and AAC streams, which begin with a frame header and not with a name (ISO/IEC 11172-3, 13818-7)."""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if head[1] & 0xE6 == 0xE2 and head[2] >> 4 != 0xF:
        return "audio/mpeg"
    return None


def _text(head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return None
    lower = start[:HEAD].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<title")):
        return "text/html"
    if lower.startswith(b"<"):
        if re.search(rb"<svg[\s>]", lower):
            return "image/svg+xml"
        return "text/html" if b"<html" in lower else "application/xml"
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        return None
    try:
        # Incrementally, since the head may end in the middle of a letter.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    return "application/json" if start.startswith((b"{", b"[")) else "text/plain"
