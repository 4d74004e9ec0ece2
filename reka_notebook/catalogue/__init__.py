"""Hold the endpoints of Reka's inference API as data that a person can correct.

``load()`` returns a ``Catalogue``, ``Catalogue.endpoint(name)`` an ``Endpoint``, and ``check_input(...)`` the
input to send, or it raises an ``InputError`` that says what does not fit. Every fact has a ``Mark``:
documented by Reka, assumed, or learned from the person's own file.
"""

from reka_notebook.catalogue.catalogue import Catalogue
from reka_notebook.catalogue.check import check_input
from reka_notebook.catalogue.endpoint import Endpoint, ImageSlot, Mark
from reka_notebook.catalogue.errors import (
    CatalogueError,
    InputError,
    InvalidInput,
    UnknownEndpoint,
    UnknownPath,
)
from reka_notebook.catalogue.listing import values_of
from reka_notebook.catalogue.sources import load

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Endpoint",
    "ImageSlot",
    "InputError",
    "InvalidInput",
    "Mark",
    "UnknownEndpoint",
    "UnknownPath",
    "check_input",
    "load",
    "values_of",
]
