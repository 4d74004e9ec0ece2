"""Turn an output into a take: fetch every file, look at it, and write all of them down together."""

import logging
import math
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeAlias

import anyio.to_thread
import msgspec

from reka_notebook import media
from reka_notebook.api import ApiError, MediaLink, media_links
from reka_notebook.jobs import endings
from reka_notebook.jobs.context import GRACE, QUICK, CutOff, JobContext
from reka_notebook.jobs.errors import JobExpired
from reka_notebook.jobs.files.boxes import BOXES, read
from reka_notebook.jobs.polling import back_off
from reka_notebook.jobs.steps.arrived import Fetched, check_lease, file_as_boxes, glance_at, keep_data
from reka_notebook.jobs.steps.asked import judge
from reka_notebook.jobs.steps.fetch import SLOWEST, NotInTime, arrived_before, fetch
from reka_notebook.jobs.steps.link_refused import LinkRefused
from reka_notebook.jobs.steps.moments import obstacle_in_words
from reka_notebook.jobs.steps.reasons import service_reason
from reka_notebook.jobs.steps.slimming import without_files
from reka_notebook.jobs.take import ArrivedTake, Take
from reka_notebook.kinds import KINDS, OTHER, kind_of
from reka_notebook.library import DatabaseUnreachable, LeaseLost, LibraryError, MediaFile, TakeRecord
from reka_notebook.library.folder import create_private
from reka_notebook.library.states import State
from reka_notebook.library.store.errors import StoreError
from reka_notebook.library.store.names import POSTER

log = logging.getLogger("reka_notebook")

TRIES = 5
PAGES = 3
"""How many times a page may come in place of a file before that is believed."""
FRESH_URLS = 3
"""How many times a URL is asked for anew that the file's host refuses."""

ANY_FILE = "file"
"""The output of an endpoint that nobody knows."""

_Show: TypeAlias = Callable[[MediaLink, Path], None]
"""Shows a result's only file, which has arrived there, before it is kept."""


async def keep(
    context: JobContext,
    output: object,
    *,
    took: float | None,
    worked: float | None,
    once_more: bool,
    error: str = "",
) -> Take | None:
    """Keep an output; return ``None`` if the result must be asked for anew, because a URL in it has expired.

    Args:
        took: Seconds from its submission to its end at the service, if that was seen.
        worked: Seconds that it was worked on, if that was seen.
        once_more: Whether to ask anew even if it points to no file: the answer may have been garbled on
            the way.
        error: What the service says went wrong; a film takes precedence, and the error is told beside it.

    Raises:
        JobExpired: If its files cannot be had now; the answer is kept, and fetching can be resumed.
    """
    remarks = [f"The service told of an error beside this result: {error.rstrip('.')}."] if error else []
    record = partial(_record, context, took=took, worked=worked, remarks=remarks)
    show = partial(_show, context, record) if context.job.has_viewers else None
    try:
        fetched = await _files(context, output, show)
    except LinkRefused as refused:
        context.links_refused += 1
        if context.links_refused > FRESH_URLS or context.left <= 0:
            raise endings.not_had(context.record, refused.said) from refused
        context.obstacle = obstacle_in_words(refused)
        context.job.change(note=f"{refused.message.rstrip('.')}. Asking for another link.")
        return None
    finally:
        context.fetched_before = True
    context.links_refused = 0
    fetched.sort(key=lambda found: _rank(found, context.endpoint.output))  # what was asked for comes first
    lacks = bool(fetched) and not any(
        _may_be(found, context.endpoint.output)
        and (not error or found.named or kind_of(found.file.kind) is not OTHER)
        for found in fetched
    )
    if not fetched or lacks:
        await anyio.to_thread.run_sync(_take_back, context, fetched)
        words = _no_film(context, lacks=lacks)
        if not once_more:
            raise endings.not_had(context.record, words)
        context.job.change(note=f"The service is done, and {words} Asking again.")
        return None
    return Take(await _written_down(context, record(fetched)), context.library)


