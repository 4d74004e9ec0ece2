"""Copy a take's file out of the library, with its recipe."""

import io
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from msgspec import structs

from reka_notebook._version import __version__
from reka_notebook.api.address import is_loopback
from reka_notebook.catalogue.catalogue import UNKNOWN_TASK
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
)
from reka_notebook.jobs.recipes.told import WORDS, WithoutKey, key_remover, told_prompt, told_settings
from reka_notebook.library import ImageUse, Library, TakeRecord
from reka_notebook.media.recipes.carrying import LARGEST, copy_with, has_credentials

MOST_PARENTS = 12
"""Takes that led to a take, in one recipe."""


class Saved(NamedTuple):
    """Say what became of a copy.

    Attributes:
        recipe: Whether it carries the recipe.
        credentials: Whether the original has content credentials.
    """

    recipe: bool
    credentials: bool


def credentials_words(copies: Collection[Saved], instead: str = "Save without the recipe") -> str:
    """Return what there is to say about the content credentials of the originals; nothing if they have none.

    Args:
        copies: What became of each copy.
        instead: How to copy the files byte for byte.
    """
    changed = sum(saved.credentials and saved.recipe for saved in copies)
    same = sum(saved.credentials and not saved.recipe for saved in copies)
    told = []
    if changed:
        whose = "The original has" if len(copies) == 1 else f"{changed} of {len(copies)} originals have"
        where = "this copy" if changed == 1 else "the copies"
        told.append(
            f"{whose} content credentials (C2PA). They are still in {where}, but the recipe makes them invalid: a "
            f"verifier reports that the file was changed. {instead} to keep them valid."
        )
    if same:
        copy = "the copy is the original" if same == 1 else f"{same} copies are the originals"
        told.append(f"Content credentials (C2PA) are kept: {copy}, byte for byte.")
    return " ".join(told)


def recipe_text(record: TakeRecord, library: Library, without_key: WithoutKey | None = None) -> str | None:
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


def _recipe(
    record: TakeRecord, library: Library, without_key: WithoutKey, depth: int, left: list[int]
) -> Recipe:
    request = record.job.request
    model, _, task = request.endpoint.rpartition("/")
    here = ("video", "sound") if request.endpoint == ENDPOINT else ()
    given = {name: value for name, value in request.input.items() if name not in (*WORDS, *here)}
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
