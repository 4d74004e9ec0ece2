"""What can be wrong with a prompt as it is written, before it is a request and so before anything is charged."""

from reka_notebook.errors import RekaError


class PromptError(RekaError):
    """A prompt that cannot be read, or a sweep that cannot be made of it. Nothing was sent.

    :param place: where in the text it is, counted from 0; ``None`` where it is about the whole.
    """

    field = "prompt"

    def __init__(self, message: str, place: int | None = None) -> None:
        super().__init__(message)
        self.place = place
