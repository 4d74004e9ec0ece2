"""Say, as data, how services of the same routes differ: names of fields, what is refused, lists, outputs and bills."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.sandbox.errors import SandboxError
from reka_notebook.sandbox.rendering.size import Size
from reka_notebook.sandbox.shapes import lists, outputs
from reka_notebook.sandbox.shapes.fields import Field, from_catalogue
from reka_notebook.sandbox.shapes.lists import Line, Model
from reka_notebook.sandbox.shapes.outputs import Delivered

if TYPE_CHECKING:
    from reka_notebook.sandbox.rendering.seeing import Found


@dataclass(frozen=True)
class Profile:
    """Describe one way to serve the routes.

    ``fields`` are by endpoint ID, or by task for every model that is not named. ``as_detail`` says that what
    does not validate is FastAPI's 422. ``models`` are those of the account, by task; without it any model is
    served. ``list_models`` is None where there is no such list. ``bill`` is the path of names to the price,
    empty where none is told. ``no_balance`` is the status and the words once the balance is used up.
    ``plain_links`` are URLs whose path has no file name, as presigned ones. ``chatty`` puts words around a
    list that a chat asks for.
    """

    name: str
    title: str
    fields: Mapping[str, tuple[Field, ...]]
    refuse_unknown: bool
    as_detail: bool
    list_models: Callable[[Sequence[Model]], Any] | None
    list_requests: Callable[[Sequence[Line], Mapping[str, str]], Any]
    output: Callable[[str, Sequence[Delivered]], dict[str, Any]]
    boxes: Callable[[Sequence[Found], Size], dict[str, Any]]
    bill: tuple[str, ...]
    no_balance: tuple[int, str]
    models: Mapping[str, tuple[str, ...]] | None = None
    plain_links: bool = False
    chatty: bool = False

    def fields_of(self, endpoint: Endpoint) -> tuple[Field, ...]:
        """Return the fields of an endpoint: its own, its task's, or those that the catalogue has."""
        return self.fields.get(endpoint.id) or self.fields.get(endpoint.task) or from_catalogue(endpoint)

    def serves(self, model: str, task: str) -> bool:
        """Return whether the account has this model for this task."""
        return self.models is None or model in self.models.get(task, ())

    def all_models(self, catalogue: Catalogue) -> list[Model]:
        """Return the models to list: the account's, or those of the catalogue."""
        if self.models is not None:
            return [(model, task) for task, models in self.models.items() for model in models]
        return [(known.model, known.task) for known in catalogue.endpoints.values() if known.path]


def named(name: str) -> Profile:
    """Return a profile by its name.

    Raises:
        SandboxError: If there is none of this name.
    """
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(NAMES)
        raise SandboxError(f"The sandbox has no profile {name!r}. Choose one of: {known}.") from None


def price(endpoint: Endpoint, seconds: float | None, files: int) -> float:
    """Return what a request costs in USD: by the second of film, else by the file."""
    if seconds is not None:
        return seconds * PER_SECOND.get(endpoint.model, PER_SECOND[""])
    return max(files, 1) * PER_FILE[endpoint.output]


PER_SECOND: Mapping[str, float] = MappingProxyType(
    {
        "seedance-2.0-pro": 0.13,
        "seedance-2.0-fast": 0.05,
        "kling-v3-pro": 0.14,
        "kling-v3-std": 0.08,
        "veo-3.1": 0.2,
        "sora-2-pro": 0.3,
        "wan2.2-flash": 0.03,
        "ltx-2-3-fast": 0.04,
        "": 0.1,
    }
)
"""USD for a second of film by model, "" for any other. Only the first was seen; the others are made up."""

PER_FILE: Mapping[str, float] = MappingProxyType({"image": 0.04, "audio": 0.02, "boxes": 0.01, "text": 0.002})
"""USD for a file, or for an answer that is none, by what is made. All made up."""

