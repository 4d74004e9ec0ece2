"""Write pages as a PDF: each as a picture, with its text above it, unseen, to select, to copy and to search for.

The text has a font of its own, whose letters are empty (Type 3; ISO 32000-1, 9.6.5) and stretched to the width that
they have in the picture. So a page looks the same everywhere, in whatever script, and no font is copied into the file.
"""

import io
import zlib
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 90
"""Of the pictures, which are JPEGs."""

_LETTERS = 255
"""Of a font, whose codes are one byte."""


class Written(NamedTuple):
    """Hold a text on a page: where it begins on its baseline, its size and its width, in pixels."""

    text: str
    x: float
    y: float
    size: float
    width: float


class Pdf:
    """Write a PDF page by page, so that no more than one is in memory.

    Args:
        file: Where it goes.
        title: The title of the document.
    """

    def __init__(self, file: IO[bytes], title: str) -> None:
        self._file, self._title = file, title
        self._offsets: dict[int, int] = {}
        self._last = 3  # catalogue, pages and title have the first numbers
        self._pages: list[int] = []
        self._codes: dict[str, tuple[int, int]] = {}
        self._fonts: list[int] = []
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, picture: "Image", texts: Iterable[Written], dpi: float) -> None:
        """Write a page."""
        scale = 72 / dpi
        width, height = (side * scale for side in picture.size)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=QUALITY)
        image = self._stream(
            f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}"
            "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
            buffer.getvalue(),
        )
        drawn = [f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /P Do Q BT"]
        for text in texts:
            for font, codes in self._encoded(text.text):
                own = text.width * len(codes) / len(text.text)
                stretch = 100 * own / (len(codes) * _WIDTH / 1000 * text.size)
                drawn.append(
                    f"/F{font} {text.size * scale:.2f} Tf {stretch:.2f} Tz "
                    f"1 0 0 1 {text.x * scale:.2f} {height - text.y * scale:.2f} Tm <{codes.hex()}> Tj"
                )
                text = text._replace(x=text.x + own)
        content = self._stream("/Filter/FlateDecode", zlib.compress(" ".join([*drawn, "ET"]).encode()))
        fonts = "".join(f"/F{number} {place} 0 R" for number, place in enumerate(self._fonts))
        self._pages.append(
            self._object(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.3f} {height:.3f}]/Contents {content} 0 R"
                f"/Resources<</XObject<</P {image} 0 R>>/Font<<{fonts}>>>>>>"
            )
        )

    def close(self) -> None:
        """Write the fonts and the index."""
        if self._fonts:
            shape = self._stream("", f"{_WIDTH} 0 0 -250 {_WIDTH} 750 d1".encode())
            for number, place in enumerate(self._fonts):
                letters = [letter for letter, (font, _) in self._codes.items() if font == number]
                self._write_font(place, letters, shape)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self._object(f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>", 2)
        self._object("<</Type/Catalog/Pages 2 0 R/ViewerPreferences<</DisplayDocTitle true>>>>", 1)
        self._object(f"<</Title<{_utf16(self._title, mark=True)}>/Producer(reka-notebook)>>", 3)
        start, count = self._file.tell(), self._last + 1
        lines = [f"{self._offsets[number]:010} 00000 n \n" for number in range(1, count)]
        self._file.write(f"xref\n0 {count}\n0000000000 65535 f \n{''.join(lines)}".encode())
        self._file.write(
            f"trailer<</Size {count}/Root 1 0 R/Info 3 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
        )

    def _encoded(self, text: str) -> list[tuple[int, bytes]]:
        """Return a text as runs of codes, each with the number of its font."""
        runs: list[tuple[int, bytes]] = []
        for letter in text:
            if letter not in self._codes:
                font, code = divmod(len(self._codes), _LETTERS)
                self._codes[letter] = font, code + 1
                if font == len(self._fonts):
                    self._fonts.append(self._number())
            font, code = self._codes[letter]
            if runs and runs[-1][0] == font:
                runs[-1] = font, runs[-1][1] + bytes([code])
            else:
                runs.append((font, bytes([code])))
        return runs

    def _write_font(self, place: int, letters: Sequence[str], shape: int) -> None:
        count = len(letters)
        pairs = [f"<{code:02x}><{_utf16(letter)}>" for code, letter in enumerate(letters, 1)]
        blocks = [pairs[at : at + 100] for at in range(0, count, 100)]
        meant = (
            "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)"
            "/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
            "1 begincodespacerange<00><ff>endcodespacerange\n"
            + "".join(f"{len(block)} beginbfchar {' '.join(block)} endbfchar\n" for block in blocks)
            + "endcmap CMapName currentdict/CMap defineresource pop end end"
        )
        letters_of = self._stream("", meant.encode())
        self._object(
            f"<</Type/Font/Subtype/Type3/FontBBox[0 -250 {_WIDTH} 750]/FontMatrix[0.001 0 0 0.001 0 0]/Resources<<>>"
            f"/CharProcs<</e {shape} 0 R>>/Encoding<</Type/Encoding/Differences[1{'/e' * count}]>>/FirstChar 1"
            f"/LastChar {count}/Widths[{f'{_WIDTH} ' * count}]/ToUnicode {letters_of} 0 R>>",
            place,
        )

    def _number(self) -> int:
        self._last += 1
        return self._last

    def _object(self, text: str, number: int = 0) -> int:
        number = number or self._number()
        self._offsets[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n{text}\nendobj\n".encode())
        return number

    def _stream(self, about: str, data: bytes) -> int:
        number = self._number()
        self._offsets[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n<<{about}/Length {len(data)}>>stream\n".encode())
        self._file.write(data)
        self._file.write(b"\nendstream\nendobj\n")
        return number


_WIDTH = 500
"""Of each letter, in thousandths of its size."""


def _utf16(text: str, *, mark: bool = False) -> str:
    return (b"\xfe\xff" * mark + text.encode("utf-16-be", "replace")).hex()
