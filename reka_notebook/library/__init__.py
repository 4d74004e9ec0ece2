"""What is kept: jobs, takes, images and media files. The only place that knows SQL and the folder's layout."""

from reka_notebook.library.errors import LeaseLost, LibraryError
from reka_notebook.library.library import Library
from reka_notebook.library.records import JobRecord, MediaFile, TakeRecord
from reka_notebook.library.request import GenerationRequest, ImageUse

__all__ = [
    "GenerationRequest",
    "ImageUse",
    "JobRecord",
    "LeaseLost",
    "Library",
    "LibraryError",
    "MediaFile",
    "TakeRecord",
]
