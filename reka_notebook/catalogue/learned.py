"""Keep what the service's own answers have taught, in a file of its own: ``learned.json``.

It holds a merge patch over the bundled catalogue for each service, by its origin: what a sandbox taught
never reaches Reka, and two sandboxes on two ports are two services. Why a fact is there, and since when,
stands under ``reasons``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reka_notebook.catalogue.endpoint import JSON, Endpoint, Mark
from reka_notebook.catalogue.errors import CatalogueError
from reka_notebook.catalogue.spelling import Spelt
from reka_notebook.whole_file import put_in_place

LARGEST = 4 * 2**20
"""Bytes of a file that is read: far more than all models together teach."""

PATIENCE = 10.0
"""Seconds that another process may take to write it."""


@dataclass(frozen=True)
class Learned:
    """Say where the file is, and of which service it is asked."""

    file: Path
    service: str

    @classmethod
    def at(cls, home: Path, service: str) -> Learned:
        """Return what a library's folder has learned of a service, named by its origin."""
        return cls(home / "learned.json", service)

    @property
    def version(self) -> tuple[int, int, int] | None:
        """Return what changes whenever the file does; ``None`` if there is none."""
        try:
            stat = self.file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def read(self) -> dict[str, JSON]:
        """Return the changes for this service by endpoint, none if the file cannot be read."""
        changes = _object(_object(_object(self._all()).get(self.service)).get("endpoints"))
        return {id_: change for id_, change in changes.items() if isinstance(change, dict)}

    def learn(self, endpoint: Endpoint, spelling: Mapping[str, Spelt]) -> None:
        """Write down how the service wants facts to be spelt, because it has accepted them so.

        Raises:
            CatalogueError: If it cannot be written.
        """
        since = f"learned on {_today()}, from what the service accepted"
        self._write(
            endpoint, {fact: _accepted(endpoint, fact, spelt) for fact, spelt in spelling.items()}, since
        )

    def doubt(self, endpoint: Endpoint, fact: str, why: str) -> None:
        """Write down that an answer contradicts a fact, and why that is thought.

        Raises:
            CatalogueError: If it cannot be written.
        """
        self._write(endpoint, {fact: None}, f"doubted on {_today()}: {why}")

    def clear_doubt(self, endpoint: Endpoint, fact: str) -> None:
        """Take a doubt back, because a later answer bears the fact out.

        Raises:
            CatalogueError: If it cannot be written.
        """
        with self._known(endpoint) as known:
            marks, reasons = _object(known.get("marks")), _object(known.get("reasons"))
            if marks.get(fact) != Mark.doubted.value:
                return
            del marks[fact]
            reasons.pop(fact, None)
            part, _, name = fact.partition(".")
            held = known if part == "images" else _object(known.get("input"))
            if name in _object(held.get("images" if part == "images" else "properties")):
                marks[fact] = Mark.learned.value

    def _all(self) -> JSON:
        try:
            if self.file.stat().st_size <= LARGEST:
                return json.loads(self.file.read_bytes())
        except (OSError, ValueError, RecursionError):
            pass
        return {}

    def _write(self, endpoint: Endpoint, changes: Mapping[str, JSON], reason: str) -> None:
        with self._known(endpoint) as known:
            for fact, change in changes.items():
                _put(known, fact, change, reason)

    @contextmanager
    def _known(self, endpoint: Endpoint) -> Iterator[dict[str, JSON]]:
        """Yield what is known of an endpoint, for this process alone to change, and write it down.

        Raises:
            CatalogueError: If it cannot be written.
        """
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.file.with_suffix(".lock"), timeout=PATIENCE, mode=0o600):
                everything = _object(self._all())
                mine = everything[self.service] = _object(everything.get(self.service))
                listed = mine["endpoints"] = _object(mine.get("endpoints"))
                # A model that is not listed is served by its task's template, and teaches for all of them.
                name = endpoint.template or endpoint.id
                known = listed[name] = _object(listed.get(name))
                yield known
                put_in_place(self.file, json.dumps(everything, indent=2, ensure_ascii=False).encode())
        except (OSError, Timeout) as error:
            raise CatalogueError(f"{self.file} cannot be written: {error}") from error


def _accepted(endpoint: Endpoint, fact: str, spelt: Spelt) -> JSON:
    """Return the data of a fact with what was accepted first, and the other spellings after it."""
    part, _, name = fact.partition(".")
    if part == "images":
        names = list(dict.fromkeys((spelt.name, *endpoint.images[name].names)))
        return {"names": names, "many": isinstance(spelt.like, list)}
    found: dict[str, Any] = {"x-names": list(dict.fromkeys((spelt.name, *endpoint.names(name))))}
    if likes := endpoint.properties[name].get("x-spellings"):
        found["x-spellings"] = [spelt.like, *(like for like in likes if repr(like) != repr(spelt.like))]
    return found


def _put(known: dict[str, JSON], fact: str, change: JSON, reason: str) -> None:
    known.update({part: _object(known[part]) for part in ("images", "input") if part in known})
    marks = known["marks"] = _object(known.get("marks"))
    reasons = known["reasons"] = _object(known.get("reasons"))
    reasons[fact] = reason
    if change is None:
        marks[fact] = Mark.doubted.value
        return
    marks[fact] = Mark.learned.value
    part, _, name = fact.partition(".")
    if part == "images":
        known["images"] = {**_object(known.get("images")), name: change}
    else:
        properties = _object(_object(known.get("input")).get("properties"))
        known["input"] = {"properties": {**properties, name: change}}


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _today() -> str:
    return time.strftime("%Y-%m-%d")
