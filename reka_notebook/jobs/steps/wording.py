"""Decide how a job's request is spelt on the wire, and learn from what the service refuses of that."""

import logging
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace as change

from reka_notebook import media
from reka_notebook.api import ApiError, ValidationFailed
from reka_notebook.catalogue import CatalogueError, Spelt
from reka_notebook.catalogue.respelling import Refused, Respelling, correction, describe, respell
from reka_notebook.jobs.context import JobContext
from reka_notebook.jobs.files.used_images import framing_of
from reka_notebook.library import LeaseLost, LibraryError, Wire
from reka_notebook.library.states import State

log = logging.getLogger("reka_notebook")

MOST_TRIES = 3
"""How many other spellings are tried after a refusal; each has a key of its own, and a refusal charges nothing."""

REFUSALS = (400, 422)
"""What a service answers to a field that it cannot read."""


@lru_cache(maxsize=4)
def _data_uri(path: Path, max_side: int, framing: media.Framing | None) -> str:
    """Return an image as it is sent; a file named by its digest does not change, and a sweep sends it often."""
    return media.prepare(media.framed(media.load(path), framing), max_side=max_side).data_uri


class Wording:
    """Know how a job's request is spelt, and how else it may be. Its methods touch the disk, never the network."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    @property
    def wire(self) -> Wire:
        """Return how the request is spelt; of a row of 0.1.0, how 0.1.0 spelt it."""
        record = self._context.record
        if record.wire is not None:
            return record.wire
        known = self._context.endpoint.properties
        as_it_is = {f"input.{name}": Spelt(name) for name in record.request.input if name in known}
        images = {f"images.{slot}": self._field(slot) for slot in record.request.images}
        return Wire(spelling=as_it_is | images)

    def body(self) -> dict[str, Any]:
        """Return the input as it is sent, with its images."""
        record, images = self._context.record, self._context.library.images
        body = dict(record.request.wire_input(record.wire))
        for slot, uses in record.request.images.items():
            values = [
                use.url or _data_uri(images.path(use.digest), use.max_side, framing_of(use)) for use in uses
            ]
            spelt = self._field(slot)
            body[spelt.name] = values if isinstance(spelt.like, list) or len(values) > 1 else values[0]
        return body

    def _field(self, slot: str) -> Spelt:
        """Return where an image goes: where the row says, or if 0.1.0 wrote the row, where 0.1.0 put it."""
        record, known = self._context.record, self._context.endpoint.images[slot]
        if record.wire is not None and (spelt := record.wire.spelling.get(f"images.{slot}")):
            return spelt
        first = record.request.first_field(slot)
        return first if first.name in known.names else Spelt(known.field, [] if known.many else "")

    def learned_since(self) -> Wire | None:
        """Return another spelling for a request that was never sent, if one was learned since it was written."""
        record = self._context.record
        if record.wire is None or record.state != State.PREPARED:
            return None
        spelling = self._usual()
        return Wire(spelling=spelling) if spelling != record.wire.spelling else None

    def _usual(self) -> dict[str, Spelt]:
        request = self._context.record.request
        return self._context.known_now().spelling(request.input, request.images)

    def after(self, error: ApiError) -> Wire | None:
        """Return how the request may be spelt after a refusal; ``None`` if nothing is left to be tried."""
        wire = self.wire
        if not _is_of_a_field(error) or wire.tries >= MOST_TRIES or wire.maybe_taken:
            return None
        found = self._learned_elsewhere(wire) or self._respelt(error)
        if not found.is_worth_a_try:
            return None
        refused = [*wire.refused, *found.refused]
        return change(wire, spelling=found.spelling, refused=refused, tries=wire.tries + 1)

    def _learned_elsewhere(self, wire: Wire) -> Respelling | None:
        """Return the spelling that another job has learned while this one was asked."""
        request, usual = self._context.record.request, self._usual()
        if wire.tries or usual == self._context.endpoint.spelling(request.input, request.images):
            return None
        pairs = [(fact, before, usual.get(fact, before)) for fact, before in wire.spelling.items()]
        refused: list[Refused] = [
            *((fact, "name", before.name) for fact, before, now in pairs if now.name != before.name),
            *((fact, "like", before.like) for fact, before, now in pairs if now.like != before.like),
        ]
        return Respelling({fact: now for fact, _, now in pairs}, refused) if refused else None

    def _respelt(self, error: ApiError) -> Respelling:
        wire, given = self.wire, self._context.record.request.input
        return respell(self._context.endpoint, given, wire.spelling, wire.refused, error.complaints)

    def correction(self, error: ApiError) -> dict[str, Any] | None:
        """Return what a person can put into their catalogue, if a field is refused that no spelling answers."""
        if not _is_of_a_field(error):
            return None
        return correction(self._context.endpoint, self.wire.spelling, self._respelt(error).open)

    def note_doubt(self) -> None:
        """Write down that the request may have been taken, for a process that takes the job over."""
        record = self._context.record
        if record.wire is not None:
            with suppress(LibraryError, LeaseLost):
                doubtful = change(record.wire, maybe_taken=True)
                self._context.library.jobs.update(record.id, epoch=record.epoch, wire=doubtful)

    def learn(self) -> str | None:
        """Write down which spelling was accepted, if another was refused before; return that in one line."""
        wire, learned, endpoint = self.wire, self._context.learned, self._context.endpoint
        if not wire.refused or learned is None:
            return None
        facts = {fact: wire.spelling[fact] for fact, _, _ in wire.refused if fact in wire.spelling}
        said = ", and ".join(describe(endpoint, fact, spelt, wire.refused) for fact, spelt in facts.items())
        try:
            learned.learn(endpoint, facts)
        except CatalogueError as error:
            line = f"Learned that this service {said}, for this request: {error}"
        else:
            line = f"Learned that this service {said}; written to {learned.file}."
        log.warning("%s", line)
        return line


def _is_of_a_field(error: ApiError) -> bool:
    return isinstance(error, ValidationFailed) and error.status in REFUSALS
