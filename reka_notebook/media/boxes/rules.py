"""Say how services write boxes down: by which names, in which order, on which scale.

No answer is documented. Each rule is how some service or model does it; what none of them fits is told apart by the
values, and a person's catalogue has the last word (``x-boxes``). Names are compared in lower case, letters and
digits alone.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

Order: TypeAlias = Literal["xyxy", "xywh", "yxyx", "cxcywh"]
"""What four numbers are: two corners, a corner and a size, two corners with y first, a centre and a size."""

Scale: TypeAlias = Literal["unit", "thousand", "pixels"]
"""What they count in: 0 to 1, 0 to 1000, or pixels."""


class Hint(NamedTuple):
    """Say how numbers are meant, as far as that is known."""

    order: Order | None = None
    scale: Scale | None = None


FOUR_NAMES: tuple[tuple[tuple[str, str, str, str], Order], ...] = (
    (("xmin", "ymin", "xmax", "ymax"), "xyxy"),
    (("minx", "miny", "maxx", "maxy"), "xyxy"),
    (("x1", "y1", "x2", "y2"), "xyxy"),
    (("x0", "y0", "x1", "y1"), "xyxy"),
    (("left", "top", "right", "bottom"), "xyxy"),
    (("startx", "starty", "endx", "endy"), "xyxy"),
    (("left", "top", "width", "height"), "xywh"),
    (("x1", "y1", "width", "height"), "xywh"),
    (("xmin", "ymin", "width", "height"), "xywh"),
    (("cx", "cy", "w", "h"), "cxcywh"),
    (("cx", "cy", "width", "height"), "cxcywh"),
    (("centerx", "centery", "width", "height"), "cxcywh"),
    (("xcenter", "ycenter", "width", "height"), "cxcywh"),
    (("x", "y", "width", "height"), "xywh"),
    (("x", "y", "w", "h"), "xywh"),
)
"""Four fields of an object that are a box, the surest first."""

FOUR_NUMBERS: Mapping[str, Hint] = {
    "box2d": Hint("yxyx", "thousand"),
    "bbox2d": Hint("xyxy", "thousand"),
    "xyxy": Hint("xyxy"),
    "xyxyn": Hint("xyxy", "unit"),
    "xywh": Hint("xywh"),
    "xywhn": Hint("cxcywh", "unit"),
    "cxcywh": Hint("cxcywh"),
    "ltrb": Hint("xyxy"),
    "ltwh": Hint("xywh"),
    "bbox": Hint(),
    "box": Hint(),
    "boundingbox": Hint(),
    "boundingrect": Hint(),
    "rect": Hint(),
    "rectangle": Hint(),
    "region": Hint(),
    "coordinates": Hint(),
    "coords": Hint(),
    "location": Hint(),
    "position": Hint(),
    "bndbox": Hint(),
    "geometry": Hint(),
    "normalizedbox": Hint(None, "unit"),
    "boundingboxnormalized": Hint(None, "unit"),
}
"""Fields that hold a box: four numbers, or an object of them."""

OUTLINES = frozenset({"points", "vertices", "normalizedvertices", "polygon", "quad", "boundingpoly"})
"""Fields that hold an outline, of which the box is the extent."""

LISTS: Mapping[str, Hint] = {
    "objects": Hint(),
    "boxes": Hint(),
    "bboxes": Hint(),
    "bbox": Hint(),
    "boundingboxes": Hint(),
    "detections": Hint(),
    "predictions": Hint(),
    "annotations": Hint(),
    "instances": Hint(),
    "regions": Hint(),
    "rects": Hint(),
    "results": Hint(),
    "result": Hint(),
    "items": Hint(),
    "found": Hint(),
    "matches": Hint(),
    "xyxy": Hint("xyxy"),
    "xywh": Hint("xywh"),
    "box2d": Hint("yxyx", "thousand"),
    "bbox2d": Hint("xyxy", "thousand"),
}
"""Lists whose members may be boxes of four numbers; an object is a box wherever it stands."""

CENTRED_IN = frozenset({"predictions"})
"""Lists whose x and y are a box's centre where each box says how sure it is."""

LABELS = (
    *("label", "name", "class", "classname", "category", "categoryname", "object", "text", "tag", "phrase"),
    *("caption", "title", "description", "prompt", "type", "entity"),
)
"""Fields that say what is in a box, the surest first."""

SCORES = ("score", "confidence", "probability", "prob", "conf", "certainty", "logit")
"""Fields that say how sure it is, 0 to 1 or in percent."""

LABEL_LISTS = ("labels", "names", "classes", "classnames", "bboxeslabels", "phrases", "categories", "texts")
"""Lists of what is in each box, beside a list of boxes."""

SCORE_LISTS = ("scores", "confidences", "probabilities", "logits")

SIZES: tuple[tuple[str, str], ...] = (
    ("imagewidth", "imageheight"),
    ("imgwidth", "imgheight"),
    ("originalwidth", "originalheight"),
    ("inputwidth", "inputheight"),
    ("width", "height"),
)
"""Fields that say how large the image is, in an object that is no box."""

SIZE_PAIRS = frozenset({"imagesize", "imgsize", "size", "originalsize", "inputsize", "resolution"})
"""Fields that hold its width and height as two numbers."""

ORDERS: Mapping[str, Order] = {
    "xyxy": "xyxy",
    "ltrb": "xyxy",
    "pascalvoc": "xyxy",
    "xywh": "xywh",
    "ltwh": "xywh",
    "coco": "xywh",
    "yxyx": "yxyx",
    "cxcywh": "cxcywh",
    "yolo": "cxcywh",
}
"""What an answer may say about its order, under ``FORMATS``."""

FORMATS = frozenset({"format", "boxformat", "bboxformat", "order", "boxorder", "coordinateformat"})
"""Fields that say in which order numbers stand."""

COCO = frozenset({"categoryid", "iscrowd", "segmentation"})
"""Fields beside a box that say that it is one of COCO's: a corner and a size."""
