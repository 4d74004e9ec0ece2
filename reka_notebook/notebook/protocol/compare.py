"""Takes side by side: what differs between them."""

from typing import Annotated

import msgspec

from reka_notebook.notebook.protocol.messages import Request, Words


class Piece(msgspec.Struct, frozen=True):
    """A piece of a prompt; ``differs`` where not all the prompts have it. All pieces together are the prompt."""

    text: str
    differs: bool


class Difference(msgspec.Struct, frozen=True):
    """A setting, with what each take has for it; empty where that is not known."""

    name: str
    values: list[str]


class CompareValue(msgspec.Struct, frozen=True):
    """The prompts in pieces, the settings that differ, and in words those that all share."""

    prompts: list[list[Piece]]
    differing: list[Difference]
    shared: list[str]


class Compare(Request, frozen=True, kw_only=True, tag="compare"):
    """What differs between these takes?"""

    value = CompareValue
    takes: Annotated[list[Words], msgspec.Meta(min_length=2, max_length=4)]
