"""Run ``reka-notebook batch``: make everything that a file of prompts asks for, and a contact sheet of it."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from reka_notebook.batch.line import CommonOptions, split_words
from reka_notebook.batch.plan import Plan, describe_mistakes, plan
from reka_notebook.batch.run import AT_ONCE
from reka_notebook.batch.source import BatchFile, open_file
from reka_notebook.commands.batch.making import make, sheet_path
from reka_notebook.commands.batch.words import counted, planned_words, standing_words
from reka_notebook.commands.terminal import agrees, say
from reka_notebook.jobs import Controller, controller
from reka_notebook.key import ask_for_key, is_terminal
from reka_notebook.library.batches.records import BatchCounts
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.library.spending.limit import tightest
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser
from reka_notebook.output.dry_run import budget_lines, model_lines, sentence
from reka_notebook.text import date_and_time, format_duration, many

TEXT = (
    "Make everything that a file of prompts asks for: CSV, JSON Lines or Parquet. A column is called as an option of "
    "`reka-notebook generate` is (prompt, image, model, duration …). What is the same for all rows is written here, as "
    "for generate: --model, --image, and the prompt behind the file; --takes and --sweep make several of each. "
    "A {{column}} in a prompt is filled in, and {{slow|fast}} makes one with each. Nothing is sent before you agree to "
    "what it will cost. Started again, it goes on where it stopped, and what is there is not made again."
)

COMMANDS: Mapping[str, tuple[str, str]] = {
    "list": ("listing", "the batches in the library, and how far each is"),
    "show": ("show", "a batch by its ID: how it stands, what failed and why"),
    "join": ("join", "work on a batch by its ID, on another machine or again on this one"),
    "retry": ("retry", "make once more what failed of a batch; each is charged"),
    "sheet": ("sheet", "write the contact sheet of what a batch has made so far"),
}
"""What else `reka-notebook batch` does: the module of this folder, and what for."""

OWN = {
    "--at-once": True,
    "--sheet": True,
    "--no-sheet": False,
    "--skip-bad": False,
    "--yes": False,
    "--dry-run": False,
    "-h": False,
    "--help": False,
}
"""The options of the batch itself, and whether each takes a value."""


def run(words: Sequence[str]) -> int:
    """Start a batch, or go on with the one of the same file; or do what another of its commands says.

    Raises:
        RekaError: If it cannot be made. Nothing was sent then.
    """
    if words and words[0] in COMMANDS:
        module = import_module(f"reka_notebook.commands.batch.{COMMANDS[words[0]][0]}")
        command: Callable[[Sequence[str]], int] = module.run
        return command(words[1:])
    return _start(words)


def add_making(parser: Parser) -> None:
    """Add the options of every command that makes rows."""
    parser.add_argument(
        "--at-once",
        type=_at_once,
        default=AT_ONCE,
        metavar="N",
        help=f"jobs at the service at a time, from this machine ({AT_ONCE})",
    )
    parser.add_argument("--sheet", type=Path, metavar="PAGE", help="where the contact sheet goes")
    parser.add_argument("--no-sheet", action="store_true", help="write no contact sheet")


def _at_once(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"wants a number from 1 to {MOST_AT_ONCE}, and got {text!r}")
    return number


MOST_AT_ONCE = 200


def _parser() -> Parser:
    parser = Parser("batch", TEXT)
    parser.usage = "reka-notebook batch FILE [PROMPT] [options]\n       reka-notebook batch COMMAND [ID]"
    add_making(parser)
    parser.add_argument("--skip-bad", action="store_true", help="leave out the rows that have a mistake")
    parser.add_argument("--yes", action="store_true", help="begin without asking")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would be sent, and what it would cost"
    )
    commands = parser.add_argument_group("commands")
    for name, (_, what) in COMMANDS.items():
        commands.add_argument(name, nargs="?", help=what)
    return parser


def _start(words: Sequence[str]) -> int:
    mine, rest, common = split_words(words, OWN)
    asked = _parser().read(mine)  # ends here for --help
    if not rest:
        raise UsageError(
            "The file is missing. As in: reka-notebook batch prompts.csv --model kling-v3-pro --image photo.jpg"
        )
    file = open_file(Path(rest[0]).expanduser())
    control = controller()
    digest = file.digest(common.words)
    sheet = None if asked.no_sheet else asked.sheet or sheet_path(file.path)
    there = control.library.batches.find(control.service, digest)
    table = control.library.batches
    counts = table.counts(there.id) if there is not None else BatchCounts()
    if there is not None and not asked.dry_run and counts.kept < counts.rows:
        say(f"{file.path.name} is batch {there.id}: {standing_words(counts)}.")
        other = there.person if there.person != control.library.person else ""
        if (
            other
            and not asked.yes
            and not agrees(f"{other} has begun it. Work on it too? You'll be charged.")
        ):
            say("Nothing was sent. --yes goes on without asking.")
            return 1
        return make(control, there, at_once=asked.at_once, sheet=sheet)
    found = _planned(control, file, common, digest, keep_images=not asked.dry_run)
    begun = False
    try:
        if there is not None and not found.new and not found.underway and not asked.dry_run:
            say(f"{file.path.name} is batch {there.id}: {standing_words(counts)}.")
            return make(control, there, at_once=asked.at_once, sheet=sheet)
        _check(found, skip_bad=asked.skip_bad)
        expected = found.estimate(control)
        _tell(control, file, found, expected, asked.at_once)
        if asked.dry_run:
            print("Nothing sent.")
            return 0
        if found.new:
            control.require_key(ask_for_key)
            if not asked.yes and not agrees(
                f"Begin? You'll be charged for {counted(found.new, 'new take')}."
            ):
                say("Nothing was sent. --yes begins without asking.")
                return 1
        # One that is done may ask for something new: an image of the same name has changed.
        batch = table.begin(found.batch, found.facts(common, expected), instead_of=there)
        begun = True
    finally:
        if not begun:
            table.remove(found.batch.id)
    return make(control, batch, at_once=asked.at_once, sheet=sheet)


def _planned(
    control: Controller, file: BatchFile, common: CommonOptions, digest: str, *, keep_images: bool
) -> Plan:
    """Plan a batch, and say on a terminal how far that is."""
    shown = is_terminal(sys.stderr)
    began = time.monotonic()

    def tell(found: Plan) -> None:
        if shown and time.monotonic() - began > 0.5:
            print(f"\rChecking {found.unit} {found.lines:,}…\x1b[K", end="", file=sys.stderr, flush=True)

    try:
        return plan(control, file, common, digest, keep_images=keep_images, tell=tell)
    finally:
        if shown and time.monotonic() - began > 0.5:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _check(found: Plan, *, skip_bad: bool) -> None:
    """Refuse a file with mistakes, and say them all together.

    Raises:
        UsageError: If it has any, and they are not to be left out; or if nothing else is left.
    """
    lines = describe_mistakes(found)
    if not lines:
        return
    if skip_bad and found.rows:
        say("\n".join(["Left out:", *lines]))
        return
    count = found.bad + len(found.columns)
    advice = (
        "Correct the file and start again, or leave them out with --skip-bad."
        if found.rows
        else "No row is right."
    )
    raise UsageError("\n".join([f"{many(count, 'mistake')}. Nothing was sent. {advice}", *lines]))


def _tell(control: Controller, file: BatchFile, found: Plan, expected: Estimate, at_once: int) -> None:
    """Say what the batch would make, what that costs, and when it would be done."""
    print(planned_words(found, file.path.name))
    if not found.new:
        print("Nothing to charge.")
        return
    for line in model_lines(expected):
        print(line)
    print(" ".join([sentence(expected), *budget_lines(control, expected)]))
    status = tightest(control.budgets())
    if status is not None and status.is_over(expected.reserve):
        print("The batch stops when the budget is used up, and can go on when there is more.")
    seconds = found.seconds(control, at_once)
    alone = f"with {at_once} at once on this machine"
    if seconds is None:
        print(f"How long it takes {alone} is not known yet: no such take was made before.")
    else:
        until = date_and_time(time.time() + seconds)
        print(f"About {format_duration(seconds)} {alone}, until {until}. Other machines can join.")
