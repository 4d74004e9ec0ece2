"""Find what was varied between requests, with the sweep known and without."""

from itertools import product

import pytest

from reka_notebook.catalogue.sources import load
from reka_notebook.jobs import PreparedRequest, SweepRequest
from reka_notebook.jobs.tables.varied import Factor, find_varied
from reka_notebook.library import GenerationRequest, ImageUse
from reka_notebook.prompts import make_grid, parse

KLING, VEO = "kling-v3-pro/image-to-video", "veo-3.1/image-to-video"


def request(prompt: str, endpoint: str = KLING, **options: object) -> GenerationRequest:
    return GenerationRequest(endpoint=endpoint, input={"prompt": prompt, **options})


def words(*prompts: str) -> list[tuple[str, ...]]:
    found = find_varied([request(prompt) for prompt in prompts], load())
    return [factor.alternatives for factor in found]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a {{slow|fast}} pan over the {{harbour|hill}}", [("slow", "fast"), ("harbour", "hill")]),
        ("a {{|very }}slow pan", [("(nothing)", "very")]),
        ("{{slow|fast}} {{dawn|noon}} light", [("slow", "fast"), ("dawn", "noon")]),
        ("a {{slow|fast}} {{dolly in|pan left}} over it", [("slow", "fast"), ("dolly in", "pan left")]),
        ("the cat {{pans left|tilts up}}", [("pans left", "tilts up")]),
        ("夜の{{海|山}}を見る", [("海", "山")]),
        ("no alternatives", []),
    ],
)
def test_alternatives_are_found_in_the_prompts_alone(template: str, expected: list[tuple[str, ...]]) -> None:
    assert words(*(cell.prompt for cell in make_grid(parse(template)).cells)) == expected


def test_prompts_without_a_word_in_common_are_alternatives_as_they_are() -> None:
    assert words("red boats", "a blue hill", "red boats") == [("red boats", "a blue hill")]


def test_prompts_that_differ_all_over_are_alternatives_as_they_are() -> None:
    prompts = [f"the {number} a{number} b{number} in c{number} of d{number}" for number in range(20)]
    assert words(*prompts) == [tuple(prompts)]
    assert len(words("a slow pan at dawn", "a fast pan at noon")) == 2, (
        "few are named, and said to be inseparable"
    )


FREE = [
    "the sea",
    "a red boat",
    "my cat",
    "Paris at night",
    "nothing",
    "an old car",
    "two dogs",
    "him",
    "snow",
]


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [
        (
            [
                f"{speed} {animal} {number}"
                for number, (speed, animal) in enumerate(product(("slow", "fast"), ("cat", "dog")))
            ],
            [("slow", "fast"), ("cat", "dog")],
        ),
        (
            [f"wild cat {number}" if number % 2 else f"tame cat {number}" for number in range(40)],
            [("tame", "wild")],
        ),
        (["a pan", "a slow tilt", "a slow pan", "a tilt"], [("(nothing)", "slow"), ("pan", "tilt")]),
        (
            [f"a {'slow ' if number % 2 else ''}pan over {what}" for number, what in enumerate(FREE)],
            [("(nothing)", "slow")],
        ),
        (["a slow cat", "a slow dog", "a quick fox", "a lazy ox"], [("slow", "(other words)")]),
        (["Slow cat, dawn.", "slow cat dawn", "Fast cat, dawn", "fast cat dawn!"], [("Slow", "Fast")]),
        (
            ["zoom 1.5x at 16:9", "zoom 2.0x at 16:9", "zoom 1.5x at 9:16", "zoom 2.0x at 9:16"],
            [("1.5x", "2.0x"), ("16:9", "9:16")],
        ),
        (
            [
                f"{when}海を{speed}見る、{number}"
                for number, (when, speed) in enumerate(product(("夜の", "朝の"), ("ゆっくり", "速く")))
            ],
            [("夜", "朝"), ("ゆっくり", "速く")],
        ),
        (
            [
                f"Eine {speed} Fahrt über den {place} {number}"
                for number, (speed, place) in enumerate(product(("langsame", "schnelle"), ("Hafen", "Hügel")))
            ],
            [("langsame", "schnelle"), ("Hafen", "Hügel")],
        ),
    ],
)
def test_words_that_several_prompts_share_vary_whatever_else_is_unique(
    prompts: list[str], expected: list[tuple[str, ...]]
) -> None:
    found = find_varied([request(prompt) for prompt in prompts], load())
    assert [factor.alternatives for factor in found if not factor.own][: len(expected)] == expected
    unique = [factor for factor in found if factor.own]
    assert all(len(factor.alternatives) > len(prompts) / 2 for factor in unique), "it only names the prompts"


def test_each_take_has_its_alternative_of_options_models_and_images() -> None:
    start = {"start": [ImageUse(digest="1", name="cat.jpg")]}
    other = {"start": [ImageUse(digest="2", name="dog.jpg")]}
    requests = [
        request("slow pan", duration=5, loop=True),
        request("fast pan", VEO, duration=5.0),
        request("slow pan", duration=5),
    ]
    requests = [
        GenerationRequest(endpoint=one.endpoint, input=one.input, images=images)
        for one, images in zip(requests, (start, other, {}), strict=True)
    ]
    assert find_varied(requests, load()) == [
        Factor("words 1", ("slow", "fast"), (0, 1, 0), words=True),
        Factor("model", ("Kling v3 Pro", "Veo 3.1"), (0, 1, 0)),
        Factor("image", ("cat.jpg", "dog.jpg", "no image"), (0, 1, 2)),
        Factor("duration", ("duration 5", "duration 5.0"), (0, 1, 0)),
        Factor("loop", ("loop True", "no loop"), (0, 1, 1)),
    ]


def test_images_of_one_name_are_told_apart_and_framing_counts() -> None:
    uses = [
        ImageUse(digest="1", name="cat.jpg"),
        ImageUse(digest="2", name="cat.jpg"),
        ImageUse(digest="1", name="cat.jpg", crop=(10, 20, 300, 200)),
    ]
    (factor,) = find_varied(
        [GenerationRequest(endpoint=KLING, input={}, images={"start": [use]}) for use in uses],
        load(),
    )
    assert (factor.name, factor.alternatives) == ("image", ("image 1", "image 2", "image 3"))
    (named,) = find_varied(
        [GenerationRequest(endpoint=KLING, input={}, images={"end": [use]}) for use in uses[1:]],
        load(),
    )
    assert (named.name, named.alternatives) == ("end image", ("cat.jpg", "cat.jpg cropped at 10, 20"))


def test_a_sweep_says_what_its_alternatives_are_whatever_else_the_prompts_share() -> None:
    grid = make_grid(parse("a {{boat in the fog|fog over a boat}}, {{calm|calm sea}}"))
    catalogue = load()
    made = [request(cell.prompt) for cell in grid.cells]
    sweep = SweepRequest(
        grid.axes,
        tuple(PreparedRequest(one, catalogue.endpoint(KLING), {}) for one in made[1:]),
        frozenset({0}),
    )
    known = find_varied(made[1:], catalogue, sweep)
    assert [factor.alternatives for factor in known] == [
        ("boat in the fog", "fog over a boat"),
        ("calm sea", "calm"),
    ]
    assert [factor.chosen for factor in known] == [(0, 1, 1), (0, 1, 0)]
    foreign = find_varied([*made[1:], request("a boat")], catalogue, sweep)
    assert ("boat in the fog", "fog over a boat") not in [factor.alternatives for factor in foreign]
