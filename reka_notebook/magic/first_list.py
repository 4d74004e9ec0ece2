"""Wait a moment for the account's first list of models, so that nobody's first try is of a model that is gone."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from reka_notebook.catalogue import InvalidInput, UnknownEndpoint
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.jobs.models.default import FIRST
from reka_notebook.magic.request import names_model, read
from reka_notebook.options.arguments import MODEL, default_model


def needs_list(line: str, body: str | None, namespace: Mapping[str, Any], control: Controller) -> bool:
    """Return whether a cell would be charged for a default, or fails, by what a list that is not there yet may tell."""
    if not control.models.unknown:
        return False
    try:
        asked = read(line, body, namespace, control)
        arguments = asked.arguments
        if default_model() or arguments.model or MODEL in arguments.sweep:
            return False
        return not (arguments.background or arguments.dry_run) and asked.plan.new > 0
    except UnknownEndpoint:
        return True
    except InvalidInput:  # which need not be so with another default
        return not default_model() and not names_model(line, body)
    except RekaError:  # said by the cell itself
        return False


async def wait_for_list(control: Controller) -> None:
    """Wait while the kernel's loop stays free."""
    asked, until = control.models.ask(), time.monotonic() + FIRST
    while not asked.done() and time.monotonic() < until:
        await asyncio.sleep(0.05)
