"""Draw a contact sheet to print: light pages of posters with what varies, settings, ratings and ranking."""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reka_notebook._version import __version__
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.kinds import kind_of
from reka_notebook.library.records import HIGHEST_RATING
from reka_notebook.output.contact_sheet.content import Content
from reka_notebook.output.contact_sheet.lettering import Lettering, Line
from reka_notebook.output.contact_sheet.pdf import Pdf, Written
from reka_notebook.output.player import contact
from reka_notebook.text import beginning

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw


DPI = 240

INK, SOFT, FAINT, RULE, FRAME = "#16181b", "#5b626a", "#8b929a", "#d9dde1", "#f0f1f3"
GOLD, WRONG = "#c98a00", "#a8321f"


class Paper(NamedTuple):
    """Hold a size of paper in millimetres."""

    width: float
    height: float


PAPER = "A4"

PAPERS = {"A4": Paper(210, 297), "Letter": Paper(215.9, 279.4)}

MARGIN, GAP = 14.0, 5.0


MOST_COLUMNS = 5

WITH_STRIP = 6
"""The most takes for which a film's beginning, middle and end are drawn under its poster."""


def px(millimetres: float) -> int:
    """Return a length in pixels."""
    return round(millimetres / 25.4 * DPI)


def points(size: float) -> int:
    """Return a font size in pixels."""
    return round(size / 72 * DPI)


def tallest_for(takes: Sequence[Take], columns: int, width: int, room: int) -> int:
    """Return the greatest height of a poster: one that is taller than most others is drawn narrower."""
    tall = sum((take.file.height or 0) > (take.file.width or 0) for take in takes)
    if columns == 1:
        return round(room * 0.5)
    if 2 * tall > len(takes):
        return round(width * (1.1 if columns == 2 else 16 / 9))
    return round(width * (0.75 if columns == 2 else 1))


ROW_GAP = px(5.5)
"""Below each row of posters."""


Draw = Callable[["Image", "ImageDraw", int, int], None]


@dataclass
class Block:
    """Hold a part of a page that stays together: its height, and the function that draws it."""

    height: int
    draw: Draw
    keep: bool = False
    """Whether the next block has to be on the same page."""
    gap: int = 0
    """How much of its height is a gap at its end, which a page's end does not need."""


class Span(NamedTuple):
    """Hold takes of a row that stand under one heading; ``again`` if the heading stands above an earlier row, too."""

    head: str
    places: Sequence[int]
    again: bool = False


def rows_of(groups: Iterable[tuple[str, Iterable[int]]], columns: int) -> Iterator[list[Span]]:
    """Yield rows of posters, which groups share: a short one is in one row, a long one begins where two fit."""
    row, free = list[Span](), columns
    for head, group in groups:
        places, again = list(group), False
        if row and len(places) > free and (len(places) <= columns or free < 2):
            yield row
            row, free = [], columns
        while len(places) > free:
            yield [*row, Span(head, places[:free], again)]
            places, again = places[free:], True
            row, free = [], columns
        row.append(Span(head, places, again))
        free -= len(places)
    if row:
        yield row


def columns_for(count: int) -> int:
    """Return how many posters stand side by side."""
    return next(
        (columns for most, columns in ((1, 1), (4, 2), (12, 3), (40, 4)) if count <= most), MOST_COLUMNS
    )


