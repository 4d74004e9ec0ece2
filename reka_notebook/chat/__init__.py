"""Ask a chat model for help with a prompt, and for what is seen in a take."""

from reka_notebook.chat.describing import describe
from reka_notebook.chat.outcomes import Description, Suggestions
from reka_notebook.chat.suggesting import suggest

__all__ = ["Description", "Suggestions", "describe", "suggest"]
