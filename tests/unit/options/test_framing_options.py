"""Test the framing options of a cell's line and of a command's."""

from pathlib import Path

import pytest

from reka_notebook import catalogue, media
from reka_notebook.media import ImageError
from reka_notebook.options.arguments import parse
from reka_notebook.options.known import FramingOption, apply_framing

KLING = ["--model", "kling-v3-pro"]


def start(photo: Path, *words: str) -> media.Framing | None:
    read = parse([*KLING, "--image", str(photo), *words], catalogue.load())
    return apply_framing(str(photo), read.framings.get("start")).framing if read.framings else None


@pytest.mark.parametrize(
    ("words", "framing"),
    [
        (["--crop", "16:9"], media.Crop(0, 31, 600, 338)),
        (["--crop", "10, 20,300,200"], media.Crop(10, 20, 300, 200)),
        (["--pad", "16:9"], media.Pad("16:9", "#000000")),
        (["--pad", "16:9,white"], media.Pad("16:9", "#ffffff")),
        (["--pad", "1:1,#336699"], media.Pad("1:1", "#336699")),
        (["--crop", "3:2"], None),
        ([], None),
    ],
)
def test_a_part_or_a_margin(photo: Path, words: list[str], framing: media.Framing | None) -> None:
    assert start(photo, *words) == framing


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--crop", "wide"], "not a ratio like 16:9"),
        (["--crop", "0,0,601,10"], "has 600 × 400"),
        (["--pad", "16:9,pink"], "not a colour"),
        (["--pad", "16:9", "--crop", "16:9"], "either cropped or padded"),
    ],
)
def test_what_does_not_fit_is_said_in_words(photo: Path, words: list[str], said: str) -> None:
    with pytest.raises(ImageError, match=said):
        start(photo, *words)


def test_the_other_images_have_their_own(photo: Path) -> None:
    read = parse([*KLING, "--image", "a", "--end-image", "b", "--end-crop", "1:1"], catalogue.load())
    assert read.framings == {"end": FramingOption("crop", ("1:1",))}
    images = apply_framing([str(photo), str(photo)], FramingOption("crop", ("1:1",)))
    assert [image.framing for image in images] == [media.Crop(100, 0, 400, 400)] * 2


def test_each_of_several_images_has_its_own(photo: Path) -> None:
    words = ["--model", "nano-banana/edit", "-i", "a", "-i", "b", "--crop", "whole", "--crop", "1:1"]
    read = parse(words, catalogue.load()).framings["start"]
    whole, part = apply_framing([str(photo), str(photo)], read)
    assert (whole, part.framing) == (str(photo), media.Crop(100, 0, 400, 400))
    with pytest.raises(
        ImageError, match=r"--crop is there 2 times, and there is 1 image\. Give it once for all"
    ):
        apply_framing(str(photo), read)
