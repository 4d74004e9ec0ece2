"""Ask a chat model which of two takes is better."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.call import Part, ask_with_files, text_part
from reka_notebook.chat.describing import DescribeRequest
from reka_notebook.chat.instruction import Instruction
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take

_ALONE = re.compile(r"^\W*(?:take\s*)?([012])\b(?![./]\d)", re.IGNORECASE)
_BETTER = re.compile(r"^\W*(?:take\s*)?([012])\s+is\s+better\b", re.IGNORECASE)
_VERDICT = re.compile(r"\b(?:answer|verdict|choice)\b\D{0,20}\b([012])\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:answer|better|verdict|choice)\b\D{0,20}\b([012])\b", re.IGNORECASE)


@dataclass(frozen=True)
class JudgeRequest:
    """Hold a question about two takes, in this order. Neither their prompts nor their names are sent."""

    left: DescribeRequest
    right: DescribeRequest
    instruction: Instruction

    @property
    def model(self) -> ChatModel:
        """Return the chat model that is asked."""
        return self.left.model

    def parts(self) -> list[Part]:
        """Return the message to the model; films are read from the disk."""
        question = text_part("Which of the two takes is better? Answer 1, 2 or 0.")
        return [text_part("Take 1:"), self.left.look(), text_part("Take 2:"), self.right.look(), question]


async def ask_better(
    control: Controller, asked: JudgeRequest, prompt_for_key: Callable[[], str] | None = None
) -> tuple[Take | None, str]:
    """Return the take that a model finds better, ``None`` for a tie, and what the answer cost in words.

    Raises:
        RekaError: If there is no answer.
        UnreadableChoice: If the answer does not say which take is better.
    """
    answer, cost = await ask_with_files(control, asked.model, asked.instruction, asked.parts, prompt_for_key)
    found = read_choice(answer.text)
    if found is None:
        raise UnreadableChoice(asked.model, answer.text, cost)
    return {1: asked.left.take, 2: asked.right.take}.get(found), cost


class UnreadableChoice(RekaError):
    """Say that a model's answer does not tell which take is better."""

    def __init__(self, model: ChatModel, text: str, cost: str) -> None:
        self.cost = cost
        super().__init__(f"{model.title} did not say which take is better: {' '.join(text.split())[:200]!r}.")


def read_choice(text: str) -> int | None:
    """Return which of two an answer prefers, 0 for neither; ``None`` if it does not say."""
    if len({*re.findall(r"\b[012]\b", text)}) > 1:
        # It speaks of both: only what is plainly the verdict counts, as a wrong vote is worse than none.
        said = _VERDICT.findall(text) or _BETTER.findall(text)
    else:
        found = _ALONE.match(text)
        said = [found[1]] if found else _LAST.findall(text)
    return int(said[-1]) if said else None
