"""Open a library: its rows, and its media in a folder or in a store that a team shares."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakValueDictionary

from reka_notebook.library.batches.table import BatchTable
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import private_folder
from reka_notebook.library.jobs import JobTable
from reka_notebook.library.journal import Journal
from reka_notebook.library.judgements import JudgementTable
from reka_notebook.library.leases import Leases
from reka_notebook.library.lineage.lineage import Lineage
from reka_notebook.library.measures import MeasureTable
from reka_notebook.library.rebuild import open_database
from reka_notebook.library.records import HIGHEST_RATING, LONGEST_NOTE, JobRecord, TakeRecord, Verdict
from reka_notebook.library.rows.database import Database
from reka_notebook.library.spending.spending import Spending
from reka_notebook.library.store.address import bucket_at, read_media
from reka_notebook.library.store.cache import LIMIT, Cache
from reka_notebook.library.store.images import ImageFolder
from reka_notebook.library.store.media_folder import MediaFolder
from reka_notebook.library.store.media_store import MediaStore
from reka_notebook.library.takes import Mark, TakeTable
from reka_notebook.library.team.collections import CollectionTable
from reka_notebook.library.team.name import name_of
from reka_notebook.library.team.opening import open_server, role_of
from reka_notebook.library.team.place import read_place, write_place

if TYPE_CHECKING:
    from reka_notebook.library.rows.address import DatabaseAddress
    from reka_notebook.library.team.changes import Changes
    from reka_notebook.library.team.rates import TeamRates


class Library:
    """Hold all jobs and takes of a person, in one folder that only they can read.

    Args:
        home: The folder, of a person or of what this machine has of a team's library.
        media: The address of the store that the media are in, if that is not the folder.
        cache: Bytes that copies of what is in the store may take on this machine.
        database: Where the rows are, if that is not a file in the folder.
        person: Who asks, in a team's library; the database's role, if that is not said.

    Attributes:
        changes: What others change in a team's library, as it happens; ``None`` for a person's own library.

    Raises:
        LibraryError: If the folder or its database cannot be used.
    """

    _open: ClassVar[WeakValueDictionary[tuple[int, Path], "Library"]] = WeakValueDictionary()
    _opened_here: ClassVar[list["Library"]] = []

    def __init__(
        self,
        home: Path,
        media: str | None = None,
        cache: int = LIMIT,
        *,
        database: "DatabaseAddress | None" = None,
        person: str | None = None,
    ) -> None:
        self.home = private_folder(home)
        if database is None and media is None:
            # Or what is there would seem to be gone, and be paid for again, where a variable is not set.
            media = read_place(home)[1]
        bucket = bucket_at(read_media(media)) if media is not None else None

        def media_there() -> MediaFolder:
            return MediaFolder(home) if bucket is None else MediaStore(home, bucket, Cache(home, cache))

        self._address = database
        self.changes: Changes | None = None
        if database is None:
            self._database: Database = open_database(home, media_there)
            self.person = ""
            self.leases = Leases(self._database, home)
        else:
            self._database = server = open_server(database)
            # Here, because what these need is not even installed where nobody has a team's library.
            from reka_notebook.library.team import changes, leases

            self.person = person or role_of(server)
            self.leases = leases.TeamLeases(server, home)
            self.changes = changes.Changes(server)
        journal = Journal(home)
        self.jobs = JobTable(self._database, journal, self.person)
        self.jobs.replay()
        self._database.replaced = self.jobs.replay
        self.takes = TakeTable(self._database, journal, self.person)
        self.measures = MeasureTable(self._database)
        self.judgements = JudgementTable(self._database, self.person)
        self.collections = CollectionTable(self._database, self.person)
        self.spending = Spending(self._database)
        self.batches = BatchTable(self._database, self.person)
        self.images = ImageFolder(home, bucket)
        self.media = media_there()
        self.lineage = Lineage(self._database, home, self._write_again, self.person)
        write_place(home, database, media, person)
        self._open[os.getpid(), home.absolute()] = self

    @classmethod
    def at(cls, home: Path) -> "Library":
        """Return this process's library for a folder, opening it if it is not open.

        Raises:
            LibraryError: If there is none, or it cannot be used.
        """
        found = cls._open.get((os.getpid(), home))
        if found is None:
            database, media, person = read_place(home)
            if database is None and not (home / "library.sqlite3").exists():
                raise LibraryError(f"The library {home} is not on this machine, or not there any more.")
            found = cls(home, media, database=database, person=person)
            cls._opened_here.append(found)
        return found

    @property
    def name(self) -> str:
        """Return what messages call it: where it is."""
        return str(self.home) if self._address is None else name_of(self._address)

    @cached_property
    def rates(self) -> "TeamRates | None":
        """Return the budget of requests that a team's machines share; ``None`` for a person's own library."""
        if self._address is None:
            return None
        from reka_notebook.library.team.rates import TeamRates  # here: of a team's library alone

        return TeamRates(self.home, self._database, self.person)

    def now(self) -> float:
        """Return the time that rows are written with: by the clock of the database, which all machines go by."""
        return self._database.now()

    def here(self, seconds: float) -> float:
        """Return a time of a row by this machine's clock, which may be wrong, to count on from it here."""
        return seconds - self._database.ahead()

    @property
    def database(self) -> Database:
        """Return what its rows are in."""
        return self._database

    @cached_property
    def is_administrator(self) -> bool:
        """Return whether what is another's may be ended here: in one's own library, or by who owns the tables."""
        if self._address is None:
            return True
        from reka_notebook.library.team.rights import is_administrator  # here: of a team's library alone

        return is_administrator(self._database)

    def whose(self, *, mine: bool, person: str | None) -> str | None:
        """Return whose takes are meant; ``None`` for everybody's.

        Raises:
            LibraryError: If both are given.
        """
        if mine and person is not None:
            raise LibraryError("Takes are yours (mine) or a person's; say one of the two.")
        return self.person if mine else person

    def may_remove(self, take: TakeRecord) -> bool:
        """Return whether this person may remove a take's files."""
        return self.may_cancel(take.job)

    def may_cancel(self, job: JobRecord) -> bool:
        """Return whether this person may end a job before it has left a take."""
        return job.person == self.person or self.is_administrator

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
        take = self.takes.mark(job, mark, value)
        if take is not None and take.job.person != self.person:
            return take  # its sidecar has room for what its own person thinks alone
        return self._written(job, take)

    def _written(self, job: str, take: TakeRecord | None) -> TakeRecord:
        if take is None:
            raise LibraryError(f"There is no take {job} in the library, or its files were removed.")
        self.media.write_sidecar(take)
        return take

    def close(self) -> None:
        """Release every job and close the files."""
        if self._open.get((os.getpid(), self.home.absolute())) is self:
            del self._open[os.getpid(), self.home.absolute()]
        if self.changes is not None:
            self.changes.close()
        if (rates := self.__dict__.get("rates")) is not None:  # where it was asked for
            rates.close()
        self.leases.release()
        self._database.close()
