"""Read what is submitted: check the body, loosely, against the catalogue's schema, and decide what to draw for it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reka_notebook.catalogue import Endpoint
from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.pictures import Pictures
from reka_notebook.sandbox.rendering import size
from reka_notebook.sandbox.rendering.media import Film, Media, Picture, Speech, Still

MOST_IMAGES = 4
LONGEST_WEBHOOK = 2083
"""Characters, as Reka documents."""
_FULL_FPS, _SMALL_FPS = 24, 8


@dataclass(frozen=True)
class Submission:
    """Hold a body that was accepted. ``pictures`` are by slot ("start", "end")."""

    input: Mapping[str, Any]
    words: str
    pictures: Mapping[str, Picture]


def digest(body: bytes, endpoint: Endpoint) -> str:
    """Return a digest that tells submissions apart by what they say, not by how it is written."""
    with contextlib.suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return hashlib.sha256(endpoint.id.encode() + b"\0" + body).hexdigest()


def read(body: bytes, endpoint: Endpoint, pictures: Pictures) -> Submission:
    """Return the submission in this body.

    Required fields, allowed values and images are checked. A field that the catalogue does not have is let
    through: the person may know better.

    Raises:
        Refusal: With 400, if it does not fit.
    """
    document = _object(body)
    given = document.get("input")
    if not isinstance(given, dict):
        raise Refusal(400, "input must be an object.", param="input")
    _check_webhook(document.get("webhook_url"))
    _check_fields(given, endpoint)
    sent: dict[str, Picture] = {}
    for name, slot in endpoint.images.items():
        values = given.get(slot.field)
        for value in values if slot.many and isinstance(values, list) else [values]:
            if value is not None:
                sent.setdefault(name, pictures.read(value, slot.field))
        if slot.required and name not in sent:
            raise Refusal(400, f"{slot.field} is required.", param=slot.field)
    words = given.get(endpoint.prompt_field) if endpoint.prompt_field else given.get("prompt")
    return Submission(given, words if isinstance(words, str) else "", sent)


def media(submission: Submission, endpoint: Endpoint, *, small: bool) -> tuple[Media, ...]:
    """Return what to draw for it."""
    given, start = submission.input, submission.pictures.get("start")
    if endpoint.output == "audio":
        return (Speech(submission.words),)
    long_side = size.SMALL_SIDE if small else size.LONG_SIDE
    if endpoint.output == "video":
        ratio = size.aspect(given.get("aspect_ratio"), start.size if start else None)
        width, height = size.frame_size(ratio, None if small else given.get("resolution"), long_side)
        film = Film(
            submission.words,
            start,
            submission.pictures.get("end"),
            width,
            height,
            _SMALL_FPS if small else _FULL_FPS,
            duration(given, endpoint),
            given.get("generate_audio") is not False,
        )
        return (film,)
    if endpoint.output == "image":
        ratio = size.aspect(given.get("aspect_ratio"), start.size if start else (1, 1))
        width, height = size.frame_size(ratio, None, size.SMALL_SIDE if small else size.IMAGE_SIDE)
        count = given.get("num_images")
        count = min(max(count, 1), MOST_IMAGES) if isinstance(count, int) else 1
        form = str(given.get("output_format", "png")).lower()
        form = form if form in ("jpeg", "webp") else "png"
        return tuple(Still(submission.words, start, width, height, form, n + 1) for n in range(count))
    return ()


def duration(given: Mapping[str, Any], endpoint: Endpoint) -> float:
    """Return the seconds of video asked for, or the schema's default if nothing is."""
    return size.seconds(given.get("duration"), endpoint.properties.get("duration", {}).get("default"))


def boxes(submission: Submission) -> dict[str, Any]:
    """Return boxes, in pixels, for the things that the prompt names: made up from its words, and always the same."""
    picture = submission.pictures.get("start")
    width, height = picture.size if picture else (1280, 720)
    names = [name.strip() for name in re.split(r",|;|\band\b", submission.words) if name.strip()][:8] or [
        "object"
    ]
    objects = []
    for name in names:
        a, b, c, d = (byte / 255 for byte in hashlib.sha256(name.encode()).digest()[:4])
        wide, high = round(width * (0.2 + 0.3 * c)), round(height * (0.2 + 0.3 * d))
        x, y = round((width - wide) * a), round((height - high) * b)
        objects.append({"label": name, "x_min": x, "y_min": y, "x_max": x + wide, "y_max": y + high})
    return {"objects": objects, "image": {"width": width, "height": height}}


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not JSON.") from None
    if not isinstance(document, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return document


def _check_webhook(url: object) -> None:
    fits = isinstance(url, str) and len(url) <= LONGEST_WEBHOOK and re.match(r"https?://\S", url)
    if url is not None and not fits:
        message = f"webhook_url must be null or an http(s) URL of 1 to {LONGEST_WEBHOOK} characters."
        raise Refusal(400, message, param="webhook_url")


def _check_fields(given: Mapping[str, Any], endpoint: Endpoint) -> None:
    for name in endpoint.schema.get("required", ()):
        if given.get(name) in (None, ""):
            raise Refusal(400, f"{name} is required.", param=name)
    for name, schema in endpoint.properties.items():
        value = given.get(name)
        if value is None:
            continue
        if schema.get("type") == "string" and name == endpoint.prompt_field and not isinstance(value, str):
            raise Refusal(400, f"{name} must be a string.", param=name)
        allowed = schema.get("enum")
        if allowed and str(value) not in map(str, allowed):
            choice = ", ".join(map(str, allowed))
            raise Refusal(400, f"{name} must be one of {choice}, not {str(value)[:80]}.", param=name)