@dataclass
class Pages:
    """Draw the pages of a contact sheet.

    Args:
        sheet: What is on it.
        paper: Its size.
        letters: Sets its text.
    """

    sheet: Content
    paper: Paper
    letters: Lettering = field(default_factory=Lettering)

    def drawn(self) -> Iterator[tuple["Image", list[Written]]]:
        """Yield each page, and what is written on it."""
        from PIL import Image, ImageDraw

        every = self._flow()
        for number, blocks in enumerate(every, 1):
            page = Image.new("RGB", (px(self.paper.width), px(self.paper.height)), "white")
            draw = ImageDraw.Draw(page)
            self.letters.written = []
            y = px(MARGIN)
            for block in blocks:
                block.draw(page, draw, px(MARGIN), y)
                y += block.height
            self._foot(draw, number, len(every))
            yield page, self.letters.written

    @property
    def _width(self) -> int:
        return px(self.paper.width - 2 * MARGIN)

    def _flow(self) -> list[list[Block]]:
        """Return the blocks of each page; posters are smaller where this saves a page."""
        columns = columns_for(len(self.sheet.takes))
        pages = list(self._pages(columns))
        if len(pages) == 1 or columns == MOST_COLUMNS:
            return pages
        return min(pages, list(self._pages(columns + 1)), key=len)

    def _pages(self, columns: int) -> Iterator[list[Block]]:
        """Yield the blocks of each page, with this many posters side by side."""
        room = px(self.paper.height - 2 * MARGIN)
        page: list[Block] = []
        used = 0
        blocks = list(self._blocks(room, columns))
        for at, block in enumerate(blocks):
            needed, last = block.height, block
            for after in blocks[at + 1 :]:
                if not last.keep:
                    break
                needed, last = needed + after.height, after
            needed -= last.gap
            if page and used + needed > room:
                yield page
                page, used = [], 0
            page.append(block)
            used += block.height
        if page:
            yield page

    def _blocks(self, room: int, columns: int) -> Iterator[Block]:
        yield from self._head()
        sheet = self.sheet
        groups = groupby(sheet.order, key=lambda at: sheet.heads[at])
        for row in rows_of(groups, columns):
            yield self._row(row, columns, room)
        if sheet.missing:
            yield self._heading(f"Not made: {len(sheet.missing)}")
            for one in sheet.missing:
                words = f"{one.label}  {one.why}  {beginning(one.prompt, 120)}"
                yield self._text([(words, False)], 8, SOFT, gap=1.0, most=2)

    def _text(
        self,
        runs: Sequence[tuple[str, bool]],
        size: float,
        colour: str,
        *,
        gap: float = 0.0,
        most: int | None = None,
        keep: bool = False,
        width: int = 0,
    ) -> Block:
        lines = self.letters.lines(runs, points(size), width or self._width, most)
        step = round(points(size) * 1.38)

        def draw(page: "Image", draw: "ImageDraw", x: int, y: int) -> None:
            for number, line in enumerate(lines):
                self.letters.draw(draw, x, y + points(size) + number * step, line, colour)

        return Block(len(lines) * step + px(gap) if lines else 0, draw, keep)

    def _head(self) -> Iterator[Block]:
        sheet = self.sheet
        yield self._text([(sheet.title, True)], 19, INK, gap=0.8, most=3, keep=True)
        yield self._text([(sheet.summary, False)], 9, SOFT, gap=2.5, keep=True)
        for name, words in sheet.about:
            label = self.letters.pieces(name, points(8.5))
            indent = px(24)
            lines = self.letters.lines([(words, False)], points(8.5), self._width - indent, 12)
            step = round(points(8.5) * 1.42)

            def draw(
                page: "Image",
                draw: "ImageDraw",
                x: int,
                y: int,
                label: Line = label,
                lines: list[Line] = lines,
                indent: int = indent,
                step: int = step,
            ) -> None:
                self.letters.draw(draw, x, y + points(8.5), label, SOFT)
                for number, line in enumerate(lines):
                    self.letters.draw(draw, x + indent, y + points(8.5) + number * step, line, INK)

            yield Block(max(1, len(lines)) * step, draw)

        def rule(page: "Image", draw: "ImageDraw", x: int, y: int) -> None:
            draw.line((x, y + px(2.5), x + self._width, y + px(2.5)), RULE, px(0.25))

        yield Block(px(7), rule)

    def _heading(self, words: str) -> Block:
        text = self._text([(words, True)], 11, INK, gap=2.0, most=2)
        return Block(
            text.height + px(1), lambda page, draw, x, y: text.draw(page, draw, x, y + px(1)), keep=True
        )

    def _row(self, spans: Sequence[Span], columns: int, room: int) -> Block:
        width = (self._width - px(GAP) * (columns - 1)) // columns
        tallest = tallest_for(self.sheet.takes, columns, width, room)
        cells = [
            Cell(self.letters, self.sheet, at, width, tallest, columns)
            for span in spans
            for at in span.places
        ]
        heads = self._heads(spans, width)
        above = max(head.height for head in heads)
        shown = max(cell.picture_height for cell in cells)
        strip = max(cell.strip_height for cell in cells)
        words = max(cell.words_height for cell in cells)

        def draw(page: "Image", draw: "ImageDraw", x: int, y: int) -> None:
            place, left = x, iter(cells)
            for span, head in zip(spans, heads, strict=True):
                tallest = max(cell.picture_height for _, cell in zip(span.places, left, strict=False))
                head.draw(page, draw, place, y + above - head.height + shown - tallest)
                place += len(span.places) * (width + px(GAP))
            for number, cell in enumerate(cells):
                cell.draw(page, draw, x + number * (width + px(GAP)), y + above, shown, strip)

        return Block(above + shown + strip + words + ROW_GAP, draw, gap=ROW_GAP)

    def _heads(self, spans: Sequence[Span], width: int) -> list[Block]:
        """Return the headings of a row, each as wide as its takes; a whole row that continues another has none."""
        shared = len(spans) > 1
        return [
            self._text(
                [(span.head, True)] if span.head and (shared or not span.again) else [],
                11 if not shared else 9.5,
                INK if not span.again else SOFT,
                width=len(span.places) * (width + px(GAP)) - px(GAP),
                gap=2.0,
                most=2,
            )
            for span in spans
        ]

    def _foot(self, draw: "ImageDraw", number: int, count: int) -> None:
        y, x = px(self.paper.height - MARGIN + 3), px(MARGIN)
        size = points(7.5)
        left = " ".join(filter(None, [self.sheet.note, f"Made by reka-notebook {__version__}."]))
        if number == count and self.letters.note:
            left = f"{self.letters.note} {left}"
        if number > 1:
            left = f"{beginning(self.sheet.title, 60)} · {left}"
        right = self.letters.pieces(f"{number} / {count}", size) if count > 1 else []
        for place, line in enumerate(self.letters.lines([(left, False)], size, self._width - px(16), 2)):
            self.letters.draw(draw, x, y + place * round(size * 1.3), line, FAINT)
        end = x + self._width - sum(piece.width for piece in right)
        self.letters.draw(draw, end, y, right, FAINT)


