"""Ask a chat model to rewrite a prompt."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread

from reka_notebook import media
from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.call import Part, ask, image_part, run, text_part
from reka_notebook.chat.costs import expect
from reka_notebook.chat.instruction import Instruction, read_instruction
from reka_notebook.chat.memory import once, remembered
from reka_notebook.chat.model import choose, is_here, line_to, url_of
from reka_notebook.chat.outcomes import Asked, Suggestions
from reka_notebook.chat.rewritings import read_rewritings
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, controller
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.key import ask_for_key
from reka_notebook.text import is_blank

COUNT = 3
"""Rewritings, unless told otherwise."""

MOST = 10
"""Rewritings at most."""

LONGEST_PROMPT = 20_000
"""Characters of the longest prompt."""

PREVIEW = 512
"""Pixels of the larger side of the preview that is sent."""


@dataclass(frozen=True)
class SuggestRequest:
    """Hold what is asked: everything that the answer depends on.

    Attributes:
        image: What was given; ``None`` where there is none.
        preview: The image as it is sent; ``None`` if it is sent by its address, or not at all.
        goal: The model that the prompt is for, since models want other prompts.
    """

    prompt: str
    image: media.SourceImage | None
    preview: bytes | None
    model: ChatModel
    url: str
    instruction: Instruction
    goal: str | None
    count: int

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what the same request has in common with this one."""
        image = None if self.image is None else (self.image.digest, self.image.framing)
        model, text = self.model, self.instruction.text
        return "suggest", self.url, model.name, text, self.goal, self.prompt, image, self.count

    @property
    def sent(self) -> str:
        """Return in words what is sent beside the prompt."""
        if self.image is None:
            return ""
        if not self.model.sees:
            return f"The image is not sent: {self.model.title} reads words only."
        if self.preview is None:
            return f"the address of {self.image.name}"
        return f"a preview of {media.describe(media.load(self.preview))}"

    @property
    def parts(self) -> list[Part]:
        """Return the message to the model."""
        for_model = f"The prompt is for the model {self.goal}.\n" if self.goal else ""
        words = (
            f"Write {self.count} rewritings\n{for_model}<prompt>\n{self.prompt}\n</prompt>\n"
            f"Answer with a JSON list of {self.count} strings and nothing else."
        )
        if self.image is None or not self.model.sees:
            return [text_part(words)]
        data = self.preview and f"data:image/jpeg;base64,{base64.b64encode(self.preview).decode('ascii')}"
        return [text_part(words), image_part(data or self.image.url or "")]


def plan_suggestions(
    control: Controller,
    prompt: str,
    image: media.SourceImage | None = None,
    *,
    model: str | None = None,
    goal: str | None = None,
    count: int = COUNT,
) -> SuggestRequest:
    """Return what would be asked. Nothing is sent.

    Raises:
        RekaError: If it cannot be asked.
    """
    if not isinstance(prompt, str) or is_blank(prompt):
        raise RekaError("There is no prompt to rewrite. Write a few words first. Nothing was sent.")
    if len(prompt) > LONGEST_PROMPT:
        raise RekaError(
            f"The prompt has {len(prompt):,} characters, and {LONGEST_PROMPT:,} are the most. Nothing was sent."
        )
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST:
        raise RekaError(f"Rewritings are 1 to {MOST} at once, and not {count!r}. Nothing was sent.")
    chosen = choose(control.catalogue, model, "prompt", ("image",) if image is not None else ())
    if image is not None and image.url and not is_here(control, chosen):
        media.check_public(image.url)
    preview = None
    if image is not None and image.data is not None and chosen.sees:
        preview = media.thumbnail(image, PREVIEW)
    goal = goal.rpartition("/")[0] or goal if goal else None
    instruction = read_instruction("suggest", goal)
    return SuggestRequest(
        prompt.strip(), image, preview, chosen, url_of(control, chosen), instruction, goal, count
    )


def describe_plan(control: Controller, asked: SuggestRequest, *, fresh: bool = False) -> str:
    """Return in words what would be sent where, and what it costs."""
    if not fresh and remembered(asked.key) is not None:
        return "Already suggested in this session; shown again without a charge."
    host = "this machine" if is_here(control, asked.model) else asked.model.url.split("/")[2]
    what = f"the prompt and {asked.sent}" if asked.sent and asked.model.sees else "the prompt"
    note = "" if asked.model.sees else asked.sent
    cost = expect(control, asked.model).words
    return " ".join(filter(None, [f"Sends {what} to {asked.model.title} at {host}.", note, cost]))


async def ask_suggestions(
    control: Controller,
    asked: SuggestRequest,
    *,
    fresh: bool = False,
    prompt_for_key: Callable[[], str] | None = None,
) -> Suggestions:
    """Return rewritings: those of earlier in this session, or new ones.

    Raises:
        RekaError: If there are none.
    """
    made, again = await once(asked.key, lambda: _ask(control, asked, prompt_for_key), fresh=fresh)
    return made.again() if again else made


async def _ask(
    control: Controller, asked: SuggestRequest, prompt_for_key: Callable[[], str] | None
) -> Suggestions:
    line = await anyio.to_thread.run_sync(line_to, control, asked.model, prompt_for_key)
    control.check_no_key_in(asked.prompt)
    answer, cost = await ask(control, asked.model, line, asked.instruction, asked.parts)
    texts = read_rewritings(answer.text, asked.prompt, asked.count)
    if not texts:
        charged = f" It was charged: {cost}." if cost.startswith(("$", "about")) else ""
        short = " Its answer was cut short." if answer.cut_short else ""
        raise RekaError(
            f"{asked.model.title} answered without a rewriting.{short}{charged} It said: {answer.text[:300]}"
        )
    return Suggestions(asked.prompt, texts, Asked(asked.model.name, asked.sent, cost))


def suggest(
    prompt: str,
    image: Any = None,
    *,
    model: str | None = None,
    goal: str | None = None,
    count: int = COUNT,
    fresh: bool = False,
) -> Suggestions:
    """Ask a chat model for rewritings of a prompt, and return them. Nothing is generated.

    The prompt and a small preview of the image are sent to the chat model, which may cost money. The same words twice
    in a session give the same suggestions, without another charge.

    Args:
        image: Whatever ``submit`` takes as its image.
        model: The chat model; else the first of the catalogue that can help.
        goal: The model that the prompt is for, such as ``kling-v3-pro``.
        count: How many.
        fresh: Whether to ask again for the same words.

    Raises:
        RekaError: If there is no answer. It says whether anything was charged.
    """
    control = controller()
    source = None if image is None else media.load(kept_or_given(image, control.library))
    asked = plan_suggestions(control, prompt, source, model=model, goal=goal, count=count)
    if fresh or remembered(asked.key) is None:
        line_to(control, asked.model, ask_for_key)  # a key is asked for in the caller's own thread

    async def go() -> Suggestions:
        return await ask_suggestions(control, asked, fresh=fresh)

    made: Suggestions = run(go)
    return made
