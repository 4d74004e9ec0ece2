"""Ask for a take's family and chain in a library of a thousand takes that led to one another."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

import msgspec
from msgspec import structs
from sqlalchemy import select

from benchmarks.table import Table
from reka_notebook.catalogue import load
from reka_notebook.jobs.lineage.family import family_of
from reka_notebook.jobs.lineage.steps import chain_of_take
from reka_notebook.jobs.take import Take
from reka_notebook.library import GenerationRequest, ImageUse, Library, MediaFile, TakeRecord
from reka_notebook.library.lineage.known import note_image
from reka_notebook.library.rows.tables import jobs, links
from reka_notebook.output.family.html import family_bundle
from reka_notebook.output.family.text import family_text

TAKES, WIDE, WANTED = 1000, 10, 50.0
"""Takes in all, how many came from one, and the milliseconds in which a family is wanted."""

TIMES = 15


def run() -> Table:
    """Measure the whole family of the first take, and that of one far down."""
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder))) as library:
        begun = time.perf_counter()
        takes = _fill(library)
        filled = time.perf_counter() - begun
        first, last = (Take(library.take(take), library) for take in (takes[0], takes[-1]))
        catalogue = load()
        found = {
            "first": family_of(first, library),
            "last": family_of(last, library),
        }
        rows = [
            ("the family of the first take, 200 of 1,000", lambda: family_of(first, library)),
            ("the family of the last take", lambda: family_of(last, library)),
            ("what led to it, and what came from it", lambda: (last.parents, first.children)),
            ("the chain of all 1,000 takes", lambda: chain_of_take(library, last.id)),
            ("the first family as text", lambda: family_text(found["first"], catalogue)),
            ("the first family as HTML, without posters", lambda: family_bundle(found["first"], catalogue)),
        ]
        measured = [[title, *_times(work)] for title, work in rows]
        steps = len(chain_of_take(library, last.id).steps)
        late = _old(library)
    return Table(
        "A family among a thousand takes",
        ["asked for", "median, ms", "slowest, ms"],
        measured,
        [
            f"{TAKES:,} takes, of each of which up to {WIDE} others came; a chain of {steps} steps. Wanted for a "
            f"family: {WANTED:.0f} ms. Median of {TIMES}.",
            f"Finding out what an earlier version did not write down of all of them takes {1000 * late:.0f} ms once, "
            f"in a thread of its own after the first half second. (Writing the library took {filled:.0f} s.)",
        ],
    )


def _times(work: Callable[[], object]) -> list[str]:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return [f"{median(taken):.1f}", f"{max(taken):.1f}"]


def _fill(library: Library) -> list[str]:
    takes: list[str] = []
    for number in range(TAKES):
        images = {}
        if number:
            parent = takes[(number - 1) // WIDE]
            digest = f"sha256:{hashlib.sha256(parent.encode()).hexdigest()}"
            note_image(digest, parent, last=True)
            images = {"start": [ImageUse(digest=digest, name=f"last frame of take-{parent}.png")]}
        request = GenerationRequest(
            endpoint="kling-v3-pro/image-to-video",
            input={"prompt": f"A slow dolly in, number {number}", "duration": "5"},
            images=images,
        )
        job, _ = library.jobs.add("https://example.com", request, 1, time.time() + 60)
        file = MediaFile(
            name=f"2026-11/take-{job.id}.mp4", kind="video", media_type="video/mp4", bytes=5, duration=5.0
        )
        kept = TakeRecord(job=structs.replace(job, state="kept"), files=[file], kept=time.time())
        library.takes.add(kept)
        takes.append(job.id)
    return takes


def _old(library: Library) -> float:
    """Forget which take led to which, as an earlier version's rows have it, and find it out again."""
    with library.database.transaction() as connection:
        connection.execute(jobs.update(), {"parents": None})
        connection.execute(links.delete())
    (library.home / "media" / "2026-11").mkdir(exist_ok=True)
    begun = time.perf_counter()
    library.lineage.catch_up(60)
    taken = time.perf_counter() - begun
    rows = library.database.rows(select(jobs.c.parents).where(jobs.c.parents.is_not(None)))
    found = sum(len(msgspec.json.decode(row[0])) for row in rows)
    if found != TAKES - 1:
        raise RuntimeError(f"{found} of {TAKES - 1} links were found again")
    return taken
