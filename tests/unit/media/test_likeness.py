"""Tell a film that begins with the image from one that does not."""

import random
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from benchmarks.alterations import altered, scenes
from reka_notebook.media.films.likeness import Beginning, beginning, first_frames

SCENES = scenes()
DRAW = 30
"""Pairs of each kind; ``python -m benchmarks likeness`` has 200."""


def test_films_that_begin_with_the_image_raise_no_alarm() -> None:
    chance = random.Random(1)
    found = [
        beginning(image := SCENES[place % len(SCENES)], [altered(image, chance)]) for place in range(DRAW)
    ]
    assert Beginning.other not in found
    assert Beginning.mirrored not in found
    assert found.count(Beginning.image) >= 0.8 * DRAW


def test_films_that_begin_with_something_else_are_found() -> None:
    chance = random.Random(2)
    found = []
    for place in range(DRAW):
        sent, other = SCENES[place % len(SCENES)], SCENES[(place + 1 + place // len(SCENES)) % len(SCENES)]
        found.append(beginning(sent, [altered(other, chance)]))
    judged = [what for what in found if what is not Beginning.unknown]  # not so images of fine patterns
    assert len(judged) >= 0.7 * DRAW
    assert judged.count(Beginning.other) >= 0.6 * len(judged)


def test_a_mirror_image_is_a_difference(photo: Path) -> None:
    with Image.open(photo) as image:
        assert beginning(image, [ImageOps.mirror(image)]) is Beginning.mirrored


@pytest.mark.parametrize("colour", ["black", "white"])
def test_a_film_may_fade_in(photo: Path, colour: str) -> None:
    with Image.open(photo) as image:
        even = Image.new("RGB", image.size, colour)
        frames = [even, Image.blend(even, image, 0.3), Image.blend(even, image, 0.6)]
        assert beginning(image, frames) is Beginning.image
        assert beginning(image, frames[:1]) is Beginning.unknown


def test_an_even_image_is_not_judged(photo: Path) -> None:
    with Image.open(photo) as image:
        assert beginning(Image.new("RGB", (64, 64), "teal"), [image]) is Beginning.unknown


@pytest.mark.parametrize("grains", [(60, 40), (20, 13)])
def test_an_image_of_fine_patterns_is_not_judged(grains: tuple[int, int]) -> None:
    sand = [
        Image.frombytes("L", grains, random.Random(seed).randbytes(grains[0] * grains[1])).resize(
            (600, 400), Image.Resampling.NEAREST
        )
        for seed in (1, 2)
    ]
    assert beginning(sand[0], sand[1:]) is Beginning.unknown


def test_no_more_frames_are_taken_than_are_needed(photo: Path) -> None:
    with Image.open(photo) as image:

        def frames():
            yield image
            raise AssertionError("the first one was enough")

        assert beginning(image, frames()) is Beginning.image


def test_first_frames_are_of_the_first_second(videos: dict[str, Path]) -> None:
    film = next(path for path in videos.values() if path.suffix == ".mp4")
    assert len(list(first_frames(film))) == 4
    assert len(list(first_frames(film, after_first=True))) == 3
