"""Make real pictures, videos and sounds on the spot."""

import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

ENCODERS = frozenset(av.codecs_available)


def scene(width: int = 320, height: int = 240) -> Image.Image:
    """Return a picture whose four corners differ, so that turning or mirroring it shows: red, green, blue, white."""
    image = Image.new("RGB", (width, height), "gray")
    draw = ImageDraw.Draw(image)
    w, h = width // 2, height // 2
    for box, colour in (
        ((0, 0, w, h), "red"),
        ((w, 0, width, h), "lime"),
        ((0, h, w, height), "blue"),
        ((w, h, width, height), "white"),
    ):
        draw.rectangle(box, fill=colour)
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


@pytest.fixture(name="scene")
def scene_fixture() -> Callable[..., Image.Image]:
    return scene


@pytest.fixture(name="encoded")
def encoded_fixture() -> Callable[..., bytes]:
    return encoded


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """Return a JPEG as a camera makes it: EXIF with GPS and a thumbnail, XMP, an ICC profile, a comment; upright."""
    from PIL import ImageCms

    rng = np.random.default_rng(7)
    noise = rng.integers(0, 60, (300, 400, 3), dtype=np.uint8)
    image = Image.fromarray(np.asarray(scene(400, 300)) // 2 + noise)
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"
    exif[0x0112] = 1
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret>at home</secret></x:xmpmeta>'
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(
        image, "JPEG", quality=90, exif=exif, xmp=xmp, icc_profile=profile, comment=b"secret comment"
    )


def write_video(
    path: Path,
    codec: str = "libx264",
    seconds: float = 2.0,
    size: tuple[int, int] = (320, 240),
    keyframe_every: int = 12,
    sound: str | None = "aac",
    faststart: bool = True,
) -> Path:
    """Return a moving picture of 24 frames a second: a scene that darkens from left to right, frame by frame."""
    width, height = size
    base = np.asarray(scene(width, height))
    grain = np.random.default_rng(1).integers(0, 40, base.shape, dtype=np.uint8)
    movflags = {"movflags": "faststart"} if faststart and path.suffix == ".mp4" else {}
    frames = round(seconds * 24)
    # Quiet, and quick: what is tested is the reading.
    quick = {
        "libx264": {"preset": "veryfast"},
        "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
        "libvpx-vp9": {"cpu-used": "8", "deadline": "realtime"},
        "libsvtav1": {"preset": "12"},
    }
    with av.open(str(path), "w", options=movflags) as container:
        video = container.add_stream(codec, rate=24, options=quick.get(codec, {}))
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.gop_size = keyframe_every
        audio = container.add_stream(sound, rate=48000) if sound else None
        for index in range(frames):
            picture = np.clip(base.astype(int) // 2 + np.roll(grain, index, 1), 0, 255).astype(np.uint8)
            picture[:, : width * (index + 1) // frames] //= 4
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index
            container.mux(video.encode(frame))
            if audio:
                container.mux(audio.encode(_tone(index)))
        container.mux(video.encode(None))
        if audio:
            container.mux(audio.encode(None))
    return path


def write_sound(
    path: Path, codec: str, seconds: float = 3.0, bit_rate: int | None = None, **options: str
) -> Path:
    with av.open(str(path), "w", options=options) as container:
        audio = container.add_stream(codec, rate=48000)
        if bit_rate:
            audio.bit_rate = bit_rate
        for index in range(round(seconds * 24)):
            container.mux(audio.encode(_tone(index)))
        container.mux(audio.encode(None))
    return path


def _tone(index: int) -> av.AudioFrame:
    phase = (np.arange(2000) + 2000 * index) * 440 * 2 * np.pi / 48000
    frame = av.AudioFrame.from_ndarray(
        (np.sin(phase) * 8000).astype(np.int16)[None], format="s16", layout="mono"
    )
    frame.sample_rate, frame.pts = 48000, index * 2000
    return frame


@pytest.fixture(name="write_video", scope="session")
def write_video_fixture() -> Callable[..., Path]:
    return write_video


@pytest.fixture(name="write_sound", scope="session")
def write_sound_fixture() -> Callable[..., Path]:
    return write_sound


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return one video of each kind that the encoders here can make."""
    folder = tmp_path_factory.mktemp("videos")
    wanted = {
        "h264.mp4": ("libx264", "aac"),
        "silent.mp4": ("libx264", None),
        "hevc.mp4": ("libx265", "aac"),
        "av1.mp4": ("libsvtav1", "aac"),
        "vp9.webm": ("libvpx-vp9", "libopus"),
        "h264.mkv": ("libx264", "aac"),
        "h264.mov": ("libx264", "aac"),
    }
    before = scheduling()
    # SVT-AV1 puts the thread that it is opened in above everything else on the machine, where it may, and all that is
    # started from there would inherit that: browsers and kernels that starve each other. So it gets one that ends.
    with ThreadPoolExecutor() as threads:
        made = {
            name: threads.submit(write_video, folder / name, codec, sound=sound)
            for name, (codec, sound) in wanted.items()
            if codec in ENCODERS and (sound is None or sound in ENCODERS)
        }
    assert scheduling() == before
    return {name: video.result() for name, video in made.items()}


def scheduling() -> int:
    """Return how the operating system schedules this thread, where it says."""
    return os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else 0


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sounds")
    wanted = {
        "a.mp3": "libmp3lame",
        "a.wav": "pcm_s16le",
        "a.m4a": "aac",
        "a.flac": "flac",
        "a.ogg": "libopus",
    }
    return {name: write_sound(folder / name, codec) for name, codec in wanted.items() if codec in ENCODERS}


def a_take(frame: object) -> object:
    return type("Take", (), {"last_frame": frame})()


@pytest.fixture(name="a_take")
def a_take_fixture() -> Callable[[object], object]:
    return a_take
