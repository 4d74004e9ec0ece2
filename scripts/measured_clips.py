"""Draw docs/pictures/measures: two clips for each measure, as small moving pictures, and what was measured of them.

Run as ``python scripts/measured_clips.py``.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

from reka_notebook.media.measures import MEASURES, Measures, measure  # noqa: E402
from tests.clips import CLIPS, RATE, start_image, write_clip  # noqa: E402

FOLDER = ROOT / "docs" / "pictures" / "measures"
SHOWN = {
    "motion": ("slow pan", "fast pan"),
    "sharpness": ("slow pan", "blur"),
    "flicker": ("slow pan", "flicker"),
    "frozen": ("slow pan", "freeze"),
    "black": ("slow pan", "black"),
    "cuts": ("slow pan", "cut"),
    "likeness": ("slow pan", "elsewhere"),
    "loop": ("loop", "cut"),
    "drift": ("still", "fast pan"),
}
EVERY = 3
"""Frames of the clip of which one is shown."""

WIDTH = 200


def picture(name: str) -> Path:
    """Draw a clip as a moving picture, and return its path."""
    clip = CLIPS[name]
    times = [index / RATE for index in range(0, round(clip.seconds * RATE), EVERY)]
    frames = [clip.picture(at) for at in times]
    small = [
        frame.resize((WIDTH, frame.height * WIDTH // frame.width), Image.Resampling.LANCZOS)
        for frame in frames
    ]
    path = FOLDER / f"{name.replace(' ', '-')}.webp"
    small[0].save(
        path,
        save_all=True,
        append_images=small[1:],
        duration=1000 * EVERY // RATE,
        loop=0,
        quality=45,
        method=6,
    )
    return path


def measured(folder: Path) -> dict[str, Measures]:
    """Return what is measured of each clip."""
    start_image().save(folder / "start.png")
    clips = {name: write_clip(folder / f"{name}.mp4", clip) for name, clip in CLIPS.items()}
    return {name: measure(path, folder / "start.png") for name, path in clips.items()}


def main() -> None:
    """Draw all of them, and print what was measured of those that docs/measures.md shows."""
    FOLDER.mkdir(exist_ok=True)
    for name in sorted({name for pair in SHOWN.values() for name in pair}):
        path = picture(name)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} KB")
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder))
    for name, pair in SHOWN.items():
        values = (MEASURES[name].words(getattr(found[clip], name)) for clip in pair)
        told = (f"{clip}: {value}" for clip, value in zip(pair, values, strict=True))
        print(MEASURES[name].label, *told, sep=" | ")


if __name__ == "__main__":
    main()
