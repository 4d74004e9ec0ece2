"""From a take back to the form that it was asked with."""

from reka_notebook import media
from reka_notebook.jobs import Take
from reka_notebook.jobs.kept_image import kept_image
from reka_notebook.library import Library
from reka_notebook.notebook import protocol
from reka_notebook.prompts import escaped

WORDS = ("prompt", "text")
"""What endpoints call the field that the form has a place of its own for."""


def form_of(take: Take, *, seed: bool) -> protocol.Form:
    """The form that makes the same request again; without the seed, one that differs by chance alone."""
    left_out = WORDS if seed else (*WORDS, "seed")
    settings = {name: value for name, value in take.request.input.items() if name not in left_out}
    return protocol.Form(take.request.endpoint, escaped(take.prompt), settings)


def images_of(take: Take, library: Library) -> dict[str, media.SourceImage]:
    """The images that it was asked with, by slot: the same for whoever asks with them again.

    :raises RekaError: one of them is not in the library any more, or is damaged.
    """
    return {slot: kept_image(uses[0], library) for slot, uses in take.request.images.items() if uses}
