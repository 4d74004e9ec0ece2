"""The kinds of message and what every subject needs: a request, its parts, and its one reply."""

from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec

JSON: TypeAlias = Any

Words: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Rating: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=3)]


class Nothing(msgspec.Struct, frozen=True):
    """Hold no fields, or no value."""


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Ask the kernel for something; ``value`` is the struct that its answer holds."""

    id: str
    value: ClassVar[type[msgspec.Struct]] = Nothing


class Ping(Request, frozen=True, kw_only=True, tag="ping"):
    """Ask whether the kernel is there."""


class Playing(Request, frozen=True, kw_only=True, tag="playing"):
    """Say that a video or a sound plays in the page; said again every few seconds while one does."""


class Answer(msgspec.Struct, frozen=True, tag_field="type", tag="answer"):
    """Reply to a request with what it asked for.

    Attributes:
        parts: How many parts of its file were sent before; the answer's own buffer holds the rest.
        text: The buffer as base64, for hosts that lose messages with buffers.
    """

    id: str
    value: msgspec.Struct
    parts: int
    text: str | msgspec.UnsetType = msgspec.UNSET


class Part(msgspec.Struct, frozen=True, tag_field="type", tag="part"):
    """Carry a part of an answer's file in the one buffer, before the answer itself.

    Attributes:
        index: From 0.
        text: The buffer as base64, for hosts that lose messages with buffers.
    """

    id: str
    index: int
    text: str | msgspec.UnsetType = msgspec.UNSET


class Refusal(msgspec.Struct, frozen=True):
    """Say why a request could not be met.

    Attributes:
        field: The input field at fault, where there is one.
    """

    message: str
    field: str | None


class Refused(msgspec.Struct, frozen=True, tag_field="type", tag="refused"):
    """Reply to a request that could not be met.

    Attributes:
        id: None where the request had none.
    """

    id: str | None
    error: Refusal
