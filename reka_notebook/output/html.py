"""Write what a cell leaves: ordinary HTML that plays in a saved notebook, with no kernel, trusted or not.

A picture comes with it, for what shows no HTML: a PDF made with LaTeX, some code hosts.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from reka_notebook._version import __version__
from reka_notebook.config import BASE_URL
from reka_notebook.errors import RekaError
from reka_notebook.errors.advice import for_reader
from reka_notebook.jobs import Job, JobStatus, Take, format_duration
from reka_notebook.jobs.files.with_sound import SERVICE
from reka_notebook.kinds import counted, kind_of
from reka_notebook.media import Box
from reka_notebook.output.embed import Embedded, embed_files, size_of
from reka_notebook.output.player import SIDE, SMALL_SIDE, contact, player, shown_files
from reka_notebook.text import beginning, date_and_time, day, dollars, file_size, many, shown_name

_WIDTH, _HEIGHT = 320, 6
_BAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<rect width="100%" height="100%" rx="3" fill="#8886"/>'
    '<rect width="{part:.0%}" height="100%" rx="3" fill="{colour}"/></svg>'
)
_GOING_ON, _ENDED_BADLY = "#2f6fde", "#c0392b"
_NEARLY = 0.97
"""What is shown of a job that takes longer than expected: full is what is done."""


def job_html(job: Job) -> str:
    """Return a job's prompt, stage and time, with a bar if it is known how long such jobs take."""
    status = job.status
    words = [job.title, f"{status.stage}, {status.time_words}"]
    more = [text for text in (status.note, status.error) if text]
    return (
        f'<div class="{AS_IT_IS}" style="{BOX}"><div>{escape(job.request.prompt) or "No prompt"}</div>'
        f"{bar_html(status)}"
        f'<div style="{SMALL}">{escape(" · ".join(words))}</div>'
        + "".join(f'<div style="{SMALL}">{escape(text)}</div>' for text in more)
        + "</div>"
    )


def bar_html(status: JobStatus) -> str:
    """Return the bar as a picture: what is drawn with styles alone is lost in an untrusted notebook."""
    if status.done:
        part, colour, words = 1.0, _ENDED_BADLY, status.stage
    elif status.expected:
        part = min(_NEARLY, status.elapsed / status.expected)
        colour, words = _GOING_ON, f"{part:.0%} of the usual time"
    else:
        return ""
    drawn = quote(_BAR.format(width=_WIDTH, height=_HEIGHT, part=part, colour=colour))
    return (
        f'<img style="display:block;margin-top:6px;width:100%;max-width:{_WIDTH}px;height:{_HEIGHT}px" '
        f'alt="{escape(words, quote=True)}" src="data:image/svg+xml,{drawn}">'
    )


AS_IT_IS = "mathjax_ignore tex2jax_ignore"
"""The class of what Jupyter must not read for formulas: "$1.10 of $2.50" would be one."""

BOX = f"max-width:{SIDE}px;margin:4px 0"
FINE = "font-size:12px;opacity:.75"
"""The style of words that say more about what stands above; `SMALL` keeps a distance from it."""

SMALL = f"margin-top:6px;{FINE}"
_LONG_PROMPT = 160


def bundle(
    take: Take,
    title: str | None = None,
    namespace: Mapping[str, Any] | None = None,
    embed: bool | None = None,
) -> dict[str, Any]:
    """Return the MIME bundle of a take: a player with its poster, its prompt and settings folded below, and a picture.

    Args:
        title: What its endpoint is called.
        namespace: The person's variables, in which VS Code says where the notebook lies.
        embed: ``True`` embeds its file whatever its size, ``False`` puts it beside the notebook; if not
            given, a file within ``embed_limit`` is embedded.
    """
    kept = kept_words([take])
    shown = {
        "text/html": take_html(take, title, namespace, embed),
        "text/plain": "\n".join([plain(take), *([kept] if kept else [])]),
    }
    picture = contact(take, SMALL_SIDE)
    return shown | ({"image/jpeg": base64.b64encode(picture).decode()} if picture else {})


def plain(take: Take) -> str:
    """Return a take as text that a notebook may hold: its file's name, without the folder, which is private."""
    said = "".join(f"\n{remark}" for remark in take.remarks)
    return f"<Take {take.id} {take.request.endpoint} {take.prompt[:40]!r} {take.file_name}>{said}"


