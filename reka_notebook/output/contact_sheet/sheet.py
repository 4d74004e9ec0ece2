"""Write a contact sheet: posters in a grid that play, with the prompt of each, its settings, and what varies."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy as copy_of
from dataclasses import dataclass, replace
from functools import cached_property, partial
from html import escape
from pathlib import Path

from reka_notebook._version import __version__
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.jobs.recipes.told import key_remover, told_prompt, told_record
from reka_notebook.kinds import kind_of
from reka_notebook.library import LibraryError
from reka_notebook.output.contact_sheet.content import NOTHING, Content, Missing
from reka_notebook.output.contact_sheet.files import SheetFiles
from reka_notebook.output.contact_sheet.paper import PAPER, write_pages
from reka_notebook.output.marks import verdicts_of
from reka_notebook.output.player import UNPLAYED, contact, data_uri, player, shown_files
from reka_notebook.text import beginning, many
from reka_notebook.whole_file import make_folder, put_in_place

_STYLE, _SCRIPT = (Path(__file__).with_name(name) for name in ("sheet.css", "sheet.js"))
"""Both are put into the page, which loads nothing from anywhere."""

FEW = 200
"""Takes up to which posters are in the page as large as they are shown on a sharp screen."""

SIDE, SMALL_SIDE = 560, 320
"""Pixels of a poster's larger side, with few takes and with many."""

LONG = 240
"""Characters of a prompt that are shown until a person wants more."""

MIXED = "4/3"
"""The shape of the frames where takes have many."""


