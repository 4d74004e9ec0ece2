"""Hold the endpoints of Reka's inference API as data that a person can correct.

``load()`` returns a ``Catalogue``, ``Catalogue.endpoint(name)`` an ``Endpoint``, and ``check_input(...)`` the
input to send, or it raises an ``InputError`` that says what does not fit. Every fact has a ``Mark``, which says
how it is known. An input is in the words of people; ``Endpoint.spelling()`` and ``spelt_input()`` make of it
what stands on the wire, and ``meaning()`` tells whether two inputs mean the same.
"""

from reka_notebook.catalogue.catalogue import Catalogue
from reka_notebook.catalogue.check import check_input
from reka_notebook.catalogue.endpoint import MARKS_IN_WORDS, UNSURE, Endpoint, ImageSlot, Mark
from reka_notebook.catalogue.errors import (
    CatalogueError,
    InputError,
    InvalidInput,
    UnknownEndpoint,
    UnknownPath,
)
from reka_notebook.catalogue.learned import Learned
from reka_notebook.catalogue.listing import values_of
from reka_notebook.catalogue.meaning import Meaning, meaning
from reka_notebook.catalogue.sources import load
from reka_notebook.catalogue.spelling import Spelt, spelt_input

__all__ = [
    "MARKS_IN_WORDS",
    "UNSURE",
    "Catalogue",
    "CatalogueError",
    "Endpoint",
    "ImageSlot",
    "InputError",
    "InvalidInput",
    "Learned",
    "Mark",
    "Meaning",
    "Spelt",
    "UnknownEndpoint",
    "UnknownPath",
    "check_input",
    "load",
    "meaning",
    "spelt_input",
    "values_of",
]
