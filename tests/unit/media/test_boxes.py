import io

import pytest
from PIL import Image

from reka_notebook.media import Crop, Pad, load
from reka_notebook.media.boxes.box import Box, Placing
from reka_notebook.media.boxes.drawing import draw_boxes
from reka_notebook.media.boxes.reading import boxes_hint, read_boxes
from reka_notebook.media.boxes.rules import Hint

SIZE = (800, 400)
BOX = (80, 100, 240, 300)
"""A cat at 80, 100 to 240, 300 of an image of 800 × 400."""

RELATIVE = (0.1, 0.25, 0.3, 0.75)
THOUSAND = (100, 250, 300, 750)
WITH = {"label": "cat"}
FAR = {"label": "dog", "bbox_2d": [600, 900, 990, 1000]}


def named(names: str, numbers: tuple[float, ...], **more: object) -> dict[str, object]:
    return {**dict(zip(names.split(), numbers, strict=True)), **WITH, **more}


ANSWERS = {
    "corners": {"objects": [named("x_min y_min x_max y_max", RELATIVE)]},
    "corners in pixels": {"objects": [named("x_min y_min x_max y_max", BOX)]},
    "xmin": {"boxes": [named("xmin ymin xmax ymax", BOX)]},
    "xMin": {"boxes": [named("xMin yMin xMax yMax", BOX)]},
    "x1": {"detections": [named("x1 y1 x2 y2", BOX, score=0.5)]},
    "left to bottom": {"objects": [named("left top right bottom", BOX)]},
    "left and size": {"objects": [named("left top width height", (80, 100, 160, 200))]},
    "x and size": {"results": {"bboxes": [named("x y w h", (80, 100, 160, 200))]}},
    "x and size, as text": {"results": [named("x y w h", ("80", "100", "160", "200"))]},
    "a centre": {"predictions": [named("x y width height", (160, 200, 160, 200), confidence=0.9)]},
    "yolo": [named("cx cy w h", (0.2, 0.5, 0.2, 0.5))],
    "bbox": {"objects": [{"bbox": list(BOX), "name": "cat"}]},
    "an object of it": {"objects": [{"bounding_box": named("xmin ymin xmax ymax", BOX), "class": "cat"}]},
    "bbox of coco": {"annotations": [{"bbox": [80, 100, 160, 200], "category_id": 3, "category": "cat"}]},
    "bbox of a size that only fits": {"objects": [{"bbox": [240, 200, 160, 100], "label": "cat"}]},
    "y first": {"objects": [{"box_2d": [250, 100, 750, 300], "label": "cat"}]},
    "thousand": [{"bbox_2d": list(THOUSAND), "label": "cat"}],
    "thousand by a value": {"boxes": [{"bbox": list(THOUSAND), "label": "cat"}, FAR]},
    "parallel lists": {"bboxes": [list(BOX)], "labels": ["cat"], "scores": [0.25]},
    "by label": {"boxes": {"cat": [list(BOX)]}},
    "rows": {"boxes": [[*BOX, 0.9, "cat"]]},
    "points": {"objects": [{"points": [[80, 100], [240, 100], [240, 300], [80, 300]], "label": "cat"}]},
    "vertices": {
        "annotations": [
            {"description": "cat", "boundingPoly": {"vertices": [{"x": 80, "y": 100}, {"x": 240, "y": 300}]}}
        ]
    },
    "two corners": {"objects": [{"box": [[80, 100], [240, 300]], "label": "cat"}]},
    "text": {"text": '```json\n[{"bbox_2d": [100, 250, 300, 750], "label": "cat"}]\n```'},
    "text around it": {"output": 'Here: [{"x1": 80, "y1": 100, "x2": 240, "y2": 300, "label": "cat"}] Done.'},
    "with a size": {
        "objects": [named("x1 y1 x2 y2", (160, 200, 480, 600))],
        "image": {"width": 1600, "height": 800},
    },
    "corners swapped": {"objects": [named("x1 y1 x2 y2", (240, 300, 80, 100))]},
    "said in words": {"format": "xywh", "boxes": [[80, 100, 160, 200]], "labels": ["cat"]},
    "normalized": {"objects": [named("x1 y1 x2 y2", RELATIVE, normalized=True)]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_boxes_are_read_however_they_are_written(name: str) -> None:
    expected = (0.3, 0.5, 0.5, 0.75) if name == "bbox of a size that only fits" else RELATIVE
    read = read_boxes(ANSWERS[name], SIZE)
    assert read.understood
    found = read.boxes[0]
    assert found.label == "cat"
    assert found.corners == pytest.approx(expected, abs=0.002)


def test_a_score_is_told_in_parts_of_one() -> None:
    def score(**said: object) -> float | None:
        return read_boxes([named("x1 y1 x2 y2", BOX, **said)], SIZE).boxes[0].score

    assert score(confidence=0.5) == score(score="50%") == score(score=50) == 0.5
    assert score() is None
    assert read_boxes(ANSWERS["parallel lists"], SIZE).boxes[0].score == 0.25


def test_a_catalogue_has_the_last_word() -> None:
    hint = boxes_hint({"x-boxes": {"order": "yxyx", "scale": "thousand"}})
    assert hint == Hint("yxyx", "thousand")
    (found,) = read_boxes({"boxes": [{"bbox": [250, 100, 350, 300]}]}, (2000, 2000), hint).boxes
    assert found.corners == (0.1, 0.25, 0.3, 0.35)


@pytest.mark.parametrize("answer", [{"objects": []}, {"results": {"bboxes": []}}, []])
def test_no_boxes_are_an_answer(answer: object) -> None:
    assert read_boxes(answer, SIZE) == ([], True)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        3,
        "nothing that looks like it",
        {"usage": {"tokens": [1, 2, 3, 4]}, "message": "sorry"},
        {"image": {"width": 3, "height": 4}},
        {"label": "cat", "x": "far", "y": None},
    ],
)
def test_nonsense_is_none(answer: object) -> None:
    assert read_boxes(answer, SIZE) == ([], False)


