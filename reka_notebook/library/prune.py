"""Make room: decide which takes and left-over files may go, and remove them.

A removed take leaves its row and its sidecar behind, marked as removed. Without them the same request would
look like a new one, and be paid for again.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.library import Library
from reka_notebook.library.records import TakeRecord
from reka_notebook.library.states import FINAL, State
from reka_notebook.library.store.errors import StoreError
from reka_notebook.library.store.media_folder import files_of, stored_of

LEFT_ALONE = 86_400.0
"""Seconds for which a file that nothing refers to is left alone: a request may be about to."""


@dataclass(frozen=True)
class Prunable:
    """Hold what may go: takes, ``leftovers`` that serve no take and no job any more, and the ``bytes`` of all.

    ``stored`` are left-over files in a team's store, by what they are called there.
    """

    takes: list[TakeRecord]
    leftovers: list[Path]
    bytes: int
    stored: list[str]


@dataclass(frozen=True)
class Pruned:
    """Hold what went; ``stuck`` are files that the system would not release, and will be left over next time.

    Of a file in a team's store it is the address.
    """

    takes: list[TakeRecord]
    files: int
    bytes: int
    stuck: list[Path | str]


def prunable(
    library: Library, *, older_than: float | None = None, keep: int | None = None, rejected: bool = False
) -> Prunable:
    """Return what may be removed: never a pinned or picked take, and nothing of a job that is not over.

    In a team's library, others' takes stay, unless an administrator asks.

    Args:
        older_than: Include takes kept for longer than this many seconds.
        keep: Include takes beyond this many of the newest, among those that may be removed by who asks.
        rejected: Include rejected takes alone. What is given of these three must hold together; without any,
            all takes stay.
    """
    every = older_than is None and keep is None and not rejected
    takes = [] if every else [take for take in library.takes.find() if library.may_remove(take)][keep or 0 :]
    latest = library.now() - (older_than or 0.0)
    takes = [take for take in takes if not take.pinned and take.verdict != "picked" and take.kept <= latest]
    takes = [take for take in takes if take.verdict == "rejected" or not rejected]
    leftovers = _leftovers(library)
    ids = {take.id for take in takes}
    files = _leftovers(library, ids)
    before, after = _stored(library, (), ids)
    size = sum(_size(path) for path in files) + sum(after.values())
    return Prunable(takes, leftovers, size, sorted(before))


def remove(library: Library, takes: Sequence[TakeRecord]) -> Pruned:
    """Remove these takes and what is left over; a take that was pinned or picked meanwhile stays.

    Raises:
        LibraryError: If one of them is another person's; nothing is removed then.
        LibraryError: If the database or a sidecar cannot be written; nothing is gone that is not marked.
    """
    foreign = next((take for take in takes if not library.may_remove(take)), None)
    if foreign is not None:
        raise LibraryError(
            f"Take {foreign.id} belongs to {foreign.job.person}. Only they, or an administrator of {library.name}, can "
            "remove it. Nothing was removed."
        )
    removal = _Removal()
    removal.unlink(_leftovers(library))  # first, because a full disk may have no room for a mark
    for take in takes:
        marked = library.takes.remove(take.id, library.now())
        if marked is not None:
            removal.takes.append(marked)
    removal.unlink(_leftovers(library))
    (stored,) = _stored(library, ())
    removal.delete(library, stored)
    for take in removal.takes:
        library.media.write_sidecar(take)
    return Pruned(removal.takes, removal.files, removal.bytes, removal.stuck)


class _Removal:
    """Count what goes."""

    def __init__(self) -> None:
        self.takes: list[TakeRecord] = []
        self.stuck: list[Path | str] = []
        self.files = self.bytes = 0

    def unlink(self, paths: Collection[Path]) -> None:
        for path in paths:
            size = _size(path)
            try:
                path.unlink()
            except FileNotFoundError:
                continue
            except OSError:
                self.stuck += [path] if path not in self.stuck else []
            else:
                self.files, self.bytes = self.files + 1, self.bytes + size

    def delete(self, library: Library, stored: Mapping[str, int]) -> None:
        """Delete files from a team's store."""
        for name, size in stored.items():
            try:
                library.media.delete(name)
            except StoreError:
                self.stuck.append(f"{library.media.address}: {name}")
            else:
                self.files, self.bytes = self.files + 1, self.bytes + size


def _stored(library: Library, *gone: Collection[str]) -> list[dict[str, int]]:
    """Return the files in a team's store that nothing refers to any more, with their sizes, for each ``gone``.

    What the database knows nothing of stays: it may be another library's.
    """
    wanted = [{name for take in _going(library, ids) for name in stored_of(take)} for ids in gone]
    there = library.media.stored() if any(wanted) else {}
    abandoned = library.media.abandoned()
    return [{name: there[name] for name in sorted(names & there.keys())} | abandoned for names in wanted]


def _leftovers(library: Library, gone: Collection[str] = ()) -> list[Path]:
    """Return the files that nothing refers to any more once the takes in ``gone`` are removed."""
    found = {*_media(library, gone), *_parts(library), *_images(library, gone)}
    return sorted(path for path in found if path.is_file())


def _media(library: Library, gone: Collection[str]) -> Iterator[Path]:
    """Return the files of removed takes. A file of no take stays: it may be all that is left of one."""
    for take in _going(library, gone):
        for name in files_of(take):
            with suppress(StoreError):  # a name that leads nowhere
                path = library.media.own(name)
                if path is not None:
                    yield path


def _going(library: Library, gone: Collection[str]) -> list[TakeRecord]:
    """Return the takes that were removed, and those that are going to be."""
    return [*library.takes.removed(), *(take for take in library.takes.find() if take.id in gone)]


def _parts(library: Library) -> Iterator[Path]:
    states = {job.id: job.state for job in library.jobs.all()}
    for path in library.media.parts():
        state = states.get(path.name.partition("-")[0])
        if state in FINAL or (state is None and _is_old(path)):
            yield path
    for path, job in library.media.waiting().items():
        if job is not None and states.get(job) == State.KEPT:  # another machine has uploaded the files
            yield path


def _images(library: Library, gone: Collection[str]) -> Iterator[Path]:
    gone = {*gone, *(take.id for take in library.takes.removed())}
    # A job that failed or was cancelled does without: running it again brings its images along.
    needing = [
        job
        for job in library.jobs.all()
        if job.id not in gone and job.state not in (State.FAILED, State.CANCELLED)
    ]
    needed = {
        use.digest.partition(":")[2]
        for job in needing
        for uses in job.request.images.values()
        for use in uses
    }
    needed |= {digest.partition(":")[2] for digest in library.batches.images_needed()}
    for path in library.images.files():
        if path.name not in needed and _is_old(path):
            yield path


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - LEFT_ALONE
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
