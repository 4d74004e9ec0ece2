"""Describe the chat models that help with a prompt and look at a take, and say where the API key may go for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

import msgspec

from reka_notebook.catalogue.endpoint import JSON, Mark

Purpose: TypeAlias = Literal["prompt", "looking"]
"""What a chat model is for: help with a prompt, or looking at a take."""

Sight: TypeAlias = Literal["image", "video"]

REKA = "reka"
"""In place of a variable's name: the key that requests are made with."""

# Without words before the host, as in https://api.reka.ai@example.org, which would name one host and mean another.
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/?#\\@]+/[^\s?#\\]*$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
KeyName = Annotated[str, msgspec.Meta(pattern=rf"^({REKA}|[A-Z][A-Z0-9_]{{2,60}})$")]
Dollars = Annotated[float, msgspec.Meta(ge=0, le=10_000)]


class ChatPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold what a chat model costs; the parts add up."""

    usd_per_request: Dollars = 0.0
    usd_per_million_in: Dollars = 0.0
    usd_per_million_out: Dollars = 0.0

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Return the dollars that a call costs with this many tokens each way."""
        million = self.usd_per_million_in * tokens_in + self.usd_per_million_out * tokens_out
        return self.usd_per_request + million / 1e6


class ChatData(msgspec.Struct, forbid_unknown_fields=True):
    """Describe one chat model as the file has it; ``for`` and ``key`` are explained at `ChatModel`."""

    title: Name
    url: Address
    purposes: list[Purpose] = msgspec.field(name="for", default_factory=lambda: ["prompt"])
    sees: list[Sight] = []
    key: KeyName | None = None
    model: Name | None = None
    most_seconds: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    most_bytes: Annotated[int, msgspec.Meta(gt=0)] = 8 * 2**20
    most_tokens: Annotated[int, msgspec.Meta(ge=1, le=200_000)] = 2000
    marks: dict[str, Mark] = {}
    note: str | None = None
    price: ChatPrice | None = None


@dataclass(frozen=True, slots=True)
class ChatModel:
    """Hold a chat model at an OpenAI-compatible address.

    Attributes:
        name: What a person calls it.
        model: What it is called on the wire.
        url: The whole address of its chat route.
        purposes: What it is for.
        sees: What it sees beside words.
        key: ``reka`` for the key that requests are made with, the name of an environment variable that holds
            another, or ``None`` for an address that needs none. Only the bundled data and a person's own file
            say so; no list of the service's and nothing learned from an answer does.
        own_key: Whether it is a person's own file that says so.
        most_seconds: The longest film that it is given.
        most_bytes: The largest file that it is given as it is.
        most_tokens: How long its answer may be.
    """

    name: str
    model: str
    title: str
    url: str
    purposes: tuple[Purpose, ...]
    sees: tuple[Sight, ...]
    key: str | None
    own_key: bool
    most_seconds: float
    most_bytes: int
    most_tokens: int
    marks: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))
    note: str | None = None
    price: ChatPrice | None = None


def chat_model(name: str, data: ChatData) -> ChatModel:
    """Return the chat model that the data describes."""
    return ChatModel(
        name=name,
        model=data.model or name,
        title=data.title,
        url=data.url,
        purposes=tuple(data.purposes),
        sees=tuple(data.sees),
        key=data.key,
        own_key=data.marks.get("key") == Mark.learned,
        most_seconds=data.most_seconds,
        most_bytes=data.most_bytes,
        most_tokens=data.most_tokens,
        marks=MappingProxyType(data.marks),
        note=data.note,
        price=data.price,
    )


def mark_changes(known: dict[str, JSON], merged: dict[str, JSON], changes: Mapping[str, JSON]) -> None:
    """Mark what a person's file says of chat models, and take the key from an address that it moves.

    Args:
        known: The chat models before the file was merged over them, by name.
        merged: The same afterwards; these are changed.
        changes: What the file says.
    """
    for name, change in changes.items():
        model, before = merged.get(name), known.get(name)
        if not isinstance(model, dict) or not isinstance(change, Mapping):
            continue
        marks = model.get("marks", {})
        if isinstance(marks, Mapping):
            touched = sorted(set(change) - {"marks"})
            model["marks"] = {**marks, **dict.fromkeys(touched, Mark.learned.value)}
        if isinstance(before, Mapping) and model.get("url") != before.get("url") and "key" not in change:
            model.pop("key", None)  # who moves it says whether a key goes there
        model.setdefault("title", name)
