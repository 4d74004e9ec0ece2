"""Turn what a person wrote into a checked generation request. Nothing is sent, nothing is written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace as change

from reka_notebook import media
from reka_notebook.catalogue import Catalogue, Endpoint, InvalidInput, Meaning, check_input
from reka_notebook.jobs.files.used_images import source_of
from reka_notebook.jobs.take import TAKE_MARK, Take, TakeFile, frame_named, frame_of
from reka_notebook.library import GenerationRequest, ImageUse, Library, Wire
from reka_notebook.scalars import scalar
from reka_notebook.text import is_blank
from reka_notebook.webhook import check_webhook

MARK = "sha256:"

LAST_TAKE = 2**31 - 1
"""The highest number that a take may have: nobody makes so many, and every database holds it."""


def kept_or_given(image: Any, library: Library) -> Any:
    """Return the library's own image for a take, ``take:…`` and ``sha256:…``, and anything else as it is given.

    Raises:
        RekaError: If the library does not have it.
    """
    if isinstance(image, Take | TakeFile):
        return frame_of(image, None)
    if isinstance(image, list | tuple):
        return [kept_or_given(one, library) for one in image]
    if isinstance(image, str) and image.startswith(TAKE_MARK):
        return frame_named(image, library)
    if isinstance(image, str) and image.startswith(MARK):
        return kept_image(ImageUse(digest=library.images.find(image)), library)
    return image


def kept_image(use: ImageUse, library: Library) -> media.SourceImage:
    """Return the image that a request was made with, so that asking again gives the same request.

    Raises:
        RekaError: If it is no longer in the library, or is damaged.
    """
    if use.url:
        return media.load(use.url)
    name = use.name or f"image {use.digest[len(MARK) :][:8]}"
    return source_of(change(use, name=name), library.images.read(use.digest))


def use_of(source: media.SourceImage) -> ImageUse:
    """Return how a request that sends this image records it."""
    framing = source.framing
    return ImageUse(
        digest=source.digest,
        name=source.name,
        url=source.url,
        width=source.width,
        height=source.height,
        crop=(framing.left, framing.top, framing.width, framing.height)
        if isinstance(framing, media.Crop)
        else None,
        pad=(framing.ratio, framing.colour) if isinstance(framing, media.Pad) else None,
    )


_URL = re.compile(r"https?:[/\\]{2}\S+", re.IGNORECASE)


@dataclass(frozen=True)
class PreparedRequest:
    """Hold a checked request with what is needed to carry it out.

    ``webhook_url`` belongs to no request's identity; ``None`` stands for that of the settings. Nor does ``reused``,
    the take whose settings it is asked with.
    """

    request: GenerationRequest
    endpoint: Endpoint
    sources: tuple[media.SourceImage, ...]
    webhook_url: str | None = field(default=None, repr=False, compare=False)
    reused: str | None = field(default=None, repr=False, compare=False)

    @property
    def meaning(self) -> Meaning:
        """Return what says what an input means to the request's endpoint, however it is spelt."""
        return Meaning(self.endpoint)

    @property
    def wire(self) -> Wire:
        """Return how the request is most likely spelt when it is sent."""
        return Wire(spelling=self.endpoint.spelling(self.request.input, self.request.images))

    @property
    def urls(self) -> list[str]:
        """Return every URL that the service is asked to fetch: of images, and those that other fields consist of."""
        words = {self.endpoint.prompt_field, "prompt", "negative_prompt", "text"}
        values = [value for name, value in self.request.input.items() if name not in words]
        return [source.url for source in self.sources if source.url] + list(_urls_in(values))


