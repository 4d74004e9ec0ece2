"""What a cell asks for, read from its line and body: nothing is sent in any of these."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.notebook.arguments import split
from reka_notebook.notebook.body import as_body
from reka_notebook.notebook.wanted import Wanted, check_count, read
from reka_notebook.sandbox import Sandbox

KLING = "-m kling-v3-pro --duration 3"


@pytest.fixture
def wanted(sandbox: Sandbox, photo: Path) -> Any:
    def made(line: str, body: str = "A slow pan", **namespace: Any) -> Wanted:
        return read(split(f"-i {photo} {line}"), body, namespace, controller())

    yield made
    assert sandbox.log == []


def prompts_of(made: Wanted) -> list[str]:
    return [one.request.prompt for one in made.asks]


def test_one_prompt_is_one_request_without_axes(wanted: Any) -> None:
    made = wanted(KLING)
    assert made.axes == ()
    assert prompts_of(made) == ["A slow pan"]


def test_variables_are_put_into_the_prompt_and_into_options(wanted: Any) -> None:
    place = SimpleNamespace(name="quay")
    made = wanted(
        "-m kling-v3-pro --duration {{seconds}}",
        "A pan over the {{place.name}} in {{light[1]}}, {not: this}",
        place=place,
        light=["dawn", "noon"],
        seconds=4,
    )
    assert prompts_of(made) == ["A pan over the quay in noon, {not: this}"]
    assert made.asks[0].request.input["duration"] == "4"


def test_a_missing_variable_is_said_with_near_ones(wanted: Any) -> None:
    with pytest.raises(RekaError, match=r"no variable 'harbor'. Is it harbour?"):
        wanted(KLING, "A pan over {{harbor}}", harbour="x")
    with pytest.raises(RekaError, match=r"no variable 'second'. Is it seconds?"):
        wanted("-m kling-v3-pro --duration {{second}}", seconds=3)


def test_a_value_is_text_and_makes_no_alternatives(wanted: Any) -> None:
    assert prompts_of(wanted(KLING, "{{words}}", words="{{a|b}}")) == ["{{a|b}}"]


def test_alternatives_options_and_takes_are_axes_in_this_order(wanted: Any) -> None:
    made = wanted("-m kling-v3-pro --sweep duration=3,4 --takes 2", "A {{slow|fast}} pan")
    assert [(axis.name, list(axis.values)) for axis in made.axes] == [
        ("words 1", ["slow", "fast"]),
        ("duration", ["3", "4"]),
        ("take", [1, 2]),
    ]
    assert len(made.asks) == 8
    last = made.asks[-1].request
    assert (last.prompt, last.input["duration"], last.take) == ("A fast pan", "4", 2)


def test_prompts_between_rules_are_one_axis_with_their_alternatives(wanted: Any) -> None:
    made = wanted(KLING, "A {{slow|fast}} pan\n---\n\nZoom out\n--- \n")
    assert [list(axis.values) for axis in made.axes] == [["A slow pan", "A fast pan", "Zoom out"]]
    assert prompts_of(made) == ["A slow pan", "A fast pan", "Zoom out"]


def test_a_body_that_is_written_for_a_prompt_reads_as_that_prompt(wanted: Any) -> None:
    prompt = "A pan\n---\n\\---\nover {{a|b}} and ---\n\\\\{{x}}"
    assert prompts_of(wanted(KLING, as_body(prompt))) == [prompt]


def test_every_model_of_a_sweep_reads_the_options_in_its_own_way(wanted: Any) -> None:
    made = wanted("--sweep model=kling-v3-pro,veo-3.1 --duration 4")
    assert [(one.endpoint.model, one.request.input["duration"]) for one in made.asks] == [
        ("kling-v3-pro", "4"),
        ("veo-3.1", "4s"),
    ]


def test_images_can_be_swept(wanted: Any, photo: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(photo.read_bytes() + b"\0")
    made = read(split(f"{KLING} --sweep image={photo},here"), "A pan", {"here": str(other)}, controller())
    names = [one.request.images["start"][0].name for one in made.asks]
    assert names == ["photo.jpg", "other.jpg"]


def test_an_image_is_found_in_a_list_of_a_variable(wanted: Any, photo: Path) -> None:
    made = read(split(f"{KLING} -i shots[1]"), "A pan", {"shots": ["no", photo]}, controller())
    assert made.asks[0].request.images["start"][0].name == "photo.jpg"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-m kling-v3-pro --sweep duratoin=3,4", "Did you mean duration?"),
        ("-m kling-v3-pro --sweep duration", "name=value,value"),
        ("-m kling-v3-pro --sweep duration=3,,4", "name=value,value"),
        ("-m kling-v3-pro --sweep duration=3,99", "duration"),
        ("-m kling-v3-pro --sweep duration=3 --duration 4", "given once and swept too"),
        ("-m kling-v3-pro --sweep model=veo-3.1", "given once and swept too"),
        ("--sweep duration=4 --sweep duration=8", "there twice"),
        ("--sweep model=kling-v3-pro,veo-3.1 --cfg-scale 0.3", "Veo 3.1 has no option --cfg-scale"),
        ("-m kling-v3-pro --takes 0", "--takes wants how many"),
        ("-m kling-v3-pro --takes 3 --take 2", "leave out one of the two"),
        ("-m kling-v3-pro --takes 51 --sweep duration=3,4", "102 at once"),
        ("-m kling-v3-pro --duration {{3|4}}", "--sweep name=a,b"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(wanted: Any, line: str, words: str) -> None:
    with pytest.raises(RekaError) as caught:
        wanted(line)
    assert words in str(caught.value)


def test_more_than_eight_new_ones_want_a_yes_and_say_how_many(wanted: Any) -> None:
    check_count(wanted("-m kling-v3-pro --takes 8"))
    with pytest.raises(RekaError, match=r"9 new takes, and each of them is charged.*Add --yes"):
        check_count(wanted("-m kling-v3-pro --takes 9"))
    check_count(wanted("-m kling-v3-pro --takes 9 --yes"))
