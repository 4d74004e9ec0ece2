"""The two kinds of message and what every subject needs: a request, and its one reply."""

from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec

JSON: TypeAlias = Any

Words: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Rating: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=3)]


class Nothing(msgspec.Struct, frozen=True):
    """The answer to a request that asks for nothing."""


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A command from the browser; ``value`` is what its answer holds."""

    id: str
    value: ClassVar[type[msgspec.Struct]] = Nothing


class Ping(Request, frozen=True, kw_only=True, tag="ping"):
    """Is the kernel there?"""


class Answer(msgspec.Struct, frozen=True, tag_field="type", tag="reply"):
    """What a request asked for. ``parts``: how many came before it, with the beginning of what its buffer ends.

    ``text``: what else would be in the buffer, as base64, for hosts that lose messages with buffers.
    """

    id: str
    value: msgspec.Struct
    ok: bool = True
    parts: int = 0
    text: str | msgspec.UnsetType = msgspec.UNSET


class Part(msgspec.Struct, frozen=True, tag_field="type", tag="part"):
    """A part of what a request asked for, in the message's one buffer or in ``text``; ``index`` from 0 on."""

    id: str
    index: int
    text: str | msgspec.UnsetType = msgspec.UNSET


class Refusal(msgspec.Struct, frozen=True):
    """Why not, in words; ``field`` is the input field at fault, where there is one."""

    message: str
    field: str | None


class Refused(msgspec.Struct, frozen=True, tag_field="type", tag="reply"):
    """Why a request could not be met. ``id`` is None where the request had none."""

    id: str | None
    error: Refusal
    ok: bool = False
