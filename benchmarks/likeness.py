"""Measure how often a film is wrongly said not to begin with its image, how often that is found, and what it costs."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

from PIL import Image, ImageOps

from benchmarks.alterations import altered, pairs, scenes
from benchmarks.table import Table
from reka_notebook.media.films.likeness import Beginning, beginning

PAIRS = 200


def run() -> Table:
    """Return how pairs of an image and a first frame are judged."""
    images, chance = scenes(), random.Random(14)
    same = [(images[place % len(images)], images[place % len(images)]) for place in range(PAIRS)]
    made: dict[str, Sequence[tuple[Image.Image, Image.Image]]] = {
        "the image, altered": same,
        "another image, altered": (pairs(images, 2 * PAIRS))[:PAIRS],
        "the image in a mirror, altered": [(one, ImageOps.mirror(other)) for one, other in same],
    }
    columns = ("first frame", "pairs", "alarms", "not judged", "CPU, each")
    rows = [_row(name, found, lambda frame: altered(frame, chance)) for name, found in made.items()]
    return Table(
        "Does the film begin with the image?",
        columns,
        rows,
        [
            "Made pairs: the example photograph, two parts of it and ten drawn scenes, altered as "
            "benchmarks/alterations.py says. No real footage. A film has up to four frames to be like its image, and "
            "these have one.",
        ],
    )


def _row(
    name: str, made: Sequence[tuple[Image.Image, Image.Image]], alter: Callable[[Image.Image], Image.Image]
) -> tuple[str, ...]:
    frames = [(image, alter(other)) for image, other in made]
    begun = time.process_time()
    found = Counter(beginning(image, [frame]) for image, frame in frames)
    each = (time.process_time() - begun) / len(frames)
    alarms = found[Beginning.other] + found[Beginning.mirrored]
    return (
        name,
        str(len(frames)),
        f"{alarms} ({alarms / len(frames):.1%})",
        str(found[Beginning.unknown]),
        f"{1000 * each:.0f} ms",
    )
