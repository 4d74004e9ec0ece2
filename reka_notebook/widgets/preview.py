"""Draw a small picture of an input image, for whichever view shows it."""

import anyio.to_thread

from reka_notebook import media
from reka_notebook.library import Library
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Reply


async def preview(library: Library, digest: str) -> Reply:
    """Return the reply to a view's request for a picture of a kept image.

    Raises:
        RekaError: If the image is no longer in the library, or is damaged.
    """

    def picture() -> bytes:
        return media.thumbnail(media.load(library.images.read(digest)))

    return protocol.PictureValue("image/jpeg"), [await anyio.to_thread.run_sync(picture)]
