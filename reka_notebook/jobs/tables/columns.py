"""Write takes as columns: request, result, measures, what was varied, ratings and notes."""

from collections.abc import Sequence
from typing import Any

from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.boxes import BOXES
from reka_notebook.jobs.sweep_request import SweepRequest
from reka_notebook.jobs.tables.varied import find_axes
from reka_notebook.jobs.take import Take, library_of
from reka_notebook.library import Library
from reka_notebook.library.lineage.parent import main_parent
from reka_notebook.media.measures import Measures

_WORDS = ("prompt", "text")

_UNMEASURED = Measures()

_PLAIN = (bool, int, float, str, type(None))


def columns_of(takes: Sequence[Take], sweep: SweepRequest | None = None) -> dict[str, list[Any]]:
    """Return the columns of a table of takes, in order.

    Args:
        sweep: The sweep that made them, if known.
    """
    records = [take.record for take in takes]
    requests = [take.request for take in takes]
    files = [take.file for take in takes]
    kinds = [file.kind for file in files]
    parents = _parents(takes)
    measured = _measured(takes)
    columns: dict[str, list[Any]] = {
        "id": [record.id for record in records],
        "kept": [record.kept for record in records],
        "endpoint": [request.endpoint for request in requests],
        "prompt": [request.prompt for request in requests],
        "take": [request.take for request in requests],
        "images": [
            ", ".join(use.name or use.digest for uses in request.images.values() for use in uses)
            for request in requests
        ],
        "kind": kinds,
        "files": [len(record.files) for record in records],
        "boxes": [
            _count_boxes(take) if kind == BOXES else None for take, kind in zip(takes, kinds, strict=True)
        ],
        "seconds": [file.duration for file in files],
        "width": [file.width for file in files],
        "height": [file.height for file in files],
        "bytes": [file.bytes for file in files],
        "took": [record.took for record in records],
        "billed_usd": [record.job.billed for record in records],
        "estimated_usd": [record.job.estimated for record in records],
        "pinned": [record.pinned for record in records],
        "rating": [record.rating for record in records],
        "verdict": [record.verdict for record in records],
        "note": [record.note for record in records],
        "person": [record.job.person for record in records],
        "notebook": [record.job.notebook for record in records],
        "path": [take.where_of(file) for take, file in zip(takes, files, strict=True)],
        "parent": parents,
        "reused": [record.job.reused for record in records],
    }
    found = [measured.get(take.id, _UNMEASURED) for take in takes]
    columns |= {name: [getattr(one, name) for one in found] for name in Measures.__struct_fields__}
    columns |= {f"axis.{name}": values for name, values in find_axes(requests, sweep).items()}
    names = dict.fromkeys(name for request in requests for name in request.input if name not in _WORDS)
    for name in names:
        given = (request.input.get(name) for request in requests)
        columns[f"input.{name}"] = [value if isinstance(value, _PLAIN) else str(value) for value in given]
    return columns


def _libraries(takes: Sequence[Take]) -> list[tuple[Library, list[Take]]]:
    """Return takes by the library that they are in."""
    found: dict[int, tuple[Library, list[Take]]] = {}
    for take in takes:
        library = library_of(take)
        found.setdefault(id(library), (library, []))[1].append(take)
    return list(found.values())


def _measured(takes: Sequence[Take]) -> dict[str, Measures]:
    found: dict[str, Measures] = {}
    for library, own in _libraries(takes):
        found |= library.measures.some([take.id for take in own])
    return found


def _parents(takes: Sequence[Take]) -> list[str | None]:
    """Return the take that each mainly came from, after looking for it in old rows that lack it."""
    known = {take.id: take.record.job.parents for take in takes}
    for library, own in _libraries([take for take in takes if known[take.id] is None]):
        library.lineage.catch_up()
        known |= {record.id: record.job.parents for record in library.takes.some([take.id for take in own])}
    main = (main_parent(known[take.id]) for take in takes)
    return [None if parent is None else parent.take for parent in main]


def _count_boxes(take: Take) -> int | None:
    """Return how many boxes a take holds; ``None`` if they cannot be read."""
    try:
        return len(take.boxes)
    except RekaError:
        return None
