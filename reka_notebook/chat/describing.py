"""Ask a chat model what is seen in a take, and what of its prompt is missing."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reka_notebook import media
from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.call import Part, ask_with_files, image_part, run, text_part, video_part
from reka_notebook.chat.costs import expect
from reka_notebook.chat.instruction import Instruction, read_instruction
from reka_notebook.chat.memory import once, remembered
from reka_notebook.chat.model import choose, is_here, line_to, url_of
from reka_notebook.chat.outcomes import Asked, Description
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take, controller
from reka_notebook.key import ask_for_key
from reka_notebook.kinds import KINDS, kind_of
from reka_notebook.text import file_size

LARGEST_SIDE = 768
"""Pixels of the larger side of an image that is looked at."""

FRAMES, COLUMNS, FRAME_WIDTH = 9, 3, 360
"""Of the picture that stands for a film that is too large, or for a model that sees pictures only."""


@dataclass(frozen=True)
class DescribeRequest:
    """Hold what is asked about a take.

    Attributes:
        whole: Whether the film itself is sent, and not a picture.
        data: The picture that is sent; ``None`` if the film is, which is read when it is sent.
        sent: The same in words.
    """

    take: Take
    model: ChatModel
    url: str
    instruction: Instruction
    whole: bool
    data: bytes | None
    sent: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what the same request has in common with this one."""
        return (
            "describe",
            self.url,
            self.model.name,
            self.instruction.text,
            self.take.path,
            self.take.id,
        )

    def parts(self) -> list[Part]:
        """Return the message to the model; the film is read from the disk."""
        what = "the film" if self.whole else "this picture"
        if self.data is not None and kind_of(self.take.kind).has_frames:
            what = f"the film, of which this picture has {FRAMES} frames in order"
        words = f"Describe {what}. It was made from this prompt.\n<prompt>\n{self.take.prompt}\n</prompt>"
        return [text_part(words), self.look()]

    def look(self) -> Part:
        """Return what is looked at; the film is read from the disk."""
        data = self.data if self.data is not None else self.take.path.read_bytes()
        type_ = "image/jpeg" if self.data is not None else self.take.file.media_type
        url = f"data:{type_};base64,{base64.b64encode(data).decode('ascii')}"
        return video_part(url) if self.whole else image_part(url)


def plan_description(control: Controller, take: Take, *, model: str | None = None) -> DescribeRequest:
    """Return what would be asked about a take. Nothing is sent.

    Raises:
        RekaError: If it cannot be looked at.
    """
    kind = kind_of(take.kind)
    if not kind.is_seen:
        *some, last = (one.plural for one in KINDS.values() if one.is_seen)
        seen = f"{', '.join(some)} and {last}"
        raise RekaError(
            f"This take is {kind.noun}, and a chat model can look at {seen} only. Nothing was sent."
        )
    chosen = choose(control.catalogue, model, "looking", ("video",) if kind.has_frames else ("image",))
    if not chosen.sees:
        raise RekaError(
            f"{chosen.title} reads words only and cannot look at a take. Nothing was sent. "
            "Name a chat model that sees, or none."
        )
    instruction = read_instruction("describe", take.request.endpoint.rpartition("/")[0])
    url = url_of(control, chosen)
    if kind.has_frames:
        return _plan_film(take, chosen, url, instruction)
    if kind.has_boxes and take.poster is None:
        raise RekaError("There is no picture of these boxes, so they cannot be described. Nothing was sent.")
    source = media.load(take.poster if kind.has_boxes else take.path)
    data = media.thumbnail(source, LARGEST_SIDE)
    sent = f"the image as {media.describe(media.load(data))}"
    return DescribeRequest(take, chosen, url, instruction, False, data, sent)


def _plan_film(take: Take, chosen: ChatModel, url: str, instruction: Instruction) -> DescribeRequest:
    file = take.file
    if file.duration is not None and file.duration > chosen.most_seconds:
        raise RekaError(
            f"This video is {file.duration:.0f} s long, and {chosen.title} looks at up to {chosen.most_seconds:g} s. "
            "Nothing was sent."
        )
    length = f"{file.duration:.1f}".removesuffix(".0") + " s, " if file.duration else ""
    if "video" in chosen.sees and file.bytes <= chosen.most_bytes:
        sent = f"the whole video, {length}{file_size(file.bytes)}"
        return DescribeRequest(take, chosen, url, instruction, True, None, sent)
    frames = take.frames(FRAMES, FRAME_WIDTH)
    buffer = io.BytesIO()
    sheet = media.sheet(frames, COLUMNS, FRAME_WIDTH, background="black")
    sheet.convert("RGB").save(buffer, format="JPEG", quality=85)
    why = "" if "video" not in chosen.sees else f" (the file is {file_size(file.bytes)}, too large to send)"
    sent = f"{len(frames)} frames as one {media.describe(media.load(buffer.getvalue()))} picture{why}"
    return DescribeRequest(take, chosen, url, instruction, False, buffer.getvalue(), sent)


def describe_plan(control: Controller, asked: DescribeRequest) -> str:
    """Return in words what would be sent where, and what it costs."""
    if remembered(asked.key) is not None:
        return "Already described in this session; shown again without a charge."
    host = "this machine" if is_here(control, asked.model) else asked.model.url.split("/")[2]
    cost = expect(control, asked.model).words
    return f"Sends {asked.sent} to {asked.model.title} at {host}. {cost}"


async def ask_description(
    control: Controller,
    asked: DescribeRequest,
    *,
    fresh: bool = False,
    prompt_for_key: Callable[[], str] | None = None,
) -> Description:
    """Return what is seen in a take: as answered earlier in this session, or anew.

    Raises:
        RekaError: If there is no answer.
    """
    made, again = await once(asked.key, lambda: _ask(control, asked, prompt_for_key), fresh=fresh)
    return made.again(asked.take) if again else made


async def _ask(
    control: Controller, asked: DescribeRequest, prompt_for_key: Callable[[], str] | None
) -> Description:
    answer, cost = await ask_with_files(control, asked.model, asked.instruction, asked.parts, prompt_for_key)
    return Description(asked.take, answer.text, Asked(asked.model.name, asked.sent, cost))


def describe(take: Take, *, model: str | None = None, keep: bool = False, fresh: bool = False) -> Description:
    """Ask a chat model what is seen in a take, and what of its prompt is missing; see ``Take.describe``.

    Raises:
        RekaError: If it cannot be looked at, or there is no answer.
    """
    control = controller()
    asked = plan_description(control, take, model=model)
    if fresh or remembered(asked.key) is None:
        line_to(control, asked.model, ask_for_key)  # a key is asked for in the caller's own thread

    async def go() -> Description:
        return await ask_description(control, asked, fresh=fresh)

    made: Description = run(go)
    if keep:
        made.keep()
    return made
