"""Hold which endpoint is used for each task where none is named, and read that from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reka_notebook.catalogue.spelling import JSON

USUAL_TASK = "image-to-video"
"""The task of a model that is named alone, where it has that among others."""


@dataclass(frozen=True, slots=True)
class Default:
    """Hold the default of a task.

    Attributes:
        order: The endpoints that may be it, by ID, the first choice first.
        chosen: The one that is; ``None`` where there is none.
        by_hand: A person's own file has named it, and no list of models changes it.
    """

    order: tuple[str, ...] = ()
    chosen: str | None = None
    by_hand: bool = False


def by_task(default: JSON) -> JSON:
    """Return the data's ``default`` by task, where it is one endpoint or a list of them; anything else unchanged.

    A model without a task is for image to video.
    """
    names = [default] if isinstance(default, str) else default
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return default
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition("/")[2] if "/" in name else USUAL_TASK, []).append(name)
    return {task: listed[0] if len(listed) == 1 else listed for task, listed in found.items()}


def orders(default: Mapping[str, str | list[str]]) -> dict[str, Default]:
    """Return the defaults by task as the data names them, none of them chosen yet."""
    return {
        task: Default((named,), by_hand=True) if isinstance(named, str) else Default(tuple(named))
        for task, named in default.items()
    }
