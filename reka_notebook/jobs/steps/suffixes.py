"""Choose the endings that files of a take are kept with: by what they are, not by what a URL says."""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

ENDINGS: dict[str, tuple[str, ...]] = {
    "video/mp4": (".mp4", ".m4v"),
    "video/webm": (".webm",),
    "video/quicktime": (".mov", ".qt"),
    "video/x-matroska": (".mkv",),
    "video/x-msvideo": (".avi",),
    "video/mp2t": (".ts", ".mts", ".m2ts"),
    "video/mpeg": (".mpg", ".mpeg"),
    "video/x-flv": (".flv",),
    "video/x-ms-asf": (".wmv", ".asf"),
    "video/ogg": (".ogv", ".ogg"),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav", ".wave"),
    "audio/x-wav": (".wav", ".wave"),
    "audio/mp4": (".m4a", ".m4b"),
    "audio/quicktime": (".mov",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/flac": (".flac",),
    "audio/aac": (".aac",),
    "audio/aiff": (".aiff", ".aif", ".aifc"),
    "audio/x-caf": (".caf",),
    "audio/x-ms-asf": (".wma",),
    "audio/mp2t": (".ts",),
    "audio/webm": (".weba", ".webm"),
    "audio/x-matroska": (".mka",),
    "audio/x-msvideo": (".avi",),
    "image/png": (".png", ".apng"),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "image/avif": (".avif",),
    "image/heic": (".heic", ".heif"),
    "image/bmp": (".bmp",),
    "image/tiff": (".tiff", ".tif"),
    "image/jp2": (".jp2", ".j2k"),
    "image/jxl": (".jxl",),
    "image/svg+xml": (".svg",),
    "image/vnd.adobe.photoshop": (".psd",),
    "application/pdf": (".pdf",),
    "application/zip": (".zip",),
    "application/gzip": (".gz",),
    "application/json": (".json",),
    "application/xml": (".xml",),
    "text/plain": (".txt", ".srt", ".vtt", ".csv"),
    "text/html": (".txt",),
}
"""Of each kind the usual ending, and others that a file of that kind may come with and keeps."""


def suffix_of(media_type: str, *names: str | None) -> str:
    """Return the ending for a kind of file: the first of ``names`` (or URLs) that fits, else the usual one."""
    known = ENDINGS.get(media_type, (".bin",))
    for name in names:
        if name and not name.startswith("data:"):
            ending = PurePosixPath(_path(name)).suffix.lower()
            if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) and ending in known:
                return ending
    return known[0]


def _path(name: str) -> str:
    try:
        return urlsplit(name).path
    except ValueError:
        return ""
