"""Test what a cell's line and body ask for; none of these sends anything."""

import base64
import io
import re
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.magic.request import CellRequest, check_count, read
from reka_notebook.prompts.body import as_body
from reka_notebook.sandbox import Sandbox

KLING = "-m kling-v3-pro --duration 3"


@pytest.fixture
def wanted(sandbox: Sandbox, photo: Path) -> Any:
    def made(line: str, body: str = "A slow pan", **namespace: Any) -> CellRequest:
        image = "" if "-i " in line else f"-i {photo} "
        return read(f"{image}{line}", body, namespace, controller())

    yield made
    assert sandbox.log == []


def prompts_of(made: CellRequest) -> list[str]:
    return [one.request.prompt for one in made.sweep.requests]


def test_one_prompt_is_one_request_without_axes(wanted: Any) -> None:
    made = wanted(KLING)
    assert made.sweep.axes == ()
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
    assert made.sweep.requests[0].request.input["duration"] == "4"


def test_a_missing_variable_is_said_with_near_ones(wanted: Any) -> None:
    with pytest.raises(RekaError, match=r"no variable 'harbor'. Did you mean harbour?"):
        wanted(KLING, "A pan over {{harbor}}", harbour="x")
    with pytest.raises(RekaError, match=r"no variable 'second'. Did you mean seconds?"):
        wanted("-m kling-v3-pro --duration {{second}}", seconds=3)


def test_a_value_is_text_and_makes_no_alternatives(wanted: Any) -> None:
    assert prompts_of(wanted(KLING, "{{words}}", words="{{a|b}}")) == ["{{a|b}}"]


def test_alternatives_options_and_takes_are_axes_in_this_order(wanted: Any) -> None:
    made = wanted("-m kling-v3-pro --sweep duration=3,4 --takes 2", "A {{slow|fast}} pan")
    assert [(axis.name, list(axis.values)) for axis in made.sweep.axes] == [
        ("words 1", ["slow", "fast"]),
        ("duration", ["3", "4"]),
        ("take", [1, 2]),
    ]
    assert len(made.sweep.requests) == 8
    last = made.sweep.requests[-1].request
    assert (last.prompt, last.input["duration"], last.take) == ("A fast pan", "4", 2)


def test_prompts_between_rules_are_one_axis_with_their_alternatives(wanted: Any) -> None:
    made = wanted(KLING, "A {{slow|fast}} pan\n---\n\nZoom out\n--- \n")
    assert [list(axis.values) for axis in made.sweep.axes] == [["A slow pan", "A fast pan", "Zoom out"]]
    assert prompts_of(made) == ["A slow pan", "A fast pan", "Zoom out"]


def test_a_body_that_is_written_for_a_prompt_reads_as_that_prompt(wanted: Any) -> None:
    prompt = "A pan\n---\n\\---\nover {{a|b}} and ---\n\\\\{{x}}"
    assert prompts_of(wanted(KLING, as_body(prompt))) == [prompt]


def test_every_model_of_a_sweep_reads_the_options_in_its_own_way(wanted: Any) -> None:
    made = wanted("--sweep model=kling-v3-pro,veo-3.1 --duration 4")
    assert [(one.endpoint.model, one.request.input["duration"]) for one in made.sweep.requests] == [
        ("kling-v3-pro", "4"),
        ("veo-3.1", "4s"),
    ]


