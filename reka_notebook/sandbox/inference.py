"""Represent one inference request as the service holds it, and how it looks from outside at any time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reka_notebook.sandbox.queue import Course
from reka_notebook.sandbox.rendering.media import Media
from reka_notebook.sandbox.rendering.size import Size

if TYPE_CHECKING:
    from reka_notebook.sandbox.rendering.seeing import Found

FAILED = {"type": "generation_failed", "message": "The sandbox was told to fail this request."}
REFUSED = {"type": "content_policy", "message": "The sandbox was told to refuse this prompt."}

_PENDING = ("IN_QUEUE", "IN_PROGRESS")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say how a request ends: its last status, its error, and whether it finishes although it was cancelled."""

    status: str = "COMPLETED"
    error: Mapping[str, Any] | None = None
    ignores_cancel: bool = False

    @classmethod
    def from_words(cls, words: str) -> Outcome:
        """Return what the prompt asks for in brackets.

        ``[sandbox: fail]`` is FAILED with an error, ``[sandbox: error]`` COMPLETED with an error, ``[sandbox:
        cancelled]`` CANCELLED by the service, and ``[sandbox: finish]`` goes on to its end although it is
        cancelled.
        """
        found = re.search(r"\[sandbox:\s*(fail|error|cancelled|finish)\s*\]", words, re.IGNORECASE)
        return {
            "fail": cls("FAILED", FAILED),
            "error": cls(error=REFUSED),
            "cancelled": cls("CANCELLED"),
            "finish": cls(ignores_cancel=True),
        }.get(found[1].lower() if found else "", cls())


@dataclass(frozen=True, slots=True)
class Timing:
    """Say how a request went, or will go, for measuring a client. Times are epoch seconds."""

    request_id: str
    endpoint: str
    status: str
    submitted: float
    started: float
    completed: float


@dataclass(frozen=True)
class Inference:
    """Represent one request.

    ``boxes`` are what was found in a picture, whose size in pixels was ``seen``. ``cancelled`` is when it was
    cancelled, on the sandbox's clock. ``fresh`` counts the media URLs given out so far that have ``expired``:
    a URL is good while it is the freshest.
    """

    id: str
    endpoint: str
    output: str
    words: str
    course: Course
    media: tuple[Media, ...]
    boxes: tuple[Found, ...]
    seen: Size
    outcome: Outcome
    price: float = 0.0
    webhook: str | None = None
    cancelled: float | None = None
    fresh: int = 0
    expired: bool = False

    def status(self, now: float) -> str:
        """Return the status word at this time."""
        if self.cancelled is not None:
            return "CANCELLED"
        stage = self.course.stage(now)
        return self.outcome.status if stage == "COMPLETED" else stage

    def pending(self, now: float) -> bool:
        """Return whether it is yet to end."""
        return self.status(now) in _PENDING

    def delivers(self, now: float) -> bool:
        """Return whether its output can be had."""
        return self.status(now) == "COMPLETED" and self.outcome.error is None

    def cancel(self, now: float) -> Inference:
        """Return the request after it was asked to be cancelled: no change once it ended, or if it ignores that."""
        return replace(self, cancelled=now) if self.pending(now) and not self.outcome.ignores_cancel else self

    def refreshed(self) -> Inference:
        """Return the request after its result was asked for: an expired media URL is followed by a new one."""
        return replace(self, fresh=self.fresh + 1, expired=False) if self.expired else self

    def status_json(self, now: float, epoch: float, *, logs: bool) -> dict[str, Any]:
        """Return the body of a status answer. ``epoch`` is what to add to the sandbox's clock to get epoch seconds."""
        return {
            "request_id": self.id,
            "status": self.status(now),
            "queue_position": self.course.position(now) if self.pending(now) else None,
            "logs": self._logs(now, epoch) if logs else None,
            "metrics": self._metrics(now),
        }

    def result_json(self, now: float, output: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the body of a result or cancel answer, with this output if it is to be had."""
        status = self.status(now)
        ended = status not in _PENDING
        return {
            "request_id": self.id,
            "status": status,
            "output": output,
            "error": dict(self.outcome.error)
            if ended and self.cancelled is None and self.outcome.error
            else None,
            "metrics": self._metrics(now),
        }

    def _metrics(self, now: float) -> dict[str, float] | None:
        if self.cancelled is not None or now < self.course.started:
            return None
        metrics = {"queue_time": round(self.course.started - self.course.submitted, 3)}
        if now >= self.course.completed:
            metrics["inference_time"] = round(self.course.completed - self.course.started, 3)
        return metrics

    def _logs(self, now: float, epoch: float) -> list[dict[str, Any]]:
        course = self.course
        work = course.completed - course.started
        lines = [(course.submitted, "Queued"), (course.started, "Started")]
        lines += [(course.started + work * share, f"{share:.0%} done") for share in (0.25, 0.5, 0.75)]
        lines.append((course.completed, "Finished"))
        end = now if self.cancelled is None else self.cancelled
        told = [(at, text) for at, text in lines if at <= end]
        if self.cancelled is not None:
            told.append((self.cancelled, "Cancelled"))
        return [{"timestamp": round(at + epoch, 3), "level": "INFO", "message": text} for at, text in told]