def prepare(
    catalogue: Catalogue,
    prompt: object,
    images: Mapping[str, Any],
    *,
    model: str | None = None,
    task: str | None = None,
    values: Mapping[str, Any] | None = None,
    undeclared: Mapping[str, Any] | None = None,
    take: object = 1,
    webhook_url: object = None,
) -> PreparedRequest:
    """Check what a person wrote and return it as a request that can be submitted.

    Every way to ask passes here: the cell, the line, the command line, Python, and the studio's button and method.

    Args:
        catalogue: The endpoints.
        prompt: The prompt, as text.
        images: By slot (``start``, ``end``), anything that `reka_notebook.media.load` takes, or a list of such;
            ``None`` for an empty slot.
        model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``; the task's default if not given.
        task: What is asked for; if not given, it follows from the model and whether there is an image.
        values: The endpoint's own options.
        undeclared: Fields that are not checked; one that the catalogue does not know is sent as it is.
        take: Which take of the same request is wanted, from 1.
        webhook_url: What the service calls when the request has ended; that of the settings if not given.

    Raises:
        RekaError: The webhook is none that the service takes.
        InputError: The prompt is not text, or something does not fit the endpoint.
        ImageError: An image cannot be used.
    """
    if not isinstance(model, str | None):
        raise InvalidInput(
            f"The model is named in text, as in kling-v3-pro, and not {model!r}.", field="model"
        )
    if not isinstance(task, str | None):
        raise InvalidInput(f"A task is named in text, as in text-to-image, and not {task!r}.", field="task")
    if not isinstance(undeclared, Mapping | None):
        raise InvalidInput(
            f"Undeclared fields are a dict, as in {{'seed': 7}}, and not of the type {type(undeclared).__name__}.",
            field="undeclared",
        )
    given = {slot: _listed(image) for slot, image in images.items() if image is not None}
    endpoint = catalogue.choose(
        model or None, task=task, with_image=has_image(catalogue, given.values(), undeclared)
    )
    if not isinstance(prompt, str):
        what = "None" if prompt is None else f"a {type(prompt).__name__}"
        raise InvalidInput(
            f'The prompt is {what}, and is written as text; "" stands for no prompt. Nothing was sent.',
            field=endpoint.prompt_field or "prompt",
        )
    number = scalar(take)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= LAST_TAKE:
        raise InvalidInput(f"take is the number of a take, 1 or more, and not {take!r}.", field="take")
    for slot, listed in given.items():
        _check_number(endpoint, slot, listed)
    words = {endpoint.prompt_field: prompt} if endpoint.prompt_field and not is_blank(prompt) else {}
    checked = check_input(endpoint, {**words, **(values or {})}, list(given), undeclared)
    sources = {slot: [_load(image) for image in listed] for slot, listed in given.items()}
    uses = {slot: [use_of(source) for source in listed] for slot, listed in sources.items()}
    return PreparedRequest(
        request=GenerationRequest(endpoint=endpoint.id, input=checked, images=uses, take=number),
        endpoint=endpoint,
        sources=tuple(source for listed in sources.values() for source in listed),
        webhook_url=check_webhook(webhook_url) if webhook_url is not None else None,
    )


def has_image(catalogue: Catalogue, images: Iterable[Any], undeclared: object) -> bool:
    """Return whether one of the images is there, or a field that takes one is sent without being declared."""
    fields = undeclared if isinstance(undeclared, Mapping) else {}
    return any(image is not None for image in images) or not catalogue.image_fields.isdisjoint(fields)


def prepare_again(request: GenerationRequest, catalogue: Catalogue, library: Library) -> PreparedRequest:
    """Return a request that was made before, to be made once more just as it was.

    Raises:
        RekaError: If its endpoint is not in the catalogue any more, or an image not in the library.
    """
    sources = tuple(kept_image(use, library) for uses in request.images.values() for use in uses)
    return PreparedRequest(request, catalogue.endpoint(request.endpoint), sources)


def _urls_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _URL.fullmatch(value.strip()):
            yield value.strip()
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _urls_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _urls_in(inner)


def _listed(image: Any) -> Sequence[Any]:
    return image if isinstance(image, list | tuple) else [image]


def _check_number(endpoint: Endpoint, slot: str, images: Sequence[Any]) -> None:
    if not images:
        raise media.ImageError(
            "No image was given: the list is empty. Where it is an upload's, choose a file first."
        )
    if len(images) > 1 and slot in endpoint.images and not endpoint.images[slot].many:
        raise InvalidInput(
            f"{endpoint.title} takes one {slot} image, and these are {len(images)}. Choose one of them.",
            field=f"images.{slot}",
        )


def _load(image: Any) -> media.SourceImage:
    if isinstance(image, Take | TakeFile):
        return frame_of(image, None)
    path, stat = None, None
    try:
        if isinstance(image, str | Path) and str(image).strip():
            path = Path(image).expanduser()
            stat = path.stat()
    except (OSError, ValueError, RuntimeError):  # a URL, or a path that is said to be wrong in better words
        pass
    if path is None or stat is None:
        return media.load(image)
    return _from_file(path.absolute(), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _from_file(path: Path, _changed: int, _size: int) -> media.SourceImage:
    """Return an image file, decoded and checked once while it does not change: a sweep asks with it many times."""
    return media.load(path)
