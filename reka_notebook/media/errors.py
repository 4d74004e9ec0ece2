"""What can be wrong with an image, a video or a sound.

MediaError                       a file that is missing, cut short, damaged, or something else altogether
└── ImageError                   an image that cannot be sent
"""

from reka_notebook.errors import RekaError


class MediaError(RekaError):
    """A media file cannot be used. The text names the file, says what is wrong and what to do."""


class ImageError(MediaError):
    """An image cannot be used as an input. Raised before anything is sent, so nothing was charged."""
