"""Read a chat: who is asked, the words, and the pictures and films to look at."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.pictures import Pictures, decoded, host_of
from reka_notebook.sandbox.rendering import picture, seeing

if TYPE_CHECKING:
    from PIL import Image

MOST_IMAGES = 3
"""Pictures in one chat, as Reka documents for its Edge model."""
MODELS: Mapping[str, tuple[str, ...]] = {
    "reka-edge-2603": ("text", "image", "video"),
    "reka-flash-3": ("text",),
    "qwen3.6-flash": ("text", "image"),
}
"""What each model takes."""

_PROMPT = re.compile(r"<prompt>\s*(.*?)\s*</prompt>", re.S | re.I)


@dataclass(frozen=True)
class Chat:
    """Hold what was asked: the words, and what is to be looked at, each with words on what it is and how large."""

    model: str
    instruction: str
    text: str
    looks: tuple[tuple[str, Image.Image | None], ...] = ()
    sizes: tuple[int, ...] = ()

    @property
    def names_prompt(self) -> bool:
        """Return whether it is said which of the words are the prompt."""
        return bool(_PROMPT.search(self.text))

    @property
    def prompt(self) -> str:
        """Return the prompt that the words are about."""
        found = _PROMPT.search(self.text)
        return found[1] if found else self.text.rpartition("Prompt:")[2].strip()

    @property
    def tokens(self) -> int:
        """Return about how many tokens were sent."""
        return (len(self.instruction) + len(self.text)) // 4 + 256 * len(self.looks)


def read(document: Mapping[str, Any], model: str, modalities: Sequence[str], pictures: Pictures) -> Chat:
    """Return what was asked.

    Raises:
        Refusal: With 400, if it is no chat, or holds what the model does not take.
    """
    messages = document.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(one, dict) for one in messages):
        raise Refusal(400, "messages must be a list of objects.", param="messages")
    if document.get("stream"):
        raise Refusal(400, "The sandbox does not stream.", param="stream")
    instruction, text, looks = "", "", []
    for message in messages:
        words, parts = _parts(message.get("content"))
        if message.get("role") in ("system", "developer"):
            instruction += words
        elif message.get("role") == "user":
            text = words
            looks += parts
    if sum(kind == "image" for kind, _ in looks) > MOST_IMAGES:
        raise Refusal(400, f"At most {MOST_IMAGES} images can be looked at.", param="messages")
    if unfit := sorted({kind for kind, _ in looks} - set(modalities)):
        raise Refusal(400, f"{model} takes {', '.join(modalities)}, and no {unfit[0]}.", param="messages")
    seen = tuple(_film(url) if kind == "video" else _picture(url, pictures) for kind, url in looks)
    return Chat(model, instruction, text, seen, tuple(len(url) for _, url in looks))


def _parts(content: object) -> tuple[str, list[tuple[str, str]]]:
    """Return the words of a message, and the pictures and films in it by their URLs."""
    if isinstance(content, str):
        return content, []
    if not isinstance(content, list):
        raise Refusal(400, "content must be a string or a list of parts.", param="messages")
    words, found = [], []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text":
            words.append(str(part.get("text", "")))
        elif kind in ("image_url", "video_url"):
            given = part.get(kind)
            url = given.get("url") if isinstance(given, dict) else given
            found.append((kind.removesuffix("_url"), str(url)))
        else:
            raise Refusal(400, "A part must be text, image_url or video_url.", param="messages")
    return "\n".join(words), found


def _picture(url: str, pictures: Pictures) -> tuple[str, Image.Image | None]:
    sent = pictures.read(url, "image_url")
    if sent.file is None:
        return f"An image at {sent.host}, which the sandbox does not fetch.", None
    size = f"{sent.size[0]} × {sent.size[1]}"
    return f"An image of {size} pixels.", picture.opened(sent.file, seeing.LONG_SIDE)


def _film(url: str) -> tuple[str, Image.Image | None]:
    data = decoded(url, "video_url")
    if data is None:
        return f"A video at {host_of(url, 'video_url')}, which the sandbox does not fetch.", None
    import av

    try:
        with av.open(io.BytesIO(data), "r") as container:
            sound = "with sound" if container.streams.audio else "without sound"
            seconds = (container.duration or 0) / av.time_base
            frame = next(container.decode(video=0)).to_image()  # type: ignore[no-untyped-call]
    except (av.FFmpegError, StopIteration, IndexError):
        raise Refusal(400, "video_url is not a video that can be read.", param="video_url") from None
    return f"A video of {seconds:.1f} seconds, {frame.width} × {frame.height} pixels, {sound}.", frame
