"""Write a contact sheet: posters in a grid that play, with the prompt of each, its settings, and what varies."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from reka_notebook._version import __version__
from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.kinds import counted, kind_of
from reka_notebook.library import LibraryError
from reka_notebook.output.captions import marked_prompt
from reka_notebook.output.compared.differences import NOT_SET, Fact, facts_of
from reka_notebook.output.contact_sheet.files import SheetFiles
from reka_notebook.output.marks import marks_of
from reka_notebook.output.player import UNPLAYED, contact, data_uri, player, shown_files
from reka_notebook.text import beginning, day, dollars, many, shown_name
from reka_notebook.whole_file import put_in_place

_STYLE, _SCRIPT = (Path(__file__).with_name(name) for name in ("sheet.css", "sheet.js"))
"""Both are put into the page, which loads nothing from anywhere."""

FEW = 200
"""Takes up to which posters are in the page as large as they are shown on a sharp screen."""

SIDE, SMALL_SIDE = 560, 320
"""Pixels of a poster's larger side, with few takes and with many."""

LONG = 240
"""Characters of a prompt that are shown until a person wants more."""

VALUES = 8
"""Values of what varies that are listed; of more, their number."""

MIXED = "4/3"
"""The shape of the frames where takes have many."""

NOTHING = frozenset({"", "none", NOT_SET})
"""What a fact says of a take that does not have it."""

ASIDE = frozenset({"Size", "Cost"})
"""Facts that are results, and nothing that was varied."""


@dataclass(frozen=True)
class Missing:
    """Hold what was asked for and is not there.

    Attributes:
        label: Where it was asked for, as in ``line 12``.
    """

    label: str
    prompt: str
    why: str


