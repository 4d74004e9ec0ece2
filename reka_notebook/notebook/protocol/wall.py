"""All takes: how many there are, and finding some."""

from typing import Annotated

import msgspec

from reka_notebook.notebook.protocol.messages import Rating, Request, Words
from reka_notebook.notebook.protocol.takes import Take


class Model(msgspec.Struct, frozen=True):
    """A model that there are takes of."""

    id: str
    title: str


class Counts(msgspec.Struct, frozen=True):
    """How many takes there are; ``here``: of this notebook, ``None`` where the host does not say which it is."""

    all: int
    here: int | None
    models: list[Model]


class FindValue(msgspec.Struct, frozen=True):
    """A page of takes, newest first. ``total``: all that fit; ``next``: what the next page is to come after."""

    takes: list[Take]
    total: int
    next: str | None


class Find(Request, frozen=True, kw_only=True, tag="find"):
    """Takes that fit all of this, from the newest on, or from the one behind ``after``."""

    value = FindValue
    words: Words
    model: Words | None
    since: float | None
    until: float | None
    rating: Rating
    pinned: bool
    here: bool
    after: Words | None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)]
