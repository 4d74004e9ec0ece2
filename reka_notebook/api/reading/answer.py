"""Hold an answer as it came over the wire, and say what is in it once the API key is taken out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reka_notebook.api.reading.cleaning import LONGEST, Cleaner, Hide
from reka_notebook.api.reading.embedded import type_of
from reka_notebook.api.reading.json_text import Read, decoded, read_json
from reka_notebook.api.reading.outside import plain


def _nothing_to_hide(text: str) -> str:
    return text


@dataclass(frozen=True)
class Answer:
    """Hold what came back; ``headers`` have lower-case names and are clean, and ``body`` is as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    hide: Hide = field(repr=False, default=_nothing_to_hide)

    @property
    def content_type(self) -> str:
        """Return the type that the answer claims to have."""
        return self.headers.get("content-type", "")

    @property
    def request_id(self) -> str | None:
        """Return the ID to quote when a problem is reported."""
        return self.headers.get("x-request-id") or None

    @property
    def is_page(self) -> bool:
        """Return whether the answer is a web page, which no answer of this API is."""
        start = self.body[:200].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
        return start[:1] == b"<" or ("html" in self.content_type.lower() and start[:1] not in (b"{", b"["))

    @property
    def is_binary(self) -> bool:
        """Return whether the answer begins with bytes that are no text."""
        start = decoded(self.body[:512], self.content_type)
        odd = sum(letter == "\ufffd" or (letter < " " and letter not in "\t\r\n\x1b") for letter in start)
        return type_of(self.body[:512]) is not None or odd * 8 > len(start)

    def json(self) -> Read | None:
        """Return the answer's JSON, clean, with the body's text beside it if it had to be read leniently.

        Return ``None`` if there is none: an error would carry the frames in which the text is not clean yet.
        """
        try:
            value, text = read_json(self.body, self.content_type)
        except ValueError:
            return None
        cleaner = Cleaner(self.hide)
        return Read(cleaner.value(value), None if text is None else cleaner.text(text))

    def text(self) -> str:
        """Return the answer's text, cleaned, up to the length that is kept."""
        return Cleaner(self.hide).text(decoded(self.body[: 4 * LONGEST], self.content_type))

    def words(self, most: int) -> str:
        """Return the beginning of the answer as words that can be shown."""
        return plain(self.hide(decoded(self.body[: 16 * most + 4096], self.content_type)), most)
