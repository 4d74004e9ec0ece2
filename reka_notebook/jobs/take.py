"""Hold in Python what a job left: a take."""

import copy
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reka_notebook import media
from reka_notebook.api.address import is_loopback
from reka_notebook.display import Displayed, formatters
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.boxes import BOXES_TASK, JSON_TYPE, boxes_in
from reka_notebook.jobs.files.copies import created, target_for
from reka_notebook.jobs.files.with_sound import with_sound
from reka_notebook.jobs.measuring.asked import measure_now
from reka_notebook.jobs.recipes import (
    Saved,
    credentials_words,
    lost_words,
    recipe_text,
    save_file,
    with_recipe,
)
from reka_notebook.kinds import OTHER, kind_of
from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeRecord
from reka_notebook.library.lineage.known import note_image
from reka_notebook.library.store.names import media_path
from reka_notebook.media.images import pixels
from reka_notebook.media.measures import Measures

if TYPE_CHECKING:
    from PIL.Image import Image

    from reka_notebook.library.takes import TeamRating


TAKE_MARK = "take:"
"""How a picture of a take is named where an image is.

``take:ID`` is its last frame, ``take:ID@1.5`` that at 1.5 s, ``take:ID#2`` the second of several images.
"""

_NAMED = re.compile(r"(?P<start>[^@#]*)(?:#(?P<number>[^@#]*))?(?:@(?P<at>[^@#]*))?")


def frame_of(take: "Take | TakeFile", at: float | None = None) -> media.SourceImage:
    """Return the frame that a take shows at a time, or its last one, called by the take's name.

    Raises:
        MediaError: It is a sound or another file that is no image.
    """
    file = take.files[0] if isinstance(take, Take) else take
    stem = file.path.stem if isinstance(take, TakeFile) else Path(take.file_name).stem
    kind = kind_of(file.kind)
    if not kind.is_image and kind is not OTHER:
        raise media.MediaError(
            f"Take {file.take.id} is {kind.noun}, and can't be used as an image. {_INSTEAD[file.kind]}"
        )
    film = kind.has_frames
    if not film or at is None:
        picture = media.last_frame(file.path, lenient=True)
        source = media.load(picture, name=f"{'last frame of ' if film else ''}{stem}.png")
    else:
        source = media.load(media.frame_at(file.path, at, lenient=True), name=f"{stem} at {at:.1f} s.png")
    last = film and at is None
    note_image(source.digest, file.take.id, file=file.number, at=at if film else None, last=last)
    return source


def _noted(
    picture: "Image", take: "Take", file: int = 1, *, at: float | None = None, last: bool = False
) -> "Image":
    """Return a picture of a take, which a request is known by that is made from it."""
    with suppress(media.MediaError):
        note_image(pixels.digest(pixels.picture(picture)[1]), take.id, file=file, at=at, last=last)
    return picture


_INSTEAD = {
    "boxes": "Use the image that they were found in.",
    "audio": "To put it under a video: video.with_sound(take).",
}


def frame_named(text: str, library: Library) -> media.SourceImage:
    """Return the frame that ``take:…`` names.

    Raises:
        RekaError: There is no such take, or no time is written so.
    """
    found = _NAMED.fullmatch(text.removeprefix(TAKE_MARK))
    start = found["start"] if found else text.removeprefix(TAKE_MARK)
    try:
        at = float(found["at"]) if found and found["at"] is not None else None
    except ValueError:
        at = -1.0
    if found is None or (at is not None and not 0 <= at < float("inf")):
        raise RekaError(f"take:ID@SECONDS is a frame of a take, as in take:{start}@1.5, and not {text!r}.")
    take = Take(library.take(start), library)
    if found["number"] is None:
        return frame_of(take, at)
    number, files = found["number"], take.files
    if not number.isdecimal() or not 1 <= int(number) <= len(files):
        holds = (
            "one file"
            if len(files) == 1
            else f"{len(files)} files: take:{start}#1 to take:{start}#{len(files)}"
        )
        raise RekaError(f"Take {take.id} has {holds}; there is no {text!r}.")
    return frame_of(files[int(number) - 1], at)


