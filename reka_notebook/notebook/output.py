"""What a cell leaves: ordinary HTML that plays in a saved notebook, with no kernel, trusted or not.

``src`` stands on the media element itself: JupyterLab's sanitiser removes a ``<source>`` inside it. Styles are
inline, because a style sheet does not survive in an untrusted notebook.
"""

import base64
import shutil
import time
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reka_notebook.config import settings
from reka_notebook.jobs import Job, Take, duration_words
from reka_notebook.media.words import file_size
from reka_notebook.notebook.place import notebook_path
from reka_notebook.notebook.text import day

_SIDE = 640
_BOX = f"max-width:{_SIDE}px;margin:4px 0"
_MEDIA = "display:block;width:100%;border-radius:6px;background:#0002"
_SMALL = "margin-top:6px;font-size:12px;opacity:.75"


def bundle(
    take: Take, title: str | None = None, namespace: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The MIME bundle of a take: a player with its poster, its prompt and settings folded below."""
    earlier = f"\n{_kept(take)}" if take.from_earlier else ""
    return {"text/html": take_html(take, title, namespace), "text/plain": f"{take!r}{earlier}"}


def _kept(take: Take) -> str:
    return f"Kept from {day(take.record.kept)}, nothing was charged. --fresh makes another."


def take_html(take: Take, title: str | None = None, namespace: Mapping[str, Any] | None = None) -> str:
    """A take as HTML: embedded up to ``embed_limit``, beyond that as a file beside the notebook."""
    source, place = source_of(take, namespace or {})
    facts = " · ".join(escape(fact) for fact in _facts(take, title))
    earlier = ""
    if take.from_earlier:
        words = _kept(take).replace("--fresh", "<code>--fresh</code>")
        earlier = f'<div style="{_SMALL}">{words}</div>'
    return (
        f'<div style="{_BOX}">{player(take, source)}'
        f'<details style="{_SMALL}"><summary style="cursor:pointer">{escape(take.prompt) or "No prompt"}</summary>'
        f"<div>{facts} · kept as <code>{escape(take.path.name)}</code>{place}</div></details>{earlier}</div>"
    )


def ended_html(job: Job) -> str:
    """What stays of a job that left no take, above the error that the cell shows."""
    status = job.status
    took = duration_words(status.elapsed)
    return (
        f'<div style="{_BOX}"><div>{escape(job.request.prompt)}</div>'
        f'<div style="{_SMALL}">{escape(job.title)} · {escape(status.stage)} after {took} · job {job.id}</div></div>'
    )


def detached_html(job: Job, cancels: bool) -> str:
    """What the output of an interrupted cell says: waiting has stopped, the job has not."""
    goes_on = (
        "The job goes on, and its video appears here when it is done. To cancel it: "
        f"<code>reka_notebook.cancel({job.id!r})</code>"
    )
    words = f"Interrupted. {'The service is asked to cancel the job.' if cancels else goes_on}"
    return f'<div style="{_BOX}"><div>{escape(job.request.prompt)}</div><div style="{_SMALL}">{words}</div></div>'


def player(take: Take, source: str) -> str:
    """A take's file in the element that fits it."""
    file = take.file
    label = escape(take.prompt[:120] or take.id, quote=True)
    size = f' width="{file.width}" height="{file.height}"' if file.width and file.height else ""
    style = f"{_MEDIA};{_shape(file.width, file.height)}"
    if file.kind == "video":
        poster = f' poster="{_data_uri(take.poster, "image/jpeg")}"' if take.poster else ""
        return (
            f'<video controls loop playsinline preload="metadata" style="{style}"{size}{poster} '
            f'title="{label}" src="{source}"></video>'
        )
    if file.kind == "image":
        return f'<img style="{style}"{size} alt="{label}" src="{source}">'
    if file.kind == "audio":
        return (
            f'<audio controls preload="metadata" style="width:100%" title="{label}" src="{source}"></audio>'
        )
    text = take.path.read_text("utf-8", "replace")[:20000]
    return f'<pre style="max-height:300px;overflow:auto">{escape(text)}</pre>'


def _shape(width: int | None, height: int | None) -> str:
    """As wide as the box, and no higher than that either: an untrusted notebook loses every ``max-height``."""
    if not width or not height:
        return f"max-height:{_SIDE}px"
    return (
        f"max-width:{min(_SIDE, round(_SIDE * width / height))}px;height:auto;aspect-ratio:{width}/{height}"
    )


def source_of(take: Take, namespace: Mapping[str, Any], together: int = 0) -> tuple[str, str]:
    """The ``src`` of a take's player, and what to say about where the file lies.

    :param together: bytes of all the files that one output holds, where they are more than this one.
    """
    if take.file.kind == "other":
        return "", ""
    notebook = notebook_path(namespace)
    if max(take.file.bytes, together) <= settings().embed_limit or notebook is None:
        return _data_uri(take.path, take.file.media_type), ""
    folder = notebook.parent / "reka_takes"
    folder.mkdir(exist_ok=True)
    copy = folder / take.path.name
    if not copy.exists():
        shutil.copyfile(take.path, copy)
    words = f" and, being large, beside this notebook in <code>{folder.name}/</code>: they belong together"
    return f"{folder.name}/{quote(copy.name)}", words


def _data_uri(path: Path, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _facts(take: Take, title: str | None) -> list[str]:
    file, values = take.file, take.request.input
    said_elsewhere = {"prompt", "text", *(["duration"] if file.duration else [])}
    settings_said = [
        f"{name.replace('_', ' ')} {spoken(value)}"
        for name, value in values.items()
        if name not in said_elsewhere
    ]
    size = f"{file.width} × {file.height}" if file.width and file.height else ""
    long = f"{file.duration:.0f} s" if file.duration else ""
    made = f"made {day(take.record.kept)} {time.strftime('%H:%M', time.localtime(take.record.kept))}"
    took = f" in {duration_words(take.record.took)}" if take.record.took else ""
    images = ", ".join(use.name for uses in take.request.images.values() for use in uses if use.name)
    facts = [
        title or take.request.endpoint,
        long,
        *settings_said,
        images,
        size,
        file_size(file.bytes),
        made + took,
    ]
    return [fact for fact in facts if fact]


def spoken(value: Any) -> str:
    """A setting's value as it is read."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
