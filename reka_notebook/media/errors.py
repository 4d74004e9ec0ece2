"""What can be wrong with an image, a video or a sound.

MediaError                       a file that is missing, damaged, or something else altogether
├── CutShort                     bytes are missing at its end; more of it may be had
├── NotMedia                     text in its place: a page, an error, a listing
└── ImageError                   an image that cannot be sent
"""

from reka_notebook.errors import RekaError

AGAIN = "Fetch it again."
"""What helps where bytes are missing."""


class MediaError(RekaError):
    """A media file cannot be used. The text names the file, says what is wrong and what to do."""


class CutShort(MediaError):
    """Bytes are missing at the end of a file, as its own structure tells. The rest of it may still be had."""


class NotMedia(MediaError):
    """Text came in place of a media file: an expired link's page, an error, or nothing at all."""


class ImageError(MediaError):
    """An image cannot be used as an input. Raised before anything is sent, so nothing was charged."""