_SEEN_MODELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image-to-video": (
            *("seedance-2.0-pro", "seedance-2.0-fast", "kling-v3-pro", "kling-v3-std", "veo-3.1"),
            *(
                "wan2.2-flash",
                "wan2.2-pro",
                "ltx-2-3-fast",
                "ltx-2-3-pro",
                "hailuo-2.3",
                "vidu-q3",
                "pixverse-v5",
            ),
        ),
        "text-to-video": (
            "seedance-2.0-pro",
            "seedance-2.0-fast",
            "kling-v3-std",
            "wan2.2-flash",
            "ltx-2-3-fast",
        ),
        "text-to-image": ("nano-banana", "flux-2", "ideogram-4", "gpt-image-2"),
        "edit": ("nano-banana", "flux-2", "gpt-image-2"),
        "text-to-speech": ("eleven-v3",),
        "image-to-bbox": ("reka-edge-2603",),
        "chat": ("qwen3.6-flash",),
    }
)
"""Ids that users of the sibling service saw, and some made up to have a dozen. No sora-2-pro: it was switched off."""

_RATIOS = ("21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16")
_FORMATS = ("png", "jpeg", "webp", "avif")


def _seconds(first: int, last: int, unit: str = "") -> tuple[str, ...]:
    return tuple(f"{number}{unit}" for number in range(first, last + 1))


_PROMPT = Field("prompt", "prompt", "text", required=True)
_START = Field("start", "image_url", "image", required=True)
_END = Field("end", "end_image_url", "image")
_LENGTH = Field("duration", "duration_seconds", "text", allowed=_seconds(1, 20))
_FILM = (
    Field("aspect_ratio", "aspect_ratio", "text", allowed=("auto", *_RATIOS)),
    Field("resolution", "resolution", "text", allowed=("auto", "480p", "720p", "1080p", "4k")),
    Field("negative", "negative_prompt", "text"),
    Field("sound", "generate_audio", "flag"),
    Field("seed", "seed", "whole"),
    Field("cfg", "cfg_scale", "number"),
)
_COUNT = Field("count", "num_images", "whole", allowed=_seconds(1, 4))
_STILL = (
    Field("aspect_ratio", "aspect_ratio", "text", allowed=("auto", *_RATIOS)),
    Field("form", "output_format", "text", allowed=_FORMATS),
    Field("seed", "seed", "whole"),
)
_EDITED = Field("start", "image_urls", "images", required=True)
_SPEECH = (Field("prompt", "text", "text", required=True), Field("voice", "voice", "text"))
_SOUGHT = (_START, Field("prompt", "prompt", "text"))

_SEEN_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "image-to-video": (_PROMPT, _START, _END, _LENGTH, *_FILM),
        "text-to-video": (_PROMPT, _LENGTH, *_FILM),
        "text-to-image": (_PROMPT, _COUNT, *_STILL),
        "edit": (_PROMPT, _EDITED, _COUNT, *_STILL),
        "text-to-speech": _SPEECH,
        "image-to-bbox": _SOUGHT,
    }
)

_FAL_FILM = (Field("duration", "duration"), *_FILM)
_FAL_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        **_SEEN_FIELDS,
        "image-to-video": (_PROMPT, _START, *_FAL_FILM),
        "text-to-video": (_PROMPT, *_FAL_FILM),
        "sora-2-pro/image-to-video": (
            *(_PROMPT, _START),
            Field("duration", "duration", allowed=("4", "8", "12", "16", "20"), default="4"),
            Field("resolution", "resolution", allowed=("auto", "720p", "1080p")),
            Field("aspect_ratio", "aspect_ratio", allowed=("auto", "16:9", "9:16")),
        ),
        "kling-v3-pro/image-to-video": (
            _PROMPT,
            replace(_START, name="start_image_url"),
            _END,
            Field("duration", "duration", allowed=_seconds(3, 15), default="5"),
            *(field for field in _FILM if field.meaning in ("negative", "sound", "cfg")),
        ),
        "veo-3.1/image-to-video": (
            *(_PROMPT, _START),
            Field("duration", "duration", allowed=("4s", "6s", "8s"), default="8s"),
            Field("resolution", "resolution", allowed=("720p", "1080p", "4k")),
            Field("aspect_ratio", "aspect_ratio", allowed=("auto", "16:9", "9:16")),
            *(field for field in _FILM if field.meaning in ("negative", "sound", "seed")),
        ),
    }
)