@dataclass(frozen=True)
class TakeFile:
    """Represent one file of a take, which may have several; it can be used wherever a take's first file can.

    Attributes:
        take: The take that it belongs to.
        number: Its place among the take's files, from 1.
        facts: Its kind, size and duration.
    """

    take: "Take" = field(repr=False)
    number: int
    facts: MediaFile = field(repr=False)

    @property
    def kind(self) -> str:
        """Return what it is: video, image, audio, boxes or other."""
        return self.facts.kind

    @property
    def path(self) -> Path:
        """Return its path on this machine; from a team's store it is fetched first."""
        return self.take.path if self.number == 1 else self.take.path_of(self.facts)

    @property
    def where(self) -> str:
        """Return its path, or its address in a team's store if it is not on this machine."""
        return self.take.where_of(self.facts)

    @property
    def is_there(self) -> bool:
        """Return whether it can be had; true if that cannot be found out now."""
        return self.take.has(self.facts)

    @property
    def file_name(self) -> str:
        """Return what it is called in the library, where it may still be on its way to."""
        return Path(self.facts.name).name

    @property
    def poster(self) -> Path | None:
        """Return the path of a still of it as a JPEG; ``None`` if there is nothing to look at."""
        return self.take.poster if self.number == 1 else self.take.poster_of(self.facts)

    @property
    def name(self) -> str:
        """Return how it is named where an image is: ``take:ID#2``."""
        return f"{TAKE_MARK}{self.take.id}#{self.number}"

    @property
    def image(self) -> "Image":
        """Return it as an upright RGB picture; of a video the last frame.

        Raises:
            MediaError: It is no image.
        """
        picture = media.last_frame(self.path, lenient=True)
        return _noted(picture, self.take, self.number, last=kind_of(self.kind).has_frames)

    def save(self, path: str | os.PathLike[str] | None = None, *, recipe: bool = True) -> Path:
        """Write a copy of this file; see ``Take.save``."""
        target, saved = self.copied(path, self.take.recipe if recipe else None)
        if said := credentials_words([saved]):
            print(said, file=sys.stderr)
        return target

    def copied(self, path: str | os.PathLike[str] | None, recipe: str | None) -> tuple[Path, Saved]:
        """Write a copy of this file with a recipe, if one is given; return its path and what became of it."""
        target = target_for(path, self.file_name, self.facts.media_type)
        try:
            source = self.path.open("rb")
        except OSError as error:
            raise RekaError(f"The file of take {self.take.id} cannot be read: {error.strerror}.") from error
        with source, created(target) as copy:
            return target, save_file(source, copy, self.facts.media_type, recipe)


