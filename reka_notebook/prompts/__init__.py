"""Read what a person writes before it is a request: variables, alternatives, and the grid that they make."""

from reka_notebook.prompts.errors import PromptError
from reka_notebook.prompts.grammar import Alternatives, Part, Variable, escaped, parse, written
from reka_notebook.prompts.grid import LARGEST, Axis, Grid, GridCell, make_grid, once
from reka_notebook.prompts.text import as_text
from reka_notebook.prompts.variables import fill, value_of

__all__ = [
    "LARGEST",
    "Alternatives",
    "Axis",
    "Grid",
    "GridCell",
    "Part",
    "PromptError",
    "Variable",
    "as_text",
    "escaped",
    "fill",
    "make_grid",
    "once",
    "parse",
    "value_of",
    "written",
]