_STRICT_LENGTH = Field("duration", "duration", "whole", allowed=_seconds(1, 20))
_STRICT_COUNT = Field("count", "n", "whole", allowed=_seconds(1, 4))
_STRICT_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        **_SEEN_FIELDS,
        "image-to-video": (_PROMPT, replace(_START, name="start_image_url"), _END, _STRICT_LENGTH, *_FILM),
        "text-to-video": (_PROMPT, _STRICT_LENGTH, *_FILM),
        "text-to-image": (_PROMPT, _STRICT_COUNT, *_STILL),
        "edit": (_PROMPT, _EDITED, _STRICT_COUNT, *_STILL),
    }
)

_CARELESS_FILM = (Field("duration", "duration"), Field("aspect_ratio", "aspect_ratio"))
_CARELESS_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "image-to-video": (_PROMPT, replace(_START, required=False), *_CARELESS_FILM),
        "text-to-video": (_PROMPT, *_CARELESS_FILM),
        "text-to-image": (_PROMPT, Field("count", "n")),
        "edit": (_PROMPT, _EDITED, Field("count", "n")),
        "text-to-speech": _SPEECH,
        "image-to-bbox": _SOUGHT,
    }
)

REKA = Profile(
    "reka",
    "as documented, with what was seen: one set of field names, models of an account, bills",
    _SEEN_FIELDS,
    refuse_unknown=True,
    as_detail=False,
    list_models=lists.models_with_capability,
    list_requests=lists.requests_in_pages,
    output=outputs.links,
    boxes=outputs.boxes_in_shares,
    bill=("usage", "price_usd"),
    no_balance=(403, "insufficient balance: top up the account to go on."),
    models=_SEEN_MODELS,
    plain_links=True,
)
FAL = Profile(
    "fal",
    "names of its own for each model, outputs described in full, no bills",
    _FAL_FIELDS,
    refuse_unknown=False,
    as_detail=True,
    list_models=lists.models_as_data,
    list_requests=lists.requests_as_data,
    output=outputs.described,
    boxes=outputs.boxes_with_sides,
    bill=(),
    no_balance=(403, "User is locked. Reason: Exhausted balance."),
)
STRICT = Profile(
    "strict",
    "less likely names, integers for numbers, and a refusal of whatever is not known",
    _STRICT_FIELDS,
    refuse_unknown=True,
    as_detail=True,
    list_models=lists.models_with_tasks,
    list_requests=lists.requests_bare,
    output=outputs.in_lists,
    boxes=outputs.boxes_in_thousandths,
    bill=("output", "usage", "price_usd"),
    no_balance=(402, "Payment required: the balance is too low."),
)
CARELESS = Profile(
    "careless",
    "what is not known is ignored and charged, so a film may be of another length; no list of models",
    _CARELESS_FIELDS,
    refuse_unknown=False,
    as_detail=False,
    list_models=None,
    list_requests=lists.requests_as_items,
    output=outputs.bare,
    boxes=outputs.boxes_detected,
    bill=("cost_usd",),
    no_balance=(429, "P001: Insufficient Balance"),
    chatty=True,
)
CATALOGUE = replace(
    FAL,
    name="catalogue",
    title="whatever the catalogue says",
    fields={},
    as_detail=False,
    boxes=outputs.boxes_in_pixels,
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {profile.name: profile for profile in (REKA, FAL, STRICT, CARELESS, CATALOGUE)}
)
NAMES = ("reka", "fal", "strict", "careless")
"""Those that a person can choose."""
DEFAULT = "reka"
