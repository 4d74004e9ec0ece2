"""Run ``reka-notebook generate``: make one video, and print its path as the last line on stdout."""

import os
from collections.abc import Sequence

from reka_notebook.commands.terminal import say, wait
from reka_notebook.config import settings
from reka_notebook.jobs import SweepPlan, SweepRequest, controller, plan_sweep, prepare
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.key import ask_for_key
from reka_notebook.options.arguments import parse
from reka_notebook.options.known import UsageError, apply_framing, parser
from reka_notebook.output.dry_run import dry_run
from reka_notebook.output.html import kept_words
from reka_notebook.output.terminal import print_path

PROG = "reka-notebook generate"


def run(words: Sequence[str]) -> int:
    """Make a video, with progress on stderr and the finished file's path on stdout.

    Raises:
        RekaError: If it could not be had; the message says why.
    """
    control = controller()
    if {"-h", "--help"} & set(words):
        chosen = parser().parse_known_args(list(words))[0].model
        endpoint = control.catalogue.endpoint(chosen) if chosen else control.catalogue.default
        print(parser(endpoint, f"{PROG} PROMPT").format_help())
        return 0
    arguments = parse(words, control.catalogue, settings().model, PROG)
    prompt = _as_typed(" ".join(arguments.words))
    if not prompt:
        raise UsageError(
            'The prompt is missing. As in: reka-notebook generate --image photo.jpg "a slow dolly in"'
        )
    prepared = prepare(
        control.catalogue,
        prompt,
        {
            slot: apply_framing(kept_or_given(image, control.library), arguments.framings.get(slot))
            for slot, image in arguments.images.items()
        },
        model=arguments.model,
        values=arguments.values,
        undeclared=arguments.undeclared,
        take=arguments.take,
    )
    if arguments.dry_run:
        sweep = SweepRequest((), (prepared,))
        plan = SweepPlan(1) if arguments.fresh else plan_sweep(control, sweep)
        print(dry_run(control, sweep, plan, fresh=arguments.fresh))
        return 0
    job = control.submit(prepared, fresh=arguments.fresh, prompt_for_key=ask_for_key, notebook_file=None)
    take = wait(job, cancel_on_interrupt=arguments.cancel_on_interrupt)
    if kept := kept_words([take]):
        say(kept)
    print_path(take.path)
    return 0


def _as_typed(text: str) -> str:
    """Return text that Python could not decode, because LANG says ASCII, as the UTF-8 that terminals send."""
    if not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError:  # neither: refused for what it is
        return text