class Take(Displayed):
    """Hold a video (or image, or sound) with its request and the service's raw answers. It is kept for good.

    A take can be copied, and pickled for another process on this machine. Two objects for the same take are
    equal.

    Attributes:
        id: Its job's ID.
        from_earlier: Whether it was there before it was asked for, so that nothing was charged this time.
    """

    def __init__(self, record: TakeRecord, library: Library, *, from_earlier: bool = False) -> None:
        self.record = record
        self.from_earlier = from_earlier
        self._home = library.home.absolute()
        self._opened: tuple[int, Library] | None = (os.getpid(), library)

    @property
    def _library(self) -> Library:
        """Return the library, which each process opens for itself: the take may have come here from another one."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), Library.at(self._home))
        return self._opened[1]

    @property
    def id(self) -> str:
        """Return the ID that the library and the command line know it by."""
        return self.record.id

    @property
    def request(self) -> GenerationRequest:
        """Return what was asked."""
        return self.record.job.request

    @property
    def prompt(self) -> str:
        """Return the text that was asked with."""
        return self.request.prompt

    @property
    def person(self) -> str:
        """Return who asked for it; empty in a person's own library."""
        return self.record.job.person

    @property
    def by_other(self) -> str:
        """Return who asked for it, where that was another person of the team; else nothing."""
        return "" if self.person == self._library.person else self.person

    @property
    def team_rating(self) -> "TeamRating | None":
        """Return what all people together have rated it: the average, and how many they are; ``None`` if nobody has."""
        return self._library.takes.team_ratings([self.id]).get(self.id)

    @property
    def rating(self) -> int:
        """Return your rating: 1 to 3, or 0 if it has none."""
        return self.record.rating

    @property
    def verdict(self) -> str | None:
        """Return ``picked`` or ``rejected``, or ``None`` if it is neither."""
        return self.record.verdict

    @property
    def note(self) -> str:
        """Return the note that a person wrote on it."""
        return self.record.note

    @property
    def remarks(self) -> list[str]:
        """Return what is odd about its files, or not as it was asked, in sentences; empty for most takes."""
        return list(self.record.remarks)

    @property
    def billed(self) -> float | None:
        """Return the dollars that the service says it billed for it; ``None`` if it did not say."""
        return self.record.job.billed

    def rate(self, rating: int) -> None:
        """Rate it 1 to 3; 0 clears the rating.

        Raises:
            LibraryError: If there is no such rating, or its files were removed.
        """
        self.record = self._library.rate(self.id, rating)

    def pick(self) -> None:
        """Pick it: it is the one to use, and is never cleaned up.

        Raises:
            LibraryError: If its files were removed.
        """
        self.record = self._library.judge(self.id, "picked")

    def reject(self) -> None:
        """Reject it: the studio hides it, and ``takes(verdict="rejected")`` finds it. Nothing is deleted.

        Raises:
            LibraryError: If its files were removed.
        """
        self.record = self._library.judge(self.id, "rejected")

    def clear_verdict(self) -> None:
        """Take back that it was picked or rejected; its rating stays.

        Raises:
            LibraryError: If its files were removed.
        """
        self.record = self._library.judge(self.id, None)

    def annotate(self, note: str) -> None:
        """Write a note on it; an empty one clears the note.

        Raises:
            LibraryError: If the note is too long, or its files were removed.
        """
        self.record = self._library.annotate(self.id, note)

    @property
    def measures(self) -> Measures:
        """Return the measures of the take: motion, sharpness, loudness, and more.

        A take that is not measured yet is measured now, which takes about a tenth of its length. All measures are
        ``None`` if its file cannot be fetched.

        Raises:
            RekaError: If nothing can be measured on this machine.
        """
        measure_now(self._library, [self.record])
        return self._library.measures.some([self.id]).get(self.id, Measures())

    def describe(self, *, model: str | None = None, keep: bool = False, fresh: bool = False) -> Any:
        """Ask a chat model what is seen in it, and what of its prompt is missing; see ``reka_notebook.Description``.

        The film, or a small picture, is sent to the chat model, which may cost money. What was answered in this
        session is shown again without another charge.

        Args:
            model: The chat model; the first of the catalogue that sees such a take, unless named.
            keep: Whether to keep the answer as the take's note.
            fresh: Whether to ask again.

        Raises:
            RekaError: If it cannot be looked at, or there is no answer.
        """
        return formatters.describe(self, model, keep, fresh)

    @property
    def parents(self) -> "Sequence[Take]":
        """Return the takes that led to it: those that its images are of, and the one whose settings were reused."""
        return self._related(self._library.lineage.parents)

    @property
    def children(self) -> "Sequence[Take]":
        """Return the takes that came from it, oldest first."""
        return self._related(self._library.lineage.children)

    def _related(self, related: Callable[[str], list[str]]) -> "Sequence[Take]":
        self._library.lineage.catch_up()
        records = self._library.takes.some(related(self.id))
        return formatters.listed([Take(record, self._library) for record in records])

    def family(self, *, hide_low: bool = False) -> Any:
        """Return the takes that led to it and those that came from it, as a tree that shows itself.

        Args:
            hide_low: Whether what is rejected or rated 1 is left out, unless something better came from it.
        """
        return formatters.family(self, self._library, hide_low)

    @property
    def raw(self) -> dict[str, Any]:
        """Return the service's answers: ``submit``, ``status``, ``result``. Bytes in them become their digest."""
        return self.record.job.answers or self._library.jobs.get(self.id).answers

    @property
    def file(self) -> MediaFile:
        """Return the facts of its main file: kind, size, duration."""
        file = self.record.files[0]
        # Versions before 0.3 kept boxes as any other file.
        if (
            kind_of(file.kind) is OTHER
            and file.media_type == JSON_TYPE
            and self.request.endpoint.endswith(BOXES_TASK)
        ):
            return replace(file, kind="boxes")
        return file

    @property
    def kind(self) -> str:
        """Return what it is: video, image, audio, boxes or other."""
        return self.file.kind

    @property
    def files(self) -> list[TakeFile]:
        """Return all its files; an endpoint may make several images at once."""
        every = [self.file, *self.record.files[1:]]
        return [TakeFile(self, number, facts) for number, facts in enumerate(every, 1)]

    @property
    def images(self) -> "list[Image]":
        """Return its images as upright RGB pictures; empty if it has none."""
        return [
            file.image
            for file in self.files
            if kind_of(file.kind).is_image and not kind_of(file.kind).has_frames
        ]

    @property
    def boxes(self) -> list[media.Box]:
        """Return what was found in its image, and where; empty if nothing was.

        Raises:
            RekaError: It is a take of another kind.
        """
        boxes = next((file for file in self.files if kind_of(file.kind).has_boxes), None)
        if boxes is None:
            raise RekaError(f"Take {self.id} is {kind_of(self.kind).noun}, and holds no boxes.")
        return boxes_in(boxes.path, self.request).boxes

    @property
    def file_name(self) -> str:
        """Return the name of its main file, without its folder."""
        return Path(self.file.name).name

    @property
    def path(self) -> Path:
        """Return the path of its main file on this machine; from a team's store it is fetched first.

        A fetched file is a copy, and stays for as long as there is room for it: ask again rather than keep the path.

        Raises:
            LibraryError: If it cannot be fetched now.
        """
        return self.path_of(self.file)

    @property
    def paths(self) -> list[Path]:
        """Return the paths of all its files; an endpoint may make several at once."""
        return [self.path_of(file) for file in self.record.files]

    @property
    def poster(self) -> Path | None:
        """Return the path of a still as a JPEG; ``None`` if there is nothing to look at."""
        return self.poster_of(self.file)

    @property
    def where(self) -> str:
        """Return the path of its main file, or its address in a team's store if it is not on this machine."""
        return self.where_of(self.file)

    def where_of(self, file: MediaFile) -> str:
        """Return where one of its files lies; see `where`."""
        return self._library.media.where(file)

    def has(self, file: MediaFile) -> bool:
        """Return whether one of its files can be had; true if that cannot be found out now."""
        return self._library.media.has(file)

    def path_of(self, file: MediaFile) -> Path:
        """Return the path of one of its files; see `path`."""
        if self._is_elsewhere:
            return media_path(self._home, file.name)
        return self._library.media.local(file)

    def poster_of(self, file: MediaFile) -> Path | None:
        """Return the path of the still of one of its files; ``None`` if there is nothing to look at."""
        if self._is_elsewhere:
            return media_path(self._home, file.poster) if file.poster else None
        return self._library.media.poster(file)

    @property
    def in_store(self) -> bool:
        """Return whether its files are in a team's store: what lies on this machine are copies, and may go."""
        return not self._is_elsewhere and self._library.media.address is not None

    @property
    def _is_elsewhere(self) -> bool:
        """Return whether the take was pickled on a machine whose library is not here."""
        return self._opened is None and not self._home.is_dir()

    @property
    def by_sandbox(self) -> bool:
        """Return whether a server on this machine made it, which is not a real model."""
        return is_loopback(self.record.job.service)

    def frames(self, count: int = 8, width: int | None = None) -> "list[Image]":
        """Return frames spread evenly over it as PIL images, the first and the last included.

        Args:
            count: How many; a shorter film gives all that it has.
            width: Pixels at most; full size if not given.

        Raises:
            MediaError: If it is a sound.
        """
        path = self._pictured()
        return [picture for _, picture in media.frames_of(path, count, width, lenient=True)]

    def filmstrip(self, count: int = 8, width: int = 160, columns: int = 8) -> "Image":
        """Return frames spread evenly over it as one PIL image, in rows of ``columns``, each ``width`` pixels wide.

        Raises:
            MediaError: If it is a sound.
        """
        return media.sheet(self.frames(count, width), columns, width, background="black")

    def with_sound(
        self,
        sound: "Take | str | os.PathLike[str] | bytes",
        at: float = 0.5,
        level: float = 1.0,
        own: str = "lower",
    ) -> "Take":
        """Put a sound under this video, and return that as a new take; the same call gives the same take.

        The picture is copied, not encoded again. Nothing is sent, and nothing is charged.

        Args:
            sound: A take with a sound, a path, or bytes. What is longer than the video is cut.
            at: When it begins, in seconds from the video's beginning.
            level: How loud it is: 1 as it is, 0.5 half, up to 4.
            own: What becomes of the video's own sound: ``keep``, ``lower`` while the other is heard, or
                ``replace``.

        Raises:
            RekaError: This is no video, or something of the others cannot be.
        """
        given = sound.record if isinstance(sound, Take) else sound
        record = with_sound(self._library, self.record, given, at=at, level=level, own=own)
        if said := lost_words(self.path, self.file.media_type, "The video with this sound"):
            print(said, file=sys.stderr)
        return Take(record, self._library)

    def compare(self, *others: "Take | str") -> Any:
        """Show it beside one to three others; see ``reka_notebook.compare``."""
        return formatters.compare([self, *others])

    @property
    def last_frame(self) -> "Image":
        """Return its last frame as a PIL image, to go on from in the next request."""
        picture = media.last_frame(self._pictured(), lenient=True)
        return _noted(picture, self, last=kind_of(self.file.kind).has_frames)

    def frame_at(self, seconds: float) -> "Image":
        """Return the frame that it shows at a time, counted from its beginning, as a PIL image."""
        return _noted(media.frame_at(self._pictured(), seconds, lenient=True), self, at=seconds)

    def _pictured(self) -> Path:
        """Return the path of its file, if that has pictures.

        Raises:
            MediaError: It is of a kind that has none.
        """
        kind = kind_of(self.kind)
        if not kind.is_image and kind is not OTHER:
            raise media.MediaError(f"Take {self.id} is {kind.noun}, and has no frames. {_INSTEAD[self.kind]}")
        return self.path

    @property
    def recipe(self) -> str | None:
        """Return the take's recipe as JSON, as a saved file carries it; ``None`` if its request is not known.

        It holds the prompt, model, settings and digests of the images, and the recipes of the takes that led to it. It
        holds no API key, and no name of a person or a file; addresses and paths in settings are left out.
        """
        return recipe_text(self.record, self._library)

    def save(self, path: str | os.PathLike[str] | None = None, *, recipe: bool = True) -> Path:
        """Write a copy of the take's main file, with its recipe in the metadata, and return the copy's path.

        Drop the copy on anybody's studio to bring the settings back. Picture and sound stay the same, and the file in
        the library does not change.

        Args:
            path: A new file or an existing folder; the current folder, if not given. A name without an ending gets
                the file's own.
            recipe: Whether the copy carries the recipe; without it, the copy is byte for byte the same.

        Raises:
            RekaError: If the copy cannot be written, or the file already exists.
        """
        return self.files[0].save(path, recipe=recipe)

    def gif(self, width: int = 480, fps: float = 12) -> bytes:
        """Return it as an animated GIF; see ``to_gif``."""
        return media.gif(self._pictured(), width, fps, lenient=True)

    def to_gif(
        self, path: str | Path | None = None, width: int = 480, fps: float = 12, *, recipe: bool = True
    ) -> Path:
        """Write it as an animated GIF, without its sound, and return the file's path.

        Args:
            path: A file or a folder; the current folder, under the take's own name, if not given. A GIF that is
                there already is replaced.
            width: Pixels at most; it is never made larger.
            fps: Frames a second at most; a long video has fewer.
            recipe: Whether the GIF carries the recipe, as a saved file does.

        Raises:
            RekaError: If it is not a video, or cannot be written.
        """
        target = target_for(path, f"{Path(self.file_name).stem}.gif", "image/gif")
        made = self.gif(width, fps)
        with created(target, replace=True) as file:
            file.write(with_recipe(made, "image/gif", self.recipe) if recipe else made)
        if said := lost_words(self.path, self.file.media_type, "A GIF"):
            print(said, file=sys.stderr)
        return target

    def __eq__(self, other: object) -> bool:
        return self.id == other.id if isinstance(other, Take) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        return _take_of, (self.record, self._home, self.from_earlier)

    def __copy__(self) -> "Take":
        return Take(self.record, self._library, from_earlier=self.from_earlier)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Take":
        return Take(copy.deepcopy(self.record, memo), self._library, from_earlier=self.from_earlier)

    def __repr__(self) -> str:
        is_open = self._opened is not None and self._opened[0] == os.getpid()
        where = self.where if is_open else self.file_name
        return f"<Take {self.id} {self.request.endpoint} {self.prompt[:40]!r} {where}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.take(self)


class ArrivedTake(Take):
    """Hold a take whose file has arrived and is not in the library yet, to show it while it is looked at.

    Args:
        path: Where its file lies for now.
        poster: Where its still lies for now.
    """

    def __init__(self, record: TakeRecord, library: Library, path: Path, poster: Path) -> None:
        super().__init__(record, library)
        self._arrived, self._still = path, poster

    @property
    def path(self) -> Path:
        """Return where its file lies for now; it is moved while the take is kept."""
        return self._arrived if self._arrived.exists() else super().path

    @property
    def paths(self) -> list[Path]:
        """Return where its files lie: the first for now."""
        return [self.path, *super().paths[1:]]

    @property
    def poster(self) -> Path:
        """Return where its still lies for now."""
        return self._still


def _take_of(record: TakeRecord, home: Path, from_earlier: bool) -> Take:
    """Restore a take that was pickled; its library is opened when something in it is needed."""
    take = Take.__new__(Take)
    take.record, take.from_earlier = record, from_earlier
    take._home, take._opened = home, None
    return take


def library_of(take: Take) -> Library:
    """Return the library that a take is in."""
    return take._library
