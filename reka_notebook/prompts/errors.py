"""Name what can be wrong with a prompt before it is a request, and so before anything is charged."""

from reka_notebook.errors import RekaError


class PromptError(RekaError):
    """Report a prompt that cannot be read, or a sweep that cannot be made of it. Nothing was sent.

    Args:
        place: Where in the text it is, counted from 0; ``None`` if it is about the whole.
    """

    field = "prompt"

    def __init__(self, message: str, place: int | None = None) -> None:
        super().__init__(message)
        self.place = place
