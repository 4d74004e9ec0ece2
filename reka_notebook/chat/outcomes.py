"""Hold what a chat model answered: rewritings of a prompt, and what is seen in a take."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

from reka_notebook.display import Displayed, formatters
from reka_notebook.jobs import Take
from reka_notebook.prompts import PromptError


@dataclass(frozen=True)
class Asked:
    """Hold the circumstances of an answer.

    Attributes:
        model: What the chat model is called in the catalogue.
        sent: In words, what was sent beside the text; empty if nothing was.
        cost: In words, what it cost.
        again: It is from earlier in this session, so that nothing was charged this time.
    """

    model: str
    sent: str
    cost: str
    again: bool = False


class Suggestions(Displayed, Sequence[str]):
    """Hold rewritings of a prompt: a list of texts that shows itself as differences, word by word.

    Attributes:
        prompt: What was rewritten.
        texts: The rewritings.
        asked: Which model was asked, what was sent and what it cost.
    """

    def __init__(self, prompt: str, texts: Sequence[str], asked: Asked) -> None:
        self.prompt, self.texts, self.asked = prompt, tuple(texts), asked

    @property
    def sweep(self) -> str:
        """Return one prompt that stands for all of them, as alternatives: ``{{a|b|c}}``.

        Raises:
            PromptError: If a rewriting has alternatives or variables itself, which alternatives cannot hold.
        """
        if any("{{" in text for text in self.texts):
            raise PromptError(
                "The rewritings have alternatives or variables of their own, and alternatives do not hold others. "
                "Take one of them: suggestions[0].",
                0,
            )
        if len(self.texts) == 1:
            return self.texts[0]
        return "{{" + "|".join(re.sub(r"([|{}\\])", r"\\\1", text) for text in self.texts) + "}}"

    @property
    def sweep_if_any(self) -> str | None:
        """Return the same, or ``None`` where they cannot be alternatives."""
        return None if any("{{" in text for text in self.texts) else self.sweep

    def again(self) -> "Suggestions":
        """Return the same as from earlier."""
        return Suggestions(self.prompt, self.texts, replace(self.asked, again=True))

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self.texts[index]

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        return "\n".join(f"{place}. {text}" for place, text in enumerate(self.texts, 1))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.suggestions(self)


class Description(Displayed):
    """Hold what a chat model sees in a take, and what of the prompt it misses.

    Attributes:
        take: What was looked at.
        seen: What is there.
        missing: What the prompt asks for and is not there; empty if the model does not say.
        asked: Which model was asked, what was sent and what it cost.
    """

    def __init__(self, take: Take, text: str, asked: Asked) -> None:
        self.take, self.asked = take, asked
        self.seen, self.missing = read_description(text)

    @property
    def text(self) -> str:
        """Return all of it, as it is kept as a note."""
        return f"{self.seen}\nMissing: {self.missing}" if self.missing else self.seen

    def keep(self) -> None:
        """Keep it as the take's note, below what a person has written there.

        Raises:
            LibraryError: If the note gets too long, or the take's files were removed.
        """
        note = self.take.note
        if self.text not in note:
            self.take.annotate(f"{note.rstrip()}\n{self.text}" if note.strip() else self.text)

    def again(self, take: Take) -> "Description":
        """Return the same as from earlier, of the take as it is now."""
        return Description(
            take, f"Seen: {self.seen}\nMissing: {self.missing}", replace(self.asked, again=True)
        )

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.description(self)


_HEAD = r"[ \t*_#]*{}[ \t*_]*:[ \t*_]*"
_SEEN = re.compile(r"^" + _HEAD.format("seen"), re.IGNORECASE | re.MULTILINE)
_MISSING = re.compile(r"^" + _HEAD.format("missing"), re.IGNORECASE | re.MULTILINE)


def read_description(text: str) -> tuple[str, str]:
    """Return what is seen and what is missing, from an answer that says so or does not."""
    head = _MISSING.search(text)
    seen, missing = (text, "") if head is None else (text[: head.start()], text[head.end() :])
    return " ".join(_SEEN.sub("", seen).split()), " ".join(missing.split())