def _take_back(context: JobContext, fetched: Sequence[Fetched]) -> None:
    """Remove files that are not the result; otherwise they would be taken for it when the result is there."""
    for found in fetched:
        for name in (found.file.name, found.file.poster):
            if name is not None:
                context.library.media.path(name).unlink(missing_ok=True)
    context.library.media.clear_parts(context.record.id)


def film_in(result: object) -> object | None:
    """Return the output in a raw result if it points to a file, else ``None``."""
    output = result.get("output") or result if isinstance(result, dict) else None
    return output if any(link.is_main for link in media_links(output)) else None


def _may_be(found: Fetched, wanted: str) -> bool:
    """Return whether a file may be what was paid for; a still in place of a video is most likely a thumbnail."""
    file = found.file
    kind = kind_of(file.kind)
    if not kind_of(wanted).plays:
        return True
    if kind is OTHER:
        return found.named or not file.media_type.startswith(("image/", "application/pdf", "text/"))
    return kind.plays or file.duration is not None


def _rank(found: Fetched, wanted: str) -> int:
    """Return where a file stands in a take; where nobody knows what was asked for, the kind of file decides."""
    if wanted == ANY_FILE:
        return [*KINDS].index(found.file.kind)
    return int(found.file.kind != wanted)


def _is_a_file(output: str) -> bool:
    """Return whether an output is always a file of its own, and never stands in the answer as text."""
    kind = kind_of(output)
    return kind.is_image or kind.plays


def _no_film(context: JobContext, *, lacks: bool) -> str:
    """Return what to say of an answer without the file that was asked for, with the service's own reason."""
    words = "its answer points to no file that is known here."
    if context.endpoint.output == BOXES:
        words = "its answer holds no boxes."
    if lacks:
        words = (
            f"its answer holds an image and no {context.endpoint.output}. If that is what this model makes, correct "
            "its output in catalogue.json."
        )
    said = service_reason(context.record.answers.get("result"))
    return f"{words} The service says: “{said}”." if said else words


def _show(
    context: JobContext, record: Callable[[Sequence[Fetched]], TakeRecord], link: MediaLink, part: Path
) -> None:
    """Show a film that has arrived, before it is decoded to its end and kept: nobody need wait for that."""
    glanced = glance_at(context.library, context.record, part, 0, link)
    if glanced is None:
        return
    found, picture = glanced
    poster = part.with_suffix(POSTER)
    with suppress(OSError):  # met again by what has to be written
        create_private(poster)
        poster.write_bytes(picture)
        context.job.arrive(ArrivedTake(record([found]), context.library, part, poster))


def _record(
    context: JobContext,
    fetched: Sequence[Fetched],
    *,
    took: float | None,
    worked: float | None,
    remarks: Sequence[str],
) -> TakeRecord:
    """Return all that is known of a take with these files."""
    now, record = context.library.now(), context.record
    files = [found.file for found in fetched]
    return TakeRecord(
        job=msgspec.structs.replace(record, state=str(State.KEPT), ended=now, error=None, webhook=None),
        files=files,
        kept=now,
        took=took,
        worked=worked,
        requests=None if record.epoch else context.client.sent,  # else another process has asked for it too
        remarks=[
            *remarks,
            *_doubts(context, files),
            *(
                remark if len(files) == 1 else f"File {place}: {remark}"
                for place, found in enumerate(fetched, 1)
                for remark in found.remarks
            ),
        ],
    )


def _doubts(context: JobContext, files: Sequence[MediaFile]) -> list[str]:
    """Return in words what is not as it was asked."""
    record = context.record
    try:
        judged = judge(context.endpoint, record.request, record.wire, files, record.answers)
        return [doubt.words for doubt in judged.doubts]
    except Exception:  # what was paid for is kept, whatever is to be said of it
        log.exception("the take of job %s could not be held against what was asked", record.id)
        return []


