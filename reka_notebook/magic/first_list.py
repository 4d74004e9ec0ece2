"""Wait a moment for the account's first list of models, so that nobody's first try is of a model that is gone."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from reka_notebook.catalogue import InvalidInput, UnknownEndpoint
from reka_notebook.catalogue.tasks import TASKS, USUAL_OUTPUT
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.jobs.models.default import FIRST
from reka_notebook.magic.request import names_model, read
from reka_notebook.options.defaults import default_model


def needs_list(
    line: str, body: str | None, namespace: Mapping[str, Any], control: Controller, output: str = USUAL_OUTPUT
) -> bool:
    """Return whether a cell would be charged for a default, or fails, by what a list that is not there yet may tell."""
    if not control.models.unknown:
        return False
    try:
        asked = read(line, body, namespace, control, output)
        arguments = asked.arguments
        if _has_default(control, output) or names_model(line, body):
            return False
        return not (arguments.background or arguments.dry_run) and asked.plan.new > 0
    except UnknownEndpoint:
        return True
    except InvalidInput:  # which need not be so with another default
        return not _has_default(control, output) and not names_model(line, body)
    except RekaError:  # said by the cell itself
        return False


def _has_default(control: Controller, output: str) -> bool:
    """Return whether a person has named a default for what is made."""
    return any(
        default_model(control.catalogue, task) for task, facts in TASKS.items() if facts.output == output
    )


async def wait_for_list(control: Controller) -> None:
    """Wait while the kernel's loop stays free."""
    asked, until = control.models.ask(), time.monotonic() + FIRST
    while not asked.done() and time.monotonic() < until:
        await asyncio.sleep(0.05)
