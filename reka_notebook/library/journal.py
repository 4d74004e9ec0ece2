"""Keep a second copy of every job that can still go on, one small file each, to restore a lost row from."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from reka_notebook.library.folder import private_folder, write_whole
from reka_notebook.library.records import JobRecord


class Journal:
    """Keep what has been asked for and is not over; a finished take has its sidecar instead."""

    def __init__(self, home: Path) -> None:
        self._folder = private_folder(home / "pending")

    def write(self, record: JobRecord) -> None:
        """Write a job down; a later copy replaces the earlier one."""
        write_whole(self._path(record.id), msgspec.json.encode(record))

    def begin(self, record: JobRecord) -> None:
        """Write a new job down whose row is not committed yet; `confirm` makes that a copy to restore from.

        A process that dies in between has sent nothing. Restored, its job would be sent without having been
        held to the budget.
        """
        write_whole(self._begun(record.id), msgspec.json.encode(record))

    def confirm(self, job: str) -> None:
        """Count a job as written, because its row is committed. Without its copy a job is no worse off."""
        with suppress(OSError):
            self._begun(job).replace(self._path(job))

    def begun(self) -> list[str]:
        """Return the jobs that were begun and not confirmed."""
        return [path.stem for path in self._folder.glob("*.new")]

    def remove(self, job: str) -> None:
        """Remove a job that is over. A copy that the system holds on to does no harm: the row comes first."""
        for path in (self._path(job), self._begun(job)):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def records(self) -> Iterator[JobRecord]:
        """Return every job that can be read."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=JobRecord)
            except (OSError, msgspec.DecodeError):
                continue

    def _path(self, job: str) -> Path:
        return self._folder / f"{job}.json"

    def _begun(self, job: str) -> Path:
        return self._folder / f"{job}.new"
