"""An image that the library has, by its digest: how a copied cell names what a request was made with."""

from typing import Any

from msgspec.structs import replace

from reka_notebook import media
from reka_notebook.jobs.uses import source_of
from reka_notebook.library import ImageUse, Library

MARK = "sha256:"


def kept_or_given(image: Any, library: Library) -> Any:
    """The library's own image for ``sha256:…``, and anything else as it is given.

    :raises RekaError: the library does not have it.
    """
    if isinstance(image, str) and image.startswith(MARK):
        return kept_image(ImageUse(digest=library.images.find(image)), library)
    return image


def kept_image(use: ImageUse, library: Library) -> media.SourceImage:
    """The image that a request was made with, the same for whoever asks with it again.

    :raises RekaError: it is not in the library any more, or is damaged.
    """
    if use.url:
        return media.load(use.url)
    name = use.name or f"image {use.digest[len(MARK) :][:8]}"
    return source_of(replace(use, name=name), library.images.read(use.digest))
