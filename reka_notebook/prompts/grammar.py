r"""Parse a prompt: text, variables and alternatives. The magic and the studio have the same grammar.

==========================  ======================================================================================
``{{name}}``                a variable; also ``{{name.attribute}}`` and ``{{name[0]}}``
``{{slow|fast}}``           alternatives: a bar makes them. What stands between the bars is taken as it is, with its
                            spaces, and may be empty: ``a {{|very }}slow pan``
``{`` and ``}``             themselves, alone or in pairs that match: prompts hold JSON and LaTeX
``\{{``                     two braces themselves. A backslash means nothing elsewhere, but doubled before ``{{``
``\|``, ``\{``, ``\}``      themselves, within alternatives; ``\\`` is one backslash there
==========================  ======================================================================================

Of three braces or more the last two open. What is opened must be closed, and must be one of the two: a prompt
that was not meant so would be paid for. Alternatives do not hold alternatives.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

from reka_notebook.prompts.errors import PromptError


@dataclass(frozen=True)
class Variable:
    """Represent a value of the notebook: a name, and the attributes and items that lead on from it."""

    name: str
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return self.name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)


@dataclass(frozen=True)
class Alternatives:
    """Represent two or more words to choose from; each makes a prompt of its own."""

    values: tuple[str, ...]


Part: TypeAlias = str | Variable | Alternatives

_OPENING = re.compile(r"(\\*)\{\{(?!\{)|(\\+)\{\{")
_NAME = re.compile(r"\s*([^\W\d]\w*)((?:\.[^\W\d]\w*|\[-?\d{1,6}\])*)\s*")
_STEP = re.compile(r"\.(\w+)|\[(-?\d+)\]")


def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a prompt, in order; no text is empty, and no two texts are neighbours.

    Raises:
        PromptError: If something is opened and not closed, or is neither a variable nor alternatives.
    """
    parts: list[Part] = []
    words, at = "", 0
    while opening := _OPENING.search(text, at):
        backslashes = len(opening[1] or opening[2] or "")
        words += text[at : opening.start()] + "\\" * (backslashes // 2)
        at = opening.end()
        if backslashes % 2:
            words += "{{"
            continue
        if opening[1] is None:  # three braces or more behind backslashes: the first of them is text
            at = opening.start() + backslashes + 1
            words += "{"
            continue
        part, at = _inside(text, at)
        parts += [words, part] if words else [part]
        words = ""
    words += text[at:]
    return tuple([*parts, words] if words else parts)


def escape(text: str) -> str:
    """Return a prompt that stands for exactly this text."""
    return re.sub(r"(\\*)\{\{", lambda found: found[1] * 2 + r"\{{", text)


def _inside(text: str, start: int) -> tuple[Variable | Alternatives, int]:
    """Return what begins after an opening, and where the text goes on behind it."""
    values, depth, at = [""], 0, start
    while at < len(text):
        here, pair = text[at], text[at : at + 2]
        if here == "\\" and pair[1:] and pair[1] in "|{}\\":
            values[-1] += pair[1]
            at += 2
            continue
        if pair == "{{":
            raise PromptError(
                f"There is a {{{{ inside of “{_excerpt(text, start - 2)}”. Alternatives and variables do not hold "
                r"others: close the first with }}, or write \{\{ for the braces themselves.",
                at,
            )
        if pair == "}}" and depth == 0:
            if len(values) > 1:
                return Alternatives(tuple(values)), at + 2
            return _variable(text[start:at], start - 2), at + 2
        if here == "|" and depth == 0:
            values.append("")
        else:
            depth += (here == "{") - (here == "}" and depth > 0)
            values[-1] += here
        at += 1
    raise PromptError(
        f"“{_excerpt(text, start - 2)}” is not closed. Close it with }}}}, or write \\{{{{ for the braces themselves.",
        start - 2,
    )


def _variable(inside: str, place: int) -> Variable:
    # As Python itself reads names: an accent may be a character of its own, or part of its letter.
    found = _NAME.fullmatch(unicodedata.normalize("NFKC", inside))
    if found is None:
        raise PromptError(
            f"“{{{{{_short(inside)}}}}}” is neither a variable nor alternatives. Put a bar between alternatives, "
            r"{{dawn|noon}}, or write \{{ for the braces themselves.",
            place,
        )
    steps = (step[1] or int(step[2]) for step in _STEP.finditer(found[2]))
    return Variable(found[1], tuple(steps))


def _excerpt(text: str, place: int) -> str:
    return _short(text[place:])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 32 else line[:31].rstrip() + "…"
