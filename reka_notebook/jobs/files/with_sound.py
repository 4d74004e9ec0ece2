"""Make a take of a video and a sound: a new one in the library, without a request and without a charge."""

import hashlib
import math
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.files.described import described
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.kinds import kind_of
from reka_notebook.library import GenerationRequest, JobRecord, Library, LibraryError, TakeRecord
from reka_notebook.library.folder import create_private, disk_in_words
from reka_notebook.library.states import State
from reka_notebook.library.store.names import slug
from reka_notebook.media.sounds.under import LOUDEST, OWN, ending_of, put_under
from reka_notebook.scalars import scalar
from reka_notebook.text import did_you_mean

ENDPOINT = "here/with-sound"
"""The name of what makes it. No service has it, and none is asked."""

SERVICE = "here"
"""Stands where the address of a service does: whoever asks for the jobs of one finds none of these."""


_made_here = Listeners[TakeRecord]("takes made on this machine")


def subscribe(listener: Callable[[TakeRecord], object]) -> Callable[[], None]:
    """Call ``listener(take)`` for every take that this process makes here, and return a function that ends this."""
    return _made_here.add(listener)


def _renew() -> None:
    """Forget all listeners: this is a child process, and those who listen are in its parent."""
    global _made_here
    _made_here = Listeners[TakeRecord]("takes made on this machine")


renew_in_child(_renew)

TAKE_MARK = "take:"
"""What names a take in the request."""


DIGITS = 16
"""Of a sound's digest, that name it in the request."""


class Sound(NamedTuple):
    """Hold a sound that is to be put under a video.

    Attributes:
        path: Where it lies.
        name: What the request calls it: ``take:ID``, or ``sha256:…`` of its bytes.
    """

    path: Path
    name: str


def with_sound(
    library: Library, video: TakeRecord, sound: object, *, at: object, level: object, own: object
) -> TakeRecord:
    """Return the take of a video with a sound under it: the kept one, or a new one.

    Args:
        library: Where the video is, and where the new take goes.
        video: The video.
        sound: The take of a sound or of a video with one, a path, or bytes.
        at: When it begins, in seconds from the video's beginning.
        level: How loud it is, 1 for as it is.
        own: ``keep``, ``lower`` or ``replace`` the video's own sound.

    Raises:
        RekaError: One of them is not what it should be.
        MediaError: One of the files cannot be used.
    """
    film = _film(library, video)
    settings = _settings(video, at, level, own)
    with _found(library, sound) as heard:
        named = {"video": f"{TAKE_MARK}{video.id}", "sound": heard.name}
        request = GenerationRequest(
            endpoint=ENDPOINT,
            input={"prompt": video.job.request.prompt, **named, **settings},
        )
        job = request.content_key[:10]
        kept = library.takes.get(job)
        if kept is not None and kept.removed is None and library.media.has(kept.files[0]):
            return kept
        return _made(library, video, film, heard, request, job)


def _film(library: Library, video: TakeRecord) -> Path:
    file = video.files[0]
    kind = kind_of(file.kind)
    if not kind.has_frames:
        raise RekaError(f"Take {video.id} is {kind.noun}. A sound can be put under a video only.")
    path = library.media.local(file)
    if video.removed is not None or not path.exists():
        raise RekaError(f"The files of take {video.id} are not in the library any more.")
    return path


def _settings(video: TakeRecord, at: object, level: object, own: object) -> dict[str, Any]:
    begins = _number(at)
    if begins is None or begins < 0:
        raise RekaError(
            f"at is when the sound begins, in seconds from the video's beginning, 0 or more; not {at!r}."
        )
    length = video.files[0].duration
    if length is not None and begins >= length:
        raise RekaError(f"The video ends at {length:.1f} s, and the sound would begin at {begins:g} s.")
    loud = _number(level)
    if loud is None or not 0 < loud <= LOUDEST:
        raise RekaError(
            f"level is how loud the sound is, 1 as it is and {LOUDEST:g} at most, more than 0; not {level!r}."
        )
    if own not in OWN:
        hint = did_you_mean(str(own), OWN, otherwise="Choose keep, lower or replace.")
        raise RekaError(f"There is no own={own!r}. {hint}")
    return {"at": round(begins, 3), "level": round(loud, 3), "own": own}


def _number(value: object) -> float | None:
    number = scalar(value)
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        return None
    return float(number)


