"""Test making an animated GIF of a video."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from reka_notebook import media
from reka_notebook.media.films import animation


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Return two seconds of 320 × 180 at 24 frames a second: a square that moves over a colour gradient."""
    path = tmp_path / "moving.mp4"
    gradient = np.zeros((180, 320, 3), np.uint8)
    gradient[..., 0] = np.linspace(0, 255, 320)
    gradient[..., 2] = np.linspace(255, 0, 180)[:, None]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.options = {"crf": "12"}
        for place in range(48):
            picture = gradient.copy()
            picture[60:120, place * 5 : place * 5 + 40] = (250, 250, 60)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def frames(data: bytes) -> tuple[list[np.ndarray], list[int]]:
    picture = Image.open(io.BytesIO(data))
    found, lasting = [], []
    for place in range(picture.n_frames):  # type: ignore[attr-defined]
        picture.seek(place)
        found.append(np.asarray(picture.convert("RGB"), float))
        lasting.append(int(picture.info["duration"]))
    assert picture.info["loop"] == 0
    return found, lasting


def test_it_moves_lasts_as_long_and_looks_like_the_video(video: Path) -> None:
    found, lasting = frames(media.gif(video, width=160, fps=12))
    assert found[0].shape == (90, 160, 3)
    assert len(found) == 24
    assert abs(sum(lasting) - 2000) <= 20
    first = np.asarray(media.last_frame(video).resize((160, 90)), float)
    assert np.abs(found[-1] - first).mean() < 12  # the last taken is the last but one
    assert np.abs(found[0] - found[-1]).mean() > 5


def test_a_small_video_is_not_made_larger(video: Path) -> None:
    assert frames(media.gif(video, width=1280, fps=2))[0][0].shape == (180, 320, 3)


def test_a_long_video_has_fewer_frames_a_second(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MOST_FRAMES", 10)
    found, lasting = frames(media.gif(video, width=32, fps=24))
    assert len(found) == 10
    assert abs(sum(lasting) - 2000) <= 20


@pytest.mark.parametrize(("width", "fps"), [(0, 12), (9999, 12), (480, 0), (480, 1000)])
def test_beyond_its_bounds_it_is_refused(video: Path, width: int, fps: int) -> None:
    with pytest.raises(media.MediaError, match="GIF"):
        media.gif(video, width, fps)


def test_what_is_no_video_is_refused(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(media.MediaError, match="picture"):
        media.gif(photo)
    cut = tmp_path / "none.mp4"
    with pytest.raises(media.MediaError, match="no file"):
        media.gif(cut)