async def _written_down(context: JobContext, take: TakeRecord) -> TakeRecord:
    """Write a take down; a store that does not take its files now is asked again.

    Raises:
        StoreError: If it did not by the deadline. The job goes on from here when it is taken over, or asked for.
    """
    for tried in count(1):
        try:
            return await context.at_store(partial(_write_down, context, take))
        except StoreError as error:
            where = context.library.media.path(take.files[0].name)
            words = f"{error} The file has arrived, is paid for, and waits here: {where}."
            if context.left <= 0 or context.wants_cancel:
                raise StoreError(words) from None
            context.job.change(note=f"{words} The upload is tried again.")
            await context.pause(back_off(tried))
    raise AssertionError("unreachable: there is always another try")


def _write_down(context: JobContext, take: TakeRecord) -> TakeRecord:
    media_folder, job = context.library.media, take.job
    files = [media_folder.path(file.name) for file in take.files]
    take = msgspec.structs.replace(
        take, job=msgspec.structs.replace(job, answers=without_files(job.answers, files))
    )
    check_lease(context.library, job)
    for use in (use for uses in job.request.images.values() for use in uses):
        context.library.images.share(use.digest)
    take = media_folder.publish(take)
    media_folder.write_sidecar(take)
    kept = context.library.takes.add(take)
    with suppress(LibraryError):  # the take is kept; what is left over is in nobody's way
        media_folder.settle(take)
        media_folder.clear_parts(take.id)
    return kept


async def _files(context: JobContext, output: object, show: _Show | None) -> list[Fetched]:
    wanted = context.endpoint.output
    if wanted == BOXES and isinstance(output, int | float):
        return []  # garbled on the way, as no service says boxes by a number
    links = media_links(output, context.sent)
    main = [link for link in links if link.is_main]
    if not _is_a_file(wanted):
        main = [link for link in main if not link.quoted]
        if wanted == BOXES and (not main or read(output, context.record.request, {}).boxes):
            return await _boxes(context, output, main)
        if not main and not (wanted == ANY_FILE and links):
            return [await anyio.to_thread.run_sync(keep_data, context.library, context.record, output)]
    # What stands under the name of an input was sent, most likely.
    sent = {name for slot in context.endpoint.images.values() for name in slot.names}
    needed = [link for link in main if link.kind == wanted] or [link for link in main if link.may_be(wanted)]
    if not needed:
        return await _as_boxes(context, await _any_files(context, links))
    others = [link for link in main if link not in needed and link.field.rpartition(".")[2] not in sent]
    return await _as_boxes(context, await _main_files(context, [*needed, *others], show))


async def _main_files(context: JobContext, links: list[MediaLink], show: _Show | None) -> list[Fetched]:
    """Return the files of a result; what can be had is not given up for what cannot.

    If several of a kind were asked for, they are waited for until the job is resumed: they may be had by
    then.
    """
    files: list[Fetched] = []
    problem: Exception | None = None
    remarks: list[str] = []
    for index, link in enumerate(links):
        try:
            files.append(await _fetch(context, link, index, show=show if len(links) == 1 else None))
        except (JobExpired, LinkRefused) as error:
            fresh = isinstance(error, LinkRefused) and context.links_refused < FRESH_URLS
            needed = not context.taken_over and any(_side_by_side(link, other) for other in links)
            if fresh or needed or context.left <= 0 or context.wants_cancel:
                raise
            problem = problem or error
            said = error.said if isinstance(error, LinkRefused) else str(error.__cause__ or error)
            what = "A picture" if link.kind == "image" else "A file"
            remarks.append(f"{what} that came with it ({link.field[:100]}) could not be had: {said}")
    wanted = context.endpoint.output
    place = next((n for n, found in enumerate(files) if found.file.kind == wanted), None)
    if problem is None:
        return files
    if place is None:
        raise problem
    files[place] = files[place]._replace(remarks=(*files[place].remarks, *remarks))
    return files