class Cell:
    """Draw one take: its poster, name, prompt, and what varies."""

    def __init__(
        self, letters: Lettering, sheet: Content, at: int, width: int, tallest: int, columns: int
    ) -> None:
        self._letters, self._take, self._width = letters, sheet.takes[at], width
        self._small = points({1: 9.5, 2: 8.5, 3: 8}.get(columns, 7))
        self._step = round(self._small * 1.36)
        file = self._take.file
        across, down = file.width or 16, file.height or 10
        if not kind_of(file.kind).has_poster:
            across, down = 16, 7
        shown = [one for one in self._take.files if one.kind == self._take.kind]
        if len(shown) > 1:  # in rows, as one picture
            across, down = (
                across * math.ceil(math.sqrt(len(shown))),
                down * math.ceil(len(shown) / math.ceil(math.sqrt(len(shown)))),
            )
        scale = min(width / across, tallest / down)
        self._picture = (max(1, round(across * scale)), max(1, round(down * scale)))
        self._strip = self._strip_size(len(sheet.takes), across / down)
        rank = sheet.places.get(self._take.id, "") if sheet.labels else ""
        name = " ".join(filter(None, [rank, sheet.name(at)]))
        self._name = letters.lines([(name, True)], self._small, width * 0.7, 1)
        self._id = letters.pieces(self._take.id, round(self._small * 0.86))
        self._rating = self._take.rating
        self._verdict = letters.pieces(
            " ".join(filter(None, [self._take.verdict or "", "pinned" if self._take.record.pinned else ""])),
            self._small,
        )
        most = {1: None, 2: 6, 3: 5}.get(columns, 4)
        self._prompt = letters.lines(bold_runs(sheet.prompt_html(at)), self._small, width, most)
        self._facts = letters.lines(sheet.facts_runs(at), self._small, width, most or 6)
        score, wrong = sheet.scores.get(self._take.id), sheet.flagged.get(self._take.id)
        self._score = letters.lines([(score, False)], self._small, width, 3) if score else []
        self._wrong = (
            letters.lines([(f"Probably wrong: {wrong}", False)], self._small, width, 4) if wrong else []
        )
        note = self._take.record.note
        self._note = letters.lines([(note, False)], self._small, width, most or 8) if note else []

    @property
    def picture_height(self) -> int:
        """Return the height of its poster, in pixels."""
        return self._picture[1]

    @property
    def words_height(self) -> int:
        """Return the height of the text below the poster."""
        rows = 1 + sum(len(lines) for lines, _ in self._texts)
        return rows * self._step + px(2.2)

    @property
    def _texts(self) -> list[tuple[list[Line], str]]:
        """Return the texts below its name, each with its colour."""
        return [
            (self._score, INK),
            (self._prompt, INK),
            (self._facts, SOFT),
            (self._wrong, WRONG),
            (self._note, SOFT),
        ]

    @property
    def strip_height(self) -> int:
        """Return the height of its frames, in pixels; 0 if it has none."""
        return self._strip[1] + px(1) if self._strip else 0

    def _strip_size(self, count: int, shape: float) -> tuple[int, int] | None:
        if count > WITH_STRIP or not kind_of(self._take.kind).has_frames:
            return None
        gap = px(1)
        across = (self._picture[0] - 2 * gap) // 3
        return (across, max(1, round(across / shape))) if across > px(8) else None

    def draw(self, page: "Image", draw: "ImageDraw", x: int, y: int, room: int, strip: int) -> None:
        """Draw the take at a place; the posters of a row are aligned, and so are their words."""
        top = y + room - self._picture[1]
        self._draw_picture(page, draw, x, top)
        y += room
        if self._strip:
            self._draw_strip(page, x, y + px(1))
        y += strip + px(1.6) + self._small
        end = float(x)
        for line in self._name:
            end = self._letters.draw(draw, x, y, line, INK)
        left = self._draw_marks(draw, x + self._width, y)
        if end + px(1.5) + sum(piece.width for piece in self._id) < left - px(1):
            self._letters.draw(draw, end + px(1.5), y, self._id, FAINT)
        y += self._step
        for lines, colour in self._texts:
            for line in lines:
                self._letters.draw(draw, x, y, line, colour)
                y += self._step

    def _draw_picture(self, page: "Image", draw: "ImageDraw", x: int, y: int) -> None:
        from PIL import Image, ImageOps

        box = (x, y, x + self._picture[0] - 1, y + self._picture[1] - 1)
        data = None
        with suppress(RekaError, OSError):  # its store cannot be reached, or its file is gone
            data = contact(self._take, max(self._picture))
        if data is None:
            draw.rectangle(box, FRAME)
            words = self._letters.pieces(kind_of(self._take.kind).noun.split()[-1], self._small)
            self._letters.draw(draw, x + px(3), y + px(3) + self._small, words, SOFT)
        else:
            with Image.open(io.BytesIO(data)) as opened:
                fitted = ImageOps.pad(opened.convert("RGB"), self._picture, color=FRAME)
            page.paste(fitted, (x, y))
        draw.rectangle(box, outline=RULE, width=max(1, px(0.12)))

    def _draw_strip(self, page: "Image", x: int, y: int) -> None:
        """Draw the film's beginning, middle and end."""
        if self._strip is None:
            return
        with suppress(RekaError, OSError):
            for number, frame in enumerate(self._take.frames(3, self._strip[0])[:3]):
                page.paste(
                    frame.convert("RGB").resize(self._strip), (x + number * (self._strip[0] + px(1)), y)
                )

    def _draw_marks(self, draw: "ImageDraw", right: int, y: int) -> float:
        """Draw its rating as stars, and its verdict in words, up to the right edge; return where they begin."""
        radius = self._small * 0.42
        if self._rating:
            for number in reversed(range(HIGHEST_RATING)):
                right -= round(radius * 2.2)
                star(draw, right + radius, y - self._small * 0.34, radius, filled=number < self._rating)
            right -= px(1)
        begin = right - sum(piece.width for piece in self._verdict)
        self._letters.draw(draw, begin, y, self._verdict, SOFT)
        return begin


