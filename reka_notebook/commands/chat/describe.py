"""Run ``reka-notebook describe``: ask a chat model what is seen in a take, and what of its prompt is missing."""

from collections.abc import Sequence

from reka_notebook.chat.describing import ask_description, describe_plan, plan_description
from reka_notebook.commands.chat.asking import ask_aloud
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.jobs import controller
from reka_notebook.jobs.take import Take
from reka_notebook.options.parser import Parser
from reka_notebook.text import printable


def run(words: Sequence[str]) -> int:
    """Print what is seen in a take on stdout, and on stderr what is sent and what it cost.

    Raises:
        RekaError: If it cannot be looked at, or there is no answer.
    """
    parser = Parser("describe", "Ask a chat model what is seen in a take, and what of its prompt is missing.")
    parser.add_argument("id", metavar="ID", help="a take's id, or the start of it")
    parser.add_argument(
        "-m", "--model", metavar="MODEL", help="which chat model (default: the first that sees such a take)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the answer as the take's note")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would be sent, and what it would cost"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    given = parser.read(words)
    control = controller()
    take = Take(control.library.take(given.id.removeprefix("take:")), control.library)
    asked = plan_description(control, take, model=given.model)
    plan = describe_plan(control, asked)
    if given.dry_run:
        print(f"{plan} Nothing was sent.")
        return 0
    found = ask_aloud(control, asked.model, plan, lambda: ask_description(control, asked))
    if given.json:
        print_json({
            "take": take.id,
            "seen": found.seen,
            "missing": found.missing,
            "model": found.asked.model,
            "cost": found.asked.cost,
        })  # fmt: skip
    else:
        print(printable(found.seen))
        if found.missing:
            print(f"Missing: {printable(found.missing)}")
    if given.keep:
        found.keep()
        say("Note saved.")
    return 0
