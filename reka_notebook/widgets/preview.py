"""Draw a small picture of an input image, for whichever view shows it."""

import anyio.to_thread

from reka_notebook import media
from reka_notebook.library import Library
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Reply

SAMPLE = "sample"
"""Stands for the digest of the sample photograph, which is in the library only where it was used."""


async def preview(library: Library, digest: str) -> Reply:
    """Return the reply to a view's request for a picture of a kept image.

    Raises:
        RekaError: If the image is no longer in the library, or is damaged.
    """

    def picture() -> bytes:
        source = media.SAMPLE if digest == SAMPLE else library.images.read(digest)
        return media.thumbnail(media.load(source))

    return protocol.PictureValue("image/jpeg"), [await anyio.to_thread.run_sync(picture)]