def star(draw: "ImageDraw", x: float, y: float, radius: float, *, filled: bool) -> None:
    """Draw a star."""
    corners = [
        (
            x + math.sin(turn * math.pi / 5) * radius * (1 if turn % 2 == 0 else 0.45),
            y - math.cos(turn * math.pi / 5) * radius * (1 if turn % 2 == 0 else 0.45),
        )
        for turn in range(10)
    ]
    draw.polygon(corners, fill=GOLD if filled else RULE)


def bold_runs(marked: str) -> list[tuple[str, bool]]:
    """Return text with ``<b>`` marks as runs of plain and bold text."""
    runs = []
    for number, part in enumerate(marked.replace("</b>", "<b>").split("<b>")):
        if part:
            runs.append((unescape(part), number % 2 == 1))
    return runs


def write_pages(sheet: Content, target: Path, paper: str) -> list[Path]:
    """Write a sheet as a PDF, or as a PNG for each page, and return the files' paths.

    Raises:
        OSError: If it cannot be written; nothing is left of it then.
        RekaError: If there is no such paper.
    """
    size = next((known for name, known in PAPERS.items() if name.lower() == paper.lower()), None)
    if size is None:
        raise RekaError(f"The paper size is {' or '.join(PAPERS)}, not {paper!r}.")
    pages = Pages(sheet, size)
    part = target.with_name(f".{target.name}.part")
    written: list[Path] = []
    try:
        if target.suffix.lower() == ".pdf":
            with part.open("wb") as file:
                pdf = Pdf(file, sheet.title)
                for page, texts in pages.drawn():
                    pdf.add(page, texts, DPI)
                pdf.close()
            part.replace(target)
            return [target]
        drawn = (page for page, _ in pages.drawn())
        first = next(drawn)
        second = next(drawn, None)
        if second is None:
            first.save(part, "PNG", dpi=(DPI, DPI))
            part.replace(target)
            return [target]
        for number, page in enumerate(chain((first, second), drawn), 1):
            one = target.with_name(f"{target.stem}-{number}{target.suffix}")
            page.save(part, "PNG", dpi=(DPI, DPI))
            part.replace(one)
            written.append(one)
        return written
    except OSError:
        for one in written:
            one.unlink(missing_ok=True)
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
