"""Read the words of a line of a cell magic, or of ``reka-notebook generate``: what each means.

``options/line.py`` makes the words, ``options/known.py`` says which options there are.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reka_notebook.catalogue import Catalogue, Endpoint, values_of
from reka_notebook.catalogue.tasks import TASKS
from reka_notebook.options.defaults import Wanted
from reka_notebook.options.known import (
    CELL,
    FramingOption,
    UsageError,
    options_of,
    parser,
    read_framings,
    unknown_option,
)
from reka_notebook.text import did_you_mean

MODEL, IMAGE = "model", "image"

REFERENCES = ("take:", "sha256:")
"""How what the library has is written where an image is wanted."""


def swept(written: Iterable[str], fill: Callable[[str], str] = str) -> dict[str, tuple[str, ...]]:
    """Return the values of each ``--sweep``, by its name as written, in order.

    The values are separated as in CSV. Variables are filled in afterwards: a comma in a variable's value does
    not start another value.

    Args:
        fill: Puts the notebook's variables into a text.

    Raises:
        UsageError: If one has no name or no value, cannot be read, or is there twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in written:
        name, equals, values = text.partition("=")
        name = fill(name).strip().lstrip("-")
        if not equals or not name or not values.strip():
            raise UsageError(f"--sweep wants name=value,value, as in duration=4,8, and got {text!r}.")
        try:
            listed = tuple(map(fill, values_of(values)))
        except ValueError as error:
            raise UsageError(
                f"--sweep wants name=value,value, and in {text} {error}. Nothing was sent. A value with a comma stands "
                """in quotation marks: --sweep 'negative_prompt="blurry, low quality","text"'."""
            ) from None
        if name in found:
            raise UsageError(f"--sweep {name} is there twice: put all its values behind one.")
        found[name] = listed
    return found


