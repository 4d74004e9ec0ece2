"""Image and video files: taking an image in any form, preparing it for sending, and looking at what came back.

Pillow, PyAV and NumPy are imported only when something is done.
"""

from reka_notebook.media.animation import gif
from reka_notebook.media.errors import CutShort, ImageError, MediaError, NotMedia
from reka_notebook.media.filmstrip import frames_of, sheet
from reka_notebook.media.frames import last_frame, poster
from reka_notebook.media.framing import Crop, Framing, Pad, crop, framed, pad
from reka_notebook.media.image import SourceImage, load
from reka_notebook.media.info import MediaInfo, examine, probe
from reka_notebook.media.prepared import PreparedImage, prepare, thumbnail
from reka_notebook.media.public_url import check_public
from reka_notebook.media.words import describe, file_size

__all__ = [
    "Crop",
    "CutShort",
    "Framing",
    "ImageError",
    "MediaError",
    "MediaInfo",
    "NotMedia",
    "Pad",
    "PreparedImage",
    "SourceImage",
    "check_public",
    "crop",
    "describe",
    "examine",
    "file_size",
    "framed",
    "frames_of",
    "gif",
    "last_frame",
    "load",
    "pad",
    "poster",
    "prepare",
    "probe",
    "sheet",
    "thumbnail",
]
