"""Show a take's file in the element that fits it, as HTML that plays in a saved notebook and on an exported page.

``src`` stands on the media element itself: JupyterLab's sanitiser removes a ``<source>`` inside it. Styles
are inline, because a style sheet does not survive in an untrusted notebook.

What blocks videos shows the poster. A page whose policy forbids them (GitHub's) shows the one of the element
itself; a host that takes the element away leaves the image within it, which no browser shows beside a video.
"""

import base64
import io
import math
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from reka_notebook import media
from reka_notebook.jobs import Take, TakeFile
from reka_notebook.kinds import kind_of
from reka_notebook.media import file_size

SIDE = 640
"""Pixels of a player's larger side."""

SMALL_SIDE = 480
"""Pixels of the picture that is seen where no player is."""

MOST_COLUMNS = 4
"""Pictures side by side where all of a take are one picture; more would be too small to tell apart."""

_TEXTUAL = ("text/", "application/json", "application/xml")

UNPLAYED = {
    "video/x-msvideo": "AVI",
    "video/x-flv": "Flash video",
    "video/x-ms-asf": "Windows Media",
    "video/mpeg": "MPEG-2",
    "video/mp2t": "MPEG-TS",
}
"""Kinds of video that no browser plays: a picture of them is shown."""

UNSHOWN = frozenset({"image/tiff", "image/jp2", "image/heic"})
"""Kinds of image that few browsers show: a JPEG of them is shown."""

_WORDS = "margin-top:6px;font-size:12px;opacity:.75"
_HALF = "display:inline-block;vertical-align:top;width:49%;margin:0 1% 6px 0"
_MEDIA = "display:block;width:100%;border-radius:6px;background:#0002"


def shown_files(take: Take) -> list[TakeFile]:
    """Return the files of a take that are shown: all that are of the kind of its first one."""
    return [file for file in take.files if file.kind == take.kind]


def still(take: Take, side: int = SIDE) -> bytes | None:
    """Return a JPEG of a take whose larger side is bounded; ``None`` if there is nothing to look at."""
    return _still(take.files[0], side)


def contact(take: Take, side: int = SIDE) -> bytes | None:
    """Return a JPEG of all that a take shows: its still, or those of several files in rows as one picture."""
    stills = [found for file in shown_files(take) if (found := _still(file, side))]
    if len(stills) < 2:
        return stills[0] if stills else None
    from PIL import Image

    columns = math.ceil(math.sqrt(len(stills)))
    width = side // min(columns, MOST_COLUMNS)
    buffer = io.BytesIO()
    opened = [Image.open(io.BytesIO(one)) for one in stills]
    media.sheet(opened, min(columns, MOST_COLUMNS), width).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _still(file: TakeFile, side: int) -> bytes | None:
    if file.poster is None or not file.poster.exists():
        return None
    if kind_of(file.kind).is_image and 0 < max(file.facts.width or 0, file.facts.height or 0) <= side:
        return file.poster.read_bytes()  # no larger than what it is of, and a JPEG already
    return _smaller(file.poster, side)


@lru_cache(maxsize=32)
def _smaller(poster: Path, side: int) -> bytes:
    """Return a smaller poster, cached: a poster's file never changes, and one output wants the same twice."""
    return media.poster(poster, side)


def player(take: Take, sources: Sequence[str] = (), side: int = SIDE) -> str:
    """Return a take's files in their elements: one, or several side by side.

    Args:
        sources: The ``src`` of each of its `shown_files`; empty if only stills of them can be shown.
        side: Pixels of its larger side at most, and of its poster.
    """
    files = shown_files(take)
    sources = sources or ("",) * len(files)
    if len(files) == 1:
        return _element(take, files[0], sources[0], side)
    panes = (
        f'<div style="{_HALF}">{_element(take, file, source, side)}</div>'
        for file, source in zip(files, sources, strict=True)
    )
    return f'<div style="max-width:{side}px">{"".join(panes)}</div>'


def _element(take: Take, shown: TakeFile, source: str, side: int) -> str:
    file = shown.facts
    number = f" ({shown.number} of {len(take.files)})" if len(shown_files(take)) > 1 else ""
    label = escape(f"{take.prompt[:120] or take.id}{number}", quote=True)
    size = f' width="{file.width}" height="{file.height}"' if file.width and file.height else ""
    style = f"{_MEDIA};{_shape(file.width, file.height, side)}"
    kind = kind_of(shown.kind)
    if kind.is_image:
        if file.media_type in UNSHOWN:
            source = ""
        picture = _still(shown, side) if kind.has_frames or not source else None
        poster = data_uri(picture, "image/jpeg") if picture else ""
        if not kind.has_frames or not source:
            return f'<img style="{style}"{size} alt="{label}" src="{source or poster}">'
        if file.media_type in UNPLAYED:
            still_of_it = f'<img style="{style}"{size} alt="{label}" src="{poster}">' if poster else ""
            return f'{still_of_it}<div style="{_WORDS}">Browsers play no {UNPLAYED[file.media_type]}.</div>'
        preview = f' poster="{poster}"' if poster else ""
        small = _still(shown, min(side, SMALL_SIDE)) if picture else None
        instead = f'<img alt="{label}" src="{data_uri(small, "image/jpeg")}">' if small else ""
        return (
            f'<video controls loop playsinline preload="metadata" style="{style}"{size}{preview} title="{label}" '
            f'src="{source}">{instead}</video>'
        )
    drawn = _still(shown, side) if kind.has_poster else None
    picture_html = (
        f'<img style="{style}" alt="{label}" src="{data_uri(drawn, "image/jpeg")}">' if drawn else ""
    )
    if kind.plays:
        if not source:
            return picture_html
        style = f"display:block;width:100%;max-width:{side}px{';margin-top:4px' if drawn else ''}"
        return (
            f'{picture_html}<audio controls preload="metadata" style="{style}" title="{label}" '
            f'src="{source}"></audio>'
        )
    if drawn:
        return picture_html
    if not file.media_type.startswith(_TEXTUAL):
        return (
            f'<div style="padding:12px;border-radius:6px;background:#0002">{escape(shown.path.name)} '
            f"({escape(file.media_type)}, {file_size(file.bytes)}) cannot be shown here.</div>"
        )
    text = shown.path.read_text("utf-8", "replace")[:20000]
    return f'<pre style="max-height:300px;overflow:auto">{escape(text)}</pre>'


def data_uri(data: bytes | Path, media_type: str) -> str:
    """Return bytes, or a file's, as a ``data:`` URI."""
    read = data if isinstance(data, bytes) else data.read_bytes()
    return f"data:{media_type};base64,{base64.b64encode(read).decode()}"


def _shape(width: int | None, height: int | None, side: int) -> str:
    """Return a style as wide as the box and no higher: an untrusted notebook loses every ``max-height``."""
    if not width or not height:
        return f"max-height:{side}px"
    return f"max-width:{min(side, round(side * width / height))}px;height:auto;aspect-ratio:{width}/{height}"
