"""Give IPython's completer what completes a magic's line, and its help."""

import re
from collections.abc import Mapping
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.options.magics import ANY, MAGICS, PROMPT

NBSP = "\N{NO-BREAK SPACE}"

_CELL = re.compile(rf"%%({ANY}|{PROMPT})(?=\s|$)")
_LINE = re.compile(rf"(?:^|=)\s*%({ANY})\s")


def matcher(shell: InteractiveShell) -> Any:
    """Return the matcher for the cells and lines of the magics in a shell."""

    @context_matcher(identifier="reka_video")  # type: ignore[untyped-decorator]
    def reka_video(context: CompletionContext) -> Any:
        found = _completions(context, shell.user_ns)
        return as_result(found)

    return reka_video


def as_result(found: Any) -> dict[str, Any]:
    """Return completions in the form that IPython takes; if there are any, nobody else's are offered."""
    if found is None:
        return {"completions": []}
    return {
        "completions": [
            # Held together: JupyterLab breaks a label at each space, one line over the other.
            SimpleCompletion(text, type=label.replace(" ", NBSP))
            for text, label in found.labels.items()
        ],
        "matched_fragment": found.fragment,
        "suppress": True,
        "ordered": True,
    }


def _completions(context: CompletionContext, namespace: Mapping[str, Any]) -> Any:
    from reka_notebook.errors import RekaError

    text = context.text_until_cursor
    cell = _CELL.match(context.full_text)
    line = _LINE.search(text)
    if cell is None and line is None:
        return None
    from reka_notebook.options.completion import complete_line, complete_prompt

    try:
        if cell is not None and context.cursor_line > 0:
            return complete_prompt(text, namespace)
        if (found := cell or line) is None or found.end() > len(text):
            return None
        options = text[found.end() :].lstrip()
        if found[1] == PROMPT:
            from reka_notebook.options.prompting import complete_prompt_line

            return complete_prompt_line(options, namespace)
        return complete_line(options, namespace, MAGICS[found[1]])
    except RekaError:  # a library or a catalogue that cannot be read: said by the cell
        return None
