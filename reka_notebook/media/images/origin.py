"""Find where an image comes from: paths, URLs and ``data:`` URIs, none of them trusted."""

import base64
import itertools
import os
import re
import stat
import unicodedata
from pathlib import Path
from urllib.parse import SplitResult, unquote, unquote_to_bytes, urlsplit

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.picture import LARGEST_FILE, too_large
from reka_notebook.media.signature import NOUNS, PICTURES, recognise
from reka_notebook.text import file_size, nearest

LARGEST_URL = 8192
"""Characters a URL may have; signed ones are long."""

LONGEST_NAME = 120
"""Characters of a name that are kept."""

_OF_URLS = str.maketrans("-_", "+/")
"""The letters of base64 that are safe in a URL, and those that they stand for."""


def base_name(name: str, otherwise: str) -> str:
    """Reduce a name from a browser, a URL or a person to one that is safe to show and to join to a folder.

    Folders of both kinds and control or invisible characters are dropped; a long name keeps its ending.
    """
    last = re.split(r"[/\\]", name)[-1]
    last = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    if len(last) > LONGEST_NAME:
        stem, suffix = os.path.splitext(last)
        last = stem[: LONGEST_NAME - len(suffix[:12])] + suffix[:12]
    return last or otherwise


def find(given: "str | os.PathLike[str]") -> Path:
    """Return the path of an existing, ordinary file.

    Raises:
        ImageError: If it is missing (the message has near names and the folder), a folder, a device, or
            not a path at all.
    """
    try:
        text = os.fsdecode(given)
    except Exception as error:  # the object's own code
        raise ImageError(f"The {type(given).__name__} gives no path: {_reason(error)}.") from error
    if not text.strip():
        raise ImageError("No image was given: the path is empty.")
    shown = _quoted(text)
    try:
        path = _spelled(_home_filled_in(text))
        mode = path.stat().st_mode
    except UnicodeEncodeError:
        raise ImageError(
            f"{shown} is not a path: it holds half a character (a lone surrogate). Type or paste it again."
        ) from None
    except FileNotFoundError:
        raise ImageError(f"There is no file {shown}.{_in_place_of(text)}") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise ImageError(f"{shown} cannot be read: {_reason(error)}.{_meant(text)}") from None
    if stat.S_ISDIR(mode):
        raise ImageError(f"{shown} is a folder. Name a file in it.")
    if not stat.S_ISREG(mode):
        raise ImageError(f"{shown} is not an ordinary file.")
    return path


