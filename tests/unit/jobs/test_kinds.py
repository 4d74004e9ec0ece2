"""Test takes of every kind: images of several files, sounds, boxes."""

import base64
import io
import json
from pathlib import Path

import msgspec
import pytest
from PIL import Image

import reka_notebook
from reka_notebook import media
from reka_notebook.catalogue import CatalogueError, Mark, load
from reka_notebook.errors import RekaError
from reka_notebook.jobs import JobExpired
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.jobs.take import Take, frame_of
from reka_notebook.jobs.takes import Takes
from reka_notebook.library.folder import write_whole
from reka_notebook.media import MediaError
from reka_notebook.sandbox.inference import Inference
from tests.unit.jobs.files import Files

EDIT, BOXES, SPEECH = "nano-banana/text-to-image", "some-model/image-to-bbox", "some-model/text-to-speech"


@pytest.fixture
def output(monkeypatch):
    """Let the sandbox's outputs be what is given."""

    def make(made) -> None:
        def result_json(self, now, output):
            answer = whole(self, now, output)
            return answer | {"output": made} if answer["output"] else answer

        monkeypatch.setattr(Inference, "result_json", result_json)

    whole = Inference.result_json
    return make


def encoded(colour: str, kind: str = "PNG", size=(64, 48), **options) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


def shown(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def uri(data: bytes) -> str:
    return f"data:application/octet-stream;base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("kind", "ending"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("AVIF", ".avif")]
)
def test_an_image_is_known_by_its_content(process, output, kind, ending) -> None:
    files = Files(content=encoded("navy", kind))
    try:
        output({"images": [{"url": f"{files.url}/storage/2f1c?signature=abc"}]})
        take = process.submit("a harbour", model=EDIT).result(10)
    finally:
        files.close()
    assert (take.kind, take.path.suffix) == ("image", ending)
    assert (take.file.width, take.file.height) == (64, 48)
    assert take.poster is not None
    assert shown(take.poster).format == "JPEG"


@pytest.mark.parametrize("had", [True, False], ids=["all had", "one had"])
def test_an_image_that_could_not_be_had_is_no_sign_of_a_field_that_is_not_known(process, output, had) -> None:
    files = Files(refusals=[] if had else [(404, b"no such picture")] * 99)
    first = {"url": uri(encoded("red"))}
    output({"images": [first] if had else [first, {"url": f"{files.url}/2.png"}]})
    job = process.submit("a harbour", model=EDIT, num_images=2)
    try:
        if not had:  # waited for once; of a job that is resumed, what can be had is kept
            with pytest.raises(JobExpired, match="fetched again, and not charged again"):
                job.result(20)
        take = process.submit("a harbour", model=EDIT, num_images=2).result(20)
    finally:
        files.close()
    (remark,) = take.remarks
    if had:
        assert remark == "You asked for 2 images and got 1: the service may not know the field `num_images`."
    else:
        assert "A picture that came with it (images.1) could not be had" in remark
    doubted = process.controller.catalogue.endpoint(EDIT).mark("input.num_images") is Mark.doubted
    assert doubted == had


def test_several_images_are_several_files_each_with_a_picture(process, output) -> None:
    colours = ["red", "green", "blue"]
    output({"images": [{"url": uri(encoded(colour))} for colour in colours]})
    take = process.submit("a harbour", model=EDIT).result(10)
    assert [file.number for file in take.files] == [1, 2, 3]
    assert [file.kind for file in take.files] == ["image"] * 3
    assert len({file.poster for file in take.files}) == 3
    assert all(file.poster.exists() and file.path.exists() for file in take.files)
    assert [image.getpixel((5, 5)) for image in take.images] == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]
    assert take.files[1].name == f"take:{take.id}#2"

    library = process.controller.library
    second = kept_or_given(f"take:{take.id}#2", library)
    assert second.digest == frame_of(take.files[1]).digest != frame_of(take).digest
    assert kept_or_given(f"take:{take.id}#1", library).digest == frame_of(take).digest

    assert kept_or_given(take.files[1], library).digest == second.digest
    both = kept_or_given([take, take.files[1]], library)
    edited = process.prepare("at night", image=both, model="nano-banana/edit")
    assert len(edited.request.images["start"]) == 2

    video = process.prepare("onwards", image=take.files[2])
    assert video.request.images["start"][0].digest == frame_of(take.files[2]).digest
    assert process.prepare("onwards", image=take).request.images["start"][0].digest == frame_of(take).digest


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("#4", "has 3 files"),
        ("#0", "there is no"),
        ("#two", "there is no"),
        ("#1@x", "is a frame of a take"),
        ("@1@2", "is a frame of a take"),
    ],
)
def test_a_file_that_is_not_there_is_said_to_be(process, output, name, words) -> None:
    output({"images": [{"url": uri(encoded(colour))} for colour in ("red", "green", "blue")]})
    take = process.submit("a harbour", model=EDIT).result(10)
    with pytest.raises(RekaError, match=words):
        kept_or_given(f"take:{take.id}{name}", process.controller.library)


