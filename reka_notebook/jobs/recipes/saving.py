"""Copy a take's file out of the library, with its recipe."""

import io
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from msgspec import structs

from reka_notebook._version import __version__
from reka_notebook.api.address import is_loopback
from reka_notebook.catalogue.catalogue import UNKNOWN_TASK
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.with_sound import ENDPOINT
from reka_notebook.jobs.recipes.recipe import (
    DEEPEST,
    LONGEST_PROMPT,
    VERSION,
    Recipe,
    RecipeImage,
    RecipeParent,
    tellable,
    text_of,
    without_queries,
)
from reka_notebook.key import find_key
from reka_notebook.library import ImageUse, Library, TakeRecord
from reka_notebook.media.recipes.carrying import LARGEST, copy_with, has_credentials

MOST_PARENTS = 12
"""Takes that led to a take, in one recipe."""

_WORDS = ("prompt", "text")


class Saved(NamedTuple):
    """Say what became of a copy.

    Attributes:
        recipe: Whether it carries the recipe.
        credentials: Whether the original has content credentials.
    """

    recipe: bool
    credentials: bool

    @property
    def words(self) -> str:
        """Return what there is to say about content credentials; nothing if the original has none."""
        if not self.credentials:
            return ""
        if self.recipe:
            return (
                "The original has content credentials (C2PA). They are still in this copy, but the recipe makes "
                "them invalid: a verifier reports that the file was changed. "
                "Save it without the recipe to keep them valid."
            )
        return "Its content credentials (C2PA) are kept: the copy is the original, byte for byte."


def recipe_text(
    record: TakeRecord, library: Library, without_key: Callable[[str], str] | None = None
) -> str | None:
    """Return the recipe of a take, as JSON; ``None`` if its request is not known.

    Args:
        record: The take.
        library: The library with the takes that led to it.
        without_key: Removes the API key from a text, in case a person pasted it there.
    """
    if record.job.request.endpoint.endswith(f"/{UNKNOWN_TASK}") or record.job.request.found_as is not None:
        return None
    if record.job.parents is None:
        library.lineage.catch_up()
        record = library.takes.get(record.id) or record
    without_key = without_key or key_remover()
    for depth in range(DEEPEST, -1, -1):  # the whole of a long prompt is worth more than what led to it
        recipe = _recipe(record, library, without_key, depth, [MOST_PARENTS])
        # The outermost one alone has what it is found by.
        text = text_of(structs.replace(recipe, reka_recipe=VERSION, by=f"reka-notebook {__version__}"))
        if len(text.encode()) <= LARGEST:
            return text
    return None


def key_remover() -> Callable[[str], str]:
    """Return what removes the API key from a text, in case a person pasted it there."""
    with suppress(RekaError):
        if key := find_key(settings().api_key, keyring=False):
            return key.taken_out_of
    return str


def told_prompt(prompt: str, without_key: Callable[[str], str]) -> str:
    """Return a prompt as it may go into a file."""
    return without_key(without_queries(prompt))


def told_settings(given: Mapping[str, Any], without_key: Callable[[str], str]) -> dict[str, Any]:
    """Return the settings that may go into a file."""
    told = {name: value for name, value in given.items() if tellable(name, value)}
    return {name: value for name, value in told.items() if without_key(str(value)) == str(value)}


def _recipe(
    record: TakeRecord, library: Library, without_key: Callable[[str], str], depth: int, left: list[int]
) -> Recipe:
    request = record.job.request
    model, _, task = request.endpoint.rpartition("/")
    here = ("video", "sound") if request.endpoint == ENDPOINT else ()
    given = {name: value for name, value in request.input.items() if name not in (*_WORDS, *here)}
    told = told_settings(given, without_key)
    parents = []
    for parent in record.job.parents or ():
        before = library.takes.get(parent.take) if depth and left[0] else None
        if before is not None:
            left[0] -= 1
            recipe = _recipe(before, library, without_key, depth - 1, left)
            parents.append(RecipeParent(role=parent.role, recipe=recipe, at=parent.at, last=parent.last))
    return Recipe(
        model=model,
        task=task,
        prompt=told_prompt(request.prompt, without_key)[:LONGEST_PROMPT],
        settings=told,
        images={slot: list(map(_image, uses)) for slot, uses in request.images.items() if uses},
        take=request.take,
        sandbox=is_loopback(record.job.service),
        left_out=[name for name in given if name not in told and tellable(name, 0)],
        parents=parents,
    )


def _image(use: ImageUse) -> RecipeImage:
    return RecipeImage(
        digest=use.digest,
        address=bool(use.url),
        size=(use.width, use.height) if use.width and use.height else None,
        crop=use.crop,
        pad=use.pad,
    )


def save_file(source: IO[bytes], target: IO[bytes], media_type: str, text: str | None) -> Saved:
    """Copy a file of a take, with the recipe if one is given and the file has a place for it.

    Raises:
        OSError: If the file cannot be read or written.
    """
    if not source.seekable():  # from a team's store
        source = io.BytesIO(source.read())
    credentials = has_credentials(source, media_type)
    start = target.tell()
    carried = text is not None and copy_with(source, target, media_type, text)
    if not carried:
        target.seek(start)
        target.truncate()
        source.seek(0)
        shutil.copyfileobj(source, target, 2**20)
    return Saved(carried, credentials)


def lost_words(original: Path, media_type: str, what: str) -> str:
    """Say that a new file lacks the original's content credentials; return nothing if the original has none."""
    with suppress(OSError), original.open("rb") as file:
        if has_credentials(file, media_type):
            return f"The original has content credentials (C2PA). {what} is a new file without them."
    return ""


def with_recipe(data: bytes, media_type: str, text: str | None) -> bytes:
    """Return a small file with a recipe, if it has a place for one."""
    target = io.BytesIO()
    save_file(io.BytesIO(data), target, media_type, text)
    return target.getvalue()
