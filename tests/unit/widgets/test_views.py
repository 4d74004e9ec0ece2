"""Test what the browser is told of jobs."""

import pytest

from reka_notebook.library import GenerationRequest, ImageUse
from reka_notebook.widgets.views import is_tall

TALL, WIDE = (600, 900), (900, 600)


@pytest.mark.parametrize(
    ("asked", "size", "framing", "tall"),
    [
        ({}, None, {}, False),
        ({}, TALL, {}, True),
        ({}, WIDE, {}, False),
        ({"aspect_ratio": "16:9"}, TALL, {}, False),
        ({"aspect_ratio": "9:16"}, WIDE, {}, True),
        ({"aspect_ratio": "auto"}, TALL, {}, True),
        ({}, TALL, {"crop": (0, 100, 600, 400)}, False),
        ({}, WIDE, {"pad": ("9:16", "black")}, True),
    ],
)
def test_what_will_be_higher_than_wide_is_known_before_it_is_there(
    asked: dict[str, str], size: tuple[int, int] | None, framing: dict[str, tuple[int | str, ...]], tall: bool
) -> None:
    use = ImageUse(digest="sha256:1", width=size[0], height=size[1], **framing) if size else None  # type: ignore[arg-type]
    request = GenerationRequest(
        endpoint="veo-3.1/image-to-video", input=asked, images={"start": [use]} if use else {}
    )
    assert is_tall(request) is tall
