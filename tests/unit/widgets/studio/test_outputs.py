"""Test the studio over all that it makes: its form in Python, several of each, and which file of a take is used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from reka_notebook.errors import RekaError
from reka_notebook.jobs.take import frame_of
from reka_notebook.sandbox import Sandbox
from reka_notebook.text import shown_name
from reka_notebook.widgets.studio.studio import Studio
from tests.unit.widgets.studio.test_kinds import ask, make, until

I2V, T2V, EDIT, T2I = (
    f"{model}/{task}"
    for model, task in (
        ("kling-v3-pro", "image-to-video"),
        ("seedance-2.0-pro", "text-to-video"),
        ("nano-banana", "edit"),
        ("nano-banana", "text-to-image"),
    )
)
SPEECH, BOXES = "eleven-v3/text-to-speech", "reka-edge-2603/image-to-bbox"


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    studio = Studio(model="kling-v3-pro")
    yield studio
    studio.close()


# --- the form in Python ---------------------------------------------------------------------------------------------


def test_the_output_follows_a_word_and_the_task_what_is_there(studio: Studio, photo: Path) -> None:
    assert (studio.output, studio.model) == ("video", I2V)
    studio.prompt, studio.settings = "A boat", {"duration": 3}
    for word, output, model in (
        ("Image", "image", T2I),
        ("speech", "audio", SPEECH),
        ("boxes", "boxes", BOXES),
        ("audio", "audio", SPEECH),
        ("video", "video", T2V),
    ):
        studio.output = word
        assert (studio.output, studio.model) == (output, model)
        assert studio.prompt == "A boat"
    assert dict(studio.settings) == {}, "speech has no duration"
    studio.image = photo
    assert studio.model.endswith("/image-to-video")
    studio.output = "image"
    assert studio.model == EDIT
    with pytest.raises(RekaError, match=r"A studio makes no 'film'"):
        studio.output = "film"
    assert studio.model == EDIT


def test_a_model_turns_the_form_to_what_it_makes(studio: Studio, photo: Path) -> None:
    studio.model = "nano-banana"
    assert (studio.output, studio.model) == ("image", T2I)
    studio.image = photo
    assert studio.model == EDIT, "an image is there to be edited"
    studio.model = "eleven-v3"
    assert (studio.output, studio.model) == ("audio", SPEECH)
    studio.model = "veo-3.1"
    assert (studio.output, studio.model) == ("video", "veo-3.1/image-to-video")
    with pytest.raises(RekaError, match="veo-3"):
        studio.model = "veo-3.2"
    assert studio.model == "veo-3.1/image-to-video"


def test_several_images_are_several_places_of_one_slot(studio: Studio, photo: Path, sandbox: Sandbox) -> None:
    pictures = [photo, Image.new("RGB", (320, 240), "red"), Image.new("RGB", (64, 48), "blue")]
    studio.output, studio.prompt = "image", "Put them together"
    studio.image = pictures
    assert [image["slot"] for image in studio.images] == ["start", "start#2", "start#3"]
    digests = {image["slot"]: image["digest"] for image in studio.images}
    take = studio.generate().result(60)
    assert [use.digest for use in take.request.images["start"]] == [*digests.values()]
    # What is taken out lets the others move up.
    ask(studio, "image_clear", slot="start#2")
    assert {image["slot"]: image["digest"] for image in studio.images} == {
        "start": digests["start"],
        "start#2": digests["start#3"],
    }
    # Another model takes one image only, and is asked with that.
    studio.model = "kling-v3-pro"
    video = studio.generate().result(60)
    assert [use.digest for use in video.request.images["start"]] == [digests["start"]]
    # All come back with the take's settings, each in its place.
    ask(studio, "recall", take=take.id, seed=True)
    assert {image["slot"]: image["digest"] for image in studio.images} == digests
    charged = len(sandbox.ledger)
    assert studio.generate().result(60).id == take.id
    assert len(sandbox.ledger) == charged
    studio.image = photo
    assert [image["slot"] for image in studio.images] == ["start"]


# --- several of each ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "kind"), [(T2I, "image"), (EDIT, "image"), (SPEECH, "audio"), (BOXES, "boxes")]
)
def test_alternatives_and_takes_make_several_of_each(
    studio: Studio, photo: Path, sandbox: Sandbox, endpoint: str, kind: str
) -> None:
    studio.image = photo
    form: dict[str, Any] = {
        "endpoint": endpoint,
        "prompt": "a {{boat|star}}",
        "settings": {},
        "images": {"start": studio.images[0]["digest"]} if endpoint in (EDIT, BOXES) else {},
    }
    plan = ask(studio, "plan", **form)
    assert (plan.count, plan.price["new"]) == (2, 2)
    assert [one["takes"] for one in plan.more] == [1, 2, 4]
    begun = ask(studio, "sweep_begin", **form, agreed=0, again=False, takes=1)
    until(lambda: len(studio.takes_shown) == 2)
    assert {row["kind"] for row in studio.takes_shown} == {kind}
    assert {row["prompt"] for row in studio.takes_shown} == {"a boat", "a star"}
    assert begun.new == len(sandbox.ledger) == 2
    # They are kept: shown again for nothing.
    plan = ask(studio, "plan", **form)
    assert (plan.kept, plan.price["new"], plan.price["amount"]) == (2, 0, "no charge")
    # Two new ones of each, on purpose.
    one = {**form, "prompt": "a boat"}
    assert ask(studio, "sweep_begin", **one, agreed=0, again=True, takes=2).new == 2
    until(lambda: len(studio.takes_shown) == 4)
    assert len(sandbox.ledger) == 4
    there = ask(studio, "plan", **one)
    assert (there.kept, there.requests[0]["state"]) == (1, "made")
    shown = ask(studio, "generate", **one, again=False)
    assert (shown.kept, len(sandbox.ledger)) == (True, 4)
    another = ask(studio, "generate", **one, again=True)
    assert not another.kept
    until(lambda: len(studio.takes_shown) == 5)


# --- which file of a take -------------------------------------------------------------------------------------------


def test_of_file_two_file_two_is_used(studio: Studio, sandbox: Sandbox) -> None:
    drawn = make("A red boat on a lake", "text-to-image", num_images=3)
    wanted = frame_of(drawn.files[1], None)
    others = {frame_of(file, None).digest for file in (drawn.files[0], drawn.files[2])}
    assert wanted.digest not in others
    # Animate, Edit, Find boxes begin with it; a drag from the wall puts it into a slot.
    for type_, fields in (
        ("next_shot", {}),
        ("image_take", {"slot": "end"}),
        ("image_take", {"slot": "start"}),
    ):
        image = ask(studio, type_, take=drawn.id, file=1, **fields)
        assert (image.digest, image.name) == (wanted.digest, shown_name(wanted.name))
    digest = studio.images[0]["digest"]
    asked = {
        "endpoint": I2V,
        "prompt": "Rock it",
        "settings": {},
        "images": {"start": digest},
        "again": False,
    }
    job = ask(studio, "generate", **asked).job
    until(lambda: any(row["id"] == job for row in studio.takes_shown))
    made = studio._take(job)
    assert [use.digest for use in made.request.images["start"]] == [wanted.digest]
    assert [parent.id for parent in made.parents] == [drawn.id]
    for number in (3, -1):
        with pytest.raises(RekaError):
            ask(studio, "next_shot", take=drawn.id, file=number)
