"""Tell what is meant from how it is spelt on the wire."""

import json
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.catalogue import Catalogue, InvalidInput, Spelt, check_input, load, meaning, spelt_input
from reka_notebook.catalogue.spelling import spell

KLING = "kling-v3-pro/image-to-video"


@pytest.mark.parametrize(
    ("value", "like", "sent"),
    [
        ("8s", "5", "8"),
        ("8s", 5, 8),
        ("8", "5s", "8s"),
        (8, "5s", "8s"),
        (8, "5", "8"),
        ("2.5", 5, 2.5),
        ("auto", 5, "auto"),
        ("720p", None, "720p"),
        (True, "5", True),
        ([8], 5, [8]),
    ],
)
def test_a_number_is_written_like_the_example(value: Any, like: Any, sent: Any) -> None:
    found = spell(value, like)
    assert found == sent
    assert type(found) is type(sent)


def test_the_body_has_the_names_on_the_wire_and_the_request_those_for_people(cat: Catalogue) -> None:
    veo = cat.endpoint("veo-3.1")
    given = check_input(veo, {"prompt": "x", "duration": 8}, ["start"])
    assert given == {"prompt": "x", "duration": "8s"}
    spelling = veo.spelling(given, ["start"])
    assert spelt_input(given, spelling) == {"prompt": "x", "duration_seconds": "8"}
    assert spelling["images.start"] == Spelt("image_url", "")


@pytest.mark.parametrize("where", ["given", "undeclared"])
def test_a_name_on_the_wire_is_understood_as_the_option_that_it_spells(cat: Catalogue, where: str) -> None:
    kling = cat.endpoint("kling-v3-pro")
    wire: dict[str, Any] = {"duration_seconds": 5}
    plain = {"prompt": "x"}
    found = (
        check_input(kling, plain | wire, ["start"])
        if where == "given"
        else check_input(kling, plain, ["start"], wire)
    )
    assert meaning(kling, found) == {"prompt": "x", "duration": "5"}
    assert spelt_input(found, kling.spelling(found, [])) == {"prompt": "x", "duration_seconds": "5"}


def test_an_image_on_purpose_may_be_named_in_any_way_that_the_slot_is(cat: Catalogue) -> None:
    kling = cat.endpoint("kling-v3-pro")
    for name in ("image_url", "start_image_url"):
        assert check_input(kling, {"prompt": "x"}, [], {name: "https://a.example/b.png"})[name]
    with pytest.raises(InvalidInput, match="start image goes"):
        check_input(kling, {"prompt": "x", "start_image_url": "https://a.example/b.png"}, ["start"])


@pytest.mark.parametrize(
    "given",
    [
        {"duration": "8s"},
        {"duration": 8},
        {"duration": "8"},
        {"duration": 8.0},
        {"duration_seconds": "8"},
        {"duration_seconds": 8},
    ],
)
def test_names_types_and_units_do_not_change_what_is_meant(cat: Catalogue, given: dict[str, Any]) -> None:
    for name in (KLING, "veo-3.1", "wan-2/text-to-video"):
        assert meaning(cat.endpoint(name), given) == {"duration": "8"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"duration": "8"}, {"duration": "9"}),
        ({"duration": "8"}, {"duration": "8m"}),
        ({"negative_prompt": "5"}, {"negative_prompt": 5}),
        ({"negative_prompt": "Rain"}, {"negative_prompt": "rain"}),
        ({"seed": 1}, {"seed": True}),
        ({"duration": "8", "duration_seconds": "9"}, {"duration": "9"}),
        ({"shine": 3}, {"shine": "3"}),
    ],
)
def test_what_may_mean_something_else_stays_something_else(
    cat: Catalogue, one: dict[str, Any], other: dict[str, Any]
) -> None:
    kling = cat.endpoint("kling-v3-pro")
    assert json.dumps(meaning(kling, one)) != json.dumps(meaning(kling, other))


def test_old_files_of_persons_name_fields_as_they_did(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    change = {
        "images": {"start": {"field": "picture"}},
        "input": {"properties": {"duration_seconds": {"type": "string", "enum": ["5", "10"]}}},
    }
    file.write_text(json.dumps({"endpoints": {KLING: change}}))
    kling = load(file).endpoint(KLING)
    assert kling.images["start"].names == ("picture",)
    # A property under its name on the wire is an option of its own, and takes that name from the other.
    assert kling.names("duration_seconds") == ("duration_seconds",)
    assert kling.names("duration") == ("duration",)
    given = check_input(kling, {"prompt": "x", "duration_seconds": 5}, ["start"])
    assert spelt_input(given, kling.spelling(given, [])) == {"prompt": "x", "duration_seconds": "5"}
    assert meaning(kling, given) == {"prompt": "x", "duration": "5"}


def test_an_image_without_a_field_is_a_mistake_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(
        json.dumps({"endpoints": {"new/image-to-video": {"images": {"end": {"required": True}}}}})
    )
    with pytest.raises(Exception, match="needs a field to go into"):
        load(file)
