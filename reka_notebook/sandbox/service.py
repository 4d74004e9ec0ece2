"""Do the sandbox's work apart from HTTP: take requests once, let them run their course, draw what they ask for."""

from __future__ import annotations

import asyncio
import contextlib
import json
import mimetypes
import random
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.sandbox import profiles, submission, webhooks
from reka_notebook.sandbox.chats import asked, replies
from reka_notebook.sandbox.errors import Refusal
from reka_notebook.sandbox.inference import Inference, Outcome, Timing
from reka_notebook.sandbox.ledger import Charge, Ledger, Refused
from reka_notebook.sandbox.pictures import Pictures
from reka_notebook.sandbox.profiles import Profile
from reka_notebook.sandbox.queue import Course, Pace, draw, median
from reka_notebook.sandbox.rendering.media import Media
from reka_notebook.sandbox.rendering.media import key as key_of
from reka_notebook.sandbox.rendering.renderer import Renderer, Stopped
from reka_notebook.sandbox.shapes.lists import Line
from reka_notebook.sandbox.shapes.outputs import nested


@dataclass
class Service:
    """Hold the requests there are. Everything here runs on the server's event loop, except as noted.

    ``clock`` is monotonic seconds; ``epoch`` is what to add to get epoch seconds. ``file``, if given, is
    handed out in place of every drawing of its kind. ``balance`` is what the account had at first, in USD; without it
    nothing is ever refused for want of money.
    """

    catalogue: Catalogue
    ledger: Ledger
    pictures: Pictures
    renderer: Renderer
    clock: Callable[[], float]
    epoch: float
    profile: Profile
    pace: Pace = field(default_factory=Pace)
    small: bool = False
    file: Path | None = None
    balance: float | None = None
    _requests: dict[str, Inference] = field(default_factory=dict)
    _answers: dict[tuple[str | None, str], tuple[str, str, bytes]] = field(default_factory=dict)
    _outcomes: deque[Outcome] = field(default_factory=deque)
    _twins: dict[str, int] = field(default_factory=dict)
    _waiting: dict[str, Callable[[str, str], str]] = field(default_factory=dict)
    """How media URLs start, by request whose webhook is yet to be called."""
    _telling: set[asyncio.Future[None]] = field(default_factory=set)

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
        url: Callable[[str, str], str],
    ) -> bytes:
        """Return the body of the 202: the first one again if this owner used this key before, however it went since."""
        digest = submission.digest(body, endpoint.id)
        if (answer := self._replayed(owner, key, digest)) is not None:
            return answer
        now = self.clock()
        with self._refusals(endpoint.id, key):
            request = self._accepted(endpoint, body, digest, now)
        self._requests[request.id] = request
        self.ledger.charge(Charge(request.id, endpoint.id, key, now + self.epoch, price=request.price))
        status = {"request_id": request.id, "status": "IN_QUEUE"}
        answer = json.dumps(status | links(request.id)).encode()
        self._keep_answer(owner, key, request.id, digest, answer)
        loop = asyncio.get_running_loop()
        loop.call_later(request.course.started - now, self._start, request.id)
        if request.webhook is not None and webhooks.is_local(request.webhook):
            self._waiting[request.id] = url
            loop.call_later(request.course.completed - now, self._tell, request.id)
        return answer

    def chat(self, body: bytes, model: str | None, key: str | None, owner: str | None) -> bytes:
        """Return the body of a chat completion; the same one again if this owner used this key before."""
        digest = submission.digest(body, "chat")
        if (answer := self._replayed(owner, key, digest)) is not None:
            return answer
        document = submission.document(body)
        model = model or str(document.get("model") or "")
        with self._refusals(f"{model}/chat", key):
            if model not in asked.MODELS and self.profile.models is not None:
                raise Refusal(404, f"There is no model {model[:80]} for chats.", param="model")
            taken = asked.MODELS.get(model, ("text", "image", "video"))
            chat = asked.read(document, model, taken, self.pictures)
            price = profiles.PER_FILE["text"]
            self._refuse_the_poor(price)
        said = replies.answer(chat, chatty=self.profile.chatty)
        request_id = f"chatcmpl-{uuid.uuid4()}"
        now = self.clock() + self.epoch
        self.ledger.charge(Charge(request_id, f"{model}/chat", key, now, price=price))
        usage: dict[str, Any] = {"prompt_tokens": chat.tokens, "completion_tokens": len(said) // 4 + 1}
        usage["total_tokens"] = sum(usage.values())
        message = {"role": "assistant", "content": said}
        told = {
            "id": request_id,
            "object": "chat.completion",
            "created": int(now),
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": usage,
        }
        bill = nested(self.profile.bill[-2:], price)
        answer = json.dumps(told | bill | {"usage": usage | bill.get("usage", {})}).encode()
        self._keep_answer(owner, key, request_id, digest, answer)
        return answer

    def list_chat_models(self) -> dict[str, Any]:
        """Return the body of the list of models to chat with.

        Raises:
            Refusal: With 404, if the profile has no lists of models.
        """
        if self.profile.list_models is None:
            raise Refusal(404, "There is no list of models.")
        return {
            "object": "list",
            "data": [
                {"id": model, "object": "model", "owned_by": "sandbox", "input_modalities": list(taken)}
                for model, taken in asked.MODELS.items()
            ],
        }

    def list_models(self) -> Any:
        """Return the body of the list of models.

        Raises:
            Refusal: With 404, if the profile has no such list.
        """
        if self.profile.list_models is None:
            raise Refusal(404, "There is no list of models.")
        return self.profile.list_models(self.profile.all_models(self.catalogue))

    def list_requests(self, query: Mapping[str, str]) -> Any:
        """Return the body of the list of requests, newest first."""
        now = self.clock()
        lines = [
            Line(
                request.id,
                request.endpoint,
                request.status(now),
                request.course.submitted + self.epoch,
                request.words,
            )
            for request in self.latest
        ]
        return self.profile.list_requests(lines, query)

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
        if self._requests[request_id].cancelled is not None:
            self._tell(request_id)
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
        names = (medium.file_name if "." in name else str(n) for n, medium in enumerate(request.media))
        medium = dict(zip(names, request.media, strict=True)).get(name)
        if medium is None or not request.delivers(self.clock()):
            raise Refusal(404, "There is no such file.")
        if request.expired or fresh != request.fresh:
            return None
        if (file := self._ready(medium)) is not None:
            return file, medium
        try:
            return await asyncio.wrap_future(self.renderer.order(medium)), medium
        except Stopped:
            raise Refusal(503, "The sandbox is being stopped.") from None

    def _replayed(self, owner: str | None, key: str | None, digest: str) -> bytes | None:
        """Return the first answer that this owner's key got, or None if there was none."""
        if key is None or not (known := self._answers.get((owner, key))):
            return None
        request_id, first, answer = known
        self.ledger.replay(request_id, mismatched=first != digest)
        return answer

    def _keep_answer(
        self, owner: str | None, key: str | None, request_id: str, digest: str, answer: bytes
    ) -> None:
        if key is not None:
            self._answers[(owner, key)] = (request_id, digest, answer)

    @contextlib.contextmanager
    def _refusals(self, endpoint: str, key: str | None) -> Iterator[None]:
        """Write what is refused within into the ledger."""
        try:
            yield
        except Refusal as refusal:
            params = tuple(problem.param for problem in refusal.problems if problem.param is not None)
            at = self.clock() + self.epoch
            self.ledger.refuse(Refused(endpoint, key, at, refusal.status, refusal.message, params))
            raise

    def _refuse_the_poor(self, price: float) -> None:
        if self.balance is not None and self.ledger.charged + price > self.balance + 1e-9:
            raise Refusal(*self.profile.no_balance)

    def _accepted(self, endpoint: Endpoint, body: bytes, digest: str, now: float) -> Inference:
        if not self.profile.serves(endpoint.model, endpoint.task):
            raise Refusal(404, f"There is no model {endpoint.model[:80]} for {endpoint.task}.")
        read = submission.read(body, endpoint, self.profile, self.pictures)
        media = submission.media(read, endpoint, small=self.small)
        seconds = read.seconds if endpoint.output == "video" else None
        price = profiles.price(endpoint, seconds, len(media))
        self._refuse_the_poor(price)
        # The dice and the outcome are only for what is accepted, so that a refusal changes no later request.
        return Inference(
            str(uuid.uuid4()),
            endpoint.id,
            endpoint.output,
            read.words,
            self._course(endpoint, read.input, seconds, self._dice(digest), now),
            media,
            submission.boxes(read) if endpoint.output == "boxes" else (),
            read.start.size if read.start else (640, 360),
            self._outcomes.popleft() if self._outcomes else Outcome.from_words(read.words),
            price,
            read.webhook,
        )

    def _course(
        self,
        endpoint: Endpoint,
        given: Mapping[str, Any],
        length: float | None,
        dice: random.Random,
        now: float,
    ) -> Course:
        seconds = self.pace.seconds
        seconds = seconds(endpoint.id, given) if callable(seconds) else seconds
        return draw(
            dice,
            now,
            median(endpoint.output, length),
            seconds=seconds,
            queue_share=self.pace.queue_share,
            speed=self.pace.speed,
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
        if request is None or request.cancelled is not None:
            return
        if request.outcome.status == "COMPLETED" and request.outcome.error is None:
            for medium in request.media:
                if self._ready(medium) is None:
                    self.renderer.order(medium)

    def _tell(self, request_id: str) -> None:
        """Call the webhook of a request that has ended, unless it was called before."""
        url, request = self._waiting.pop(request_id, None), self._requests.get(request_id)
        if url is not None and request is not None and request.webhook is not None:
            told = asyncio.ensure_future(webhooks.post(request.webhook, self._result(request, url)))
            self._telling.add(told)
            told.add_done_callback(self._telling.discard)

    def _result(self, request: Inference, url: Callable[[str, str], str]) -> dict[str, Any]:
        now = self.clock()
        output = self._output(request, url) if request.delivers(now) else None
        body = request.result_json(now, output)
        if self.profile.bill and not request.pending(now):
            within = self.profile.bill[0] == "output"
            if not within:
                body |= nested(self.profile.bill, request.price)
            elif output is not None:
                output |= nested(self.profile.bill[1:], request.price)
        return body

    def _output(self, request: Inference, url: Callable[[str, str], str]) -> dict[str, Any]:
        if request.output == "boxes":
            return self.profile.boxes(request.boxes, request.seen)
        if request.output == "text":
            return {"text": f"The sandbox was asked: {request.words}"}
        files = []
        for number, medium in enumerate(request.media):
            query: dict[str, Any] = {"fresh": request.fresh} if request.fresh else {}
            if self.profile.plain_links:
                query |= {"X-Amz-Expires": 3600, "X-Amz-Signature": key_of(medium)}
            address = url(request.id, str(number) if self.profile.plain_links else medium.file_name)
            files.append((medium, f"{address}?{urlencode(query)}" if query else address, self._bytes(medium)))
        return self.profile.output(request.output, files)

    def _ready(self, medium: Media) -> Path | None:
        """Return the file that is handed out in place of a drawing of its kind."""
        if self.file is None:
            return None
        kind, _ = mimetypes.guess_type(self.file.name)
        alike = kind is None or kind.partition("/")[0] == medium.content_type.partition("/")[0]
        return self.file if alike else None

    def _bytes(self, medium: Media) -> int | None:
        if (file := self._ready(medium)) is not None:
            return file.stat().st_size
        drawn = self.renderer.drawn(medium)
        return drawn.stat().st_size if drawn else None
