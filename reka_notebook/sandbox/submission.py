"""Read what is submitted: check the body against what the profile knows, and decide what to draw for it."""

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
from reka_notebook.sandbox.profiles import Profile
from reka_notebook.sandbox.rendering import picture, seeing, size
from reka_notebook.sandbox.rendering.media import Film, Media, Picture, Speech, Still
from reka_notebook.sandbox.rendering.seeing import Found
from reka_notebook.sandbox.shapes import fields

MOST_IMAGES = 4
MOST_PRINTS = 3
"""Pictures beside the first that an edit shows."""
MOST_BOXES = 8
LONGEST_WEBHOOK = 2083
"""Characters, as Reka documents."""
_FULL_FPS, _SMALL_FPS = 24, 8


@dataclass(frozen=True)
class Submission:
    """Hold a body that was accepted: the input as it was sent, and its values by what they mean."""

    input: Mapping[str, Any]
    values: Mapping[str, Any]
    webhook: str | None = None

    @property
    def words(self) -> str:
        """Return what the person wrote, "" without it."""
        words = self.values.get("prompt")
        return words if isinstance(words, str) else ""

    @property
    def start(self) -> Picture | None:
        """Return the picture that was sent."""
        return self.values.get("start")

    @property
    def seconds(self) -> float:
        """Return the seconds of video asked for, or five if that is not known."""
        return size.seconds(self.values.get("duration"))


def digest(body: bytes, endpoint: str) -> str:
    """Return a digest that tells submissions apart by what they say, not by how it is written."""
    with contextlib.suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return hashlib.sha256(endpoint.encode() + b"\0" + body).hexdigest()


def read(body: bytes, endpoint: Endpoint, profile: Profile, pictures: Pictures) -> Submission:
    """Return the submission in this body, as the profile understands it.

    Raises:
        Refusal: With 400, if it does not fit.
    """
    sent = document(body)
    given = sent.get("input")
    if not isinstance(given, dict):
        raise Refusal(400, "input must be an object.", param="input")
    webhook = _webhook(sent.get("webhook_url"))
    values, problems = fields.read(
        given, profile.fields_of(endpoint), pictures.read, refuse_unknown=profile.refuse_unknown
    )
    if problems:
        raise Refusal.of(problems)
    return Submission(given, values, webhook)


def media(submission: Submission, endpoint: Endpoint, *, small: bool) -> tuple[Media, ...]:
    """Return what to draw for it."""
    values, start = submission.values, submission.start
    if endpoint.output == "audio":
        return (Speech(submission.words, str(values.get("voice") or "")),)
    long_side = size.SMALL_SIDE if small else size.LONG_SIDE
    if endpoint.output == "video":
        ratio = size.aspect(values.get("aspect_ratio"), start.size if start else None)
        width, height = size.frame_size(ratio, None if small else values.get("resolution"), long_side)
        film = Film(
            submission.words,
            start,
            values.get("end"),
            width,
            height,
            _SMALL_FPS if small else _FULL_FPS,
            submission.seconds,
            values.get("sound") is not False,
        )
        return (film,)
    if endpoint.output == "image":
        ratio = size.aspect(values.get("aspect_ratio"), start.size if start else (1, 1))
        width, height = size.frame_size(ratio, None, size.SMALL_SIDE if small else size.IMAGE_SIDE)
        count = values.get("count")
        count = min(max(count, 1), MOST_IMAGES) if isinstance(count, int) else 1
        form = str(values.get("form", "png")).lower()
        form = form if form in ("jpeg", "webp", "avif") else "png"
        others = tuple(values.get("others", ()))[:MOST_PRINTS]
        return tuple(Still(submission.words, start, width, height, form, n + 1, others) for n in range(count))
    return ()


def boxes(submission: Submission) -> tuple[Found, ...]:
    """Return boxes for the things that the prompt names, found in the picture by rule."""
    labels = [name.strip(" .") for name in re.split(r",|;|\n|\band\b", submission.words)]
    labels = [label for label in labels if label][:MOST_BOXES]
    start = submission.start
    if start is None or start.file is None:  # never fetched, so that there is nothing to look at
        image = picture.remote(start.host or "" if start else "", (640, 360))
    else:
        image = picture.opened(start.file, seeing.LONG_SIDE)
    return tuple(seeing.find(image, labels))


def document(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is.

    Raises:
        Refusal: With 400, if it is none.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return found


def _webhook(url: object) -> str | None:
    if url is None:
        return None
    if isinstance(url, str) and len(url) <= LONGEST_WEBHOOK and re.match(r"https?://\S", url):
        return url
    message = f"webhook_url must be null or an http(s) URL of 1 to {LONGEST_WEBHOOK} characters."
    raise Refusal(400, message, param="webhook_url")
