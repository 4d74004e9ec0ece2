"""Find the files that an output points to; the shape of outputs is not documented, so every shape is searched."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from reka_notebook.api.reading.embedded import as_data_uri, bytes_as_data_uri, is_data_uri
from reka_notebook.api.reading.link_names import (
    ADDRESSES,
    BESIDE,
    KIND_OF_ENDING,
    KIND_OF_WORD,
    LINKS,
    NAMES_OF_FILES,
    SENT,
    TYPES,
    YIELDS,
    split_name,
)
from reka_notebook.api.reading.outside import NAME, plain

_LONGEST_URL = 8192
_IN_TEXT = re.compile(r"https?://[^\s\"'<>()\[\]{}|\\^`]+")
_SPACE = re.compile(r"\s")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ESCAPED = re.compile(r"https?%3a(%2f){2}", re.IGNORECASE)
_ORDER = ("video", "audio", None, "image")


class MediaLink(msgspec.Struct, frozen=True, dict=True):
    """Hold a file that an output points to; ``field`` is where in the output it stood."""

    url: str
    field: str
    content_type: str | None = None
    file_name: str | None = None
    quoted: bool = False
    """Whether it stands in the middle of a text."""
    guessed: bool = False
    """Whether it may as well be a mere name: it is looked at where there is nothing better."""

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for name in self.field.split(".") for word in split_name(name))

    @cached_property
    def kind(self) -> str | None:
        """Return video, audio or image, as far as the link's type, ending or name tells, else ``None``."""
        said = self.content_type or (self.url[5:60] if is_data_uri(self.url) else "")
        if said.partition("/")[0] in ("video", "audio", "image"):
            return said.partition("/")[0]
        by_ending = KIND_OF_ENDING.get(_ending(self.url)) or KIND_OF_ENDING.get(_ending(self.file_name or ""))
        if by_ending:
            return by_ending
        for name in reversed(self.field.split(".")):  # the name that is nearest
            kinds = {KIND_OF_WORD[word] for word in split_name(name) if word in KIND_OF_WORD}
            if kinds:
                return min(kinds, key=_ORDER.index)
        return None

    @property
    def is_beside(self) -> bool:
        """Return whether the link's name says that it is not a result: a preview, a page, or what was sent."""
        return bool(self._words & (BESIDE | SENT))

    @property
    def is_main(self) -> bool:
        """Return whether it is a file of the result by its name, type or ending."""
        alone = all(not name or name.isdecimal() for name in self.field.split("."))
        named = alone or bool(self._words & YIELDS) or self.kind is not None or is_data_uri(self.url)
        known = _ending(self.url) in KIND_OF_ENDING if self.quoted else named
        return known and not self.guessed and not self.is_beside

    def may_be(self, kind: str) -> bool:
        """Return whether it may be what an endpoint makes, as far as that is known."""
        return self.kind in (None, kind) or kind not in _ORDER


def media_links(output: Any, sent: Collection[str] = ()) -> list[MediaLink]:
    """Return every file that an output points to or holds, the likeliest first, each once.

    Besides http(s) URLs these are paths, to be resolved against the base URL, and files in the answer itself,
    in base64, hexadecimal or a list of bytes, each given as a ``data:`` URI.

    Args:
        sent: URLs that went along with the request, which are not its result.
    """
    found: dict[str, MediaLink] = {}
    for link in _walk(output, ""):
        known = found.get(link.url)
        if link.url not in sent and (known is None or (link.is_main and not known.is_main)):
            found[link.url] = link
    sure = [link for link in found.values() if not link.guessed]
    if any(link.is_main for link in sure):
        links = sure
    else:  # a mere name beside a link is the name of what that leads to
        names = NAMES_OF_FILES if sure else ()
        links = [link for link in found.values() if link.field.rpartition(".")[2] not in names]
    return sorted(links, key=lambda link: (not link.is_main, link.is_beside, _ORDER.index(link.kind)))


