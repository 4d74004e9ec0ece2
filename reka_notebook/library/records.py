"""Represent the rows of the library as frozen values."""

from typing import Any, Literal, TypeAlias

import msgspec

from reka_notebook.library.lineage.parent import Parent
from reka_notebook.library.request import GenerationRequest, Wire

HIGHEST_RATING = 3

LONGEST_NOTE = 2000

Verdict: TypeAlias = Literal["picked", "rejected"]
"""What a person decides about a take: it is the one, or it is out."""


class JobRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Represent what is known of a job. Times are seconds since 1970.

    ``answers`` are the service's. They stay untouched until the take is kept; bytes that are a file by then
    are replaced by its digest. Records that are read for a list leave them out.

    ``owner`` is the process that does the job. ``epoch`` rises with every change of owner, and what an owner
    of an earlier epoch writes is refused. ``account`` is the fingerprint of the API key that the job was
    asked with, or ``None`` if there was no key or an earlier version wrote the row. ``key_refused`` is when
    the service refused that key although it had the request: by then a person may have another key of the
    same account. ``wire`` is how the request is spelt when it is sent, or ``None`` if 0.1.0 wrote the row.

    ``webhook`` is what the service calls when the job has ended. It may hold a secret, and is known as long as
    the job goes on.

    ``parents`` are the takes that its images are of, or ``None`` if that was not looked for yet, because an
    earlier version wrote the row. ``reused`` is the take whose settings were put back into the form to ask for it.

    ``person`` is who asked for it, and empty in a person's own library.

    ``billed``, ``estimated`` and ``reserved`` are dollars. ``billed`` is what the service says it billed,
    ``estimated`` what was expected when the job was written, and ``reserved`` what counts against a budget while
    there is no bill: ``0`` once it is certain that nothing was charged. Each is ``None`` if it is not known.
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
    wire: Wire | None = None
    webhook: str | None = None
    parents: list[Parent] | None = None
    reused: str | None = None
    billed: float | None = None
    estimated: float | None = None
    reserved: float | None = None
    person: str = ""

    @property
    def idempotency_key(self) -> str:
        """Return the key sent with every try at this job's submission, as it is spelt now."""
        return self.request.idempotency_key(self.attempt, self.wire)

    def left(self, now: float) -> float:
        """Return the seconds to the deadline, never more than it ever had, whatever was done to the clock since."""
        return self.deadline - max(now, self.created)


class MediaFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Represent a file of a take. ``name`` is relative to the media folder; sizes are pixels, seconds and bytes.

    ``sha256`` and ``poster_sha256`` are the digests of the file and of its poster; earlier versions wrote none.
    """

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
    sha256: str | None = None
    poster_sha256: str | None = None

    @property
    def without_digests(self) -> "MediaFile":
        """Return what is known of it before it is kept."""
        return msgspec.structs.replace(self, sha256=None, poster_sha256=None)


class TakeRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Represent what a job left.

    ``took`` is the seconds from submission to its end at the service, ``worked`` those from the start of the
    work; both are ``None`` if that was not seen. ``requests`` counts the HTTP requests, files included, and
    is ``None`` if the job was taken over again on the way.

    ``pinned``, ``rating`` (1 to 3, 0 for none), ``verdict`` and ``note`` are what a person thinks of it. A
    sidecar may hold a verdict that this version does not know, and the take is restored from it all the same.
    ``remarks`` say, in sentences, what is odd about its files, or not as it was asked: a sound that is longer
    than the picture, why a file cannot be shown, a film of 5 s in place of 8.

    ``removed`` is when its files were removed to make room. The record stays, so that the same request is not
    taken for a new one and paid for a second time.

    ``shown_again`` counts how many times it has answered a request later, without a charge.
    """

    job: JobRecord
    files: list[MediaFile]
    kept: float
    took: float | None = None
    worked: float | None = None
    requests: int | None = None
    pinned: bool = False
    rating: int = 0
    verdict: str | None = None
    note: str = ""
    remarks: list[str] = []
    removed: float | None = None
    shown_again: int = 0

    @property
    def id(self) -> str:
        """Return the take's ID, which is its job's."""
        return self.job.id

    @property
    def kind(self) -> str | None:
        """Return what its first file is."""
        if not self.files:
            return None
        return first_kind(self.files[0].kind, self.files[0].media_type, self.job.request.endpoint)

    @property
    def words(self) -> str:
        """Return what words are searched in."""
        return searched(self.job.request.prompt)


def searched(text: str) -> str:
    """Return a text as it is searched, and searched for: SQLite and PostgreSQL do not fold case alike."""
    return text.casefold()


def first_kind(kind: str, media_type: str, endpoint: str) -> str:
    """Return what a take's first file is; versions before 0.3 kept boxes as any other file."""
    if kind == "other" and media_type == "application/json" and endpoint.endswith("/image-to-bbox"):
        return "boxes"
    return kind
