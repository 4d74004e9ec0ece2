"""What a person writes, before it is a request: variables, alternatives, and the sweep that they make."""

from reka_notebook.prompts.errors import PromptError
from reka_notebook.prompts.grammar import Alternatives, Part, Variable, escaped, parse, written
from reka_notebook.prompts.sweep import LARGEST, Axis, Cell, Sweep, sweep
from reka_notebook.prompts.text import as_text
from reka_notebook.prompts.variables import fill, value_of

__all__ = [
    "LARGEST",
    "Alternatives",
    "Axis",
    "Cell",
    "Part",
    "PromptError",
    "Sweep",
    "Variable",
    "as_text",
    "escaped",
    "fill",
    "parse",
    "sweep",
    "value_of",
    "written",
]
