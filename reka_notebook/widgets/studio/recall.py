"""Write a generation request down again: as a cell, and as Python.

What is copied finds the same take when it is run, in any notebook of the same person, and charges nothing.
"""

import json
import keyword
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from reka_notebook import media
from reka_notebook.catalogue import Catalogue, Endpoint, check_input
from reka_notebook.catalogue.catalogue import UNKNOWN_TASK
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.with_sound import ENDPOINT
from reka_notebook.jobs.prepared import MARK, kept_image
from reka_notebook.jobs.take import TAKE_MARK
from reka_notebook.library import GenerationRequest, ImageUse, Library
from reka_notebook.options.known import WHOLE, options_of, parser, spellings
from reka_notebook.options.magics import MAGICS
from reka_notebook.output.compared.differences import WORDS
from reka_notebook.prompts import escape
from reka_notebook.prompts.body import as_body
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.image_names import Naming, by_digest
from reka_notebook.widgets.studio.slots import place_named


def form_of(request: GenerationRequest, *, seed: bool, by: str = "") -> protocol.Form:
    """Return the form that makes the same request again; without the seed, one that differs by chance alone.

    Args:
        request: The request.
        seed: Whether with its seed.
        by: The page that asks for it.

    Raises:
        NotWritable: If nobody knows which endpoint it was.
    """
    if request.endpoint.endswith(f"/{UNKNOWN_TASK}"):
        raise NotWritable(
            "The service does not tell which model made this, so there are no settings to reuse."
        )
    left_out = WORDS if seed else (*WORDS, "seed")
    settings = {name: value for name, value in request.input.items() if name not in left_out}
    return protocol.Form(request.endpoint, escape(request.prompt), settings, by=by)


def images_of(request: GenerationRequest, library: Library) -> dict[str, media.SourceImage]:
    """Return the images of a request by slot, so that asking again gives the same request.

    Raises:
        RekaError: If one of them is no longer in the library, or is damaged.
    """
    return {
        place_named(slot, number): kept_image(use, library)
        for slot, uses in request.images.items()
        for number, use in enumerate(uses, 1)
    }


_PARAMETERS = frozenset({"prompt", "image", "model", "task", "end_image", "fresh", "take", "undeclared"})


class NotWritable(RekaError):
    """Report a request that cannot be written in this form."""


def as_cell(request: GenerationRequest, catalogue: Catalogue, named: Naming = by_digest) -> str:
    """Return a cell that makes the same request.

    Args:
        named: What its images are called.

    Raises:
        NotWritable: If its endpoint is not in the catalogue, or no magic makes this, or of the images of a slot some
            are cropped and others padded.
    """
    endpoint, words = _endpoint(request, catalogue), list[str]()
    magic = next((name for name, output in MAGICS.items() if output == endpoint.output), None)
    if magic is None:
        raise NotWritable(f"{endpoint.title} cannot be asked in a cell.")
    for slot, uses in _images(request, endpoint):
        before = "" if slot == "start" else f"{slot}-"
        for use in uses:
            words += [f"--{before}image", _in_a_list(named(use), many=endpoint.images[slot].many)]
        words += _framed(slot, before, uses)
    words += ["--model", _model(endpoint, catalogue, request, endpoint.output)]
    declared, undeclared = _settings(request, endpoint)
    fixed = options_of(parser())
    for name, value in declared.items():
        text = _as_text(value)
        option = spellings(name)[0]
        if text is not None and option not in fixed and _reads_as(endpoint, name, text, value):
            words += [option, text]
        else:
            undeclared[name] = value
    for name, value in undeclared.items():
        words += ["--set", f"{name}={_json(value)}"]
    prompt = request.prompt.strip()
    if endpoint.prompt_field and not _is_body(request.prompt):
        words += ["--set", f"{endpoint.prompt_field}={_json(request.prompt)}"]
    if request.take != 1:
        words += ["--take", str(request.take)]
    return f"%%{magic} {shlex.join(words)}\n{as_body(prompt)}"


def as_python(request: GenerationRequest, catalogue: Catalogue, named: Naming = by_digest) -> str:
    """Return Python that makes the same request.

    Raises:
        NotWritable: As for a cell, or if ``submit`` has no word for an image's slot, or for how it is
            cropped.
    """
    endpoint = _endpoint(request, catalogue)
    arguments, imports = [repr(request.prompt)], ["import reka_notebook"]
    for slot, uses in _images(request, endpoint):
        if slot not in ("start", "end"):
            raise NotWritable(f"submit has no word for the {slot} image of this request.")
        names = [_framed_in_python(use, named(use)) for use in uses]
        value = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
        arguments.append(f"{'image' if slot == 'start' else 'end_image'}={value}")
        if any(use.crop or use.pad for use in uses):
            imports = ["import reka_notebook", "from reka_notebook import media"]
    arguments.append(f"model={_model(endpoint, catalogue, request)!r}")
    declared, undeclared = _settings(request, endpoint)
    for name, value in declared.items():
        if name.isidentifier() and not keyword.iskeyword(name) and name not in _PARAMETERS:
            arguments.append(f"{name}={value!r}")
        else:
            undeclared[name] = value
    if undeclared:
        arguments.append(f"undeclared={undeclared!r}")
    if request.take != 1:
        arguments.append(f"take={request.take}")
    listed = "".join(f"    {argument},\n" for argument in arguments)
    return f"{chr(10).join(imports)}\n\ntake = await reka_notebook.submit(\n{listed})"