def _side_by_side(link: MediaLink, other: MediaLink) -> bool:
    """Return whether two links stand in one list, as several films do that were asked for together."""
    one, another = (re.sub(r"(?<![^.])\d+(?![^.])", "", field) for field in (link.field, other.field))
    return link is not other and one == another and link.kind == other.kind


async def _boxes(context: JobContext, output: object, links: list[MediaLink]) -> list[Fetched]:
    """Return the boxes in an answer, and what came with them: a picture that they are drawn on, say."""
    keep_boxes = partial(keep_data, context.library, context.record, output, context.endpoint.schema)
    files = [await anyio.to_thread.run_sync(keep_boxes)]
    for index, link in enumerate(links, 1):
        try:
            files.append(await _fetch(context, link, index, tries=2))
        except (JobExpired, LinkRefused) as error:
            said = error.said if isinstance(error, LinkRefused) else str(error.__cause__ or error)
            remark = f"A file that came with it ({link.field[:100]}) could not be had: {said}"
            files[0] = files[0]._replace(remarks=(*files[0].remarks, remark))
    return files


async def _as_boxes(context: JobContext, files: list[Fetched]) -> list[Fetched]:
    """Return files that were fetched for boxes, the texts that hold some as boxes."""
    if context.endpoint.output != BOXES:
        return files
    look = partial(file_as_boxes, context.library, context.record, schema=context.endpoint.schema)
    return [await anyio.to_thread.run_sync(look, found) for found in files]


async def _any_files(context: JobContext, links: list[MediaLink]) -> list[Fetched]:
    """Return the files behind links of an output of unknown shape: some may lead to a page, or to what was sent."""
    files: list[Fetched] = []
    problem: Exception | None = None
    for index, link in enumerate(links):
        try:
            files.append(await _fetch(context, link, index, tries=2))
        except (JobExpired, LinkRefused) as error:
            problem = problem or error
    if problem is not None and not files:
        raise problem
    return files


async def _fetch(
    context: JobContext, link: MediaLink, index: int, tries: int = TRIES, show: _Show | None = None
) -> Fetched:
    part = context.library.media.part(context.record.id, index, context.record.epoch)
    text = not _is_a_file(context.endpoint.output) and context.endpoint.output != ANY_FILE
    tried = arrived = 0
    words = ""
    while True:
        begun = time.monotonic()
        try:
            arriving = fetch(
                context.client,
                context.library,
                context.record,
                link,
                index,
                seconds=context.left,
                text=text,
                last=tried + 1 >= min(tries, PAGES),
                again=context.fetched_before,
                show=partial(show, link) if show is not None else None,
            )
            return await context.ask(arriving, within=math.inf, grace=GRACE)
        except (LeaseLost, DatabaseUnreachable):
            raise
        except LinkRefused:
            last = context.links_refused >= FRESH_URLS
            found = (
                await arrived_before(context.client, context.library, context.record, link, index)
                if last
                else None
            )
            if found is None:
                raise
            return found
        except (ApiError, media.MediaError, LibraryError) as error:
            context.job.arrive(None)
            before, arrived = arrived, part.stat().st_size if part.exists() else 0
            if isinstance(error, media.NotMedia):
                tries = min(tries, PAGES)
            tried = 1 if arrived >= before + SLOWEST else tried + 1  # what grows is on its way
            # A try that the deadline left next to no time for is not what stood in the way.
            if not isinstance(error, NotInTime) or time.monotonic() - begun > QUICK or not words:
                words = obstacle_in_words(error) if isinstance(error, ApiError) else str(error)
            if tried >= tries or context.left <= 0 or isinstance(error, CutOff):
                found = await arrived_before(context.client, context.library, context.record, link, index)
                if found is not None:
                    return found
                raise endings.not_had(context.record, words) from error
            context.job.change(note=f"{words} It is fetched again.")
            wanted = error.retry_after if isinstance(error, ApiError) else None
        # Where the host wants to be left alone for longer than there is time, it is asked once more before the end.
        await context.pause(min(max(back_off(tried), wanted or 0.0), 0.9 * context.left))
