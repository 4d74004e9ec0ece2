"""Set text on paper in a font of this machine, and in other fonts for letters that it lacks.

Pillow's own font has little more than ASCII, so it is the last resort.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reka_notebook.output.contact_sheet.pdf import Written
from reka_notebook.text import printable

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_PAIRS = (
    ("Inter-Regular", "Inter-Bold"),
    ("NotoSans-Regular", "NotoSans-Bold"),
    ("SegoeUI", "SegoeUI-Bold"),
    ("segoeui", "segoeuib"),
    ("Arial", "Arial Bold"),
    ("arial", "arialbd"),
    ("LiberationSans-Regular", "LiberationSans-Bold"),
    ("DejaVuSans", "DejaVuSans-Bold"),
)
"""Fonts to set a page in, each with its bold one; the first that is installed is used."""

_MOST_FONTS = 600
"""Fonts that are searched for a letter at most."""

_PLAIN = {
    "×": "x",
    "—": "-",
    "–": "-",
    "…": "...",
    "·": "-",
    "→": "->",
    "“": '"',
    "”": '"',
    "’": "'",
    "‘": "'",
}
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_TOKEN = re.compile(rf"{_WIDE.pattern}|(?:(?!{_WIDE.pattern})\S)+\s*|\s+")


class Piece(NamedTuple):
    """Hold letters set in one font; ``stroke`` thickens a font that has no bold of its own."""

    text: str
    font: "FreeTypeFont"
    stroke: float = 0.0

    @property
    def width(self) -> float:
        """Return the width in pixels."""
        return self.font.getlength(self.text)


Line = list[Piece]


class Lettering:
    """Set text in the fonts that are installed.

    Args:
        folders: The folders of fonts; the system's, if not given.

    Attributes:
        missing: The letters that no font here has, which are written as their names.
        plainer: The letters that were replaced by plainer ones.
        written: What was drawn where.
    """

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self._folders = _system_folders() if folders is None else folders
        self.missing: set[str] = set()
        self.plainer: set[str] = set()
        self.written: list[Written] = []
        self._chosen: dict[str, Path | None] = {}

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Return the installed fonts by name."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for inside, _, names in os.walk(folder):
                for name in sorted(names):
                    path = Path(inside, name)
                    if path.suffix.lower() in (".ttf", ".otf", ".ttc") and len(found) < 20 * _MOST_FONTS:
                        found.setdefault(path.stem, path)
        return found

    @cached_property
    def _pair(self) -> tuple[Path | None, Path | None]:
        for regular, bold in _PAIRS:
            if regular in self._files and _readable(self._files[regular]):
                return self._files[regular], self._files.get(bold)
        return None, None

    @cached_property
    def _others(self) -> list[Path]:
        """Return the fonts to try for a letter, upright sans-serif ones first."""

        def unlike(path: Path) -> tuple[bool, bool, str]:
            name = path.stem.lower()
            odd = any(
                word in name for word in ("bold", "italic", "oblique", "light", "black", "mono", "condensed")
            )
            return odd, "sans" not in name and "gothic" not in name, name

        return sorted(self._files.values(), key=unlike)[:_MOST_FONTS]

    def pieces(self, text: str, size: int, *, bold: bool = False) -> Line:
        """Return a text in pieces of one font each."""
        regular, heavy = self._pair
        base = heavy if bold and heavy else regular
        line: Line = []
        for letter in unicodedata.normalize("NFC", printable(text)).replace("\n", " "):
            shown, path, found = letter, base, True
            if not _has(base, letter):
                path, found = self._font_for(letter, base)
                if not found:
                    shown, path = self._instead_of(letter, base), base
            stroke = size / 34 if bold and (heavy is None or path != heavy) else 0.0
            font = _font(path, size)
            if line and line[-1].font is font and line[-1].stroke == stroke:
                line[-1] = Piece(line[-1].text + shown, font, stroke)
            else:
                line.append(Piece(shown, font, stroke))
        return line

    def _font_for(self, letter: str, base: Path | None) -> tuple[Path | None, bool]:
        if letter not in self._chosen:
            known = dict.fromkeys(path for path in self._chosen.values() if path is not None)
            candidates = [*known, *self._others]
            self._chosen[letter] = next((path for path in candidates if _has(path, letter)), None)
        path = self._chosen[letter]
        return (path, True) if path is not None else (base, False)

    def _instead_of(self, letter: str, base: Path | None) -> str:
        """Return a substitute for a letter that no font has: a plainer one, or its name."""
        plain = _PLAIN.get(letter) or "".join(
            part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
        )
        if plain and plain != letter and all(_has(base, part) for part in plain):
            self.plainer.add(letter)
            return plain
        if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn"):
            return ""
        self.missing.add(letter)
        name = unicodedata.name(letter, "")
        code = f"U+{ord(letter):04X}"
        return f"[{code if not name or name.endswith(code[2:]) else name.lower()}]"

    def lines(
        self, runs: Sequence[tuple[str, bool]], size: int, width: float, most: int | None = None
    ) -> list[Line]:
        """Break runs of plain and bold text into lines, none wider than a width in pixels.

        Args:
            most: Lines at most; the last one ends in three dots where something is left out.
        """
        lines: list[Line] = [[]]
        used = 0.0
        for text, bold in runs:
            # Accents are put together with their letters, which are drawn one by one.
            for token in _TOKEN.findall(re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))):
                for part in self._fitting(token, size, bold, width):
                    if used and used + _width(_trimmed(part)) > width:
                        lines.append([])
                        used = 0.0
                    if not used and not _trimmed(part):
                        continue  # a line does not begin with a space
                    lines[-1] += part
                    used += _width(part)
        if most is not None and len(lines) > most:
            lines = lines[:most]
            dots = self.pieces("…", size)
            last = _trimmed(lines[-1])
            while last and _width(last) + _width(dots) > width:
                text = last[-1].text[:-1]
                last = [*last[:-1], last[-1]._replace(text=text)] if text else last[:-1]
            lines[-1] = [*_trimmed(last), *dots]
        shown = [line for line in lines if line]
        if _reads_leftwards("".join(text for text, _ in runs)):
            # The letters of a word are put in order where it is drawn; the words are put in order here.
            return [_trimmed(line)[::-1] for line in shown]
        return shown

    def _fitting(self, token: str, size: int, bold: bool, width: float) -> Iterator[Line]:
        """Yield a word, in parts if it is wider than a line."""
        whole = self.pieces(token, size, bold=bold)
        while _width(_trimmed(whole)) > width and len(token) > 1:
            least = max(1, int(len(token) * width / max(1.0, _width(whole))))
            yield self.pieces(token[:least], size, bold=bold)
            token = token[least:]
            whole = self.pieces(token, size, bold=bold)
        yield whole

    def draw(self, draw: "ImageDraw", x: float, y: float, line: Line, colour: str) -> float:
        """Draw a line on its baseline, and return where it ends."""
        for piece in line:
            draw.text(
                (x, y),
                piece.text,
                colour,
                piece.font,
                anchor="ls",
                stroke_width=piece.stroke,
                stroke_fill=colour,
            )
            self.written.append(Written(piece.text, x, y, piece.font.size, piece.width))
            x += piece.width
        return x

    @property
    def note(self) -> str:
        """Return a note on letters that were replaced; empty if none were."""
        parts = []
        if self.missing:
            letters = sorted(self.missing)
            named = ", ".join(f"U+{ord(letter):04X}" for letter in letters[:6])
            more = f" and {len(letters) - 6} more" if letters[6:] else ""
            parts.append(
                f"No font on this machine has {named}{more}; they are shown as their names. Install Noto Sans and "
                "Noto Sans CJK to show most scripts."
            )
        if self.plainer:
            parts.append("Some signs and accents are simplified, as no font on this machine has them.")
        return " ".join(parts)


def _reads_leftwards(text: str) -> bool:
    """Return whether a text is in a script that is read from right to left, by its first letter."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _width(line: Line) -> float:
    return sum(piece.width for piece in line)


