"""Ask a chat model, from a coroutine of the engine or from a person's own code."""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import wait
from typing import Any, TypeAlias

import anyio.to_thread

from reka_notebook.api.chat import ask_chat
from reka_notebook.api.errors import ApiError, AuthenticationFailed
from reka_notebook.api.reading.chat import ChatAnswer
from reka_notebook.catalogue.chat.model import REKA, ChatModel
from reka_notebook.chat.costs import give_back, hold, settle
from reka_notebook.chat.instruction import Instruction
from reka_notebook.chat.model import Line, line_to
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.jobs.engine import engine

Part: TypeAlias = dict[str, Any]
"""A part of a message's content, as the service has it."""


def text_part(text: str) -> Part:
    """Return words as a part of a message."""
    return {"type": "text", "text": text}


def image_part(url: str) -> Part:
    """Return an image, by its address or as a ``data:`` URI."""
    return {"type": "image_url", "image_url": {"url": url}}


def video_part(url: str) -> Part:
    """Return a film, by its address or as a ``data:`` URI."""
    return {"type": "video_url", "video_url": {"url": url}}


async def ask(
    control: Controller, model: ChatModel, line: Line, instruction: Instruction, parts: Sequence[Part]
) -> tuple[ChatAnswer, str]:
    """Ask once, and return the answer with what it cost in words.

    Raises:
        RekaError: If there is no answer; it says what that means for the money.
    """
    words_alone = len(parts) == 1
    message = {
        "model": model.model,
        "messages": [
            {"role": "system", "content": instruction.text},
            # A list is for models that see; others may take words alone.
            {"role": "user", "content": parts[0]["text"] if words_alone else list(parts)},
        ],
        "max_tokens": model.most_tokens,
        "stream": False,
    }
    held = await anyio.to_thread.run_sync(hold, control, model)
    try:
        answer = await ask_chat(line.url, line.key, message, header=line.header)
    except ApiError as error:
        await anyio.to_thread.run_sync(give_back, control, held, error)
        if isinstance(error, AuthenticationFailed) and model.key != REKA:
            named = f"the key in the variable {model.key}" if model.key else "the key: its entry names none"
            error.advice = (
                f"Nothing was charged. Check {named}, under chat > {model.name} in your catalogue.json."
            )
        raise RekaError(f"{model.title} did not answer: {error}") from error
    return answer, await anyio.to_thread.run_sync(settle, control, model, held, answer)


async def ask_with_files(
    control: Controller,
    model: ChatModel,
    instruction: Instruction,
    parts: Callable[[], Sequence[Part]],
    prompt_for_key: Callable[[], str] | None = None,
) -> tuple[ChatAnswer, str]:
    """Ask as `ask` does, with a message that takes' files are read for.

    Raises:
        RekaError: If a file cannot be read, or there is no answer.
    """
    line = await anyio.to_thread.run_sync(line_to, control, model, prompt_for_key)
    try:
        read = await anyio.to_thread.run_sync(parts)
    except OSError as error:
        raise RekaError(
            f"A take's file cannot be read: {error.strerror or error}. Nothing was sent."
        ) from error
    return await ask(control, model, line, instruction, read)


def run(function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    """Run a coroutine function on the engine and wait for it.

    An interrupt ends the waiting alone: what was sent may be charged, and then its answer is worth keeping.
    """
    future = engine().task(function, *args)
    while not future.done():
        wait([future], timeout=0.1)
    return future.result()
