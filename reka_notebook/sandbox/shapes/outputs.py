"""Tell what a request yielded and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from reka_notebook.sandbox.rendering.media import Film, Media, Speech

Delivered: TypeAlias = tuple[Media, str, "int | None"]
"""A file, its URL, and its bytes once it is drawn."""


def links(output: str, files: Sequence[Delivered]) -> dict[str, Any]:
    """Return ``video_url``, ``audio_url``, or ``images`` with a ``url`` each."""
    if output == "image":
        return {"images": [{"url": url} for _, url, _ in files]}
    return {f"{output}_url": files[0][1]}


def described(output: str, files: Sequence[Delivered]) -> dict[str, Any]:
    """Return ``video``, ``audio`` or ``images`` as objects with all that is known of a file."""
    told = [_file(*file) for file in files]
    return {"images": told} if output == "image" else {output: told[0]}


def in_lists(output: str, files: Sequence[Delivered]) -> dict[str, Any]:
    """Return ``videos``, ``images`` or ``audios``: a list of objects, whatever their number."""
    return {f"{output}s": [{"url": url, "content_type": medium.content_type} for medium, url, _ in files]}


def bare(output: str, files: Sequence[Delivered]) -> dict[str, Any]:
    """Return mere URLs: one under ``video``, ``image`` or ``audio``, several in a list."""
    urls = [url for _, url, _ in files]
    return {output: urls[0] if len(urls) == 1 else urls}


def nested(path: Sequence[str], price: float) -> dict[str, Any]:
    """Return the price at the end of this path of names, or nothing without one."""
    if not path:
        return {}
    bill: Any = round(price, 4)
    for name in reversed(path):
        bill = {name: bill}
    return dict(bill)


def _file(medium: Media, url: str, size: int | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"url": url, "content_type": medium.content_type, "file_name": medium.file_name}
    if size is not None:
        facts["file_size"] = size
    if isinstance(medium, Speech):
        return facts
    facts |= {"width": medium.width, "height": medium.height}
    if isinstance(medium, Film):
        facts |= {"fps": medium.fps, "duration": medium.frames / medium.fps}
    return facts