def sound_take(library: Library, written: str) -> TakeRecord | None:
    """Return the take that a word names which may as well be a file; ``None`` if it is a file, or no take.

    Raises:
        RekaError: It is written as a take, and there is none.
    """
    if written.startswith(TAKE_MARK):
        return library.take(written.removeprefix(TAKE_MARK))
    if Path(written).expanduser().exists():
        return None
    try:
        return library.take(written)
    except RekaError:
        return None


@contextmanager
def _found(library: Library, sound: object) -> Iterator[Sound]:
    """Yield where a sound lies; bytes lie in a file of their own meanwhile."""
    if isinstance(sound, str) and sound.startswith(TAKE_MARK):
        sound = library.take(sound.removeprefix(TAKE_MARK))
    if isinstance(sound, TakeRecord):
        yield _of_take(library, sound)
    elif isinstance(sound, str | os.PathLike):
        path = Path(os.fspath(sound)).expanduser()
        if not path.is_file():
            raise media.MediaError(f"There is no file {str(sound)!r}.")
        _check(path, path.name)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield Sound(path, f"sha256:{digest[:DIGITS]}")
    elif isinstance(sound, bytes | bytearray | memoryview):
        data = bytes(sound)
        path = library.media.scratch(f"sound-{secrets.token_hex(5)}")
        try:
            with disk_in_words(path):
                create_private(path)
                path.write_bytes(data)
            _check(path, "The sound")
            yield Sound(path, f"sha256:{hashlib.sha256(data).hexdigest()[:DIGITS]}")
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    else:
        what = "None" if sound is None else f"a {type(sound).__name__}"
        raise RekaError(f"A sound is a take, a path or bytes, and this is {what}.")


def _of_take(library: Library, take: TakeRecord) -> Sound:
    file = next((one for one in take.files if one.has_audio), None)
    if file is None:
        kind = kind_of(take.files[0].kind)
        without = "a video without a sound" if kind.has_frames else kind.noun
        raise RekaError(f"Take {take.id} is {without}. To be put under a video, a take needs a sound.")
    path = library.media.local(file)
    if take.removed is not None or not path.exists():
        raise RekaError(f"The files of take {take.id} are not in the library any more.")
    return Sound(path, f"{TAKE_MARK}{take.id}")


def _check(path: Path, name: str) -> None:
    """Check that a file has a sound.

    Raises:
        MediaError: It has none, or is damaged.
    """
    try:
        info = media.probe(path, lenient=True)
    except media.MediaError as error:
        raise media.MediaError(str(error).replace(path.name, name)) from None
    if not info.has_audio:
        what = "a video without a sound" if kind_of(info.kind).has_frames else kind_of(info.kind).noun
        raise media.MediaError(f"{name} is {what}. To be put under a video, a file needs a sound.")


def _made(
    library: Library, video: TakeRecord, film: Path, heard: Sound, request: GenerationRequest, job: str
) -> TakeRecord:
    """Make the take: its file first, whole and in its place, its sidecar, and then its row."""
    now = library.now()
    part = library.media.scratch(f"{job}-{secrets.token_hex(5)}")
    given = request.input
    try:
        with disk_in_words(part):
            create_private(part)
            remarks = put_under(
                film, heard.path, part, at=given["at"], level=given["level"], own=given["own"]
            )
        info, poster = media.examine(part, lenient=True)
        known = library.takes.get(job)
        created = known.job.created if known is not None else now
        name = library.media.name(job, created, f"{slug(request.prompt, 5)} with sound", 0, ending_of(film))
        file = described(name, info, poster)
        if file.poster and poster:
            library.media.write(file.poster, poster)
        library.media.move_in(part, name)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    record = JobRecord(
        id=job,
        service=SERVICE,
        request=request,
        state=str(State.KEPT),
        created=created,
        ended=now,
        notebook=video.job.notebook,
        billed=0.0,
    )
    take = TakeRecord(job=record, files=[file], kept=now, requests=0, remarks=[*remarks, *info.remarks])
    if known is not None:
        take = structs.replace(take, rating=known.rating, note=known.note)
    take = library.media.publish(take)
    library.media.write_sidecar(take)
    take = library.takes.add_made_here(take)
    with suppress(LibraryError):  # the take is kept
        library.media.settle(take)
    _made_here.tell(take)
    return take