@dataclass(frozen=True)
class ContactSheet:
    """Hold takes that are to be one page.

    Attributes:
        title: What stands above.
        takes: In the order to show them.
        catalogue: Knows what models and options are called.
        labels: For each take, what stands by it, as in ``line 12``; empty for their numbers.
        missing: What was asked for and is not there.
        note: What else there is to say, in a sentence.
    """

    title: str
    takes: Sequence[Take]
    catalogue: Catalogue
    labels: Sequence[str] = ()
    missing: Sequence[Missing] = field(default=())
    note: str = ""

    def write(self, page: Path, *, copy: bool = False) -> Path:
        """Write the page, whole or not at all, and return its path.

        Args:
            page: Where it goes.
            copy: Whether the media are copied beside it, where they are too large to be in it.

        Raises:
            RekaError: If there is nothing to show, or it cannot be written.
        """
        if not self.takes:
            raise RekaError("A contact sheet shows takes, and there are none yet.")
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(page, "".join(self.html(SheetFiles(page, self.takes, copy=copy))).encode())
        except OSError as error:
            raise RekaError(
                f"The contact sheet {page} cannot be written: {error.strerror or error}."
            ) from error
        return page

    def html(self, files: SheetFiles) -> Iterator[str]:
        """Yield the page in pieces."""
        facts = facts_of(self.takes, self.catalogue)
        varied = [fact for fact in facts if fact.differs and fact.name not in ASIDE]
        yield (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta name="generator" content="reka-notebook {__version__}">'
            f"<style>{_STYLE.read_text('utf-8')}</style></head>"
            f'<body style="--shape:{self._shape()}"><header><div class="top"><div><h1>{escape(self.title)}</h1>'
            f'<p class="sum">{escape(self._sum())}</p></div><button id="play" hidden>Play all</button></div>'
            f"<dl>{''.join(self._about(facts, varied))}</dl></header><main>"
            f'<ol class="grid{" many" if len(self.takes) > FEW else ""}">'
        )
        side = SIDE if len(self.takes) <= FEW else SMALL_SIDE
        for at, take in enumerate(self.takes):
            yield self._cell(at, take, varied, files, side)
        yield f"</ol>{self._missing()}</main><footer>{escape(self._foot(files))}</footer>"
        yield f"<script>{_SCRIPT.read_text('utf-8')}</script></body></html>\n"

    def _shape(self) -> str:
        """Return the shape of the frames: that of most takes, or one that suits all where they differ."""
        shapes = Counter(
            f"{file.width}/{file.height}" for take in self.takes if (file := take.file).width and file.height
        )
        [(most, count)] = shapes.most_common(1) or [("", 0)]
        return most if most and 2 * count > shapes.total() else MIXED

    def _sum(self) -> str:
        kinds = Counter(take.kind for take in self.takes)
        billed = [take.billed for take in self.takes if take.billed is not None]
        days = sorted(take.record.kept for take in self.takes)
        first, last = day(days[0]), day(days[-1])
        parts = [
            ", ".join(counted(number, kind) for kind, number in kinds.most_common()),
            f"{len(self.missing)} not made" if self.missing else "",
            first if first == last else f"{first} to {last}",
            dollars(sum(billed)) if billed else "",
        ]
        sandbox = "by the local sandbox (not a real model)" if all(t.by_sandbox for t in self.takes) else ""
        return " · ".join(filter(None, [*parts, sandbox]))

    def _about(self, facts: Sequence[Fact], varied: Sequence[Fact]) -> Iterator[str]:
        """Yield what all takes have in common, and what varies, with its values."""
        prompts = {take.prompt for take in self.takes}
        same = [fact for fact in facts if not fact.differs and fact.values[0] not in NOTHING]
        shared = [fact.words for fact in same if not fact.name.endswith(" image")]
        shared += [
            shown_name(uses[0].name) or f"the same {slot} image"
            for slot, uses in self.takes[0].request.images.items()
            if uses and f"{slot.title()} image" in {fact.name for fact in same}
        ]
        if len(prompts) == 1 and len(self.takes) > 1:
            yield f"<dt>Prompt</dt><dd>{escape(next(iter(prompts))) or 'No prompt'}</dd>"
        if shared:
            name = "In common" if len(self.takes) > 1 else "Settings"
            yield f"<dt>{name}</dt><dd>{escape(' · '.join(dict.fromkeys(shared)))}</dd>"
        if 1 < len(prompts) < len(self.takes):
            yield f"<dt>Prompts</dt><dd>{len(prompts)}</dd>"
        for fact in varied:
            values = list(dict.fromkeys(value for value in fact.values if value not in NOTHING))
            listed = " · ".join(values[:VALUES])
            more = f" <i>and {len(values) - VALUES} more</i>" if len(values) > VALUES else ""
            yield f"<dt>{escape(fact.name)}</dt><dd>{escape(listed)}{more}</dd>"

    def _cell(self, at: int, take: Take, varied: Sequence[Fact], files: SheetFiles, side: int) -> str:
        length = f"{take.file.duration:.1f}".removesuffix(".0") + " s" if take.file.duration else ""
        where = " · ".join(filter(None, [self.labels[at] if self.labels else str(at + 1), length]))
        marks = "".join(f" <b>{escape(mark)}</b>" for mark in marks_of(take))
        told = [
            escape(fact.values[at]) if fact.plain else f"{escape(fact.name)} <b>{escape(fact.values[at])}</b>"
            for fact in varied
            if fact.name != "Length" and fact.values[at] not in NOTHING
        ]
        facts = f'<p class="facts">{" · ".join(told)}</p>' if told else ""
        note = f'<p class="facts">{escape(take.record.note)}</p>' if take.record.note else ""
        return (
            f'<li class="cell" id="take-{take.id}">{_frame(take, files, side)}'
            f'<div class="tag"><span>{escape(where)}{marks}</span><code>{take.id}</code></div>'
            f"{self._prompt(at)}{facts}{note}</li>"
        )

    def _prompt(self, at: int) -> str:
        """Return a take's prompt, with the words marked that its neighbours do not have."""
        take = self.takes[at]
        if len(self.takes) > 1 and len({one.prompt for one in self.takes}) == 1:
            return ""  # it stands above
        if not take.prompt.strip():
            return '<p class="prompt facts">No prompt</p>'
        whole = marked_prompt(take, [*self.takes[max(0, at - 1) : at], *self.takes[at + 1 : at + 2]])
        if len(take.prompt) <= LONG:
            return f'<p class="prompt">{whole}</p>'
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