def match_fields(
    found: Mapping[str, tuple[str, ...]], endpoint: Endpoint, options: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Return the values of each sweep, by the name of the endpoint's field.

    Args:
        options: What else is on the line, where the same field may not be fixed.

    Raises:
        UsageError: If the endpoint has no such option (the message names the nearest), or it is fixed as
            well.
    """
    fields = {}
    known = [MODEL, *([IMAGE] if takes_image(endpoint) else []), *endpoint.options]
    for written, values in found.items():
        name = written if written in known else written.replace("-", "_")
        if name not in known:
            hint = did_you_mean(name, known)
            raise UsageError(f"{endpoint.title} has no option {written} to sweep. {hint}")
        fixed = {MODEL: "model", IMAGE: "image_start"}.get(name, f"field_{name}")
        if options.get(fixed) is not None:
            raise UsageError(f"--{written} is given once and swept too: leave out one of the two.")
        fields[name] = values
    return fields


def takes_image(endpoint: Endpoint) -> bool:
    """Return whether an image may be given: where the endpoint takes none, that may be for another task."""
    task = TASKS.get(endpoint.task)
    return bool(endpoint.images) or (task is not None and task.with_image is not None)


MOST_TAKES = 1_000_000
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Arguments:
    """Hold what a line says; images are still as written (a path, a URL, or a variable's name).

    Attributes:
        endpoint: What is asked, with the model that is named, or with the default.
        images: By slot, one or several.
        sweep: By name of what is varied (an option, ``model``, ``image``), the values as written.
    """

    model: str | None
    endpoint: Endpoint
    images: dict[str, tuple[str, ...]]
    values: dict[str, str]
    undeclared: dict[str, Any] = field(default_factory=dict)
    bind: str | None = None
    fresh: bool = False
    take: int = 1
    takes: int = 1
    sweep: dict[str, tuple[str, ...]] = field(default_factory=dict)
    background: bool = False
    dry_run: bool = False
    agreed: bool = False
    cancel_on_interrupt: bool = False
    embed: bool | None = None
    words: tuple[str, ...] = ()
    framings: dict[str, FramingOption] = field(default_factory=dict)
    webhook_url: str | None = field(default=None, repr=False)


def parse(
    words: Sequence[str],
    catalogue: Catalogue,
    model: str | None = None,
    prog: str = CELL,
    defaults: Mapping[str, str] | None = None,
    output: str | None = None,
    with_image: bool = False,
    fill: Callable[[str], str] = str,
    plain: Callable[[str], str] = str,
) -> Arguments:
    """Read options, which depend on the endpoint, and so on ``--model``.

    Args:
        model: The model if none is named; the catalogue's default if that is not given either.
        prog: What the options belong to; only a cell has ``--as``.
        defaults: Values of options that are not written, used if the endpoint has the option.
        output: What is to be made; ``None`` if only the model or the task says.
        with_image: Whether the task is one that has an image, even if none is on the line.
        fill: Puts the notebook's variables into an option's value.
        plain: Takes the quotation marks off an option's value, before variables are put into it.

    Raises:
        RekaError: If an option is unknown (the message has the nearest match), or a model is.
    """
    named = parser(prog=prog).parse_known_args(list(words))[0].model
    chosen = fill(plain(named)) if named else model
    wanted = wanted_of(words, catalogue, output, defaults, prog=prog, fill=lambda text: fill(plain(text)))
    endpoint = wanted._replace(with_image=wanted.with_image or with_image).endpoint(catalogue, chosen)
    made = parser(endpoint, prog)
    found, rest = made.parse_known_args(list(words))
    unknown = [word for word in rest if word.startswith("-") and word != "-"]
    if unknown:
        raise unknown_option(unknown[0], options_of(made), endpoint.title)
    options = {
        name: _filled(value, lambda text: fill(plain(text))) if name not in ("words", "sweep") else value
        for name, value in vars(found).items()
    }
    sweep = match_fields(swept(map(plain, options.get("sweep", ())), fill), endpoint, options)
    before = {name: value for name, value in (defaults or {}).items() if name not in sweep}
    if options["take"] and options.get("takes"):
        raise UsageError("--take names one take, and --takes says how many: leave out one of the two.")
    return Arguments(
        model=chosen,
        endpoint=endpoint,
        images=_images(options, endpoint, before),
        values={
            name: value
            for name in endpoint.options
            if (value := options.get(f"field_{name}") or before.get(name)) is not None
        },
        undeclared=dict(_assignment(text) for text in options["set"]),
        bind=_name(options.get("bind")),
        fresh=options["fresh"],
        take=_number("--take", options["take"] or "1", MOST_TAKES),
        takes=_number("--takes", options.get("takes") or "1", MOST_AT_ONCE),
        sweep=sweep,
        background=bool(options.get("bg")),
        dry_run=bool(options.get("dry_run")),
        agreed=bool(options.get("yes")),
        cancel_on_interrupt=options["cancel_on_interrupt"],
        embed=options.get("embed"),
        words=(*options["words"], *rest),
        framings=read_framings(options, endpoint.images),
        webhook_url=options["webhook_url"],
    )


def wanted_of(
    words: Sequence[str],
    catalogue: Catalogue,
    output: str | None = None,
    defaults: Mapping[str, str] | None = None,
    prog: str = CELL,
    fill: Callable[[str], str] = str,
) -> Wanted:
    """Return what a line asks for, whatever the model.

    Args:
        defaults: Values of options that are not written.
        fill: Puts the notebook's variables into an option's value, and takes its quotation marks off.
    """
    found, rest = parser(prog=prog).parse_known_args(list(words))
    swept_image = any(text.lstrip("-").startswith(f"{IMAGE}=") for text in getattr(found, "sweep", ()))
    sent = {text.partition("=")[0].strip() for text in found.set}
    slots = (word.partition("=")[0] for word in rest)
    return Wanted(
        output,
        fill(found.task) if found.task else None,
        bool(found.image_start or swept_image or IMAGE in (defaults or {}))
        or not catalogue.image_fields.isdisjoint(sent)
        or any(word.startswith("--") and word.endswith("-image") for word in slots),
    )


def _images(
    options: Mapping[str, Any], endpoint: Endpoint, before: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the images by slot, keeping one without a slot, so that it is refused in words."""
    slots = {slot: options[f"image_{slot}"] for slot in endpoint.images}
    if options["image_start"]:
        slots["start"] = options["image_start"]
    elif IMAGE in before and "start" in slots:
        slots["start"] = before[IMAGE]
    return {slot: _listed(slot, given, endpoint) for slot, given in slots.items() if given is not None}


def _listed(slot: str, given: str | Sequence[str], endpoint: Endpoint) -> tuple[str, ...]:
    """Return the images of a slot; where it takes many, commas part them, unless they are part of a name."""
    texts = (given,) if isinstance(given, str) else tuple(given)
    if slot not in endpoint.images or not endpoint.images[slot].many:
        return texts
    return tuple(one for text in texts for one in _parted(text))


def _parted(text: str) -> Sequence[str]:
    if "," not in text or (":" in text.partition(",")[0] and not text.startswith(REFERENCES)):
        return (text,)  # an address may hold a comma, and a data: URI does
    if os.path.exists(text):
        return (text,)
    try:
        return values_of(text)
    except ValueError as error:
        raise UsageError(f"--image wants an image, or several with commas, and in {text} {error}.") from None


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [fill(one) for one in value]
    return fill(value) if isinstance(value, str) else value


def _assignment(text: str) -> tuple[str, Any]:
    import msgspec

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set wants name=value, and got {text!r}.")
    try:
        return name.strip(), msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name.strip(), value


def _number(option: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:20]) <= most:
        what = "the number of a take, 1 or more" if option == "--take" else f"how many, 1 to {most}"
        raise UsageError(f"{option} wants {what}, and got {text!r}.")
    return int(text)


def _name(bind: str | None) -> str | None:
    if bind is not None and not bind.isidentifier():
        raise UsageError(f"--as wants a variable's name, and {bind!r} is none.")
    return bind
