"""Tell what a request yielded and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from reka_notebook.sandbox.rendering.media import Film, Media, Speech
from reka_notebook.sandbox.rendering.size import Size

if TYPE_CHECKING:
    from reka_notebook.sandbox.rendering.seeing import Found

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


def boxes_in_shares(found: Sequence[Found], size: Size) -> dict[str, Any]:
    """Return ``objects`` whose edges are 0 to 1 of the picture."""
    edges = ("x_min", "y_min", "x_max", "y_max")
    return {
        "objects": [
            {"label": one.label} | {name: round(value, 4) for name, value in zip(edges, one.box, strict=True)}
            for one in found
        ]
    }


def boxes_in_pixels(found: Sequence[Found], size: Size) -> dict[str, Any]:
    """Return ``objects`` whose edges are pixels, and the picture's size."""
    edges = ("x_min", "y_min", "x_max", "y_max")
    told = [{"label": one.label} | dict(zip(edges, _pixels(one, size), strict=True)) for one in found]
    return {"objects": told, "image": {"width": size[0], "height": size[1]}}


def boxes_with_sides(found: Sequence[Found], size: Size) -> dict[str, Any]:
    """Return ``results.bboxes``: corner and sides in pixels, and the picture's size."""
    told = []
    for one in found:
        left, top, right, bottom = _pixels(one, size)
        told.append({"x": left, "y": top, "w": right - left, "h": bottom - top, "label": one.label})
    return {"results": {"bboxes": told}, "image": {"width": size[0], "height": size[1]}}


def boxes_in_thousandths(found: Sequence[Found], size: Size) -> dict[str, Any]:
    """Return ``boxes`` with a ``bbox_2d`` each: two corners, 0 to 1000 of the picture."""
    return {
        "boxes": [{"bbox_2d": [round(edge * 1000) for edge in one.box], "label": one.label} for one in found]
    }


def boxes_detected(found: Sequence[Found], size: Size) -> dict[str, Any]:
    """Return ``detections``: corner and sides in pixels with a confidence, and nothing of the picture."""
    told = []
    for one in found:
        left, top, right, bottom = _pixels(one, size)
        told.append(
            {"class_name": one.label, "confidence": round(one.score, 3), "left": left, "top": top}
            | {"width": right - left, "height": bottom - top}
        )
    return {"detections": told}


def _pixels(found: Found, size: Size) -> tuple[int, int, int, int]:
    left, top, right, bottom = found.box
    return round(left * size[0]), round(top * size[1]), round(right * size[0]), round(bottom * size[1])


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