@pytest.mark.parametrize("kind", ["WEBP", "GIF"])
def test_an_image_that_moves_is_not_lost(process, output, kind) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=200)
    output({"image": {"url": uri(buffer.getvalue())}})
    take = process.submit("a harbour", model=EDIT).result(10)
    assert take.kind == "image"
    assert take.file.duration == pytest.approx(0.4)
    assert take.path.read_bytes() == buffer.getvalue()
    assert len(take.frames()) == 2
    assert take.images[0].size == (64, 48)


def test_a_sound_has_its_waveform_and_is_no_image(process, output, tmp_path) -> None:
    from tests.unit.media.conftest import write_sound

    made = write_sound(tmp_path / "a.mp3", "libmp3lame", seconds=2)
    output({"audio": {"url": uri(made.read_bytes())}})
    take = process.submit("good morning", model=SPEECH).result(10)
    assert (take.kind, take.path.suffix) == ("audio", ".mp3")
    assert take.file.duration == pytest.approx(2.0, abs=0.2)
    assert take.poster is not None
    assert shown(take.poster).size == (960, 240)
    with pytest.raises(MediaError, match="is a sound, and can't be used as an image"):
        process.prepare("onwards", image=take)
    for of_a_film in (lambda: take.last_frame, lambda: take.frames(), lambda: take.gif()):
        with pytest.raises(MediaError, match="is a sound, and has no frames"):
            of_a_film()
    with pytest.raises(RekaError, match="is a sound, and holds no boxes"):
        _ = take.boxes
    (row,) = Takes([take]).to_dicts()
    assert (row["kind"], row["files"], row["boxes"]) == ("audio", 1, None)


def found(process, output, answer, **values) -> Take:
    output(answer)
    image = values.pop("image", None) or encoded("navy", size=(800, 400))
    return process.submit("the cup", image=image, model=BOXES, **values).result(10)


def test_boxes_are_a_take_of_their_own(process, output) -> None:
    answer = {
        "objects": [{"label": "cup", "x_min": 0.1, "y_min": 0.25, "x_max": 0.3, "y_max": 0.75, "score": 0.5}]
    }
    take = found(process, output, answer)
    assert (take.kind, take.file.media_type) == ("boxes", "application/json")
    assert json.loads(take.path.read_text()) == answer
    assert take.boxes == [media.Box("cup", (80, 100, 160, 200), pytest.approx((0.1, 0.25, 0.2, 0.5)), 0.5)]
    assert (take.file.width, take.file.height) == (800, 400)
    assert take.poster is not None
    assert shown(take.poster).size == (800, 400)
    assert take.remarks == []
    with pytest.raises(MediaError, match="Use the image that they were found in"):
        process.prepare("onwards", image=take)
    (row,) = Takes([take]).to_dicts()
    assert (row["kind"], row["boxes"]) == ("boxes", 1)


def test_boxes_lie_on_the_image_as_it_was_given_and_not_as_it_was_sent(process, output) -> None:
    image = media.crop(encoded("navy", size=(800, 400)), (400, 0, 400, 400))
    take = found(process, output, {"boxes": [{"label": "cup", "bbox": [100, 100, 200, 300]}]}, image=image)
    assert [box.pixels for box in take.boxes] == [(500, 100, 100, 200)]
    assert shown(take.poster).size == (800, 400)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"objects": []}, "The service found no boxes."),
        ({"message": "I see a cup, most likely."}, "holds no boxes that can be read"),
        ("nothing here", "holds no boxes that can be read"),
    ],
)
def test_an_odd_answer_is_kept_with_a_remark(process, output, answer, words) -> None:
    take = found(process, output, answer)
    assert take.boxes == []
    assert any(words in remark for remark in take.remarks)
    assert json.loads(take.path.read_text()) == answer


