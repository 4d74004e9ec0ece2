"""Answer each request from the browser exactly once, whatever happens."""

import base64
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

import anyio.lowlevel
import anywidget
import msgspec

from reka_notebook.errors import RekaError, unexpected
from reka_notebook.errors.advice import without_options
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.measuring import hold_back
from reka_notebook.widgets.protocol import (
    Answer,
    AnyRequest,
    MeasuredTakes,
    MeasureOlder,
    Measures,
    Nothing,
    Part,
    Ping,
    Playing,
    Refusal,
    Refused,
    Request,
)

log = logging.getLogger("reka_notebook")

UNSEEN = (Ping, Measures, MeasuredTakes, MeasureOlder)
"""What comes while nobody looks, or to see how far measuring is: it does not hold that up."""

PART = 2 * 1024 * 1024
"""Bytes in a message to the browser: of a larger file, kernel, server and browser each work on another part at once."""

LOOKING = 3.0
"""Seconds for which somebody is at it who has asked for something; nothing is measured meanwhile."""

PLAYING = 6.0
"""Seconds for which something is taken to play on in a page that has said so: each says it every two."""

Reply: TypeAlias = tuple[msgspec.Struct, Sequence[bytes]]
Handler: TypeAlias = Callable[[Any, Sequence[bytes]], Awaitable[Reply]]


class Rpc:
    """Hand a widget's messages to their handlers on the engine's loop, and send back what these return.

    A message may arrive on any thread (in a subshell, on ipykernel 7.0 to 7.3), so it is only read and handed
    over.

    Args:
        as_text: Whether to send as base64 what would be in buffers.
    """

    def __init__(
        self,
        widget: anywidget.AnyWidget,
        handlers: Mapping[type[Request], Handler],
        *,
        as_text: bool = False,
    ) -> None:
        self._as_text = as_text
        self._widget = widget
        self._handlers: dict[type[Request], Handler] = {Playing: _nothing, **handlers}
        widget.on_msg(self._received)

    def _received(self, _: Any, content: Any, buffers: Sequence[Any]) -> None:
        # Buffers are memory views into a message that is freed when this returns.
        copies = [bytes(buffer) for buffer in buffers or ()]
        try:
            request = msgspec.convert(content, AnyRequest)
            handler = self._handlers[type(request)]
        except (msgspec.ValidationError, KeyError) as error:
            name = content.get("id") if isinstance(content, Mapping) else None
            refusal = Refusal(f"The kernel does not know this request: {error}", None)
            self._send(Refused(name if isinstance(name, str) else None, refusal))
            return
        if not isinstance(request, UNSEEN):
            hold_back(PLAYING if isinstance(request, Playing) else LOOKING)
        engine().start(self._answer, request, handler, copies)

    async def _answer(self, request: AnyRequest, handler: Handler, buffers: Sequence[bytes]) -> None:
        try:
            value, answer = await handler(request, buffers)
        except RekaError as error:
            self._send(
                Refused(request.id, Refusal(without_options(str(error)), getattr(error, "field", None)))
            )
        except Exception as error:
            log.exception("the studio's request %s failed", type(request).__name__)
            self._send(Refused(request.id, Refusal(unexpected(error), None)))
        else:
            await self._send_whole(request.id, value, answer)

    async def _send_whole(self, request: str, value: msgspec.Struct, buffers: Sequence[bytes]) -> None:
        """Send an answer: its file in parts, the last of them with the answer itself."""
        parts = [buffer[at : at + PART] for buffer in buffers for at in range(0, len(buffer), PART)]
        for index, part in enumerate(parts[:-1]):
            self._send(Part(request, index, self._text([part])), [part])
            await anyio.lowlevel.checkpoint()  # what else the engine has to do is not held up
        last = parts[-1:]
        self._send(Answer(request, value, len(parts[:-1]), self._text(last)), last)

    def _text(self, parts: Sequence[bytes]) -> str | msgspec.UnsetType:
        return base64.b64encode(b"".join(parts)).decode() if self._as_text and parts else msgspec.UNSET

    def _send(self, reply: Answer | Part | Refused, buffers: Sequence[bytes] = ()) -> None:
        self._widget.send(msgspec.to_builtins(reply), buffers=[] if self._as_text else list(buffers))


async def _nothing(request: Request, buffers: Sequence[bytes]) -> Reply:
    return Nothing(), ()
