"""Represent where an image of a request came from."""

import msgspec


class Parent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Represent one take that a request was made from.

    What of the image was sent, is said by the request itself: see `ImageUse.crop`.

    Attributes:
        take: The take's ID.
        role: The slot that its image lay in (``start``, ``end``), or ``video`` and ``sound`` of a take with sound.
        place: Which image of the slot it was, from 0.
        digest: The image's digest, as the request has it; empty where no image was sent.
        file: Which file of the take it was, from 1.
        at: When the frame is shown, in seconds; ``None`` for the last one, and for what is no film.
        last: Whether it is a film's last frame.
    """

    take: str
    role: str
    place: int = 0
    digest: str = ""
    file: int = 1
    at: float | None = None
    last: bool = False

    @property
    def how(self) -> str:
        """Return in words what of the take was used."""
        if self.role == "sound":
            return "Sound"
        what = f"Frame at {self.at:.1f} s" if self.at is not None else "Last frame" if self.last else "Image"
        if self.role == "video":
            return "Video"
        if self.file > 1:
            what = f"Image {self.file}" if what == "Image" else f"{what} of file {self.file}"
        return f"{what}, as end image" if self.role == "end" else what


_BEFORE_OTHERS = {"start": 0, "video": 0, "end": 2, "sound": 3}


def main_parent(parents: "list[Parent] | None") -> Parent | None:
    """Return what a take mainly came from: its start image, or the video that a sound was put under."""
    return min(
        parents or (), key=lambda parent: (_BEFORE_OTHERS.get(parent.role, 1), parent.place), default=None
    )
