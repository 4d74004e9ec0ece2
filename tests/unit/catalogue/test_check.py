"""Test that input is judged before anything is sent."""

from typing import Any

import pytest

from reka_notebook.catalogue import Catalogue, InvalidInput, Mark, check_input

SLOW = {"prompt": "slow dolly in"}


def refused(cat: Catalogue, name: str, *args: Any, **kwargs: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        check_input(cat.endpoint(name), *args, **kwargs)
    return caught.value


def test_no_default_is_added(cat: Catalogue) -> None:
    assert check_input(cat.default, SLOW, ["start"]) == SLOW


def test_options_as_text_become_typed_values(cat: Catalogue) -> None:
    given = {**SLOW, "duration": "8", "generate_audio": "off", "seed": "3", "resolution": "4K"}
    assert check_input(cat.endpoint("veo-3.1"), given, ["start"]) == {
        **SLOW,
        "duration": "8s",
        "generate_audio": False,
        "seed": 3,
        "resolution": "4k",
    }


@pytest.mark.parametrize(("model", "sent"), [("veo-3.1", "8s"), ("kling-v3-pro", "8"), ("sora-2-pro", "8")])
@pytest.mark.parametrize("given", [8, "8", "8s", 8.0, "8 s", "8.0"])
def test_a_duration_however_written(cat: Catalogue, model: str, sent: str, given: object) -> None:
    assert check_input(cat.endpoint(model), {**SLOW, "duration": given}, ["start"])["duration"] == sent


def test_none_is_not_given(cat: Catalogue) -> None:
    assert check_input(cat.default, {**SLOW, "duration": None}, ["start"]) == SLOW
    assert refused(cat, "sora-2-pro", {"prompt": None}, ["start"]).field == "prompt"


def test_unknown_field(cat: Catalogue) -> None:
    error = refused(cat, "kling-v3-pro", {**SLOW, "durration": 8}, ["start"])
    assert (error.field, error.nearest) == ("durration", "duration")
    assert error.allowed == ("prompt", "duration", "negative_prompt", "generate_audio", "cfg_scale")
    for part in ("Kling v3 Pro", "'durration'", "Did you mean duration?", "cfg_scale", '{"durration": 8}'):
        assert part in str(error)


def test_a_field_that_only_another_model_has(cat: Catalogue) -> None:
    error = refused(cat, "sora-2-pro", {**SLOW, "seed": 8}, ["start"])
    assert error.field == "seed"
    assert error.nearest is None


def test_value_not_allowed(cat: Catalogue) -> None:
    error = refused(cat, "kling-v3-pro", {**SLOW, "duration": 99}, ["start"])
    assert (error.field, error.nearest) == ("duration", "15")
    assert error.allowed == tuple(str(n) for n in range(3, 16))
    for part in ("one of 3, 4,", "99 is not", "nearest is 15", "unverified", '{"duration": 99}'):
        assert part in str(error)


def test_a_documented_limit_is_not_called_assumed(cat: Catalogue) -> None:
    error = refused(cat, "sora-2-pro", {"prompt": ["a"]}, ["start"])
    assert cat.default.mark("input.prompt") is Mark.documented
    assert str(error) == 'prompt of Sora 2 Pro must be text. ["a"] is not.'


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("cfg_scale", "loud", "a number"),
        ("generate_audio", "loud", "on or off"),
        ("negative_prompt", [1], "text"),
        ("cfg_scale", True, "a number"),
        ("generate_audio", 2, "on or off"),
    ],
)
def test_wrong_type(cat: Catalogue, option: str, value: object, says: str) -> None:
    error = refused(cat, "kling-v3-pro", {**SLOW, option: value}, ["start"])
    assert error.field == option
    assert f"must be {says}." in str(error)


def test_out_of_range_names_the_nearest(cat: Catalogue) -> None:
    error = refused(cat, "nano-banana/text-to-image", {**SLOW, "num_images": "0"})
    assert (error.field, error.nearest) == ("num_images", 1)
    assert "at least 1" in str(error)


@pytest.mark.parametrize("prompt", [{}, {"prompt": ""}, {"prompt": " \n"}])
def test_no_prompt(cat: Catalogue, prompt: dict[str, str]) -> None:
    assert refused(cat, "kling-v3-pro", prompt, ["start"]).field == "prompt"


def test_missing_image(cat: Catalogue) -> None:
    error = refused(cat, "kling-v3-pro", SLOW)
    assert error.field == "images.start"
    assert str(error) == (
        "Kling v3 Pro needs an image, and none was given. Without one, the task is text-to-video: name a model that "
        "has it."
    )
    assert refused(cat, "kling-v3-pro", SLOW, ["end"]).field == "images.start"


def test_the_end_image_may_be_left_out(cat: Catalogue) -> None:
    kling = cat.endpoint("kling-v3-pro")
    assert check_input(kling, SLOW, ["start"]) == check_input(kling, SLOW, ["start", "end"]) == SLOW


def test_an_image_it_has_no_place_for(cat: Catalogue) -> None:
    error = refused(cat, "sora-2-pro", SLOW, ["start", "end"])
    assert (error.field, error.allowed) == ("images.end", ("start",))
    assert "It takes no image." in str(refused(cat, "nano-banana/text-to-image", SLOW, ["start"]))


def test_an_image_given_as_a_field(cat: Catalogue) -> None:
    error = refused(cat, "sora-2-pro", {**SLOW, "image_url": "https://example.org/a.jpg"}, ["start"])
    assert error.field == "image_url"
    assert "start image" in str(error)


def test_undeclared_fields_are_sent_as_they_are(cat: Catalogue) -> None:
    kling = cat.endpoint("kling-v3-pro")
    sent = check_input(
        kling, {**SLOW, "duration": 5}, ["start"], {"duration": 99, "shot": {"lens": [35]}, "x": None}
    )
    assert sent == {**SLOW, "duration": 99, "shot": {"lens": [35]}, "x": None}


def test_undeclared_fields_stand_for_what_is_required(cat: Catalogue) -> None:
    url = {"prompt": 3, "start_image_url": "https://example.org/a.jpg"}
    assert check_input(cat.endpoint("kling-v3-pro"), {}, [], url) == url


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), b"bytes", object(), {"a": {1, 2}}])
def test_what_json_cannot_say(cat: Catalogue, value: object) -> None:
    assert refused(cat, "kling-v3-pro", {**SLOW, "duration": value}, ["start"]).field == "duration"
    assert refused(cat, "kling-v3-pro", SLOW, ["start"], {"odd": value}).field == "odd"


def test_a_long_value_is_shortened(cat: Catalogue) -> None:
    error = refused(cat, "kling-v3-pro", {**SLOW, "cfg_scale": "no\n" * 10_000}, ["start"])
    assert len(str(error)) < 400


def test_the_input_given_is_left_alone(cat: Catalogue) -> None:
    given = {**SLOW, "duration": 8}
    check_input(cat.endpoint("veo-3.1"), given, ["start"], {"x": 1})
    assert given == {**SLOW, "duration": 8}