def test_a_hostile_answer_ends_soon() -> None:
    deep: object = named("x1 y1 x2 y2", BOX)
    for _ in range(500):
        deep = [deep]
    assert read_boxes(deep, SIZE).boxes == []
    many = {"boxes": [[0, 0, 5, 5]] * 100_000, "labels": [["a"] * 9] * 3}
    assert len(read_boxes(many, SIZE).boxes) <= 2000
    assert read_boxes({"boxes": [[float("inf"), 0, 5, 5], [1e300, 0, 5, 5]]}, SIZE).boxes == []


def placed(placing: Placing, *numbers: float) -> Box:
    (box,) = placing.place(read_boxes({"boxes": [list(numbers)]}, placing.sent).boxes)
    return box


def test_boxes_lie_on_the_image_as_it_was_given() -> None:
    assert placed(Placing((4000, 2000)), 0.25, 0.5, 0.5, 1.0).pixels == (1000, 1000, 1000, 1000)
    large = Placing((4096, 2048), None, 2048)
    assert large.sent == (2048, 1024)
    box = placed(large, 1024, 512, 2048, 1024)
    assert box.pixels == (2048, 1024, 2048, 1024)
    assert box.relative == (0.5, 0.5, 0.5, 0.5)


def test_a_crop_is_undone() -> None:
    crop = Placing((1000, 800), Crop(200, 100, 400, 400))
    assert crop.sent == (400, 400)
    box = placed(crop, 0.5, 0.5, 1.0, 1.0)
    assert box.pixels == (400, 300, 200, 200)
    assert box.relative == (0.4, 0.375, 0.2, 0.25)


def test_a_margin_is_undone_and_what_lies_in_it_cut_off() -> None:
    pad = Placing((400, 400), Pad("2:1"))
    assert pad.sent == (800, 400)
    assert placed(pad, 0.0, 0.0, 1.0, 1.0).pixels == (0, 0, 400, 400)
    assert placed(pad, 300, 100, 500, 200).pixels == (100, 100, 200, 100)
    found = read_boxes({"boxes": [[0, 0, 0.2, 0.2]]}, pad.sent).boxes
    assert pad.place(found) == []


def test_of_an_image_of_unknown_size_what_is_known_is_told() -> None:
    assert placed(Placing(None), 10, 20, 30, 50) == Box("", (10, 20, 20, 30), None)
    assert placed(Placing(None), 0.25, 0.5, 0.5, 1.0) == Box("", None, (0.25, 0.5, 0.25, 0.5))


@pytest.mark.parametrize("colour", ["white", "black", "#ffd23f", "#808080"])
def test_a_drawn_box_is_seen_on_any_picture(colour: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 900), colour).save(buffer, "PNG")
    boxes = [Box("a cup", (400, 300, 400, 300), (0.25, 1 / 3, 0.25, 1 / 3))]
    picture = Image.open(io.BytesIO(draw_boxes(load(buffer.getvalue()), boxes)))
    assert picture.format == "JPEG"
    assert picture.size == (1280, 720)
    across = [picture.convert("L").getpixel((x, 300)) for x in range(300, 340)]
    assert max(across) - min(across) > 100


def test_an_upright_picture_is_drawn_on() -> None:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200), "navy").save(buffer, "JPEG", exif=exif)
    source = load(buffer.getvalue())
    drawn = Image.open(io.BytesIO(draw_boxes(source, [Box("x" * 300, None, (0, 0, 1, 1))])))
    assert drawn.size == (200, 400)
