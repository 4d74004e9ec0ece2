"""Say once what a file of a take is, and what can be done with each kind of file.

Pure data, which imports nothing. ``make protocol`` writes the same table for the front end.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Kind(NamedTuple):
    """Describe a kind of file.

    Attributes:
        noun: What a person calls one, as in "This take is a sound."
        plural: What a person calls several.
        one: What is counted of it, as in "1 sound".
        several: The same of several, as in "12 sounds".
        making: The stage of a job that makes one.
        is_image: Whether it can be used where an image is; a video gives its last frame.
        has_frames: Whether it has frames to step through, to scrub and to make a GIF of.
        plays: Whether it has a player.
        compares: Whether it can be seen side by side with others.
        has_poster: Whether there is a picture of it to look at.
        has_boxes: Whether it says what is where in an image.
        is_seen: Whether a chat model can look at it and describe it.
    """

    noun: str
    plural: str
    one: str
    several: str
    making: str
    is_image: bool = False
    has_frames: bool = False
    plays: bool = False
    compares: bool = False
    has_poster: bool = False
    has_boxes: bool = False
    is_seen: bool = False


KINDS: Mapping[str, Kind] = {
    "video": Kind(
        "a video",
        "videos",
        "video",
        "videos",
        "Making the video",
        is_image=True,
        has_frames=True,
        plays=True,
        compares=True,
        has_poster=True,
        is_seen=True,
    ),
    "image": Kind(
        "an image",
        "images",
        "image",
        "images",
        "Making the image",
        is_image=True,
        compares=True,
        has_poster=True,
        is_seen=True,
    ),
    "audio": Kind("a sound", "sounds", "sound", "sounds", "Making the sound", plays=True, has_poster=True),
    "boxes": Kind(
        "boxes",
        "boxes",
        "set of boxes",
        "sets of boxes",
        "Finding the boxes",
        has_poster=True,
        has_boxes=True,
        is_seen=True,
    ),
    "other": Kind("a file", "files", "file", "files", "Working"),
}
"""Every kind by the name that a take's file has it under."""

OTHER = KINDS["other"]

_MAKING_TEXT = "Writing the text"


def kind_of(name: str) -> Kind:
    """Return what is known of a kind; one that a later version wrote is any file."""
    return KINDS.get(name, OTHER)


def counted(count: int, name: str) -> str:
    """Return so many of a kind in words, such as ``12 sounds``."""
    kind = kind_of(name)
    return f"{count} {kind.one if count == 1 else kind.several}"


def making(output: str) -> str:
    """Return the stage of a job that makes an output; text is an output, and no kind of file."""
    return _MAKING_TEXT if output == "text" else kind_of(output).making
