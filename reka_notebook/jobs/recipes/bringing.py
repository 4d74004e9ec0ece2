"""Fit a recipe to the catalogue and the library here, and say what cannot be brought back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from reka_notebook import media
from reka_notebook.catalogue import Catalogue, Endpoint, check_input
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.with_sound import ENDPOINT
from reka_notebook.jobs.prepared import kept_image
from reka_notebook.jobs.recipes.recipe import Recipe, RecipeImage
from reka_notebook.library import ImageUse, Library
from reka_notebook.text import beginning, one_line

FEW = 5
"""Options that are named, of those that are left out."""


@dataclass(frozen=True)
class Brought:
    """Hold what can be used of a recipe here.

    Attributes:
        recipe: The recipe; for a video with a sound put under it, the recipe of that video.
        endpoint: Its endpoint; ``None`` if the catalogue does not have it.
        settings: The settings that the endpoint accepts.
        images: The images that the library has, by slot.
        notes: What is missing or different, in sentences.
    """

    recipe: Recipe
    endpoint: Endpoint | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    images: Mapping[str, list[media.SourceImage]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def bring(recipe: Recipe, catalogue: Catalogue, library: Library) -> Brought:
    """Return what can be used of a recipe here. Nothing in it is trusted: what does not fit is left out."""
    notes = list[str]()
    while recipe.endpoint == ENDPOINT:
        video = next((parent.recipe for parent in recipe.parents if parent.role == "video"), None)
        if video is None:
            notes.append(
                "A sound was put under another video here, and that video's settings are not in the file."
            )
            return Brought(recipe, None, notes=tuple(notes))
        notes.append("A sound was put under this video afterwards.")
        recipe = video
    if recipe.sandbox:
        notes.append("It was made by a local sandbox (not a real model).")
    endpoint = catalogue.endpoints.get(recipe.endpoint)
    if endpoint is None:
        notes.append(
            f"Your catalogue doesn't have {recipe.endpoint}, so only the prompt can be brought back."
        )
        return Brought(recipe, None, notes=tuple(notes))
    settings = {name: value for name, value in recipe.settings.items() if _takes(endpoint, name, value)}
    refused = [name for name in recipe.settings if name not in settings]
    if refused:
        them = "it" if len(refused) == 1 else "them"
        notes.append(
            f"Left out, because this model doesn't accept {them} as set: {_in_words(refused, endpoint)}."
        )
    if recipe.left_out:
        notes.append(
            f"Not in the file, which holds no addresses, paths or secrets: {_in_words(recipe.left_out, endpoint)}."
        )
    images = dict[str, list[media.SourceImage]]()
    for slot, wanted in recipe.images.items():
        for image in wanted[: 16 if slot in endpoint.images and endpoint.images[slot].many else 1]:
            found = _found(image, library) if slot in endpoint.images else None
            if found is not None:
                images.setdefault(slot, []).append(found)
            else:
                notes.append(_missing(slot, image, recipe))
    return Brought(recipe, endpoint, settings, images, tuple(dict.fromkeys(notes)))


def _in_words(names: Sequence[str], endpoint: Endpoint) -> str:
    """Return what options are called, those that are not known here by their names' own words."""
    called = [
        str(endpoint.properties.get(name, {}).get("title", ""))
        or one_line(name.replace("_", " ").replace("-", " ")).replace(" url", " address")
        for name in names[:FEW]
    ]
    more = len(names) - FEW
    return ", ".join(called) + (f" and {more} more" if more > 0 else "")


def _takes(endpoint: Endpoint, name: str, value: Any) -> bool:
    """Return whether an endpoint declares an option and takes this value."""
    if name not in endpoint.options:
        return False
    required = endpoint.schema.get("required", ())
    others = {field: "-" for field in required if field != name}
    try:
        check_input(endpoint, {name: value}, list(endpoint.images), others)
    except (RekaError, ValueError, TypeError, RecursionError):
        return False
    return True


def _found(image: RecipeImage, library: Library) -> media.SourceImage | None:
    if image.address:
        return None
    use = ImageUse(digest=image.digest, crop=image.crop, pad=image.pad)
    with suppress(RekaError):
        return kept_image(use, library)
    with suppress(RekaError):  # its framing is not one
        return kept_image(ImageUse(digest=image.digest), library)
    return None


def _missing(slot: str, image: RecipeImage, recipe: Recipe) -> str:
    name = f"{slot.replace('_', ' ')} image"
    if image.address:
        return f"Its {name} was given as an address, which isn't in the file. Add the image yourself."
    size = f" ({image.size[0]} × {image.size[1]})" if image.size else ""
    parent = next((parent for parent in recipe.parents if parent.role == slot), None)
    origin = ""
    if parent is not None:
        what = "the last frame" if parent.last else "a picture"
        origin = f", {what} of “{beginning(one_line(parent.recipe.prompt), 60)}”,"
    return f"Its {name}{size}{origin} isn't in your library. Add it yourself."
