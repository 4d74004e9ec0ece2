r"""Read a cell's body: one prompt, or several separated by a line ``---``.

``\---`` stands for a line of three hyphens in a prompt. The rest is the grammar of ``reka_notebook.prompts``.
"""

import re
from collections.abc import Mapping
from typing import Any

from reka_notebook import prompts

LONGEST = 20_000
"""Characters of a body that makes several."""

_RULE = re.compile(r"---[ \t]*")
_ESCAPED = re.compile(r"\\(\\*---[ \t]*)")


def read_body(body: str, namespace: Mapping[str, Any]) -> tuple[prompts.Part, ...]:
    """Return the parts of the prompt, variables filled in; several prompts are the alternatives of one part.

    Raises:
        PromptError: If it cannot be read, or a variable is not there.
    """
    if len(body) > LONGEST and ("{{" in body or "---" in body):
        raise prompts.PromptError(f"The prompt has more than {LONGEST} characters. Shorten it.")
    read = [prompts.fill(prompts.parse(one), namespace) for one in _separated(body)]
    if len(read) == 1:
        return read[0]
    texts = [cell.prompt.strip() for parts in read for cell in prompts.make_grid(parts).cells]
    return (prompts.Alternatives(tuple(texts)),)


def as_body(prompt: str) -> str:
    """Return a body that stands for exactly this prompt."""
    lines = prompts.escape(prompt).split("\n")
    return "\n".join(rf"\{line}" if re.fullmatch(r"\\*---[ \t]*", line) else line for line in lines)


def _separated(body: str) -> list[str]:
    texts = [""]
    for line in body.splitlines(keepends=True):
        text = line.rstrip("\r\n")
        if _RULE.fullmatch(text):
            texts.append("")
        else:
            texts[-1] += line[1:] if _ESCAPED.fullmatch(text) else line
    return [text.strip() for text in texts if text.strip()] or [""]
