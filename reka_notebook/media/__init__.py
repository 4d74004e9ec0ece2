"""Take an image in any form, prepare it for sending, and look at the images, videos and sounds that came back.

Pillow, PyAV and NumPy are imported only when something is done.
"""

from reka_notebook.media.boxes.box import Box
from reka_notebook.media.errors import CutShort, ImageError, MediaError, NotMedia
from reka_notebook.media.films.animation import gif
from reka_notebook.media.films.filmstrip import frame_at, frames_of, last_frame, poster, sheet
from reka_notebook.media.films.info import MediaInfo, examine, glance, probe
from reka_notebook.media.films.sprite import Sprite, make_sprite, read_sprite
from reka_notebook.media.images.framing import crop, framed, pad
from reka_notebook.media.images.image import SAMPLE, Crop, Framing, Pad, SourceImage, load
from reka_notebook.media.images.prepared import PreparedImage, describe, prepare, thumbnail
from reka_notebook.media.images.public_url import check_public
from reka_notebook.media.sounds.waveform import waveform
from reka_notebook.text import file_size

__all__ = [
    "SAMPLE",
    "Box",
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
    "Sprite",
    "check_public",
    "crop",
    "describe",
    "examine",
    "file_size",
    "frame_at",
    "framed",
    "frames_of",
    "gif",
    "glance",
    "last_frame",
    "load",
    "make_sprite",
    "pad",
    "poster",
    "prepare",
    "probe",
    "read_sprite",
    "sheet",
    "thumbnail",
    "waveform",
]
