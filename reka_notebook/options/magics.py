"""Name the magics that make something, by what they make. Imports nothing: loading the extension reads it."""

from collections.abc import Mapping

MAGICS: Mapping[str, str] = {
    "reka_video": "video",
    "reka_image": "image",
    "reka_speech": "audio",
    "reka_boxes": "boxes",
}
"""Every magic with what it makes."""

PROMPT = "reka_prompt"
"""The magic that helps with a prompt, and makes nothing."""

ANY = "|".join(MAGICS)
"""Any of their names, for a regular expression."""
