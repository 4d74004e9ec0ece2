"""Notice what a service did silently otherwise than it was asked: in words on the take, and in the catalogue's marks.

A take is looked over when it is kept. That takes a few hundredths of a second where the film begins with the
image, and whatever goes wrong in it, the take stays as it is.
"""

import io
import logging
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from reka_notebook import media
from reka_notebook.catalogue import CatalogueError, Mark
from reka_notebook.jobs.context import JobContext
from reka_notebook.jobs.prepared import kept_image
from reka_notebook.jobs.steps.asked import Doubt, judge, sound_unasked, unknown_field
from reka_notebook.jobs.take import Take
from reka_notebook.kinds import kind_of
from reka_notebook.library import ImageUse, Library, TakeRecord
from reka_notebook.media.films.hearing import is_heard
from reka_notebook.media.films.likeness import Beginning, beginning, first_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

log = logging.getLogger("reka_notebook")

LONGEST = 2.0
"""Seconds for which a take's job waits until it is looked over; after that, its remarks come later."""

_SIDE = 384
"""Pixels of the image's longer side that are compared."""

_START = "start"


async def look_over(context: JobContext, take: Take) -> Take:
    """Return a kept take with remarks on what is not as it was asked, and mark the catalogue's facts as doubted."""
    record = take.record
    with anyio.move_on_after(LONGEST):
        look = partial(_looked_over, context, record)
        record = await anyio.to_thread.run_sync(look, abandon_on_cancel=True)
    return take if record is take.record else Take(record, context.library)


def _looked_over(context: JobContext, record: TakeRecord) -> TakeRecord:
    try:
        job = record.job
        judged = judge(context.endpoint, job.request, job.wire, record.files, job.answers)
        begins, doubt = _begins(context, record)
        seen = [found for found in (doubt, _heard(context, record)) if found is not None]
        if seen:
            record = context.library.remark(record.id, [found.words for found in seen])
        doubts = [*judged.doubts, *seen]
        as_asked = judged.as_asked | ({f"images.{_START}": ""} if begins is Beginning.image else {})
        _mark(context, doubts, as_asked)
    except Exception:  # the take is kept, and worth more than what is said of it
        log.warning("take %s could not be looked over", record.id, exc_info=True)
    return record


def _begins(context: JobContext, record: TakeRecord) -> tuple[Beginning, Doubt | None]:
    """Return what a film begins with, and what is to be said of that."""
    file, uses = record.files[0], record.job.request.images.get(_START, [])
    slot = context.endpoint.images.get(_START)
    if not kind_of(file.kind).has_frames or slot is None or len(uses) != 1 or uses[0].url:
        return Beginning.unknown, None
    found = beginning(_sent(context, record), _frames(context, record))
    fact = f"images.{_START}"
    if found is Beginning.mirrored:
        return found, Doubt("", "", "", "The film begins with a mirror image of the image you sent.")
    if found is Beginning.other:
        field = unknown_field(record.job.wire, fact, slot.field)
        return found, Doubt(fact, "", "", f"The film does not begin with the image you sent: {field}")
    return found, None


def _heard(context: JobContext, record: TakeRecord) -> Doubt | None:
    """Return what is to be said of a sound that was not wanted."""
    file, job = record.files[0], record.job
    doubt = sound_unasked(context.endpoint, job.request, job.wire)
    if doubt is None or not kind_of(file.kind).has_frames or not file.has_audio:
        return None
    return doubt if is_heard(context.library.media.local(file)) else None


def _sent(context: JobContext, record: TakeRecord) -> "Image":
    from PIL import Image

    return Image.open(io.BytesIO(_thumbnail(record.job.request.images[_START][0], context.library)))


@lru_cache(maxsize=4)
def _thumbnail(use: ImageUse, library: Library) -> bytes:
    """Return an image as it was sent, but small; the takes of a sweep were all made from one."""
    return media.thumbnail(kept_image(use, library), _SIDE)


def _frames(context: JobContext, record: TakeRecord) -> "Iterator[Image]":
    """Yield the first frames of a film: the poster first, which is one of them and costs little."""
    from PIL import Image

    file = record.files[0]
    still = context.library.media.poster(file)
    if still is not None:
        with Image.open(still) as poster:
            poster.draft("L", (_SIDE, _SIDE))
            yield poster.convert("L")
    yield from first_frames(context.library.media.local(file), after_first=still is not None)


def _mark(context: JobContext, doubts: Sequence[Doubt], as_asked: dict[str, str]) -> None:
    """Mark facts that a take contradicts as doubted, once, and take doubts back that it bears out.

    A film that is as long as it was asked, and as long as those that were not, bears nothing out.
    """
    learned = context.learned
    if learned is None:
        return
    endpoint = context.known_now()
    try:
        for doubt in doubts:
            if doubt.fact and endpoint.mark(doubt.fact) is not Mark.doubted:
                learned.doubt(endpoint, doubt.fact, doubt.words)
                log.warning("%s This is noted in %s.", doubt.words, learned.file)
        for fact, got in as_asked.items():
            doubted = endpoint.mark(fact) is Mark.doubted and fact in endpoint.reasons
            if doubted and not (got and f"and got {got.removesuffix(' s')}:" in endpoint.reasons[fact]):
                learned.clear_doubt(endpoint, fact)
                log.warning("%s came as it was asked: it is not doubted any more.", fact)
    except CatalogueError as error:
        log.warning("%s", error)
