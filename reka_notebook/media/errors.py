"""Name what can be wrong with an image, a video or a sound.

MediaError                   a file that is missing, damaged, or something else altogether
├── CutShort                 bytes are missing at its end; more of it may be had
├── NotMedia                 text in its place: a page, an error, a listing
└── ImageError               an image that cannot be sent
"""

from reka_notebook.errors import RekaError

AGAIN = "Fetch it again."
"""What helps where bytes are missing."""


class MediaError(RekaError):
    """Report that a media file cannot be used: which file, what is wrong, and what to do."""


class CutShort(MediaError):
    """Report that bytes are missing at a file's end, as its own structure tells. The rest may still be had."""


class NotMedia(MediaError):
    """Report text in place of a media file: an expired link's page, an error, or nothing at all."""


class ImageError(MediaError):
    """Report an image that cannot be used as an input. Raised before anything is sent, so nothing was charged."""
