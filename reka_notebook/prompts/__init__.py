"""Read what a person writes before it is a request: variables, alternatives, and the grid that they make."""

from reka_notebook.prompts.errors import PromptError
from reka_notebook.prompts.grammar import Alternatives, Part, Variable, escape, parse
from reka_notebook.prompts.grid import LARGEST, Axis, Grid, GridCell, drop_repeats, make_grid
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
    "drop_repeats",
    "escape",
    "fill",
    "make_grid",
    "parse",
    "value_of",
]
