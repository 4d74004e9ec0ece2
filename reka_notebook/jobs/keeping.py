"""From an output to a take: every file fetched, checked, and written down together."""

import time
from contextlib import suppress

import anyio.to_thread
import msgspec

from reka_notebook import media
from reka_notebook.api import ApiError, AuthenticationFailed, MediaLink, NotFound, media_links
from reka_notebook.jobs import endings
from reka_notebook.jobs.errors import JobExpired
from reka_notebook.jobs.fetch import SLOWEST, check_lease, fetch, keep_data
from reka_notebook.jobs.schedule import back_off
from reka_notebook.jobs.states import State
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.work import Work
from reka_notebook.library import LeaseLost, LibraryError, MediaFile, TakeRecord

TRIES = 5
_MOVING = ("video", "audio")
EXPIRED = (NotFound, AuthenticationFailed)
"""What a URL that was good for a time is answered with afterwards: 404 or 410, and 401 or 403 where it is signed."""


async def keep(
    work: Work, output: object, *, took: float | None, worked: float | None, once_more: bool
) -> Take | None:
    """Keep an output; ``None`` where the result has to be asked for anew, because a URL in it has expired.

    :param took: seconds from its submission to its end at the service, where that was seen.
    :param worked: seconds that it was worked on, where that was seen.
    :param once_more: ask anew also where it points to no file: the answer may be one that was garbled on the way.
    :raises JobExpired: its files cannot be had now; the answer is kept, and fetching can be resumed.
    """
    try:
        files = await _files(work, output)
    except EXPIRED as error:
        work.trouble(error)
        return None
    files.sort(key=lambda file: file.kind != work.endpoint.output)  # what was asked for comes first
    lacks = bool(files) and work.endpoint.output in _MOVING and all(file.kind == "image" for file in files)
    if not files or lacks:
        words = "its answer points to no file that is known here."
        if lacks:  # a thumbnail, as likely as not: that is not what was paid for
            words = (
                f"its answer holds an image and no {work.endpoint.output}. If that is what this model makes, correct "
                "its output in catalogue.json."
            )
        if not once_more:
            raise endings.not_had(work.record, words)
        work.job.change(note=f"The service is done, and {words} Asking again.")
        return None
    now = time.time()
    take = TakeRecord(
        job=msgspec.structs.replace(work.record, state=str(State.KEPT), ended=now, error=None),
        files=files,
        kept=now,
        took=took,
        worked=worked,
        requests=None if work.record.epoch else work.client.sent,  # else another process has asked for it too
    )

    def write() -> TakeRecord:
        check_lease(work.library, work.record)
        work.library.media.write_sidecar(take)
        kept = work.library.takes.add(take)
        with suppress(LibraryError):  # the take is kept; what is left over is in nobody's way
            work.library.media.clear_parts(take.id)
        return kept

    return Take(await anyio.to_thread.run_sync(write), work.library)


async def _files(work: Work, output: object) -> list[MediaFile]:
    links = media_links(output)
    main = [link for link in links if link.is_main]
    if main:
        return [await _fetch(work, link, index) for index, link in enumerate(main)]
    if work.endpoint.output not in (*_MOVING, "image"):
        return [await anyio.to_thread.run_sync(keep_data, work.library, work.record, output)]
    return await _any_files(work, links)


async def _any_files(work: Work, links: list[MediaLink]) -> list[MediaFile]:
    """The files behind links of an output of unknown shape: some may lead to a page, or to what was sent."""
    files: list[MediaFile] = []
    problem: Exception | None = None
    for index, link in enumerate(links):
        try:
            files.append(await _fetch(work, link, index, tries=2))
        except (JobExpired, *EXPIRED) as error:
            problem = problem or error
    if problem is not None and not files:
        raise problem
    return files


async def _fetch(work: Work, link: MediaLink, index: int, tries: int = TRIES) -> MediaFile:
    part = work.library.media.part(work.record.id, index, work.record.epoch)
    tried = arrived = 0
    while True:
        try:
            return await fetch(work.client, work.library, work.record, link, index)
        except (LeaseLost, *EXPIRED):
            raise
        except (ApiError, media.MediaError, LibraryError) as error:
            before, arrived = arrived, part.stat().st_size if part.exists() else 0
            tried = 1 if arrived >= before + SLOWEST else tried + 1  # what grows is on its way
            words = error.said if isinstance(error, ApiError) else str(error)
            if tried >= tries or work.left <= 0:
                raise endings.not_had(work.record, words) from error
            work.job.change(note=f"{words} It is fetched again.")
            wanted = error.retry_after if isinstance(error, ApiError) else None
        await work.pause(max(back_off(tried), wanted or 0.0))
