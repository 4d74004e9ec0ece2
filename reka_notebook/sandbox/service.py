"""Do the sandbox's work apart from HTTP: take requests once, let them run their course, draw what they ask for."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.sandbox import submission
from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.inference import Inference, Outcome, Timing
from reka_notebook.sandbox.ledger import Ledger
from reka_notebook.sandbox.pictures import Pictures
from reka_notebook.sandbox.queue import Pace, draw, median
from reka_notebook.sandbox.rendering.media import Media
from reka_notebook.sandbox.rendering.renderer import Renderer, Stopped


@dataclass
class Service:
    """Hold the requests there are. Everything here runs on the server's event loop, except as noted.

    ``clock`` is monotonic seconds; ``epoch`` is what to add to get epoch seconds. ``file``, if given, is
    handed out in place of every drawing.
    """

    catalogue: Catalogue
    ledger: Ledger
    pictures: Pictures
    renderer: Renderer
    clock: Callable[[], float]
    epoch: float
    pace: Pace = field(default_factory=Pace)
    small: bool = False
    file: Path | None = None
    _requests: dict[str, Inference] = field(default_factory=dict)
    _answers: dict[tuple[str | None, str], tuple[str, str, bytes]] = field(default_factory=dict)
    _outcomes: deque[Outcome] = field(default_factory=deque)
    _twins: dict[str, int] = field(default_factory=dict)

    @property
    def timings(self) -> list[Timing]:
        """Return how each request went or will go, in the order of submission. From any thread."""
        now = self.clock()
        return [
            Timing(
                request.id,
                request.endpoint,
                request.status(now),
                request.course.submitted + self.epoch,
                request.course.started + self.epoch,
                request.course.completed + self.epoch,
            )
            for request in list(self._requests.values())
        ]

    @property
    def latest(self) -> list[Inference]:
        """Return the requests, newest first."""
        return list(self._requests.values())[::-1]

    def next_ends(self, outcome: Outcome, times: int = 1) -> None:
        """Let the next submissions end this way. From any thread."""
        self._outcomes.extend([outcome] * times)

    def forget_keys(self) -> None:
        """Forget every idempotency key, as a service may after some time. From any thread."""
        self._answers.clear()

    def forget(self, request_id: str) -> None:
        """Forget a request but not its charge: asking for it is then a 404. From any thread."""
        self._requests.pop(request_id, None)

    def submit(
        self,
        endpoint: Endpoint,
        body: bytes,
        key: str | None,
        owner: str | None,
        links: Callable[[str], dict[str, str]],
    ) -> bytes:
        """Return the body of the 202: the first one again if this owner used this key before, however it went since."""
        digest = submission.digest(body, endpoint)
        if key is not None and (known := self._answers.get((owner, key))):
            request_id, first, answer = known
            self.ledger.replay(request_id, mismatched=first != digest)
            return answer
        now = self.clock()
        request = self._new(endpoint, submission.read(body, endpoint, self.pictures), self._dice(digest), now)
        self._requests[request.id] = request
        self.ledger.charge(request.id, endpoint.id, key, now + self.epoch)
        status = {"request_id": request.id, "status": "IN_QUEUE"}
        answer = json.dumps(status | links(request.id)).encode()
        if key is not None:
            self._answers[(owner, key)] = (request.id, digest, answer)
        asyncio.get_running_loop().call_later(request.course.started - now, self._start, request.id)
        return answer

    def request(self, request_id: str) -> Inference:
        """Return the request of this ID.

        Raises:
            Refusal: With 404, if there is none.
        """
        found = self._requests.get(request_id)
        if found is None:
            raise Refusal(404, f"There is no request {request_id[:80]}.")
        return found

    def status(self, request_id: str, *, logs: bool) -> dict[str, Any]:
        """Return the body of a status answer."""
        return self.request(request_id).status_json(self.clock(), self.epoch, logs=logs)

    def result(self, request_id: str, url: Callable[[str, str], str]) -> dict[str, Any]:
        """Return the body of a result answer, with media URLs that are good from now on."""
        self._requests[request_id] = self.request(request_id).refreshed()
        return self._result(self._requests[request_id], url)

    def cancel(self, request_id: str, url: Callable[[str, str], str]) -> dict[str, Any]:
        """Cancel a request if it is not too late, and return the result as it is then."""
        self._requests[request_id] = self.request(request_id).cancel(self.clock())
        return self._result(self._requests[request_id], url)

    def expire(self, request_id: str) -> None:
        """Make the media URLs given out so far bad, until the result is asked for again."""
        if found := self._requests.get(request_id):
            self._requests[request_id] = replace(found, expired=True)

    async def medium(self, request_id: str, name: str, fresh: int) -> tuple[Path, Media] | None:
        """Return the file of one medium as soon as it is drawn; None if this URL has expired.

        Raises:
            Refusal: With 404, if there is no such medium.
        """
        request = self.request(request_id)
        medium = next((m for m in request.media if m.file_name == name), None)
        if medium is None or not request.delivers(self.clock()):
            raise Refusal(404, "There is no such file.")
        if request.expired or fresh != request.fresh:
            return None
        if self.file is not None:
            return self.file, medium
        try:
            return await asyncio.wrap_future(self.renderer.order(medium)), medium
        except Stopped:
            raise Refusal(503, "The sandbox is being stopped.") from None

    def _new(
        self, endpoint: Endpoint, read: submission.Submission, dice: random.Random, now: float
    ) -> Inference:
        outcome = self._outcomes.popleft() if self._outcomes else Outcome.from_words(read.words)
        seconds = self.pace.seconds
        seconds = seconds(endpoint.id, read.input) if callable(seconds) else seconds
        length = submission.duration(read.input, endpoint) if endpoint.output == "video" else None
        course = draw(
            dice,
            now,
            median(endpoint.output, length),
            seconds=seconds,
            queue_share=self.pace.queue_share,
            speed=self.pace.speed,
        )
        return Inference(
            str(uuid.uuid4()),
            endpoint.id,
            endpoint.output,
            read.words,
            course,
            submission.media(read, endpoint, small=self.small),
            submission.boxes(read) if endpoint.output == "boxes" else None,
            outcome,
        )

    def _dice(self, digest: str) -> random.Random:
        """Return dice by content and not by order, so that what runs at the same time stays repeatable."""
        if self.pace.seed is None:
            return random.Random()  # noqa: S311 (nothing secret)
        twin = self._twins[digest] = self._twins.get(digest, 0) + 1
        return random.Random(f"{self.pace.seed}:{digest}:{twin}")  # noqa: S311

    def _start(self, request_id: str) -> None:
        """Start the work: what is asked for is drawn, so that it is there when the request is done."""
        request = self._requests.get(request_id)
        if (
            request
            and self.file is None
            and request.outcome.status == "COMPLETED"
            and request.cancelled is None
        ):
            for medium in request.media if request.outcome.error is None else ():
                self.renderer.order(medium)

    def _result(self, request: Inference, url: Callable[[str, str], str]) -> dict[str, Any]:
        def address(medium: Media) -> str:
            fresh = f"?fresh={request.fresh}" if request.fresh else ""
            return url(request.id, medium.file_name) + fresh

        return request.result_json(self.clock(), address, self._bytes)

    def _bytes(self, medium: Media) -> int | None:
        if self.file is not None:
            return self.file.stat().st_size
        drawn = self.renderer.drawn(medium)
        return drawn.stat().st_size if drawn else None