def test_what_comes_with_boxes_is_kept_beside_them(process, output) -> None:
    picture = uri(encoded("red"))
    take = found(
        process, output, {"objects": [{"label": "cup", "box": [10, 20, 30, 40]}], "image": {"url": picture}}
    )
    assert [file.kind for file in take.files] == ["boxes", "image"]
    assert len(take.boxes) == len(take.images) == 1


def test_a_catalogue_says_how_boxes_are_meant_also_afterwards(process, output, tmp_path, monkeypatch) -> None:
    take = found(process, output, {"boxes": [{"label": "cup", "bbox": [250, 100, 350, 300]}]})
    assert [box.pixels for box in take.boxes] == [(250, 100, 100, 200)]
    own = tmp_path / "catalogue.json"
    how = {"order": "yxyx", "scale": "thousand"}
    own.write_text(json.dumps({"endpoints": {BOXES: {"input": {"x-boxes": how}}}}))
    monkeypatch.setenv("REKA_NOTEBOOK_CATALOGUE", str(own))
    assert [box.pixels for box in take.boxes] == [(80, 100, 160, 40)]


def test_a_slip_in_what_a_catalogue_says_of_boxes_is_named(tmp_path) -> None:
    own = tmp_path / "catalogue.json"
    own.write_text(json.dumps({"endpoints": {BOXES: {"input": {"x-boxes": {"order": "xxyy"}}}}}))
    with pytest.raises(CatalogueError, match=r"x-boxes.*Invalid enum value 'xxyy'"):
        load(own)


def test_boxes_that_an_earlier_version_kept_are_boxes(process, output) -> None:
    take = found(process, output, {"objects": [{"label": "cup", "x1": 80, "y1": 100, "x2": 240, "y2": 300}]})
    library = process.controller.library
    file = msgspec.structs.replace(take.record.files[0], kind="other", width=None, height=None, poster=None)
    earlier = Take(msgspec.structs.replace(take.record, files=[file]), library)
    assert (earlier.kind, earlier.file.kind, earlier.poster) == ("boxes", "boxes", None)
    assert earlier.boxes == take.boxes


def test_boxes_whose_file_is_gone_say_so(process, output) -> None:
    take = found(process, output, {"objects": []})
    write_whole(take.path, b"no JSON at all")
    assert take.boxes == []
    take.path.unlink()
    with pytest.raises(RekaError, match="can't be read"):
        _ = take.boxes


@pytest.mark.parametrize("profile", ["reka", "fal", "strict", "careless", "catalogue"])
def test_boxes_are_in_one_place_whatever_the_service_counts_in(serve, profile) -> None:
    """Each profile has an order, a scale and names of its own; crop, margin and size are undone."""
    serve(profile)
    drawn = reka_notebook.submit("a red boat on a lake, a moon", model="nano-banana/text-to-image").result(30)
    (side, _) = size = drawn.file.width, drawn.file.height
    picture = drawn.images[0]
    larger = io.BytesIO()
    picture.resize((2200, round(2200 * size[1] / side))).save(larger, "JPEG")

    def boxes(image: object) -> dict[str, media.Box]:
        take = reka_notebook.submit("boat, moon", image, model="reka-edge-2603/image-to-bbox").result(30)
        assert take.remarks == []
        return {box.label: box for box in take.boxes}

    whole = boxes(drawn)
    assert set(whole) == {"boat", "moon"}
    for label, box in boxes(media.pad(larger.getvalue(), "2:1")).items():
        assert box.relative == pytest.approx(whole[label].relative, abs=0.02)
    left, top, wide, _ = whole["boat"].pixels
    part = media.crop(picture, (left, top, wide, wide))
    box = boxes(part)["boat"]
    assert box.pixels[:3] == pytest.approx((left, top, wide), abs=0.03 * side)