@dataclass(frozen=True)
class ContactSheet(Content):
    """Write a contact sheet of takes."""

    def write(self, page: Path, *, copy: bool = False, paper: str = PAPER) -> list[Path]:
        """Write the sheet, whole or not at all, and return the paths of its files.

        Args:
            page: The file: ``.html`` for a page that plays, ``.pdf`` or ``.png`` for paper. Each page is a PNG of its
                own; several are numbered.
            copy: Whether media that are too large to be in an HTML page are copied beside it.
            paper: ``A4`` or ``Letter``.

        Raises:
            RekaError: If there are no takes, or the sheet cannot be written.
        """
        if not self.takes:
            raise RekaError("A contact sheet shows takes, but there are none yet.")
        kind = page.suffix.lower()
        if kind not in (".html", ".htm", ".pdf", ".png"):
            raise RekaError(
                f"A contact sheet is a page to play (.html) or to print (.pdf, .png), not {page.name}."
            )
        try:
            told = self._as_told()
            make_folder(page.parent)
            if kind in (".pdf", ".png"):
                return write_pages(told, page, paper)
            put_in_place(page, "".join(told.html(SheetFiles(page, self.takes, copy=copy))).encode())
            return [page]
        except OSError as error:
            raise RekaError(
                f"The contact sheet {page} cannot be written: {error.strerror or error}."
            ) from error

    def alone(self) -> tuple[bytes, str]:
        """Return an HTML page that needs no other file; and words, if it has only pictures."""
        files = SheetFiles(None, self.takes)
        page = b"".join(piece.encode() for piece in self._as_told().html(files))
        return page, "" if files.whole else files.words

    def _as_told(self) -> "ContactSheet":
        """Return the sheet as others may read it."""
        without_key = key_remover()
        told = partial(told_prompt, without_key=without_key)
        takes = [copy_of(take) for take in self.takes]
        for take in takes:
            take.record = told_record(take.record, without_key)
        return replace(
            self,
            title=told(self.title),
            takes=takes,
            labels=[*map(told, self.labels)],
            missing=[Missing(one.label, told(one.prompt), told(one.why)) for one in self.missing],
            groups=[*map(told, self.groups)],
            told=told,
        )

    def html(self, files: SheetFiles) -> Iterator[str]:
        """Yield the page in pieces."""
        yield (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta name="generator" content="reka-notebook {__version__}">'
            f"<style>{_STYLE.read_text('utf-8')}</style></head>"
            f'<body style="--shape:{self._shape()}"><header><div class="top"><div><h1>{escape(self.title)}</h1>'
            f'<p class="sum">{escape(self.summary)}</p></div><button id="play" hidden>Play all</button></div>'
            f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(words)}</dd>' for name, words in self.about)}</dl>"
            "</header><main>"
            f'<ol class="grid{" many" if len(self.takes) > FEW else ""}">'
        )
        side = SIDE if len(self.takes) <= FEW else SMALL_SIDE
        # On a screen, one grid: headings would leave rows that are half empty.
        for at in self._shown:
            yield self._cell(at, self.takes[at], files, side)
        yield f"</ol>{self._missing()}</main><footer>{escape(self._foot(files))}</footer>"
        yield f"<script>{_SCRIPT.read_text('utf-8')}</script></body></html>\n"

    @cached_property
    def _shown(self) -> Sequence[int]:
        # Takes that are known by a label keep the order of what they were asked in.
        return range(len(self.takes)) if self.labels and not self.places else self.order

    def _shape(self) -> str:
        """Return the shape of the frames: that of most takes, or one that suits all where they differ."""
        shapes = Counter(
            f"{file.width}/{file.height}" for take in self.takes if (file := take.file).width and file.height
        )
        [(most, count)] = shapes.most_common(1) or [("", 0)]
        return most if most and 2 * count > shapes.total() else MIXED

    def _cell(self, at: int, take: Take, files: SheetFiles, side: int) -> str:
        rank = self.places.get(take.id, "") if self.labels else ""
        marks = "".join(f" <b>{escape(mark)}</b>" for mark in [rank, *verdicts_of(take)] if mark)
        if take.rating:
            stars = "★" * take.rating
            marks += f' <b class="stars" role="img" aria-label="rated {take.rating} of 3">{stars}</b>'
        told = [
            escape(fact.values[at]) if fact.plain else f"{escape(fact.name)} <b>{escape(fact.values[at])}</b>"
            for fact in self.varied
            if fact.name != "Length" and fact.values[at] not in NOTHING
        ]
        facts = f'<p class="facts">{" · ".join(told)}</p>' if told else ""
        score = self.scores.get(take.id, "")
        score = f'<p class="facts">{escape(score)}</p>' if score else ""
        wrong = self.flagged.get(take.id, "")
        wrong = f'<p class="facts wrong">Probably wrong: {escape(wrong)}</p>' if wrong else ""
        note = f'<p class="facts">{escape(take.record.note)}</p>' if take.record.note else ""
        return (
            f'<li class="cell" id="take-{take.id}">{_frame(take, files, side)}'
            f'<div class="tag"><span>{escape(self.name(at))}{marks}</span><code>{take.id}</code></div>'
            f"{score}{self._prompt(at)}{facts}{wrong}{note}</li>"
        )

    def _prompt(self, at: int) -> str:
        take, whole = self.takes[at], self.prompt_html(at)
        if len(take.prompt) <= LONG or not whole:
            dim = "" if take.prompt.strip() else " facts"
            return f'<p class="prompt{dim}">{whole}</p>' if whole else ""
        start = escape(beginning(take.prompt, LONG - 40))
        return f'<details class="prompt"><summary><span>{start}</span></summary>{whole}</details>'

    def _missing(self) -> str:
        if not self.missing:
            return ""
        rows = "".join(
            f'<tr><td>{escape(one.label)}</td><td class="why">{escape(one.why)}</td><td>{escape(one.prompt)}</td></tr>'
            for one in self.missing
        )
        return (
            f"<section><h2>Not made: {len(self.missing)}</h2><table><thead><tr><th>Where</th><th>Why</th>"
            f"<th>Prompt</th></tr></thead><tbody>{rows}</tbody></table></section>"
        )

    def _foot(self, files: SheetFiles) -> str:
        return " ".join(filter(None, [self.note, files.words, f"Made by reka-notebook {__version__}."]))


def _frame(take: Take, files: SheetFiles, side: int) -> str:
    """Return a take's poster, and above it what plays: without a script, or on paper, the poster stays."""
    shown = shown_files(take)
    label = escape(take.prompt[:120] or take.id, quote=True)
    kind = kind_of(take.kind)
    source, picture = files.address(shown[0]), None
    with suppress(LibraryError, OSError):  # its store cannot be reached, or its file is gone
        if (kind.plays and not kind.has_frames) or not (kind.has_poster and take.poster):
            return player(take, [files.address(file) for file in shown], side)
        picture = contact(take, side)
    poster = f'<img alt="{label}" src="{data_uri(picture, "image/jpeg")}">' if picture else ""
    if kind.has_frames and source and take.file.media_type not in UNPLAYED:
        film = f'<video controls loop playsinline preload="none" aria-label="{label}" src="{source}"></video>'
        return f'<div class="frame">{poster}{film}</div>'
    more = f'<span class="more">{many(len(shown), "file")}</span>' if len(shown) > 1 else ""
    inside = poster or '<span class="none">No picture</span>'
    linked = f'<a href="{source}">{inside}</a>' if source and not source.startswith("data:") else inside
    return f'<div class="frame">{linked}{more}</div>'
