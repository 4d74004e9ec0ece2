"""Rows of the library, as frozen values."""

from typing import Any

import msgspec

from reka_notebook.library.request import GenerationRequest

OVER = ("kept", "failed", "cancelled")
"""States in which a job stays. ``expired`` is none of them: such a job can be resumed."""

HIGHEST_RATING = 3

LONGEST_NOTE = 2000


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a job. Times are seconds since 1970.

    ``answers`` are the service's. They are untouched until the take is kept: bytes that are a file by then are named by
    their digest. In records that are read for a list they are left out.

    ``owner`` is the process that does it; ``epoch`` rises with every change of owner, and what an owner of an earlier
    epoch writes is refused. ``account`` is the fingerprint of the API key that it was asked with; ``None`` where there
    was no key, or an earlier version wrote the row. ``key_refused`` is when the service refused that key while it had
    the request: a person has another key by then, perhaps, of the same account.
    """

    id: str
    service: str
    request: GenerationRequest
    attempt: int = 1
    state: str = "prepared"
    request_id: str | None = None
    answers: dict[str, Any] = {}
    error: str | None = None
    created: float = 0.0
    submitted: float | None = None
    deadline: float = 0.0
    cancel_wanted: float | None = None
    cancel_asked: float | None = None
    ended: float | None = None
    owner: str | None = None
    epoch: int = 0
    notebook: str | None = None
    account: str | None = None
    key_refused: float | None = None

    @property
    def idempotency_key(self) -> str:
        """The key sent with every attempt at this job's submission."""
        return self.request.idempotency_key(self.attempt)

    def left(self, now: float) -> float:
        """Return the seconds to the deadline: not more than it ever had, whatever was done to the clock since."""
        return self.deadline - max(now, self.created)


class MediaFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a take. ``name`` is relative to the media folder; sizes in pixels, seconds and bytes."""

    name: str
    kind: str
    media_type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    fps: float | None = None
    has_audio: bool = False
    poster: str | None = None


class TakeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a job left. ``took`` is the seconds from submission to its end at the service, ``worked`` those from the
    start of the work; ``None`` where that was not seen. ``requests``: how many HTTP requests it took, files
    included; ``None`` where it was taken up again on the way.

    ``pinned``, ``rating`` (1 to 3, 0 for none) and ``note`` are what a person thinks of it. ``remarks`` say what is
    odd about its files, as sentences: a sound that is longer than the picture, or why a file cannot be shown.

    ``removed`` is when its files were removed to make room. The record stays, so that the same request again is not
    taken for a new one and paid for a second time.
    """

    job: JobRecord
    files: list[MediaFile]
    kept: float
    took: float | None = None
    worked: float | None = None
    requests: int | None = None
    pinned: bool = False
    rating: int = 0
    note: str = ""
    remarks: list[str] = []
    removed: float | None = None

    @property
    def id(self) -> str:
        """A take has its job's name."""
        return self.job.id
