"""From an output to a take: every file fetched, checked, and written down together."""

import time

import anyio.to_thread
import msgspec

from reka_notebook import media
from reka_notebook.api import ApiError, MediaLink, NotFound, media_links
from reka_notebook.jobs.errors import JobExpired
from reka_notebook.jobs.fetch import fetch, keep_data
from reka_notebook.jobs.schedule import next_delay
from reka_notebook.jobs.states import State
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.work import Work
from reka_notebook.library import LibraryError, MediaFile, TakeRecord

TRIES = 5


async def keep(work: Work, output: object) -> Take | None:
    """Keep an output; ``None`` where a URL in it has expired, so that the result has to be asked for anew.

    :raises JobExpired: its files cannot be had now; the answer is kept, and fetching can be resumed.
    """
    finished = time.time()
    await work.move(State.FETCHING)
    try:
        files = [await _fetch(work, link, index) for index, link in enumerate(media_links(output))]
    except NotFound as error:
        work.trouble(error)
        return None
    if not files:
        files = [await anyio.to_thread.run_sync(keep_data, work.library, work.record, output)]
    now = time.time()
    take = TakeRecord(
        job=msgspec.structs.replace(work.record, state=str(State.KEPT), ended=now, error=None),
        files=files,
        kept=now,
        took=finished - (work.record.submitted or work.record.created),
    )

    def write() -> TakeRecord:
        work.library.media.write_sidecar(take)
        kept = work.library.takes.add(take)
        work.library.media.clear_parts(take.id)
        return kept

    return Take(await anyio.to_thread.run_sync(write), work.library)


async def _fetch(work: Work, link: MediaLink, index: int) -> MediaFile:
    for tried in range(1, TRIES + 1):
        try:
            return await fetch(work.client, work.library, work.record, link, index)
        except NotFound:
            raise
        except (ApiError, media.MediaError, LibraryError) as error:
            if tried == TRIES or work.left <= 0:
                raise JobExpired(
                    f"The video was made (request {work.request_id}), and its file could not be had: {error} The "
                    f"service's answer is kept. Run it again, or resume job {work.record.id}: it is fetched again, "
                    "and not charged again."
                ) from error
            work.job.change(note=f"{error} It is fetched again.")
        await work.pause(next_delay(0.0, tried))
    raise AssertionError("unreachable: the last try returns or raises")
