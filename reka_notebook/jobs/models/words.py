"""Refresh the account's list of models by hand, and say what it is."""

from collections.abc import Iterator
from concurrent.futures import TimeoutError as TooLate

from reka_notebook.api import ApiError
from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.account.models import ModelList
from reka_notebook.catalogue.defaults import USUAL_TASK
from reka_notebook.errors import RekaError
from reka_notebook.jobs.models.account_models import WITHIN, AccountModels
from reka_notebook.text import cut, date_and_time, many

SHOWN = 20
"""Models that are named of those of which only the name is known."""


def refresh(models: AccountModels) -> str:
    """Ask the service for the account's list, wait for it, and return what came of it in a sentence.

    Raises:
        RekaError: There is no list; the one that was there stays.
    """
    try:
        listed = models.ask(keyring=True).result(WITHIN + 10)
    except (RekaError, TooLate) as error:
        before = models.listed
        kept = f" The list of {date_and_time(before.fetched)} stays." if before is not None else ""
        said = error.finally_said if isinstance(error, ApiError) else str(error)
        why = "it took too long" if isinstance(error, TooLate) else said.rstrip(".")
        raise RekaError(f"Your account's models could not be listed: {why}.{kept}") from None
    return count_of(listed)


def count_of(listed: ModelList) -> str:
    """Say how many models a list has."""
    return f"{many(len(listed.models), 'model')} in your account's list."


def note_of(known: Catalogue) -> str:
    """Say how old the account's list is, and that some models are not in it; empty where there is none."""
    if known.fetched is None:
        return ""
    return " ".join([f"Your account's list is of {date_and_time(known.fetched)}.", *notices_of(known)])


def notices_of(known: Catalogue) -> Iterator[str]:
    """Say for each task of which the first choice is not to be had what is used in its place."""
    for task in known.defaults:
        if notice := known.default_notice(task):
            yield notice if task == USUAL_TASK else f"For {task}: {notice}"


def others_of(known: Catalogue) -> Iterator[str]:
    """Return what the list has besides: models whose task it does not say, or that no task here fits."""
    untold = [model.name for model in known.unplaced if not model.tasks]
    other = [f"{model.name} ({', '.join(model.tasks)})" for model in known.unplaced if model.tasks]
    if untold:
        yield f"Listed without a task: {_some(untold)}. Name one with its task, as in {untold[0]}/text-to-video."
    if other:
        yield f"Listed for other tasks: {_some(other)}."


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return cut(", ".join(names[:SHOWN]), 1000) + more