def test_images_can_be_swept(wanted: Any, photo: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(photo.read_bytes() + b"\0")
    made = read(f"{KLING} --sweep image={photo},here", "A pan", {"here": str(other)}, controller())
    names = [one.request.images["start"][0].name for one in made.sweep.requests]
    assert names == ["photo.jpg", "other.jpg"]


def test_an_image_is_found_in_a_list_of_a_variable(wanted: Any, photo: Path) -> None:
    made = read(f"{KLING} -i shots[1]", "A pan", {"shots": ["no", photo]}, controller())
    assert made.sweep.requests[0].request.images["start"][0].name == "photo.jpg"


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
    with pytest.raises(RekaError, match=r"9 new takes\. You'll be charged for each.*Add --yes"):
        check_count(wanted("-m kling-v3-pro --takes 9"))
    check_count(wanted("-m kling-v3-pro --takes 9 --yes"))


@pytest.fixture
def on_a_line(sandbox: Sandbox, photo: Path) -> Any:
    """Yield the same for ``%reka_video``, which has its prompt among its words."""

    def made(line: str, **namespace: Any) -> CellRequest:
        image = "" if "-i " in line else f"-i {photo} "
        return read(f"{image}{KLING} {line}", None, namespace, controller())

    yield made
    assert sandbox.log == []


@pytest.mark.parametrize(
    "line",
    [
        """--sweep 'negative_prompt="blurry, low quality","text, watermark"'""",
        """--sweep negative_prompt="blurry, low quality","text, watermark" """,
        """--sweep=negative_prompt='blurry, low quality','text, watermark'""",
        """--sweep 'negative-prompt="blurry, low quality",{{marks}}'""",
    ],
)
def test_a_value_with_a_comma_is_one_value_of_a_sweep(wanted: Any, on_a_line: Any, line: str) -> None:
    for made in (
        wanted(f"{KLING} {line}", marks="text, watermark"),
        on_a_line(f"{line} a pan", marks="text, watermark"),
    ):
        values = [one.request.input["negative_prompt"] for one in made.sweep.requests]
        assert values == ["blurry, low quality", "text, watermark"]


@pytest.mark.parametrize(
    "line",
    [
        """--sweep 'negative_prompt="blurry, low quality,text'""",
        """--sweep negative_prompt="blurry,text""",
        """--sweep 'negative_prompt="blurry" low,text'""",
        """--sweep 'negative_prompt={"a": 1, b},text'""",
    ],
)
def test_a_sweep_that_cannot_be_read_makes_nothing(wanted: Any, on_a_line: Any, line: str) -> None:
    for asked in (lambda: wanted(f"{KLING} {line}"), lambda: on_a_line(f"{line} a pan")):
        with pytest.raises(RekaError, match=r"Nothing was sent"):
            asked()


def test_a_comment_and_a_semicolon_are_no_part_of_a_request(wanted: Any, on_a_line: Any) -> None:
    key = on_a_line("a slow pan").sweep.requests[0].request.content_key
    for written in ("a slow pan # the first", "a slow pan;", "a slow pan ;  # don't", '"a slow pan"; # "x'):
        assert on_a_line(written).sweep.requests[0].request.content_key == key
    key = wanted(KLING).sweep.requests[0].request.content_key
    for written in (f"{KLING}  # 'the first", f"{KLING};"):
        assert wanted(written).sweep.requests[0].request.content_key == key


@pytest.mark.parametrize(
    "written", ["{path}", "$path", "${path}", "{shots[0].path}", "$folder/photo.jpg", "{path!s}", "{path:>3}"]
)
def test_a_variable_written_as_elsewhere_brings_the_hint(wanted: Any, on_a_line: Any, written: str) -> None:
    name = re.split("[/!:]", written.strip("${}"))[0]
    for namespace in ({}, {"path": "photo.jpg", "folder": ".", "shots": []}):
        for asked in (
            lambda known: wanted(f"{KLING} -i {written}", **known),
            lambda known: on_a_line(f"-i {written} a pan", **known),
        ):
            with pytest.raises(RekaError, match=r"Nothing was sent\. A variable is written ") as refused:
                asked(namespace)
            assert f"{{{{{name}}}}}" in str(refused.value)


def test_an_options_value_brings_the_hint_where_there_is_such_a_variable(wanted: Any) -> None:
    with pytest.raises(RekaError, match=r"\{seconds\} is not filled in.*\{\{seconds\}\}"):
        wanted("-m kling-v3-pro --duration {seconds}", seconds=4)
    with pytest.raises(RekaError, match=r"\$words is not filled in.*\{\{words\}\}"):
        wanted(f"{KLING} --negative-prompt 'no $words'", words="text")
    made = wanted(f"{KLING} --negative-prompt 'costs $5, {{x}}, $$y and \\frac{{a}}{{b}}'", a=1, b=2, y=1)
    assert made.sweep.requests[0].request.input["negative_prompt"] == r"costs $5, {x}, $$y and \frac{a}{b}"


def test_a_prompt_keeps_its_braces_and_brings_a_hint(wanted: Any) -> None:
    made = wanted(KLING, "A pan over {place} for $5", place="the quay")
    assert prompts_of(made) == ["A pan over {place} for $5"]
    assert made.hint == "{place} in the prompt is sent as it is written. To put the variable in: {{place}}"
    for prompt in ("A pan over {place}", "A pan over {{place}}", '{"place": 1} \\frac{place}{place}'):
        assert (
            wanted(KLING, prompt, **({"place": "x"} if prompt[0] != "A" or "{{" in prompt else {})).hint
            is None
        )


def test_variables_that_are_not_named_are_not_looked_at(wanted: Any) -> None:
    class Untouchable:
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(f"{name} was looked up")

    made = wanted(KLING, "A pan over {place}", place="the quay", other=Untouchable())
    assert made.hint is not None


def test_a_variable_with_spaces_in_its_braces_is_one_word(wanted: Any, photo: Path) -> None:
    made = wanted(
        f"{KLING} -i {{{{ shot }}}} --negative-prompt={{{{ words }}}}", shot=str(photo), words="a, b"
    )
    assert made.sweep.requests[0].request.images["start"][0].name == photo.name
    assert made.sweep.requests[0].request.input["negative_prompt"] == "a, b"


def test_a_name_with_an_accent_is_found_however_it_is_typed(wanted: Any, photo: Path, tmp_path: Path) -> None:
    one, two = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
    for stored, typed in ((one, two), (two, one)):
        folder = tmp_path / f"{stored} of {len(stored)}"
        folder.mkdir()
        (folder / f"{stored}.jpg").write_bytes(photo.read_bytes())
        made = wanted(f"{KLING} -i '{tmp_path}/{typed} of {len(stored)}/{typed}.jpg'")
        assert made.sweep.requests[0].request.images["start"][0].name == f"{stored}.jpg"
    for typed in (one, two):
        made = wanted(f"{KLING} -i {typed}", f"A pan over {{{{{typed}}}}}", **{one: str(photo)})
        assert prompts_of(made) == [f"A pan over {photo}"]


def test_a_path_of_windows_is_said_as_it_was_written(wanted: Any, on_a_line: Any) -> None:
    for path in (r"C:\Users\me\photo.png", r"\\server\share\new.png", "C:/Users/me/photo.png", "C://a/b.png"):
        for asked in (lambda p: wanted(f"{KLING} -i {p}"), lambda p: on_a_line(f"-i {p} a pan")):
            with pytest.raises(RekaError) as refused:
                asked(path)
            assert f"There is no file '{path}'" in str(refused.value)


def test_an_image_as_a_long_data_uri_may_stand_on_a_line(wanted: Any, photo: Path) -> None:
    uri = f"data:image/jpeg;base64,{base64.b64encode(photo.read_bytes()).decode()}"
    assert wanted(f"{KLING} -i {uri}").sweep.requests[0].request.images["start"][0].width == 600


def test_an_upload_and_an_open_file_are_images_of_a_variable(wanted: Any, photo: Path) -> None:
    file = {"name": "a.jpg", "content": photo.read_bytes()}
    for value in (io.BytesIO(photo.read_bytes()), (file,), file, {"a.jpg": {"content": photo.read_bytes()}}):
        made = wanted(f"{KLING} -i given", given=value)
        assert made.sweep.requests[0].request.images["start"][0].width == 600
    with pytest.raises(RekaError, match="the list is empty"):
        wanted(f"{KLING} -i given", given=())


def test_a_webhook_goes_with_every_request_of_a_sweep_and_may_stand_in_a_variable(wanted: Any) -> None:
    hook = "https://hooks.example.com/done?token=1"
    made = wanted(f"{KLING} --webhook-url {{{{hook}}}} --sweep cfg_scale=0.3,0.4", hook=hook)
    assert [one.webhook_url for one in made.sweep.requests] == [hook, hook]
    assert hook not in repr(made)
    assert [one.request for one in made.sweep.requests] == [
        one.request for one in wanted(f"{KLING} --sweep cfg_scale=0.3,0.4").sweep.requests
    ]


def test_what_is_no_webhook_is_said_without_showing_it(wanted: Any) -> None:
    with pytest.raises(RekaError, match="does not begin with http") as caught:
        wanted(f"{KLING} --webhook-url hooks.example.com/s3cret")
    assert "s3cret" not in str(caught.value)