def path_of_url(url: str) -> str | None:
    """Return the path that a ``file:`` URL stands for; None where a file of just this name is there.

    Raises:
        ImageError: the file is on another machine, or the URL names none.
    """
    if os.path.lexists(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ImageError(f"That is not a URL: {error}.") from None
    path = unquote(parts.path, errors="surrogateescape")
    if re.match(r"/[A-Za-z]:/", path):  # a drive of Windows
        path = path[1:]
    if parts.netloc.lower() not in ("", "localhost"):
        raise ImageError(
            f"The URL leads to a file on another machine, {_quoted(parts.netloc)}. Give its path on this one."
        )
    if not path.strip("/"):
        raise ImageError("The file: URL names no file.")
    return path


def read(path: Path) -> bytes:
    """Return a file's bytes, bounded before they are read.

    Raises:
        ImageError: If it is unreadable, or over ``LARGEST_FILE``.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST_FILE:
                raise too_large(path.name, size)
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ImageError(f"{path.name} cannot be read: {_reason(error)}.") from None


def read_data_uri(uri: str) -> bytes:
    """Return the bytes in a ``data:`` URI (RFC 2397), base64 or percent-encoded.

    Raises:
        ImageError: If it is malformed, or over ``LARGEST_FILE``.
    """
    header, comma, body = uri.partition(",")
    if not comma:
        raise ImageError("The data: URI has no comma, so it holds no data.")
    if not body.isascii():
        raise ImageError("The data: URI holds letters that none has. Copy it again.")
    if len(body) > LARGEST_FILE * 3:
        raise ImageError(f"The data: URI is over {file_size(LARGEST_FILE)}. Make the image smaller first.")
    if not re.search(r";\s*base64\s*\Z", header, re.IGNORECASE):
        return unquote_to_bytes(body)
    try:
        text = re.sub(r"\s+", "", unquote(body)).translate(_OF_URLS).rstrip("=")
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)  # some leave the padding out
    except ValueError as error:
        raise ImageError(f"The data: URI is not valid base64: {error}. It may have been cut short.") from None


def check_url(url: str) -> SplitResult:
    """Take an http(s) URL apart without fetching it.

    Raises:
        ImageError: If it has another scheme, no host or a password in it, or is too long.
    """
    if not url.isascii() and any("\ud800" <= letter <= "\udfff" for letter in url):
        raise ImageError(
            "The URL holds half a character (a lone surrogate), and cannot be sent. Copy it again."
        )
    if len(url) > LARGEST_URL:
        raise ImageError(f"The URL is longer than {LARGEST_URL} characters.")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises where it is no number)
    except ValueError as error:
        raise ImageError(f"That is not a URL: {error}.") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise ImageError(
            f"A URL of an image begins with https:// or http://, not with {parts.scheme}://. "
            "Download the image and give its path."
        )
    if not parts.hostname or re.search(r"\s", url):
        raise ImageError("That is not a URL: it names no host, or holds a space.")
    if parts.username or parts.password:
        raise ImageError(
            "The URL holds a user name or password, which would be sent on. Download the image first."
        )
    return parts


def _spelled(path: Path) -> Path:
    """Return the path as the disk spells it.

    An accented letter is one character or two, and looks the same: a Mac, a zip file or a network drive may
    store the other form than the one a keyboard types. If a name is not there, one that differs in this alone
    is taken.
    """
    if path.exists():
        return path
    spelled = Path(path.anchor)
    for part in path.relative_to(path.anchor).parts:
        spelled = spelled / part if os.path.lexists(spelled / part) else _same_letters(spelled, part)
    return spelled


def _same_letters(folder: Path, name: str) -> Path:
    wanted = unicodedata.normalize("NFC", name)
    try:
        with os.scandir(folder) as entries:
            found = [entry.name for entry in entries if unicodedata.normalize("NFC", entry.name) == wanted]
    except OSError:
        found = []
    return folder / (found[0] if len(found) == 1 else name)


def _quoted(text: str) -> str:
    """Return a path as it was written, in quotes, without what would steer a terminal."""
    shown = "".join(
        letter if unicodedata.category(letter)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return f"'{shown if len(shown) <= LONGEST_NAME else shown[:LONGEST_NAME] + '…'}'"


def _home_filled_in(text: str) -> Path:
    """Return the path with ``~`` filled in, unless a file has that very name or there is no such home."""
    path = Path(text)
    if os.path.lexists(path):
        return path
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _in_place_of(text: str) -> str:
    """Return what to say about a path at which there is nothing."""
    path = _home_filled_in(text)
    if path.is_symlink():
        return f" It is a link to {_quoted(os.readlink(path))}, which is not there."
    return _meant(text) or _nearby(path)


def _meant(text: str) -> str:
    """Return what a text given as a path may be instead; empty if it looks like a path."""
    plain = text.strip()
    if re.match(r"https?:/?[^/]|www\.", plain, re.IGNORECASE):
        return " If it is a URL, it has to begin with https:// or http://."
    if plain[:5].lower() == "blob:":
        return " A blob: URL is known to one page of a browser alone. Save the image, and give its path."
    if len(plain) >= 64 and re.fullmatch(r"[A-Za-z0-9+/\s]+=*", plain):
        try:
            kind = recognise(base64.b64decode(plain[:64]))
        except ValueError:
            return ""
        if kind in PICTURES:
            return f" It looks like {NOUNS[kind]} in base64: give base64.b64decode(text)."
    return ""


def _nearby(path: Path) -> str:
    folder = path.parent
    try:
        names = [entry.name for entry in itertools.islice(folder.iterdir(), 2000)]
    except OSError:
        return f" There is no folder {_quoted(str(folder))} either."
    near = nearest(path.name, names)
    return f" Did you mean {_quoted(near)}?" if near else f" Looked in {_quoted(str(folder.absolute()))}."


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:].rstrip(".")
