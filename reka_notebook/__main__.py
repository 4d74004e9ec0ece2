"""Run the command line: ``reka-notebook``, or ``python -m reka_notebook``."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

from reka_notebook import __version__
from reka_notebook.errors import RekaError, unexpected
from reka_notebook.errors.advice import for_options
from reka_notebook.text import did_you_mean, printable

COMMANDS = {
    "generate": "make one take and print the paths of its files",
    "batch": "make everything that a file of prompts asks for, overnight and on several machines",
    "takes": "what the library has, newest first",
    "jobs": "unfinished and recent jobs",
    "requests": "the account's requests at the service, and which of them are here",
    "show": "everything about one job or take",
    "family": "which takes led to a take, and which came from it",
    "resume": "go on with a job, and wait for it",
    "cancel": "cancel a job, and wait for the answer",
    "pin": "pin takes: they are never cleaned up",
    "unpin": "take the pin from takes",
    "with-sound": "put a sound under a video, as a new take; no charge",
    "suggest": "ask a chat model for rewritings of a prompt",
    "describe": "ask a chat model what is seen in a take",
    "export": "copy takes into a folder",
    "prune": "list what could be removed to make room; --yes removes it",
    "collection": "named sets of takes, to be shared by name",
    "library": "copy a library: from a folder to a team's server, and back",
    "team": "set up a library that several people share",
    "spend": "where the money went, and what may still be spent",
    "catalogue": "the endpoints, and how well each fact about them is known",
    "doctor": "check that everything is in order, and say what to do where it is not",
    "sandbox": "run a local test server: no key, no network, no charges",
}
"""Each is a module of ``reka_notebook.commands`` with a function ``run(words) -> exit status``."""

_ELSEWHERE = {
    "batch": ("batch.start", "run"),
    "export": ("keeping.export", "run"),
    "pin": ("keeping.pin", "run"),
    "unpin": ("keeping.pin", "unpin"),
    "prune": ("keeping.prune", "run"),
    "with-sound": ("with_sound", "run"),
    "collection": ("team.collection", "run"),
    "library": ("library.library", "run"),
    "team": ("team.team", "run"),
    "suggest": ("chat.suggest", "run"),
    "describe": ("chat.describe", "run"),
}
"""Those that lie in a folder, are another function, or whose name is none of a module."""

INTERRUPTED = 130


@for_options()
def main(words: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status. Errors go to stderr in words, with status 1."""
    first, *rest = [*(sys.argv[1:] if words is None else words)] or ["--help"]
    _open_streams()
    _tolerate(sys.stdout)
    try:
        try:
            return _run(first, rest)
        finally:  # also after the help of a command, which leaves by SystemExit
            sys.stdout.flush()
    except RekaError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read this has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")
    except Exception as error:
        return _fail(f"{unexpected(error, _place(error))} What was submitted is kept.")


def _run(command: str, words: Sequence[str]) -> int:
    if command in ("-h", "--help"):
        print(_help())
        return 0
    if command == "--version":
        print(__version__)
        return 0
    if command not in COMMANDS:
        return _fail(f"There is no command {command!r}. {did_you_mean(command, COMMANDS)}")
    module, function = _ELSEWHERE.get(command, (command, "run"))
    status: int = getattr(import_module(f"reka_notebook.commands.{module}"), function)(words)
    return status


def _help() -> str:
    lines = [f"  {name:<11}{text}" for name, text in COMMANDS.items()]
    return "\n".join(
        [
            "usage: reka-notebook COMMAND ...",
            "",
            "Videos, images, speech and boxes, with Reka's inference API.",
            "",
            *lines,
            "",
            "reka-notebook COMMAND --help says more; --version says which this is.",
        ]
    )


def _fail(words: str) -> int:
    print(f"reka-notebook: {printable(words)}", file=sys.stderr)
    return 1


def _place(error: Exception) -> str:
    """Return where an error was raised, for a bug report."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"


def _open_streams() -> None:
    """Give a process that was started without streams ones that lead nowhere.

    Their numbers would go to the next files that are opened, and what a library in C writes there into the database.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if number == 0 else "w"))  # noqa: SIM115 (for good)


def _tolerate(stream: TextIO) -> None:
    """Let no character that a terminal lacks end a command."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
        reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
