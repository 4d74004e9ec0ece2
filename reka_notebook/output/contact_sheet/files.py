"""Say where a page's media lie: in the page itself, where they are in the library, or in a folder beside the page."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from reka_notebook.jobs import Take, TakeFile
from reka_notebook.kinds import kind_of
from reka_notebook.library import LibraryError
from reka_notebook.output.embed import size_of
from reka_notebook.output.player import data_uri
from reka_notebook.text import file_size

EMBEDDED = 24 * 2**20
"""Bytes of all files together up to which they are in the page, which then plays wherever it is."""


ALONE = 100 * 10**6
"""The same for a page that is downloaded: whatever is not in it is nowhere."""


class SheetFiles:
    """Return the address of each file on a page.

    Args:
        page: Where the page will be; ``None`` if it goes somewhere by itself.
        copy: Whether files that are not in the page are copied into a folder beside it, so that the two can be moved
            together. From a team's store they are fetched for that alone.
    """

    def __init__(self, page: Path | None, takes: Sequence[Take], *, copy: bool = False) -> None:
        self._page = (page or Path("sheet.html")).absolute()
        self._size = size_of(takes)
        self._alone = page is None
        self._embed = self._size <= (ALONE if self._alone else EMBEDDED)
        self._copy = copy and not self._embed
        self._posters_alone = not (self._embed or copy) and (
            self._alone or any(take.in_store for take in takes)
        )
        self.folder = self._page.with_name(f"{self._page.stem}-files")

    @property
    def whole(self) -> bool:
        """Return whether all media are in the page."""
        return self._embed

    @property
    def words(self) -> str:
        """Return where the media are, for a person who moves the page."""
        if self._embed:
            return "All media are in this page."
        if self._copy:
            return f"The media are in {self.folder.name}/ next to this page; keep them together."
        if self._alone:
            return f"The media are {file_size(self._size)}, too much for one page, so it has only pictures."
        if self._posters_alone:
            return (
                "The media are in the team's store, so this page has only pictures; --copy fetches the media."
            )
        return "The media stay in the library on this machine; the page plays there."

    def address(self, file: TakeFile) -> str:
        """Return a file's address; empty if no browser shows it, or it is gone.

        Raises:
            OSError: If it cannot be copied.
        """
        kind = kind_of(file.kind)
        if not (kind.is_image or kind.plays) or self._posters_alone:
            return ""
        with suppress(LibraryError):  # the store cannot be reached
            return self._address(file) if file.path.is_file() else ""
        return ""

    def _address(self, file: TakeFile) -> str:
        if self._embed:
            return data_uri(file.path, file.facts.media_type)
        if self._copy:
            return f"{quote(self.folder.name)}/{quote(self._copied(file).name)}"
        try:
            return quote(Path(os.path.relpath(file.path, self._page.parent)).as_posix())
        except ValueError:  # on another drive of Windows
            return file.path.absolute().as_uri()

    def _copied(self, file: TakeFile) -> Path:
        """Copy a file beside the page, whole or not at all, and return the copy."""
        self.folder.mkdir(exist_ok=True)
        copy = self.folder / file.file_name
        if not copy.exists() or copy.stat().st_size != file.facts.bytes:
            part = self.folder / f".{file.file_name}.{os.getpid()}.part"
            try:
                shutil.copyfile(file.path, part)
                part.replace(copy)
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
        return copy