def _trimmed(line: Line) -> Line:
    """Return a line without the space at its end."""
    if not line or not line[-1].text.endswith(" "):
        return line
    text = line[-1].text.rstrip()
    return [*line[:-1], line[-1]._replace(text=text)] if text else _trimmed(line[:-1])


def _system_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        return [
            Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"),
            home / r"AppData\Local\Microsoft\Windows\Fonts",
        ]
    return [
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ]


@lru_cache(maxsize=256)
def _font(path: Path | None, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    if path is None:
        found = ImageFont.load_default(size)
        if isinstance(found, ImageFont.FreeTypeFont):
            return found
        raise OSError("Pillow was built without FreeType, and cannot set text")
    return ImageFont.truetype(str(path), size)


def _readable(path: Path) -> bool:
    try:
        _font(path, 16)
    except OSError:
        return False
    return True


@lru_cache(maxsize=4096)
def _has(path: Path | None, letter: str) -> bool:
    """Return whether a font has a letter; what it lacks, all fonts show as the same box."""
    if letter.isspace():
        return True
    try:
        font = _font(path, 16)
        return bytes(font.getmask(letter)) not in (bytes(font.getmask("\uffff")), b"")
    except (OSError, ValueError):  # a font that cannot be read, or of bitmaps in one size
        return False
