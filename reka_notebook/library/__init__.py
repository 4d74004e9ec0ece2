"""Keep jobs, takes, images and media files. Only this folder knows SQL and how the files lie on disk.

What is offered here is imported when it is first used, so that a ``peek`` into the library, which loading the
extension takes, costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reka_notebook.library.errors import DatabaseUnreachable, LeaseLost, LibraryError
    from reka_notebook.library.library import Library
    from reka_notebook.library.records import JobRecord, MediaFile, TakeRecord
    from reka_notebook.library.request import GenerationRequest, ImageUse, Wire
    from reka_notebook.library.take_filter import TakeFilter

__all__ = [
    "DatabaseUnreachable",
    "GenerationRequest",
    "ImageUse",
    "JobRecord",
    "LeaseLost",
    "Library",
    "LibraryError",
    "MediaFile",
    "TakeFilter",
    "TakeRecord",
    "Wire",
]

_HOMES = {
    "DatabaseUnreachable": "errors",
    "GenerationRequest": "request",
    "ImageUse": "request",
    "JobRecord": "records",
    "LeaseLost": "errors",
    "Library": "library",
    "LibraryError": "errors",
    "MediaFile": "records",
    "TakeFilter": "take_filter",
    "TakeRecord": "records",
    "Wire": "request",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'reka_notebook.library' has no attribute {name!r}")
    value = getattr(import_module(f"reka_notebook.library.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
