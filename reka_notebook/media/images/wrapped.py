"""Unwrap images inside other objects: open files, uploads, images of IPython and of ipywidgets."""

import io
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reka_notebook.media.errors import ImageError
from reka_notebook.media.images.picture import LARGEST_FILE


class Unwrapped(NamedTuple):
    """Hold what was inside: bytes, a path or a URL; and its name, if it has one."""

    image: bytes | str
    name: str | None


def unwrap(given: Any) -> Unwrapped | None:
    """Return the image that an object holds, as bytes, a path or a URL; None if it is none of these objects.

    Raises:
        ImageError: If it is one, and holds no image, or several.
    """
    if _is_from(given, "IPython") and hasattr(given, "filename") and hasattr(given, "url"):
        return _read_displayed(given)
    if _is_from(given, "ipywidgets") and hasattr(given, "value"):
        if getattr(given, "format", None) == "url":
            return Unwrapped(bytes(given.value).decode("utf-8", "replace"), None)
        given = given.value
    if isinstance(given, bytes | bytearray | memoryview):
        return Unwrapped(bytes(given), None)
    if isinstance(given, Mapping | list | tuple):
        return _uploaded(given)
    if callable(getattr(given, "read", None)):
        return _read(given)
    if callable(getattr(given, "read_bytes", None)) and not hasattr(given, "__fspath__"):
        return Unwrapped(given.read_bytes(), _name_of(given))  # a path within an archive
    if isinstance(getattr(given, "contents", None), bytes | bytearray | memoryview):
        return Unwrapped(bytes(given.contents), _name_of(given))  # an upload of marimo
    return None


def _is_from(given: Any, package: str) -> bool:
    """Return whether an object's class is from a package, without importing that package."""
    return any(base.__module__.partition(".")[0] == package for base in type(given).__mro__)


def _read_displayed(given: Any) -> Unwrapped:
    """Return an image as IPython displays it: of bytes, of a file, or of a URL."""
    name = os.path.basename(given.filename) if isinstance(given.filename, str) else None
    if isinstance(given.data, bytes):
        return Unwrapped(given.data, name)
    if isinstance(given.filename, str):
        return Unwrapped(given.filename, name)
    if isinstance(given.url, str):
        return Unwrapped(given.url, None)
    raise ImageError(
        f"The {type(given).__name__} of IPython holds no pixels. Give the image's path or bytes."
    )


def _uploaded(given: Mapping[Any, Any] | Sequence[Any]) -> Unwrapped | None:
    """Return what an upload widget holds: a list of files since ipywidgets 8, files by their names before."""
    if isinstance(given, Mapping):
        if "content" in given:
            files: list[Any] = [given]
        else:
            files = [
                {"name": name, **file} if isinstance(file, Mapping) else file for name, file in given.items()
            ]
    else:
        files = [_file(file) for file in given]
    if not files:
        raise ImageError("No file was uploaded yet. Choose one in the upload widget first.")
    contents = [file.get("content") if isinstance(file, Mapping) else file for file in files]
    data = [bytes(content) for content in contents if isinstance(content, bytes | bytearray | memoryview)]
    if len(data) != len(files):
        return None
    if len(files) > 1:
        raise ImageError(f"These are {len(files)} files, and one image is wanted: choose one.")
    name = files[0].get("name") if isinstance(files[0], Mapping) else None
    return Unwrapped(data[0], name if isinstance(name, str) else None)


def _file(file: Any) -> Any:
    """Return one file of a list, as a mapping if it is an upload of marimo."""
    contents = getattr(file, "contents", None)
    return file if contents is None else {"name": _name_of(file), "content": contents}


def _read(file: Any) -> Unwrapped:
    """Return an open file's bytes from its start, wherever it stands; its position is put back."""
    name = _name_of(file)
    label = name or f"The {type(file).__name__}"
    if isinstance(file, io.TextIOBase) or getattr(file, "encoding", None):
        raise ImageError(f'{label} is open as text, and an image is bytes. Open it with open(path, "rb").')
    try:
        place = file.tell() if file.seekable() else None
    except Exception:  # closed, or a stream that cannot say
        place = None
    try:
        if place is not None:
            file.seek(0)
        data = file.read(LARGEST_FILE + 1)
        if place is not None:
            file.seek(place)
    except Exception as error:  # the file's own code
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise ImageError(f"{label} cannot be read: {reason}. Give its path, or open it again.") from error
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ImageError(f"{label} gives {type(data).__name__} when it is read, and an image is bytes.")
    return Unwrapped(bytes(data), name)


def _name_of(file: Any) -> str | None:
    name = getattr(file, "name", None)
    return os.path.basename(name) if isinstance(name, str) and name else None
