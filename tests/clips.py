"""Make clips that each have one thing that is measured: on the spot, of the sample image."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from PIL import Image, ImageFilter

from reka_notebook.media import SAMPLE

RATE = 24
SIZE = 480, 270


class Clip(NamedTuple):
    """Say what a clip shows at a time in seconds."""

    seconds: float
    picture: Callable[[float], Image.Image]


def _view(left: float = 80.0, top: float = 60.0) -> Image.Image:
    """Return what a camera sees of the sample, from this place in it."""
    return _sample().resize(SIZE, Image.Resampling.BICUBIC, (left, top, left + SIZE[0], top + SIZE[1]))


def _sample() -> Image.Image:
    if not _samples:
        _samples.append(Image.open(SAMPLE).convert("RGB").resize((1120, 630), Image.Resampling.LANCZOS))
    return _samples[0]


_samples: list[Image.Image] = []


def _brighter(image: Image.Image, part: float) -> Image.Image:
    return Image.eval(image, lambda level: min(255, round(level * part)))


def start_image() -> Image.Image:
    """Return what most clips begin with."""
    return _view()


CLIPS: Mapping[str, Clip] = {
    "still": Clip(3, lambda at: _view()),
    "slow pan": Clip(3, lambda at: _view(80 + 20 * at)),
    "fast pan": Clip(3, lambda at: _view(80 + 80 * at)),
    "cut": Clip(3, lambda at: _view(80 + 20 * at) if at < 1.5 else _view(600 - 20 * at, 300)),
    "freeze": Clip(4, lambda at: _view(80 + 40 * min(at, 1.5))),
    "flicker": Clip(3, lambda at: _brighter(_view(80 + 20 * at), 0.9 if round(at * RATE) % 2 else 1.0)),
    "fade": Clip(3, lambda at: _brighter(_view(80 + 20 * at), at / 3)),
    "blur": Clip(3, lambda at: _view(80 + 20 * at).filter(ImageFilter.GaussianBlur(3))),
    "loop": Clip(3, lambda at: _view(120 - 40 * math.cos(2 * math.pi * at / 3))),
    "black": Clip(3, lambda at: _view(80 + 20 * at) if at < 1 else Image.new("RGB", SIZE)),
    "elsewhere": Clip(3, lambda at: _view(560 + 20 * at, 330)),
}


_QUICK = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx-vp9": {"cpu-used": "8", "deadline": "realtime"},
}


def write_clip(
    path: Path, clip: Clip, sound: Callable[[np.ndarray], np.ndarray] | None = None, codec: str = "libx264"
) -> Path:
    """Write a clip as a video, with a sound if one is given: a function from seconds to levels from -1 to 1."""
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=RATE, options=_QUICK[codec])
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio = container.add_stream("aac", rate=48000) if sound else None
        for index in range(round(clip.seconds * RATE)):
            frame = av.VideoFrame.from_image(clip.picture(index / RATE))
            frame.pts = index
            container.mux(video.encode(frame))
            if audio and sound:
                container.mux(audio.encode(_heard(sound, index)))
        container.mux(video.encode(None))
        if audio:
            container.mux(audio.encode(None))
    return path


def write_heard(path: Path, seconds: float, sound: Callable[[np.ndarray], np.ndarray]) -> Path:
    """Write a sound alone."""
    with av.open(str(path), "w") as container:
        audio = container.add_stream("pcm_s16le", rate=48000)
        for index in range(round(seconds * RATE)):
            container.mux(audio.encode(_heard(sound, index)))
        container.mux(audio.encode(None))
    return path


def tone(at: np.ndarray) -> np.ndarray:
    """Return a sine of 997 Hz, 20 dB below the loudest."""
    levels: np.ndarray = np.sin(at * 997 * 2 * np.pi) / 10
    return levels


def silence(at: np.ndarray) -> np.ndarray:
    """Return nothing to hear."""
    return np.zeros_like(at)


def _heard(sound: Callable[[np.ndarray], np.ndarray], index: int) -> av.AudioFrame:
    at = (np.arange(2000) + 2000 * index) / 48000
    levels = np.stack([sound(at)] * 2, axis=1) * 32767
    frame = av.AudioFrame.from_ndarray(levels.astype(np.int16).reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate, frame.pts = 48000, index * 2000
    return frame
