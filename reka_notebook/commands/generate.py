"""Run ``reka-notebook generate``: make one take, and print the paths of its files as the last lines on stdout."""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from reka_notebook.catalogue import Catalogue, Endpoint, InputError, UnknownEndpoint
from reka_notebook.catalogue.defaults import USUAL_TASK
from reka_notebook.commands.terminal import say, wait
from reka_notebook.config import settings
from reka_notebook.jobs import (
    Controller,
    PreparedRequest,
    SweepPlan,
    SweepRequest,
    controller,
    plan_sweep,
    prepare,
)
from reka_notebook.jobs.models.default import configured_model, with_default
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.key import ask_for_key
from reka_notebook.library import Library
from reka_notebook.options.arguments import Arguments, parse, wanted_of
from reka_notebook.options.known import UsageError, apply_framing, parser
from reka_notebook.output.dry_run import dry_run
from reka_notebook.output.html import kept_words
from reka_notebook.output.terminal import print_path

PROG = "reka-notebook generate"

FIRST = 5.0
"""Seconds that the first request of all waits for the account's list of models, where it names no model."""


def run(words: Sequence[str]) -> int:
    """Make a take, with progress on stderr and the paths of its finished files on stdout, each on a line.

    Raises:
        RekaError: If it could not be had; the message says why.
    """
    control = controller()
    if {"-h", "--help"} & set(words):
        endpoint = _helped(words, control.catalogue)
        print(parser(endpoint, f"{PROG} PROMPT").format_help())
        return 0
    asked, line = _read_line(words, control)
    if line:
        say(line)
    arguments = asked.arguments
    if arguments.dry_run:
        sweep = SweepRequest((), (asked.prepared,))
        plan = SweepPlan(1) if arguments.fresh else plan_sweep(control, sweep)
        print(dry_run(control, sweep, plan, fresh=arguments.fresh))
        return 0
    job = control.submit(
        asked.prepared, fresh=arguments.fresh, prompt_for_key=ask_for_key, notebook_file=None
    )
    control.models.ask_soon()
    take = wait(job, cancel_on_interrupt=arguments.cancel_on_interrupt)
    if kept := kept_words([take]):
        say(kept)
    for path in take.paths:
        print_path(path)
    return 0


def _helped(words: Sequence[str], known: Catalogue) -> Endpoint:
    """Return the endpoint that help is wanted with: where nothing else is said, the one for an image."""
    asked = parser(prog=PROG).parse_known_args([word for word in words if word not in ("-h", "--help")])[0]
    task = known.check_task(asked.task) if asked.task else None
    model = asked.model or configured_model(known, settings().model, task or USUAL_TASK)
    return known.choose(model, task=task, with_image=True)


class _Asked(NamedTuple):
    """Hold what a line asks for."""

    arguments: Arguments
    prepared: PreparedRequest


def _read_line(words: Sequence[str], control: Controller) -> tuple[_Asked, str | None]:
    """Return what a line asks for, and what is to be said of its model.

    The account's first list of models is waited for where the line names none, or what nobody knows yet.
    """
    wanted = wanted_of(words, control.catalogue, prog=PROG)
    task = wanted.usual_task(control.catalogue)
    named = parser(prog=PROG).parse_known_args(list(words))[0].model
    named = named or configured_model(control.catalogue, settings().model, task)

    def read() -> tuple[_Asked, str | None]:
        if named:
            return _read(words, control, named), None
        return with_default(
            control,
            lambda model: _read(words, control, model),
            lambda one: [one.prepared],
            task,
            fresh="--fresh" in words,
        )

    try:
        found = read()
        asked = found[0]
        if named or asked.arguments.dry_run or control.standing(asked.prepared) is not None:
            return found
    except InputError as error:  # of what is named, only that nobody knows it may change
        if not control.models.unknown or (named and not isinstance(error, UnknownEndpoint)):
            raise
    if not control.models.unknown:
        return found
    control.models.wait(FIRST)
    return read()


def _read(words: Sequence[str], control: Controller, model: str | None) -> _Asked:
    """Return what a line asks for, of this model where it names none."""
    arguments = parse(words, control.catalogue, model, PROG)
    prompt = as_typed(" ".join(arguments.words))
    if not prompt and arguments.endpoint.prompt_field in arguments.endpoint.schema.get("required", ()):
        raise UsageError(
            'The prompt is missing. As in: reka-notebook generate --image photo.jpg "a slow dolly in"'
        )
    prepared = prepare(
        control.catalogue,
        prompt,
        {
            slot: apply_framing(_images(texts, control.library), arguments.framings.get(slot))
            for slot, texts in arguments.images.items()
        },
        model=arguments.endpoint.id,
        values=arguments.values,
        undeclared=arguments.undeclared,
        take=arguments.take,
        webhook_url=arguments.webhook_url,
    )
    return _Asked(arguments, prepared)


def _images(texts: Sequence[str], library: Library) -> Any:
    found = [kept_or_given(text, library) for text in texts]
    return found[0] if len(found) == 1 else found


def as_typed(text: str) -> str:
    """Return text that Python could not decode, because LANG says ASCII, as the UTF-8 that terminals send."""
    if not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError:  # neither: refused for what it is
        return text
