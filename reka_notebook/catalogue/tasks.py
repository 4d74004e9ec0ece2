"""Say what the service can be asked for: what each task makes, and whether it starts from an image."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Task(NamedTuple):
    """Describe a task.

    Attributes:
        output: What it makes: video, image, audio or boxes.
        with_image: Whether it is the one for a request that has an image; ``None`` if it is for both.
    """

    output: str
    with_image: bool | None


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "image-to-video": Task("video", True),
        "text-to-video": Task("video", False),
        "text-to-image": Task("image", False),
        "edit": Task("image", True),
        "text-to-speech": Task("audio", None),
        "image-to-bbox": Task("boxes", None),
    }
)
"""The tasks that a person can ask for, by name."""

OUTPUTS = tuple(dict.fromkeys(task.output for task in TASKS.values()))
"""What they make."""

USUAL_OUTPUT = "video"
"""What is made where nothing says what."""


def task_for(output: str, with_image: bool) -> str:
    """Return the task that makes ``output`` from an image, or without one.

    Raises:
        ValueError: If nothing makes that.
    """
    for name, task in TASKS.items():
        if task.output == output and task.with_image in (with_image, None):
            return name
    raise ValueError(f"no task makes {output!r}")
