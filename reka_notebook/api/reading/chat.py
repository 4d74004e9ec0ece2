"""Read what a chat model answered, in the OpenAI shape and what stands in for it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reka_notebook.api.errors import BadAnswer
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.messages import read_value

MOST_TEXT = 100_000
"""Characters of an answer that are looked at."""

_THOUGHTS = re.compile(
    r"<(think|thinking|thought|reasoning|reflection)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_END_OF_THOUGHTS = re.compile(
    r"\A.*</(?:think|thinking|thought|reasoning|reflection)\s*>", re.DOTALL | re.IGNORECASE
)
"""Where the template of a model has opened the tag, the answer only closes it."""


@dataclass(frozen=True)
class ChatAnswer:
    """Hold what a chat model answered.

    Attributes:
        text: Its words, without what it thought aloud.
        cut_short: It had more to say than it was allowed to.
        tokens_in: Tokens that it read, or ``None`` where that is not said.
        tokens_out: Tokens that it wrote.
        raw: The whole answer, clean of the key.
    """

    text: str
    cut_short: bool = False
    tokens_in: int | None = None
    tokens_out: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


def read_chat(answer: Answer) -> ChatAnswer:
    """Return what a chat model answered.

    Raises:
        BadAnswer: There are no words in it.
    """
    value = read_value(answer)
    events = value if isinstance(value, list) else [value]
    objects = [event for event in events if isinstance(event, Mapping)]
    text = "".join(part for event in objects for part in _words(event))[:MOST_TEXT]
    said = without_thoughts(text)
    cut_short = any(
        choice.get("finish_reason") == "length" for event in objects for choice in _choices(event)
    )
    if not said:
        why = ": it used up its tokens before it came to an answer" if cut_short else ""
        raise BadAnswer(f"The chat model answered without words{why}", request_id=answer.request_id)
    whole = next(
        (event for event in reversed(objects) if isinstance(event.get("usage"), Mapping)), objects[-1]
    )
    usage = whole.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    return ChatAnswer(
        text=said,
        cut_short=cut_short,
        tokens_in=_count(usage, "prompt_tokens", "input_tokens"),
        tokens_out=_count(usage, "completion_tokens", "output_tokens"),
        raw=whole,
    )


def without_thoughts(text: str) -> str:
    """Return a text without what a model thought aloud between tags."""
    return _END_OF_THOUGHTS.sub("", _THOUGHTS.sub("", text)).strip()


def _choices(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for name in ("choices", "responses"):
        found = event.get(name)
        if isinstance(found, list):
            return [choice for choice in found[:1] if isinstance(choice, Mapping)]
    return []


def _words(event: Mapping[str, Any]) -> Iterator[str]:
    for choice in _choices(event):
        message = choice.get("message") or choice.get("delta")
        content = message.get("content") if isinstance(message, Mapping) else choice.get("text")
        for part in content if isinstance(content, list) else [content]:
            text = part.get("text") if isinstance(part, Mapping) else part
            if isinstance(text, str):
                yield text


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = usage.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
            return value
    return None
