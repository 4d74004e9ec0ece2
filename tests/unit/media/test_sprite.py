"""Test the sprites by which a film is looked through without being there."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from reka_notebook.media import MediaError, make_sprite, read_sprite
from reka_notebook.media.films import sprite as module
from reka_notebook.media.films.sprite import HEAVIEST, Layout


def film(
    path: Path, frames: int, size: tuple[int, int] = (320, 180), noise: bool = False, gop: int = 12
) -> Path:
    """Return a film that becomes brighter from frame to frame."""
    chance = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt, stream.codec_context.gop_size = *size, "yuv420p", gop
        for number in range(frames):
            shape = (size[1], size[0], 3)
            level = 20 + 200 * number // max(1, frames - 1)
            pixels = chance.integers(0, 255, shape, np.uint8) if noise else np.full(shape, level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def levels(data: bytes, layout: Layout) -> list[int]:
    """Return how bright each frame is in its middle."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    rows, columns = np.divmod(np.arange(layout.frames), layout.columns)
    middles = zip(rows * layout.height, columns * layout.width, strict=True)
    return [int(pixels[top + layout.height // 2, left + layout.width // 2]) for top, left in middles]


@pytest.mark.parametrize(
    ("frames", "size", "layout"),
    [
        (48, (640, 360), Layout(24, 6, 192, 108)),
        (48, (360, 640), Layout(24, 6, 108, 192)),
        (48, (320, 320), Layout(24, 6, 144, 144)),
        (48, (1280, 64), Layout(24, 6, 288, 72)),
        (8, (320, 180), Layout(8, 6, 192, 108)),
        (3, (320, 180), Layout(3, 3, 192, 108)),
        (1, (320, 180), Layout(1, 1, 192, 108)),
    ],
)
def test_has_frames_from_the_first_to_the_last(
    tmp_path: Path, frames: int, size: tuple[int, int], layout: Layout
) -> None:
    sprite = make_sprite(film(tmp_path / "film.mp4", frames, size))
    assert sprite.layout == layout
    assert read_sprite(sprite.data) == sprite
    shown = levels(sprite.data, layout)
    assert shown == sorted(shown)
    assert abs(shown[0] - 20) < 8
    assert frames == 1 or abs(shown[-1] - 220) < 8


def test_stays_light_whatever_is_filmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "film.mp4", 30, noise=True)
    assert len(make_sprite(path).data) <= HEAVIEST
    monkeypatch.setattr(module, "HEAVIEST", 12_000)
    sprite = make_sprite(path)
    assert len(sprite.data) <= 12_000
    assert (sprite.layout.frames, sprite.layout.width) == (24, 96)


def test_of_a_long_film_the_key_frames_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONG", 100)
    decoded: list[Any] = []
    real = module.tracks.frames_that_decode
    monkeypatch.setattr(
        module.tracks, "frames_that_decode", lambda *of: (decoded.append(1) or frame for frame in real(*of))
    )
    sprite = make_sprite(film(tmp_path / "film.mp4", 240, gop=6))
    assert sprite.layout.frames == 24
    assert len(decoded) == 40
    shown = levels(sprite.data, sprite.layout)
    assert shown == sorted(shown)
    decoded.clear()
    assert make_sprite(film(tmp_path / "few.mp4", 240, gop=100)).layout.frames == 24
    assert len(decoded) == 240


def test_of_a_film_that_is_cut_off_there_is_what_decodes(videos: dict[str, Path], tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    data = videos["silent.mp4"].read_bytes()
    cut.write_bytes(data[: len(data) * 2 // 3])
    assert 3 < make_sprite(cut).layout.frames < 24


def test_there_is_none_of_what_is_no_film(videos: dict[str, Path], photograph: bytes, tmp_path: Path) -> None:
    still, nothing = tmp_path / "still.jpg", tmp_path / "nothing.mp4"
    still.write_bytes(photograph)
    nothing.write_bytes(b"<html>" * 30)
    for path in (still, nothing, tmp_path / "missing.mp4"):
        with pytest.raises(MediaError):
            make_sprite(path)
    for data in (photograph, b"", b"{}"):
        with pytest.raises(MediaError, match="no sprite"):
            read_sprite(data)