def _endpoint(request: GenerationRequest, catalogue: Catalogue) -> Endpoint:
    if request.found_as is not None:
        raise NotWritable(
            "This take was found in your account's list of requests, and the service does not tell all that was sent "
            "for it. Running it again would be a new, separately charged request."
        )
    if request.endpoint == ENDPOINT:
        raise NotWritable(
            "This take was made from a video and a sound, on this machine. To make it again: video.with_sound(sound)."
        )
    try:
        return catalogue.endpoint(request.endpoint)
    except RekaError as error:
        raise NotWritable(str(error)) from error


def _model(
    endpoint: Endpoint, catalogue: Catalogue, request: GenerationRequest, output: str | None = None
) -> str:
    """Return the model's name, with its task if the name alone means another endpoint."""
    try:
        meant = catalogue.choose(endpoint.model, output=output, with_image=bool(request.images))
        return endpoint.model if meant.id == endpoint.id else endpoint.id
    except RekaError:
        return endpoint.id


def _images(request: GenerationRequest, endpoint: Endpoint) -> Iterator[tuple[str, list[ImageUse]]]:
    for slot, uses in request.images.items():
        if slot not in endpoint.images or (len(uses) > 1 and not endpoint.images[slot].many):
            raise NotWritable(f"The {slot} images of this request cannot be written so.")
        if uses:
            yield slot, uses


def _in_a_list(name: str, *, many: bool) -> str:
    """Return an image's name as it is written where commas part several."""
    return '"' + name.replace('"', '""') + '"' if many and "," in name else name


def _framed(slot: str, before: str, uses: list[ImageUse]) -> list[str]:
    """Return what of each image was sent, as written on a line: once for all, or once for each."""
    cropped = [",".join(map(str, use.crop)) if use.crop else WHOLE for use in uses]
    padded = [",".join(use.pad) if use.pad else WHOLE for use in uses]
    given = {what: values for what, values in (("crop", cropped), ("pad", padded)) if {*values} != {WHOLE}}
    if len(given) > 1:
        raise NotWritable(f"Some of the {slot} images of this request are cropped and others padded.")
    return [
        word
        for what, values in given.items()
        for value in (values if len({*values}) > 1 else values[:1])
        for word in (f"--{before}{what}", value)
    ]


def _framed_in_python(use: ImageUse, name: str) -> str:
    """Return an image as Python: its name, or the part of it that was sent."""
    if not use.crop and not use.pad:
        return repr(name)
    if name.startswith((MARK, TAKE_MARK)):
        raise NotWritable("A cropped or padded image is written as a cell: submit has no word for it.")
    if use.crop:
        return f"media.crop({name!r}, {use.crop!r})"
    ratio, colour = use.pad or ("", "")
    return f"media.pad({name!r}, {ratio!r}, {colour!r})"


def _settings(request: GenerationRequest, endpoint: Endpoint) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the input but for its words, split into what the endpoint declares and what was sent on purpose."""
    words = endpoint.prompt_field if request.prompt.strip() else None
    declared: dict[str, Any] = {}
    undeclared: dict[str, Any] = {}
    for name, value in request.input.items():
        if name == words:
            continue
        fits = name in endpoint.options and _reads_as(endpoint, name, value, value)
        (declared if fits else undeclared)[name] = value
    return declared, undeclared


def _reads_as(endpoint: Endpoint, name: str, given: Any, value: Any) -> bool:
    """Return whether asking with what is given sends exactly this value."""
    required = endpoint.schema.get("required", ())
    others: Mapping[str, Any] = {field: "-" for field in required if field != name}
    try:
        read = check_input(endpoint, {name: given}, list(endpoint.images), others)[name]
    except (RekaError, KeyError):
        return False
    return _json(read) == _json(value)


def _is_body(prompt: str) -> bool:
    """Return whether a prompt comes unchanged through a cell's body."""
    return prompt == prompt.strip() and prompt.replace("\n", "").isprintable()


def _json(value: Any) -> str:
    """Return JSON on one line, in the letters that it has if all of them can be seen."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def _as_text(value: Any) -> str | None:
    """Return a value as an option's word, if it fits on one line."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        # A word that begins like an option would be taken for one, and a magic's line has no second line.
        return None if not value.isprintable() or value.startswith("-") or not value else value
    return json.dumps(value) if isinstance(value, int | float) and value >= 0 else None
