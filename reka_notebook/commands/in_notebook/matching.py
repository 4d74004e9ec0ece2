"""Completion of ``%reka``: its subcommands, and what each takes."""

import re
from collections.abc import Iterable
from typing import Any

from IPython.core.completer import CompletionContext, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.notebook.matching import as_result

_LINE = re.compile(r"^\s*%reka\s+")


def matcher(shell: InteractiveShell) -> Any:
    """The matcher for ``%reka`` in a shell."""

    @context_matcher(identifier="reka")  # type: ignore[untyped-decorator]
    def reka(context: CompletionContext) -> Any:
        text = context.text_until_cursor
        line = _LINE.match(text)
        return as_result(_completions(text[line.end() :], shell) if line else None)

    return reka


def _completions(text: str, shell: InteractiveShell) -> Any:
    from reka_notebook.errors import RekaError
    from reka_notebook.notebook.completing import Completions, complete_line

    command, space, rest = text.partition(" ")
    try:
        if space and command == "default":
            return complete_line(rest.lstrip(), shell.user_ns)
        fragment = text.split(" ")[-1]
        words = _words(command, rest) if space else _subcommands()
    except RekaError:
        return None
    return Completions(fragment, tuple(word for word in words if word.startswith(fragment)))


def _subcommands() -> Iterable[str]:
    from reka_notebook.commands.in_notebook.magic import SUBCOMMANDS

    return SUBCOMMANDS


def _words(command: str, rest: str) -> Iterable[str]:
    from reka_notebook.commands.in_notebook.config import NAMES, NESTED_LOOP
    from reka_notebook.jobs import controller
    from reka_notebook.notebook.completing import models

    control = controller()
    match command:
        case "config":
            if rest.startswith(f"{NESTED_LOOP} "):
                return ("on", "off")
            return NAMES if " " not in rest else ()
        case "sandbox":
            return ("on", "off", "--speed")
        case "models":
            return models(control.catalogue)
        case "cancel" | "resume":
            return [record.id for record in control.library.jobs.unfinished(control.service)]
        case "takes":
            return (
                models(control.catalogue) if rest.endswith("--model ") else ("--limit", "--search", "--model")
            )
        case "jobs":
            return ("--limit",)
    return ()
