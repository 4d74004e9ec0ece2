"""Open a library: its rows, and its media in a folder or in a store that a team shares."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from weakref import WeakValueDictionary

from reka_notebook.library.batches.table import BatchTable
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import private_folder
from reka_notebook.library.jobs import JobTable
from reka_notebook.library.journal import Journal
from reka_notebook.library.leases import Leases
from reka_notebook.library.lineage.lineage import Lineage
from reka_notebook.library.rebuild import open_database
from reka_notebook.library.records import HIGHEST_RATING, LONGEST_NOTE, TakeRecord, Verdict
from reka_notebook.library.spending.spending import Spending
from reka_notebook.library.store.address import bucket_at, read_media
from reka_notebook.library.store.cache import LIMIT, Cache
from reka_notebook.library.store.images import ImageFolder
from reka_notebook.library.store.media_folder import MediaFolder
from reka_notebook.library.store.media_store import MediaStore
from reka_notebook.library.takes import Mark, TakeTable


class Library:
    """Hold all jobs and takes of a person, in one folder that only they can read.

    Args:
        home: The folder.
        media: The address of the store that the media are in, if that is not the folder.
        cache: Bytes that copies of what is in the store may take on this machine.

    Raises:
        LibraryError: If the folder or its database cannot be used.
    """

    _open: ClassVar[WeakValueDictionary[tuple[int, Path], "Library"]] = WeakValueDictionary()
    _opened_here: ClassVar[list["Library"]] = []

    def __init__(self, home: Path, media: str | None = None, cache: int = LIMIT) -> None:
        self.home = private_folder(home)
        bucket = bucket_at(read_media(media)) if media is not None else None

        def media_there() -> MediaFolder:
            return MediaFolder(home) if bucket is None else MediaStore(home, bucket, Cache(home, cache))

        self._database = open_database(home, media_there)
        journal = Journal(home)
        self.jobs = JobTable(self._database, journal)
        self.jobs.replay()
        self._database.replaced = self.jobs.replay
        self.takes = TakeTable(self._database, journal)
        self.spending = Spending(self._database)
        self.leases = Leases(self._database, home)
        self.batches = BatchTable(self._database)
        self.images = ImageFolder(home, bucket)
        self.media = media_there()
        self.lineage = Lineage(self._database, home, self._write_again)
        self._open[os.getpid(), home.absolute()] = self

    @classmethod
    def at(cls, home: Path) -> "Library":
        """Return this process's library for a folder, opening it if it is not open.

        Raises:
            LibraryError: If there is none, or it cannot be used.
        """
        found = cls._open.get((os.getpid(), home))
        if found is None:
            if not (home / "library.sqlite3").exists():
                raise LibraryError(f"The library {home} is not on this machine, or not there any more.")
            found = cls(home)
            cls._opened_here.append(found)
        return found

    @property
    def name(self) -> str:
        """Return what messages call it: where it lies."""
        return str(self.home)

    def take(self, start: str) -> TakeRecord:
        """Return a take by its ID, or by the start of its ID.

        Raises:
            LibraryError: If there is none, or more than one, or its files were removed.
        """
        job = self.jobs.get(start)
        take = self.takes.get(job.id)
        if take is None:
            raise LibraryError(f"Job {job.id} has left no take: it is {job.state}.")
        if take.removed is not None:
            raise LibraryError(f"The files of take {job.id} were removed from the library to make room.")
        return take

    def pin(self, job: str, pinned: bool) -> TakeRecord:
        """Pin or unpin a take, in its row and its sidecar, and return the take as it is now.

        Raises:
            LibraryError: If there is no such take, or its files were removed.
        """
        return self._mark(job, "starred", pinned)

    def rate(self, job: str, rating: int) -> TakeRecord:
        """Rate a take 1 to 3, or 0 to clear the rating, in its row and its sidecar.

        Raises:
            LibraryError: If there is no such take or rating, or its files were removed.
        """
        if rating not in range(HIGHEST_RATING + 1):
            raise LibraryError(f"A take is rated with 0 to {HIGHEST_RATING}, and not with {rating!r}.")
        return self._mark(job, "rating", rating)

    def judge(self, job: str, verdict: Verdict | None) -> TakeRecord:
        """Pick a take or reject it, or take that back with ``None``, in its row and its sidecar.

        Raises:
            LibraryError: If there is no such take, or its files were removed.
        """
        return self._mark(job, "verdict", verdict)

    def annotate(self, job: str, note: str) -> TakeRecord:
        """Write a note on a take, or clear it with an empty one, in its row and its sidecar.

        Raises:
            LibraryError: If there is no such take, its files were removed, or the note is too long.
        """
        if len(note) > LONGEST_NOTE:
            raise LibraryError(f"A note has {LONGEST_NOTE:,} characters at most, and this one {len(note):,}.")
        return self._mark(job, "note", note.strip())

    def remark(self, job: str, remarks: Sequence[str]) -> TakeRecord:
        """Add to the remarks on a take, in its row and its sidecar.

        Raises:
            LibraryError: If there is no such take, or its files were removed.
        """
        return self._written(job, self.takes.remark(job, remarks))

    def _write_again(self, job: str) -> None:
        """Write a take's sidecar once more, with what was found out about it."""
        take = self.takes.get(job)
        if take is not None:
            self.media.write_sidecar(take)

    def _mark(self, job: str, mark: Mark, value: int | str | None) -> TakeRecord:
        return self._written(job, self.takes.mark(job, mark, value))

    def _written(self, job: str, take: TakeRecord | None) -> TakeRecord:
        if take is None:
            raise LibraryError(f"There is no take {job} in the library, or its files were removed.")
        self.media.write_sidecar(take)
        return take

    def close(self) -> None:
        """Release every job and close the files."""
        if self._open.get((os.getpid(), self.home.absolute())) is self:
            del self._open[os.getpid(), self.home.absolute()]
        self.leases.release()
        self._database.close()
