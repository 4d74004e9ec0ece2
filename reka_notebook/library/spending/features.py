"""Say what a request's price may depend on: seconds, files, and the settings it was asked with."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reka_notebook.catalogue import Endpoint
from reka_notebook.library.records import MediaFile
from reka_notebook.library.request import GenerationRequest

SECONDS = ("duration", "duration_seconds", "seconds", "video_length", "length")
"""Names of the field with the seconds that are asked for."""

FILES = ("num_images", "n", "num_videos", "num_outputs", "num_samples")
"""Names of the field with the number of files that are asked for."""

_NO_MATTER = frozenset({"prompt", "text", "negative_prompt", "seed", "cfg_scale", "guidance_scale", "voice"})
"""Names of fields that no price follows."""

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:s|sec|seconds?)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Features:
    """Hold what the price of one request may depend on.

    Attributes:
        seconds: Of each file; ``None`` if that is not known.
        files: How many are asked for.
        settings: Everything else that was asked for, as text.
    """

    seconds: float | None = None
    files: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Return a hash of everything, the settings in whatever order they were written."""
        return hash((self.seconds, self.files, frozenset(self.settings.items())))


def features_of(
    request: GenerationRequest, endpoint: Endpoint | None, made: Sequence[MediaFile] = ()
) -> Features:
    """Return what the price of a request may depend on.

    Args:
        request: What is asked, or was.
        endpoint: Knows the defaults of what is not said.
        made: The files that came of it, which tell the seconds where the request does not.
    """
    defaults = {name: schema.get("default") for name, schema in endpoint.options.items()} if endpoint else {}
    asked: dict[str, Any] = {name: value for name, value in defaults.items() if value is not None}
    asked |= request.input
    lasted = [file.duration for file in made if file.duration]
    seconds = next((found for name in SECONDS if (found := number_in(asked.get(name)))), None)
    files = next((found for name in FILES if (found := number_in(asked.get(name)))), 1)
    left_out = {*SECONDS, *FILES, *_NO_MATTER}
    return Features(
        seconds=seconds or (statistics.median(lasted) if lasted else None),
        files=max(1, round(files)),
        settings={name: str(value) for name, value in asked.items() if name not in left_out},
    )


def number_in(value: object) -> float | None:
    """Return the number that a field holds, as in ``5``, ``"5"`` and ``"5s"``; ``None`` if it holds none."""
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value)
        return float(found[1]) if found and len(value) < 20 else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e6 else None
