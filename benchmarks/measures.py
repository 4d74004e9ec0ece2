"""Measure what measuring a take costs, beside decoding it: in processor time, by the length of the clip."""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import av
from PIL import Image

from benchmarks.table import Table
from reka_notebook.media import SAMPLE
from reka_notebook.media.measures import measure

TRIES = 3
START = 384
"""Pixels of the longer side of a start image, as the background hands it over."""


class Kind(NamedTuple):
    """Describe a clip: its size in pixels, its frames a second, and x264's quality, lower for finer detail."""

    name: str
    size: tuple[int, int]
    rate: int = 24
    quality: int = 20
    seconds: int = 5


KINDS = (
    Kind("320 × 180", (320, 180)),
    Kind("1280 × 720", (1280, 720)),
    Kind("1920 × 1080", (1920, 1080)),
    Kind("1920 × 1080, finer detail", (1920, 1080), quality=17),
    Kind("1920 × 1080, 60 frames a second", (1920, 1080), rate=60, seconds=2),
    Kind("3840 × 2160", (3840, 2160), seconds=2),
)


def run() -> Table:
    """Return the processor time that clips of several kinds take, as a part of their length."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            clip, start = _clip(Path(folder, "clip.mp4"), kind)
            decoding = _least(lambda clip=clip: _decode(clip))  # type: ignore[misc]
            whole = _least(lambda clip=clip, start=start: measure(clip, start))  # type: ignore[misc]
            rows.append(
                (
                    kind.name,
                    f"{clip.stat().st_size * 8e-6 / kind.seconds:.1f}",
                    f"{decoding / kind.seconds:.1%}",
                    f"{whole / kind.seconds:.1%}",
                )
            )
    return Table(
        "What does measuring a take cost?",
        ("clip", "Mbit/s", "decoding alone", "measuring"),
        rows,
        [
            f"Processor time on one core by the length of the clip, the least of {TRIES}. Each clip pans over the "
            "example photograph with grain, sound and start image: H.264, 24 frames a second if nothing else is said. "
            "Measuring decodes once, and leaves out smoothing the block edges of the frames between two others.",
        ],
    )


def _least(function: Callable[[], object]) -> float:
    taken = []
    for _ in range(TRIES):
        begun = time.process_time()
        function()
        taken.append(time.process_time() - begun)
    return min(taken)


def _decode(clip: Path) -> None:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for _ in container.decode(stream):
            pass


def _clip(path: Path, kind: Kind) -> tuple[Path, bytes]:
    """Return a clip, and its start image as it is handed to what measures."""
    import numpy as np

    width, height = kind.size
    sample = Image.open(SAMPLE).convert("RGB").resize((width * 5 // 4, height * 5 // 4))
    grain, frames, samples = np.random.default_rng(1), kind.seconds * kind.rate, 48000 // kind.rate
    start = b""
    with av.open(str(path), "w") as container:
        options = {"preset": "medium", "crf": str(kind.quality)}
        video = container.add_stream("libx264", rate=kind.rate, options=options)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=48000)
        for index in range(frames):
            left = index * width * kind.seconds // (25 * frames)
            picture = np.asarray(sample.crop((left, 0, left + width, height)))
            noisy = np.clip(picture + grain.normal(0, 2, picture.shape[:2])[..., None], 0, 255)
            start = start or _small(Image.fromarray(picture))
            frame = av.VideoFrame.from_ndarray(noisy.astype(np.uint8), format="rgb24")
            container.mux(video.encode(frame))
            wave = np.sin((np.arange(samples) + samples * index) / 17) * 8000
            heard = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
            heard.sample_rate, heard.pts = 48000, samples * index
            container.mux(sound.encode(heard))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return path, start


def _small(image: Image.Image) -> bytes:
    image.thumbnail((START, START))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()
