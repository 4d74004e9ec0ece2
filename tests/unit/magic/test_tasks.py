"""Test what each of the four magics asks for; none of these sends anything."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import PreparedRequest, controller
from reka_notebook.magic.help import help_text
from reka_notebook.magic.request import read
from reka_notebook.options import defaults
from reka_notebook.options.magics import MAGICS
from reka_notebook.sandbox import Sandbox

Asked = Callable[..., list[PreparedRequest]]


@pytest.fixture
def asked(sandbox: Sandbox) -> Iterator[Asked]:
    def read_cell(magic: str, line: str = "", body: str | None = "A quay", **namespace: Any) -> Any:
        return read(line, body, namespace, controller(), MAGICS[magic]).sweep.requests

    yield read_cell
    defaults.clear_defaults()
    reka_notebook.configure(model=None)
    assert sandbox.log == []


def one(requests: list[PreparedRequest]) -> tuple[str, list[str], dict[str, Any]]:
    (only,) = requests
    return only.endpoint.task, list(only.request.images), only.request.input


@pytest.mark.parametrize(
    ("magic", "line", "task"),
    [
        ("reka_video", "-i {}", "image-to-video"),
        ("reka_video", "", "text-to-video"),
        ("reka_video", "--task t2v -m any-model/text-to-video", "text-to-video"),
        ("reka_video", "-m kling-v3-pro --end-image {} -i {}", "image-to-video"),
        ("reka_video", "-m kling-v3-pro --set start_image_url=https://a/b.png", "image-to-video"),
        ("reka_image", "-i {}", "edit"),
        ("reka_image", "", "text-to-image"),
        ("reka_image", "-m nano-banana", "text-to-image"),
        ("reka_image", "-m nano-banana -i {}", "edit"),
        ("reka_image", "-m nano-banana --sweep image={},{}", "edit"),
        ("reka_speech", "", "text-to-speech"),
        ("reka_boxes", "-i {}", "image-to-bbox"),
    ],
)
def test_the_task_follows_from_the_magic_and_the_image(
    asked: Asked, photo: Path, magic: str, line: str, task: str
) -> None:
    found = asked(magic, line.replace("{}", str(photo)))
    assert {one.endpoint.task for one in found} == {task}
    assert {one.request.prompt for one in found} == {"A quay"}


def test_speech_sends_a_text_and_boxes_need_no_words(asked: Asked, photo: Path) -> None:
    assert one(asked("reka_speech", "--voice Ann"))[2] == {"text": "A quay", "voice": "Ann"}
    assert one(asked("reka_boxes", f"-i {photo}", ""))[2] == {}


@pytest.mark.parametrize("line", ["-i {} cup, table", '-i {} "cup, table"', "-i {} 'cup, table'  # both"])
def test_the_words_may_stand_on_a_cells_line_where_its_body_is_empty(
    asked: Asked, photo: Path, line: str
) -> None:
    for body in ("", "\n", None):
        assert one(asked("reka_boxes", line.format(photo), body))[2] == {"prompt": "cup, table"}
    with pytest.raises(RekaError, match="The prompt goes into the cell's body"):
        asked("reka_boxes", line.format(photo), "a spoon")


def test_an_edit_takes_several_images_however_they_are_listed(
    asked: Asked, photo: Path, tmp_path: Path
) -> None:
    other, comma = tmp_path / "other.jpg", tmp_path / "a, b.jpg"
    for file in (other, comma):
        file.write_bytes(photo.read_bytes())
    for line, names in (
        (f"-i {photo} -i {other}", [photo.name, "other.jpg"]),
        (f"-i {photo},{other}", [photo.name, "other.jpg"]),
        (f"-i shot,{other} -i 'shot'", ["image", "other.jpg", "image"]),
        (f"-i '{comma}'", ["a, b.jpg"]),
        (f"-i '\"{comma}\",{other}'", ["a, b.jpg", "other.jpg"]),
        ("-i {{both}}", [photo.name, "other.jpg"]),
    ):
        namespace = {"shot": photo.read_bytes(), "both": f"{photo},{other}"}
        (found,) = asked("reka_image", line, **namespace)
        assert [use.name for use in found.request.images["start"]] == names, line
    with pytest.raises(RekaError, match="takes one start image, and these are 2"):
        asked("reka_video", f"-i {photo} -i {other}")
    with pytest.raises(RekaError, match="not closed"):
        asked("reka_image", "-i '\"a,b'")


def test_alternatives_sweeps_and_takes_are_of_every_magic(asked: Asked, photo: Path) -> None:
    found = asked("reka_image", "--sweep aspect_ratio=1:1,16:9 --takes 2", "A {{calm|wild}} quay")
    assert len(found) == 8
    assert {one.endpoint.id for one in found} == {"nano-banana/text-to-image"}
    models = asked("reka_image", f"-i {photo} --sweep model=nano-banana,flux-2/edit")
    assert [one.endpoint.id for one in models] == ["nano-banana/edit", "flux-2/edit"]


@pytest.mark.parametrize(
    ("magic", "line", "words"),
    [
        (
            "reka_video",
            "-m nano-banana",
            "no videos. Its tasks: text-to-image, edit. Nothing was sent. That is for %%reka_image.",
        ),
        (
            "reka_image",
            "-m kling-v3-pro",
            "kling-v3-pro makes videos, and no images. Its tasks: image-to-video.",
        ),
        ("reka_speech", "-m kling-v3-pro/image-to-video", "makes videos, and no sounds"),
        ("reka_boxes", "--task edit", "edit makes images, and no boxes"),
        ("reka_image", "-m nano-banana --sweep model=a,b", "given once and swept too"),
        ("reka_image", "--sweep model=nano-banana,kling-v3-pro", "kling-v3-pro makes videos, and no images"),
        (
            "reka_video",
            "-m kling-v3-pro --task text-to-video",
            "is not listed for text-to-video. It is for: kling",
        ),
        ("reka_video", "-m kling-v3-pro", "Without one, the task is text-to-video"),
        ("reka_speech", "-i {}", "has no place for the start image. It takes no image"),
        ("reka_image", "-i {} -m ideogram-4/text-to-image", "With an image, the task is edit"),
        ("reka_boxes", "", "needs an image, and none was given"),
        ("reka_speech", "--aspect-ratio 1:1", "has no option --aspect-ratio"),
    ],
)
def test_what_does_not_fit_the_magic_is_refused_in_words(
    asked: Asked, photo: Path, magic: str, line: str, words: str
) -> None:
    with pytest.raises(RekaError) as refused:
        asked(magic, line.replace("{}", str(photo)))
    assert words in str(refused.value)


def test_a_default_holds_for_what_it_makes_and_for_nothing_else(asked: Asked, photo: Path) -> None:
    defaults.set_defaults("veo-3.1", {"image": str(photo), "aspect_ratio": "9:16"})
    defaults.set_defaults("flux-2/edit", {"aspect_ratio": "1:1"}, "image")
    video, image = asked("reka_video")[0], asked("reka_image")[0]
    assert (video.endpoint.id, video.request.input["aspect_ratio"]) == ("veo-3.1/image-to-video", "9:16")
    assert (image.endpoint.id, image.request.input["aspect_ratio"]) == ("nano-banana/text-to-image", "1:1")
    assert asked("reka_image", f"-i {photo}")[0].endpoint.id == "flux-2/edit"
    assert asked("reka_speech")[0].endpoint.id == "eleven-v3/text-to-speech"


def test_a_configured_model_is_for_what_it_makes(asked: Asked, photo: Path) -> None:
    reka_notebook.configure(model="veo-3.1, ideogram-4/text-to-image")
    assert asked("reka_video", f"-i {photo}")[0].endpoint.id == "veo-3.1/image-to-video"
    assert asked("reka_image")[0].endpoint.id == "ideogram-4/text-to-image"
    assert asked("reka_image", f"-i {photo}")[0].endpoint.id == "nano-banana/edit"
    assert asked("reka_speech")[0].endpoint.id == "eleven-v3/text-to-speech"
    with pytest.raises(RekaError, match=r"Veo 3\.1 needs an image"):
        asked("reka_video")


@pytest.mark.parametrize("magic", MAGICS)
def test_the_help_of_each_magic_is_of_its_own_options(asked: Asked, magic: str) -> None:
    said = help_text(magic)
    assert f"%%{magic} " in said
    assert f"shot = %{magic} " in said
    assert ("--voice" in said, "--duration" in said) == (magic == "reka_speech", magic == "reka_video")
