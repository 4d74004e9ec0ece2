"""Write rewritings of a prompt, and what is seen in a take, as HTML that stays in the notebook, and as text."""

from collections.abc import Sequence
from html import escape
from typing import Any

from reka_notebook.chat.outcomes import Asked, Description, Suggestions
from reka_notebook.output.compared.rewriting_diff import Change, diff_rewriting
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.html import AS_IT_IS, BOX, SMALL

_MARKS = {"removed": "[-{}-]", "added": "{{+{}+}}", "same": "{}"}
"""As in the output of wdiff."""

_TAGS = {
    "removed": '<del style="opacity:.6">{}</del>',
    "added": '<ins style="font-weight:600">{}</ins>',
    "same": "{}",
}
"""Struck through and underlined also where an untrusted notebook has lost its styles."""


def suggestions_bundle(found: Suggestions) -> dict[str, Any]:
    """Return rewritings as differences from the prompt."""
    changes = [diff_rewriting(found.prompt, text) for text in found]
    lines = [f"{place}. {''.join(map(_as_text, pieces))}" for place, pieces in enumerate(changes, 1)]
    bundle = {"text/plain": "\n".join([*lines, describe_asked(found.asked)])}
    if has_front_end():
        items = "".join(f'<li style="margin:4px 0">{_as_html(pieces)}</li>' for pieces in changes)
        bundle["text/html"] = (
            f'<div class="{AS_IT_IS}" style="{BOX}"><ol style="margin:0;padding-left:1.6em">{items}</ol>'
            f'<div style="{SMALL}">{escape(describe_asked(found.asked))}</div></div>'
        )
    return bundle


def description_bundle(found: Description) -> dict[str, Any]:
    """Return what is seen in a take, and what is missing."""
    bundle = {"text/plain": f"{found.text}\n{describe_asked(found.asked)}"}
    if has_front_end():
        missing = (
            f"<div style='margin-top:4px'><b>Missing</b> {escape(found.missing)}</div>"
            if found.missing
            else ""
        )
        bundle["text/html"] = (
            f'<div class="{AS_IT_IS}" style="{BOX}"><div><b>Seen</b> {escape(found.seen)}</div>{missing}'
            f'<div style="{SMALL}">{escape(describe_asked(found.asked))}</div></div>'
        )
    return bundle


def describe_asked(asked: Asked) -> str:
    """Return in a line who answered, what was sent and what it cost."""
    cost = "from earlier in this session, no charge" if asked.again else asked.cost or "no charge"
    return " · ".join(filter(None, [asked.model, asked.sent.rstrip("."), cost.rstrip(".")]))


def _as_html(pieces: Sequence[Change]) -> str:
    return "".join(_TAGS[kind].format(escape(text)) for text, kind in pieces)


def _as_text(piece: Change) -> str:
    text = piece.text.lstrip()
    return piece.text[: len(piece.text) - len(text)] + _MARKS[piece.kind].format(text)
