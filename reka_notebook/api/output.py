"""Which files an output points to. The shape of outputs is not documented, so every shape is searched."""

from collections.abc import Iterator
from typing import Any

import msgspec


class MediaLink(msgspec.Struct, frozen=True):
    """A file that an output points to; ``field`` is where in the output it stood."""

    url: str
    field: str
    content_type: str | None = None
    file_name: str | None = None

    @property
    def is_main(self) -> bool:
        """Whether it stands where a file of the result is known to stand, and not somewhere beside or below it."""
        root, _, place = self.field.partition(".")
        return root in _FIRST and (not place or place.isdecimal())


_FIRST = ("video", "videos", "audio", "image", "images")
_SCHEMES = ("http://", "https://", "data:")


def media_links(output: Any) -> list[MediaLink]:
    """Every http(s) or ``data:`` URL in an output, videos first, each once.

    What stands under ``url`` may also be a path, to be resolved against the base URL.
    """
    found: dict[str, MediaLink] = {}
    for link in _walk(output, ""):
        found.setdefault(link.url, link)
    return sorted(found.values(), key=_rank)


def _rank(link: MediaLink) -> int:
    root = link.field.split(".", 1)[0]
    return _FIRST.index(root) if root in _FIRST else len(_FIRST)


def _walk(value: Any, field: str) -> Iterator[MediaLink]:
    if isinstance(value, str):
        if value.startswith(_SCHEMES):
            yield MediaLink(value, field)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, f"{field}.{index}")
    elif isinstance(value, dict):
        url = value.get("url")
        if isinstance(url, str) and url.startswith((*_SCHEMES, "/")):
            kind, name = value.get("content_type"), value.get("file_name")
            yield MediaLink(
                url,
                field or "url",
                kind if isinstance(kind, str) else None,
                name if isinstance(name, str) else None,
            )
            value = {key: item for key, item in value.items() if key != "url"}
        for key, item in value.items():
            yield from _walk(item, f"{field}.{key}" if field else str(key))
