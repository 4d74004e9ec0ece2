"""Explore prompts that make videos, images, speech and boxes, without leaving the notebook.

>>> %load_ext reka_notebook                                  # in IPython: %%reka_video, %%reka_image and others
>>> take = await submit("a slow dolly in", "photo.jpg")       # from Python
>>> studio("photo.jpg")                                       # the widget

Everything here is imported when it is first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import reka_notebook._platform  # noqa: F401 (first: it says why, where nothing else can be imported)
from reka_notebook._version import __version__
from reka_notebook.config import configure
from reka_notebook.errors import RekaError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reka_notebook.chat import Description, Suggestions
    from reka_notebook.jobs import Job, JobCancelled, JobError, JobExpired, JobFailed, Take, Takes
    from reka_notebook.jobs.collection import Collection
    from reka_notebook.jobs.experiments import log_to_mlflow, log_to_wandb
    from reka_notebook.jobs.recipes import Recipe, read_recipe
    from reka_notebook.public import (
        cancel,
        collection,
        collections,
        compare,
        resume,
        studio,
        submit,
        suggest,
        takes,
    )
    from reka_notebook.study.study import Study
    from reka_notebook.widgets.studio.studio import Studio

__all__ = [
    "Collection",
    "Description",
    "Job",
    "JobCancelled",
    "JobError",
    "JobExpired",
    "JobFailed",
    "Recipe",
    "RekaError",
    "Studio",
    "Study",
    "Suggestions",
    "Take",
    "Takes",
    "__version__",
    "cancel",
    "collection",
    "collections",
    "compare",
    "configure",
    "load_ipython_extension",
    "log_to_mlflow",
    "log_to_wandb",
    "read_recipe",
    "resume",
    "studio",
    "submit",
    "suggest",
    "takes",
    "unload_ipython_extension",
]

_HOMES = {
    "Collection": "jobs.collection",
    "Description": "chat",
    "Job": "jobs",
    "JobCancelled": "jobs",
    "JobError": "jobs",
    "JobExpired": "jobs",
    "JobFailed": "jobs",
    "Recipe": "jobs.recipes",
    "Take": "jobs",
    "Studio": "widgets.studio.studio",
    "Study": "study.study",
    "Suggestions": "chat",
    "Takes": "jobs",
    "cancel": "public",
    "collection": "public",
    "collections": "public",
    "compare": "public",
    "log_to_mlflow": "jobs.experiments",
    "log_to_wandb": "jobs.experiments",
    "read_recipe": "jobs.recipes",
    "resume": "public",
    "studio": "public",
    "submit": "public",
    "suggest": "public",
    "takes": "public",
}


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Load the magics and take over every unfinished job, as ``%load_ext reka_notebook`` does."""
    from reka_notebook.magic import extension
    from reka_notebook.magic.reka import magic

    extension.load(shell)
    magic.load(shell)


def unload_ipython_extension(shell: "InteractiveShell") -> None:
    """Remove the magics, as ``%unload_ext reka_notebook`` does; jobs go on."""
    from reka_notebook.magic import extension
    from reka_notebook.magic.reka import magic

    extension.unload(shell)
    magic.unload(shell)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'reka_notebook' has no attribute {name!r}")
    value = getattr(import_module(f"reka_notebook.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
