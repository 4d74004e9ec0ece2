"""Measure what measuring a take costs, beside decoding it: in processor time, by the length of the clip."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
from PIL import Image

from benchmarks.table import Table
from reka_notebook.media import SAMPLE
from reka_notebook.media.measures import measure

SECONDS, RATE = 5, 24
SIZES = ((320, 180), (1280, 720), (1920, 1080))
TRIES = 3


def run() -> Table:
    """Return the processor time that clips of several sizes take, as a part of their length."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder, "start.png")
        for size in SIZES:
            clip = _clip(Path(folder, "clip.mp4"), size, start)
            decoding = _least(lambda clip=clip: _decode(clip))  # type: ignore[misc]
            whole = _least(lambda clip=clip: measure(clip, start))  # type: ignore[misc]
            rows.append(
                (
                    f"{size[0]} × {size[1]}",
                    f"{clip.stat().st_size / 1e6:.1f} MB",
                    f"{decoding / SECONDS:.1%}",
                    f"{whole / SECONDS:.1%}",
                    f"{(whole - decoding) / SECONDS:.1%}",
                )
            )
    return Table(
        "What does measuring a take cost?",
        ("clip", "size", "decoding alone", "measuring", "of that not decoding"),
        rows,
        [
            f"Processor time on one core by the length of the clip, the least of {TRIES}. Each clip pans over the "
            f"example photograph for {SECONDS} s with grain, sound and start image: H.264, {RATE} frames a second.",
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


def _clip(path: Path, size: tuple[int, int], start: Path) -> Path:
    import numpy as np

    width, height = size
    sample = Image.open(SAMPLE).convert("RGB").resize((width * 5 // 4, height * 5 // 4))
    grain = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE, options={"preset": "medium", "crf": "20"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=48000)
        for index in range(SECONDS * RATE):
            left = index * width // (5 * SECONDS * RATE)
            picture = np.asarray(sample.crop((left, 0, left + width, height)))
            noisy = np.clip(picture + grain.normal(0, 2, picture.shape[:2])[..., None], 0, 255)
            if index == 0:
                Image.fromarray(picture).save(start)
            frame = av.VideoFrame.from_ndarray(noisy.astype(np.uint8), format="rgb24")
            container.mux(video.encode(frame))
            wave = np.sin((np.arange(2000) + 2000 * index) / 17) * 8000
            heard = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
            heard.sample_rate, heard.pts = 48000, 2000 * index
            container.mux(sound.encode(heard))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return path
