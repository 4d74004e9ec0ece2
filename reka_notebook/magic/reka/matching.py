"""Complete ``%reka``: its subcommands, and what each takes."""

import re
from collections.abc import Mapping
from typing import Any

from IPython.core.completer import CompletionContext, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.errors import RekaError
from reka_notebook.magic.matching import as_result
from reka_notebook.text import beginning

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
    from reka_notebook.options.completion import complete_line, starting

    command, space, rest = text.partition(" ")
    try:
        if space and command == "default":
            return complete_line(rest.lstrip(), shell.user_ns)
        labels = _words(command, rest) if space else SUBCOMMANDS
    except RekaError:
        return None
    return starting(text.split(" ")[-1], labels)


def _words(command: str, rest: str) -> Mapping[str, str]:
    """Return what a subcommand takes at the end of its line, with labels."""
    from reka_notebook.catalogue.tasks import TASKS
    from reka_notebook.jobs import controller
    from reka_notebook.kinds import kind_of
    from reka_notebook.library.spending.report import GROUPS
    from reka_notebook.library.take_filter import VERDICTS
    from reka_notebook.magic.reka.config import NAMES, NESTED_LOOP
    from reka_notebook.options.completion import models
    from reka_notebook.sandbox.profiles import NAMES as PROFILES
    from reka_notebook.setting_values import PERIODS

    control = controller()
    known = dict.fromkeys(models(control.catalogue), "model") if command in ("models", "takes") else {}
    before = rest.rpartition(" ")[0].rpartition(" ")[2]
    match command:
        case "config":
            if rest.startswith(f"{NESTED_LOOP} "):
                return dict.fromkeys(("on", "off"), "nested loop")
            return dict.fromkeys(NAMES, "setting") if " " not in rest else {}
        case "sandbox":
            if before == "--profile":
                return dict.fromkeys(PROFILES, "profile")
            return dict.fromkeys(("on", "off"), "sandbox") | {
                "--speed": "times faster than real jobs",
                "--profile": ", ".join(PROFILES),
                "--balance": "what the account has, in USD",
            }
        case "models":
            control.models.ask_soon()
            if before == "--task":
                return {task: f"makes {kind_of(facts.output).plural}" for task, facts in TASKS.items()}
            chats = dict.fromkeys(control.catalogue.chat, "chat model")
            return known | chats | {"--task": "only those for a task", "--refresh": "ask the service again"}
        case "cancel" | "resume":
            jobs = control.library.jobs.unfinished(control.service)
            unfinished = {record.id: beginning(record.request.prompt, 30) or "job" for record in jobs}
            return unfinished | ({"--request": "by the service's ID"} if command == "resume" else {})
        case "takes":
            if before == "--model":
                return known
            if before == "--verdict":
                return dict.fromkeys(VERDICTS, "verdict")
            return {
                "--limit": "how many",
                "--search": "words of a prompt",
                "--model": "one model's takes",
                "--verdict": ", ".join(VERDICTS),
            }
        case "budget":
            return dict.fromkeys(PERIODS, "period") if " " in rest else {"off": "no limit"}
        case "spend":
            if before == "--by":
                return dict.fromkeys(GROUPS, "group")
            return {"--by": ", ".join(GROUPS), "--days": "how many days"}
        case "jobs" | "requests":
            return {"--limit": "how many"}
    return {}