def _walk(value: Any, field: str, beside: Mapping[str, Any] | None = None) -> Iterator[MediaLink]:
    """Find the links in a value.

    Args:
        beside: The object that a text stands in, which may say what type its file has.
    """
    if isinstance(value, str):
        yield from _in_text(value, field, beside or {})
    elif isinstance(value, list):
        whole = bytes_as_data_uri(value)
        if whole is not None:
            yield MediaLink(whole, field)
            return
        for index, item in enumerate(value):
            yield from _walk(item, f"{field}.{index}" if field else str(index), beside)
    elif isinstance(value, dict):
        for name, item in value.items():
            shown = plain(name, 80)
            inner = field if field and name == "url" else f"{field}.{shown}" if field else shown
            yield from _walk(item, inner, value)
            yield from _walk(name, inner) if _is_url(name) else ()


def _in_text(text: str, field: str, beside: Mapping[str, Any]) -> Iterator[MediaLink]:
    whole = as_data_uri(text)
    url = whole or _as_written(text)
    guessed = not (whole or _is_url(url) or _is_path(url, field))
    if not guessed or _may_be_path(url):
        if not split_name(field.rpartition(".")[2]) & ADDRESSES:
            said, name = _find_fact(beside, TYPES, "/"), _find_fact(beside, NAMES_OF_FILES, "")
            yield MediaLink(url, field, said, name, guessed=guessed)
        return
    inner = None
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            inner = json.loads(text)
    if isinstance(inner, dict | list):
        yield from _walk(inner, field)
    else:
        for match in _IN_TEXT.finditer(text):
            yield MediaLink(match[0].rstrip(".,;:!?*_"), field, quoted=True)


def _find_fact(beside: Mapping[str, Any], names: Collection[str], having: str) -> str | None:
    """Return what an object says of a file under the first of some names; ``type: "video"`` is not a media type."""
    for name in names:
        value = beside.get(name)
        if isinstance(value, str) and value and having in value:
            return plain(value, NAME)
    return None


def _as_written(text: str) -> str:
    """Return a text as the URL that it is, where it was escaped once too often or has spaces in a file's name."""
    url = text.strip()
    if len(url) > _LONGEST_URL:
        return url
    if _ESCAPED.match(url):
        url = unquote(url)
    if url[:5].lower().startswith(("http:", "https")):
        url = url.replace("\\/", "/").replace("&amp;", "&")
    one_line = url.isprintable() and _ending(url) in KIND_OF_ENDING
    return url.replace(" ", "%20") if one_line and (_is_url(url.replace(" ", "")) or url[:1] == "/") else url


def _is_url(text: str) -> bool:
    if len(text) > _LONGEST_URL or _SPACE.search(text):
        return False
    return text[:8].lower().startswith(("http://", "https://")) or (text.startswith("//") and "." in text)


def _is_path(text: str, field: str) -> bool:
    """Return whether a text is a path on the service, by its ending or by the name it stands under."""
    if not 1 < len(text) <= _LONGEST_URL or ":" in text or _SPACE.search(text):
        return False
    name = field.rpartition(".")[2] if not field.rpartition(".")[2].isdecimal() else field.rpartition(".")[0]
    is_link = bool(split_name(name.rpartition(".")[2]) & LINKS) or not field
    if _ending(text) in KIND_OF_ENDING:
        return "/" in text or (is_link and name.rpartition(".")[2] not in NAMES_OF_FILES)
    return text.startswith("/") and is_link


def _may_be_path(text: str) -> bool:
    """Tell whether a text may be a path, under whatever name it stands: nothing else looks like it."""
    if not 1 < len(text) <= _LONGEST_URL or _SCHEME.match(text) or _SPACE.search(text):
        return False
    return _ending(text) in KIND_OF_ENDING or (text.startswith("/") and "/" in text[1:])


def _ending(url: str) -> str:
    if is_data_uri(url):
        return ""
    try:
        _, dot, ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    except ValueError:
        return ""
    return ending.lower() if dot else ""