def remark_html(remark: str) -> str:
    """Return a remark as HTML, in which names that stand between backticks are code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(remark))


def kept_words(takes: Sequence[Take]) -> str:
    """Say which takes were made before they were asked for, and so are not charged again; empty if none were."""
    earlier = [take for take in takes if take.from_earlier]
    if not earlier:
        return ""
    if len(takes) == 1:
        made = made_by(takes[0]) or f"Made {date_and_time(takes[0].record.kept)}; not charged again."
        return for_reader(f"{made} Use --fresh for a new take.")
    days = {day(take.record.kept) for take in earlier}
    when = days.pop() if len(days) == 1 else "earlier"
    people = list(dict.fromkeys(take.by_other or "you" for take in earlier))
    by = "" if people == ["you"] else f"by {' and '.join(people)} "
    count = "All" if len(earlier) == len(takes) else many(len(earlier), "take")
    return for_reader(f"{count} made {by}{when}; not charged again. Use --fresh for new takes.")


def made_by(take: Take) -> str:
    """Say who of the team has made a take before, and when; empty where the person has."""
    return (
        f"{take.by_other} made this on {day(take.record.kept)}; not charged again." if take.by_other else ""
    )


def kept_html(takes: Sequence[Take]) -> str:
    """Return the same as HTML."""
    return re.sub(r"--fresh|fresh=True", r"<code>\g<0></code>", kept_words(takes))


def take_html(
    take: Take,
    title: str | None = None,
    namespace: Mapping[str, Any] | None = None,
    embed: bool | None = None,
) -> str:
    """Return a take as HTML; see ``bundle``."""
    placed = embed_files([take], namespace or {}, embed)
    told = f'<div style="{SMALL}">{escape(placed.words)}</div>' if _should_tell(take, placed) else ""
    kept = kept_html([take])
    earlier = f'<div style="{SMALL}">{kept}</div>' if kept else ""
    odd = "".join(f'<div style="{SMALL}">{remark_html(remark)}</div>' for remark in take.remarks)
    prompt = take.prompt or "No prompt"
    long = len(prompt) > _LONG_PROMPT
    whole = f'<div style="margin:4px 0">{escape(prompt)}</div>' if long else ""
    facts = "".join(f"<div>{name}: {value}</div>" for name, value in _facts(take, title, placed))
    return (
        f'<div class="{AS_IT_IS}" style="{BOX}">{player(take, placed.sources[0])}{_boxes_html(take)}'
        f'<details style="{SMALL}"><summary style="cursor:pointer">{escape(beginning(prompt, _LONG_PROMPT))}</summary>'
        f'<div style="margin:4px 0 0 14px;line-height:1.5">{whole}{facts}</div></details>'
        f"{_file(take, placed)}{odd}{told}{earlier}</div>"
    )


def _file(take: Take, placed: Embedded) -> str:
    """Return the line that names a take's file, for a page that does not play it."""
    first, *others = _names(take, placed)
    more = f" and {len(others)} more" if others else ""
    return f'<div style="{SMALL}">{first}{more} · {file_size(size_of([take]))}</div>'


def _names(take: Take, placed: Embedded) -> list[str]:
    """Return the names of a take's files, each a link to where it lies beside the notebook."""
    return [
        f'<a href="{link}">{escape(file.file_name)}</a>' if link else f"<code>{escape(file.file_name)}</code>"
        for file, link in zip(shown_files(take), placed.links[0], strict=True)
    ]


BOXES_SHOWN = 40
"""Boxes that a table lists at most."""

_CELL = "padding:1px 14px 1px 0;text-align:left;border:0;background:transparent;font-weight:inherit"


def _boxes_html(take: Take) -> str:
    """Return a table of what was found in an image, and where; empty for a take of another kind."""
    if not kind_of(take.kind).has_boxes:
        return ""
    boxes = _boxes_of(take)
    rows = "".join(
        f'<tr style="background:transparent"><th style="{_CELL}">{escape(box.label) or "?"}</th>'
        f'<td style="{_CELL};{FINE}">{escape(place_words(box))}</td></tr>'
        for box in boxes[:BOXES_SHOWN]
    )
    more = len(boxes) - BOXES_SHOWN
    rest = f'<div style="{FINE}">and {more} more</div>' if more > 0 else ""
    table = f'<table style="margin:6px 0 0;border:0;border-collapse:collapse;font-size:13px">{rows}</table>'
    return f"{table}{rest}" if rows else ""


def _boxes_of(take: Take) -> list[Box]:
    try:
        return take.boxes
    except RekaError:  # its file is gone
        return []


