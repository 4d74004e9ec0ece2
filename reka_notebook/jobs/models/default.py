"""Choose the model for a request that names none, so that a default that has changed charges nobody again."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from reka_notebook.catalogue import Catalogue, Endpoint, InvalidInput
from reka_notebook.catalogue.defaults import USUAL_TASK
from reka_notebook.catalogue.tasks import TASKS, USUAL_OUTPUT
from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import Controller
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.prepared import PreparedRequest
from reka_notebook.library.states import is_asked_anew

T = TypeVar("T")

FIRST = 3.0
"""Seconds that whoever needs the account's first list of models waits for it, once."""


def configured_model(known: Catalogue, setting: str | None, task: str) -> str | None:
    """Return the model that ``configure(model=…)`` names for a task: each of several is for what it makes.

    One of which nothing is known is for videos.
    """
    for name in names_in(setting):
        _, slash, named = name.rpartition("/")
        tasks = [named] if slash else known.tasks_of(name)
        outputs = {TASKS[one].output for one in tasks if one in TASKS} or {USUAL_OUTPUT}
        if task == named if slash else TASKS[task].output in outputs:
            return name
    return None


def configured_endpoint(known: Catalogue, setting: str | None, task: str) -> Endpoint | None:
    """Return the endpoint that ``configure(model=…)`` names for just this task, if it names one."""
    name = configured_model(known, setting, task)
    if name is None:
        return None
    if "/" in name:
        return known.endpoint(name)
    return known.endpoint(name, task) if task in (known.tasks_of(name) or [USUAL_TASK]) else None


_told: set[tuple[str, str]] = set()


def unused_default(known: Catalogue, names: Iterable[str], task: str) -> str | None:
    """Say, once in this process, that a default that a person has set is for other tasks, and what is used."""
    other = next((name for name in names if configured_model(known, name, task) is None), None)
    default = known.defaults.get(task)
    if other is None or default is None or default.chosen is None or (other, task) in _told:
        return None
    _told.add((other, task))
    _, slash, named = other.rpartition("/")
    tasks = [named] if slash else known.tasks_of(other) or [USUAL_TASK]
    return f"Your default {other} is for {', '.join(tasks)}. For {task}, {known.default_for(task).model} is used."


def names_in(setting: str | None) -> list[str]:
    """Return the models that ``configure(model=…)`` names."""
    return [name for part in (setting or "").split(",") if (name := part.strip())]


def with_default(
    control: Controller,
    read: Callable[[str | None], T],
    requests: Callable[[T], Iterable[PreparedRequest]],
    task: str,
    *,
    fresh: bool = False,
    wait: float = 0.0,
) -> tuple[T, str | None]:
    """Return what is asked by who names no model, and a line to be said beside it.

    It is asked of the default. Where all of it was made with what was the default before, and nothing of it
    with the present one, it is that: its takes are shown, and nothing is charged.

    Args:
        control: Knows the default and what is kept.
        read: Reads what is asked with a model; None is the default.
        requests: Returns the requests in it.
        task: What is asked for, which has a default of its own.
        fresh: Another take is wanted even if one is kept.
        wait: Seconds that the account's first list of models may take, before what is not kept is asked for. Not
            waited on the engine, which reads that list.

    Raises:
        RekaError: What is asked does not fit the default.
    """
    known = control.catalogue
    now: T | None = None
    unfit: RekaError | None = None
    try:
        now = read(None)
    except RekaError as error:
        unfit = error
    may_wait = wait > 0 and control.models.unknown and not engine().in_thread
    if may_wait and (fresh or now is None or not all(_standing(control, requests(now)))):
        control.models.wait(wait)
        return with_default(control, read, requests, task, fresh=fresh)
    earlier = control.models.earlier_defaults(known, task)
    if not earlier or (now is not None and any(_standing(control, requests(now)))):
        return _asked(now, unfit, known, task), None
    for model in earlier:
        try:
            before = read(model)
            standing = _standing(control, requests(before))
        except RekaError:  # it does not fit that one
            continue
        if all(standing) and not fresh:
            return before, _shown_again(known, model, task)
        if any(standing):
            return _asked(now, unfit, known, task), _other_before(known, model, task)
    return _asked(now, unfit, known, task), None if fresh else control.models.notice(known, task)


def _standing(control: Controller, requests: Iterable[PreparedRequest]) -> list[bool]:
    """Return for each request whether it is kept, or not at its end."""
    return [not is_asked_anew(control.standing(one)) for one in requests]


def _asked(now: T | None, unfit: RekaError | None, known: Catalogue, task: str) -> T:
    if now is not None:
        return now
    assert unfit is not None  # noqa: S101 (one of the two is there)
    if isinstance(unfit, InvalidInput) and (notice := known.default_notice(task)):
        unfit.args = (f"{notice} {unfit}", *unfit.args[1:])
    raise unfit


def _shown_again(known: Catalogue, model: str, task: str) -> str:
    default = known.name_of(known.default_for(task).id)
    return (
        f"Made with {known.name_of(model)}, the default at the time, and not charged again. For a new take with "
        f"{default}: --model {default}."
    )


def _other_before(known: Catalogue, model: str, task: str) -> str:
    return (
        f"This was made with {known.name_of(model)} before, and the default is "
        f"{known.name_of(known.default_for(task).id)} now. To use the same model as before: --model "
        f"{known.name_of(model)}."
    )
