"""Complete ``%reka``: its subcommands, and what each takes."""

import re
from collections.abc import Iterable
from typing import Any

from IPython.core.completer import CompletionContext, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.errors import RekaError
from reka_notebook.magic.matching import as_result

SUBCOMMANDS = {
    "status": "the key, the service, the library, and what is in progress",
    "jobs": "unfinished and recent jobs",
    "takes": "the takes in the library, newest first",
    "requests": "the account's requests, and which of them are here",
    "cancel": "cancel a job",
    "resume": "go on with a job",
    "models": "the models, and their options",
    "default": "default options for this notebook",
    "key": "show where the API key was found, or ask for one",
    "sandbox": "turn on or off a local test server: no key, no charges",
    "spend": "where the money went, as bars",
    "budget": "show, set or remove a limit on what is spent",
    "config": "show or change settings",
}
"""Each is a module beside this one."""


_LINE = re.compile(r"^\s*%reka\s+")


def matcher(shell: InteractiveShell) -> Any:
    """Return the matcher for ``%reka`` in a shell."""

    @context_matcher(identifier="reka")  # type: ignore[untyped-decorator]
    def reka(context: CompletionContext) -> Any:
        text = context.text_until_cursor
        line = _LINE.match(text)
        return as_result(_completions(text[line.end() :], shell) if line else None)

    return reka


def _completions(text: str, shell: InteractiveShell) -> Any:
    from reka_notebook.options.completion import Completions, complete_line

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

    return SUBCOMMANDS


def _words(command: str, rest: str) -> Iterable[str]:
    from reka_notebook.jobs import controller
    from reka_notebook.library.spending.report import GROUPS
    from reka_notebook.magic.reka.config import NAMES, NESTED_LOOP
    from reka_notebook.options.completion import models
    from reka_notebook.sandbox.profiles import NAMES as PROFILES
    from reka_notebook.setting_values import PERIODS

    control = controller()
    match command:
        case "config":
            if rest.startswith(f"{NESTED_LOOP} "):
                return ("on", "off")
            return NAMES if " " not in rest else ()
        case "sandbox":
            if rest.endswith("--profile "):
                return PROFILES
            return ("on", "off", "--speed", "--profile", "--balance")
        case "models":
            control.models.ask_soon()
            return (*models(control.catalogue), "--refresh")
        case "cancel" | "resume":
            unfinished = [record.id for record in control.library.jobs.unfinished(control.service)]
            return [*unfinished, "--request"] if command == "resume" else unfinished
        case "takes":
            return (
                models(control.catalogue) if rest.endswith("--model ") else ("--limit", "--search", "--model")
            )
        case "budget":
            return PERIODS if " " in rest else ("off",)
        case "spend":
            return GROUPS if rest.endswith("--by ") else ("--by", "--days")
        case "jobs" | "requests":
            return ("--limit",)
    return ()