def place_words(box: Box) -> str:
    """Return where a box lies: ``120 × 80 at 40, 16``, in pixels, and how sure the service is of it."""
    if box.pixels is None:
        return "somewhere in the image"
    left, top, width, height = box.pixels
    sure = f" · {box.score:.0%}" if box.score is not None else ""
    return f"{width} × {height} at {left}, {top}{sure}"


def _should_tell(take: Take, placed: Embedded) -> bool:
    """Return whether a person is told what the file's place means: that there is a folder now, with its first file."""
    if not any(placed.links[0]):
        return bool(placed.words)
    return _first_beside.setdefault("take", take.id) == take.id


_first_beside: dict[str, str] = {}


def ended_html(job: Job) -> str:
    """Return what stays of a job that left no take, above the error that the cell shows."""
    status = job.status
    took = format_duration(status.elapsed)
    return (
        f'<div class="{AS_IT_IS}" style="{BOX}"><div>{escape(job.request.prompt)}</div>'
        f'<div style="{SMALL}">{escape(job.title)} · {escape(status.stage)} after {took}</div></div>'
    )


def detached_html(job: Job, cancels: bool) -> str:
    """Return what the output of an interrupted cell says: waiting has stopped, the job has not."""
    goes_on = (
        "The job goes on, and its take appears here when it is done. To cancel it: "
        f"<code>%reka cancel {job.id}</code>"
    )
    words = f"Interrupted. {'Cancelling the job…' if cancels else goes_on}"
    said = f'<div>{escape(job.request.prompt)}</div><div style="{SMALL}">{words}</div>'
    return f'<div class="{AS_IT_IS}" style="{BOX}">{said}</div>'


def format_cost(take: Take) -> str:
    """Return what a take was billed: ``$0.65``; empty if the service did not say."""
    if take.record.job.service == SERVICE:
        return "no charge"
    if take.billed is None:
        return ""
    return f"{dollars(take.billed)}{' (local sandbox, not real money)' if take.by_sandbox else ''}"


_NAMES = {"video": "Video", "image": "Picture", "audio": "Sound", "boxes": "Boxes"}
"""What the facts of a take's files are called."""


def _facts(take: Take, title: str | None, placed: Embedded) -> list[tuple[str, str]]:
    """Return a take's model, settings, images and dates as HTML, leaving out what is unknown."""
    file, record, request = take.file, take.record, take.request
    said_elsewhere = {"prompt", "text", *(["duration"] if file.duration else [])}
    chosen = [
        f"{name.replace('_', ' ')} {format_setting(value)}"
        for name, value in request.input.items()
        if name not in said_elsewhere
    ]
    images = [shown_name(use.name) for uses in request.images.values() for use in uses if use.name]
    size = f"{file.width} × {file.height}" if file.width and file.height else ""
    length = f"{file.duration:.0f} s" if file.duration else ""
    boxed = kind_of(take.kind).has_boxes
    several = len(_boxes_of(take)) if boxed else len(shown_files(take))
    count = f"{several} box{'' if several == 1 else 'es'}" if boxed else ""
    count = count or (counted(several, take.kind) if several > 1 else "")
    services = {BASE_URL: "Reka", SERVICE: "this machine"}
    service = services.get(record.job.service, record.job.service)
    by = "the local sandbox (not a real model)" if take.by_sandbox else service
    took = f" in {format_duration(record.took)}" if record.took else ""
    here = record.job.service == SERVICE
    asked = take.id if here else f"{record.job.request_id or 'unknown'} · take {take.id}"
    facts = [
        ("Model", "" if here else " · ".join(dict.fromkeys([title or request.endpoint, request.endpoint]))),
        ("Settings", " · ".join(chosen)),
        ("Image" if len(images) == 1 else "Images", ", ".join(images)),
        (
            _NAMES.get(take.kind, "Size"),
            " · ".join(filter(None, [count, length, size, file_size(size_of([take]))])),
        ),
        ("Made", f"{date_and_time(record.kept)}{took} by {by}"),
        ("Asked for by", take.by_other),
        ("Cost", format_cost(take)),
        ("Take" if here else "Request", asked),
    ]
    said = [(name, escape(value)) for name, value in facts if value]
    names = ", ".join(_names(take, placed))
    where = f"{names} next to this notebook" if any(placed.links[0]) else f"kept as {names}"
    return [*said, ("File", f"{where} · shown by reka-notebook {__version__}")]


def format_setting(value: Any) -> str:
    """Return a setting's value in words."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
