"""Hold a take's request as a recipe in a file. Recipes are read strictly, as anybody may have written one."""

import json
import math
import re
from contextlib import suppress
from os import PathLike
from typing import Annotated, Any

import msgspec

from reka_notebook.errors import RekaError
from reka_notebook.media.recipes.carrying import LARGEST_READ, ends_of, find
from reka_notebook.text import cut, one_line
from reka_notebook.whole_file import given_path

VERSION = 1

LONGEST_PROMPT = 20_000
DEEPEST = 4
"""Generations of parents in a recipe."""

MOST_NESTED = 40
"""How deep lists and objects may be nested in a recipe that is read."""

_Name = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^\w[\w.:/-]*\Z")]


class RecipeImage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold an image of a recipe by its digest, without its name or address.

    Attributes:
        digest: That of the source bytes, or of the address.
        address: Whether it was given as an address.
        size: Width and height in pixels, if they are known.
        crop: Left, top, width and height of the part that was sent.
        pad: The ratio that a margin brought it to, and the margin's colour.
    """

    digest: Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
    address: bool = False
    size: tuple[int, int] | None = None
    crop: tuple[int, int, int, int] | None = None
    pad: tuple[_Name, Annotated[str, msgspec.Meta(max_length=20)]] | None = None


class RecipeParent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold a take that led to another, and which part of it was used.

    Attributes:
        role: The image slot, or ``video`` or ``sound``.
        at: When the frame is shown, in seconds.
        last: Whether it is the last frame.
    """

    role: _Name
    recipe: "Recipe"
    at: float | None = None
    last: bool = False


class Recipe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold a take's request, as its exported file carries it.

    Attributes:
        reka_recipe: The version of this form. It comes first, and is not in the recipes of parents.
        by: What wrote it, as in ``reka-notebook 0.3.0``.
        model: The model, as in ``kling-v3-pro``.
        task: The task, as in ``image-to-video``.
        prompt: The text.
        settings: The options that were set, the seed among them.
        images: The images by slot, each by its digest.
        take: Which take of the same request it is.
        sandbox: Whether a local test server made it, not a real model.
        left_out: Names of settings that are withheld: addresses, paths, and what may be secret.
        parents: The takes that led to it.
    """

    reka_recipe: int = msgspec.field(default=-1)
    by: Annotated[str, msgspec.Meta(max_length=100)] = ""
    model: _Name
    task: _Name
    prompt: Annotated[str, msgspec.Meta(max_length=LONGEST_PROMPT)] = ""
    settings: Annotated[dict[_Name, Any], msgspec.Meta(max_length=64)] = {}
    images: Annotated[dict[_Name, list[RecipeImage]], msgspec.Meta(max_length=8)] = {}
    take: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 1
    sandbox: bool = False
    left_out: Annotated[list[_Name], msgspec.Meta(max_length=64)] = []
    parents: Annotated[list[RecipeParent], msgspec.Meta(max_length=16)] = []

    @property
    def endpoint(self) -> str:
        """Return the endpoint, as in ``kling-v3-pro/image-to-video``."""
        return f"{self.model}/{self.task}"

    def __str__(self) -> str:
        """Return endpoint and prompt in a line."""
        return " · ".join(filter(None, [self.endpoint, cut(one_line(self.prompt), 80)]))


def text_of(recipe: Recipe) -> str:
    """Return a recipe as compact JSON."""
    return msgspec.json.encode(recipe).decode()


def parsed(text: str) -> Recipe:
    """Return the recipe at the beginning of a text; other text may follow.

    Raises:
        RekaError: If there is none, or it cannot be used.
    """
    try:
        value, _ = json.JSONDecoder(parse_constant=_refuse).raw_decode(text)
        if _depth(value) > MOST_NESTED:
            raise ValueError
        version = value["reka_recipe"]
        if isinstance(version, int) and version > VERSION:
            raise RekaError(
                "The settings in this file were written by a later version. Update reka-notebook to read them."
            )
        return msgspec.convert(value, Recipe)
    except (ValueError, LookupError, TypeError, RecursionError):  # of msgspec, too
        if len(text) >= LARGEST_READ // 4 and not text[:LARGEST_READ].rstrip().endswith("}"):
            raise RekaError(
                "The settings in this file are too long or damaged, so they were not read."
            ) from None
        raise RekaError("The settings in this file are damaged, so they were not read.") from None


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _depth(value: Any) -> int:
    """Return how deep lists and objects are nested.

    Raises:
        ValueError: If a number is not finite.
    """
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError
    return 0


def read_recipe(file: str | PathLike[str]) -> Recipe | None:
    """Return the recipe that an exported file carries; ``None`` if it carries none.

    Anybody may have written it; reading a recipe sends nothing and changes nothing.

    Args:
        file: The path of a video, an image or a sound.

    Raises:
        RekaError: If the file cannot be read, or what it carries is damaged.
    """
    path = given_path(file)
    try:
        with path.open("rb") as opened:
            text = find(*ends_of(opened))
    except OSError as error:
        raise RekaError(
            f"{one_line(path.name or str(path))} cannot be read: {error.strerror or error}."
        ) from error
    return None if text is None else parsed(text)


_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+|data:[\w/+.;-]*,\S*", re.IGNORECASE)
_PATH = re.compile(r"(?:[A-Za-z]:)?[\\/]\S|~[\w-]*[\\/]|\.{1,2}[\\/]|file:", re.IGNORECASE)
_SECRET = re.compile(r"key|token|secret|passw|auth|credential|signature|webhook|cookie", re.IGNORECASE)

LONGEST_SETTING = 4000


def tellable(name: str, value: Any) -> bool:
    """Return whether a setting may go into a file: no address, no path, no name that suggests a secret."""
    if _SECRET.search(name) or not re.fullmatch(r"[\w.:/-]{1,100}", name):
        return False
    if isinstance(value, str):
        return len(value) <= LONGEST_SETTING and not _ADDRESS.search(value) and not _PATH.match(value.strip())
    if isinstance(value, list):
        return all(tellable("x", one) for one in value)
    if isinstance(value, dict):
        return all(tellable(key, one) for key, one in value.items())
    return True


def without_queries(prompt: str) -> str:
    """Return a prompt whose addresses are cut off where a signature might begin."""

    def plain(found: re.Match[str]) -> str:
        address = found[0]
        if address[:5].lower() == "data:":
            return "data:…"
        with suppress(ValueError):
            scheme, rest = address.split("://", 1)
            host, slash, path = rest.partition("/")
            return f"{scheme}://{host.rpartition('@')[2]}{slash}{re.split('[?#]', path)[0]}"
        return ""

    return _ADDRESS.sub(plain, prompt)
