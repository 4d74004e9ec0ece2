"""Test the ways in which a notebook names an image on this machine, or has its bytes at hand."""

import array
import base64
import io
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from reka_notebook.media import ImageError, load


@pytest.fixture
def png() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 48), 60).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def here(png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the kernel is in, with one image under several names."""
    monkeypatch.chdir(tmp_path)
    for name in ("photo.png", "my photo.png", "~old.png", "100%.png"):
        (tmp_path / name).write_bytes(png)
    return tmp_path


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("file://{here}/photo.png", "photo.png"),
        ("FILE:{here}/photo.png", "photo.png"),
        ("file://localhost{here}/my%20photo.png", "my photo.png"),
        ("file:photo.png", "photo.png"),
        ("file://{here}/100%25.png", "100%.png"),
        ("~old.png", "~old.png"),
        ("100%.png", "100%.png"),
    ],
)
def test_a_file_is_found_by_its_url_and_by_an_odd_name(here: Path, written: str, name: str) -> None:
    assert load(written.format(here=here)).name == name


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("file://server/share/photo.png", "on another machine, 'server'"),
        ("file:///C:/Users/me/photo.png", "no file 'C:/Users/me/photo.png'"),
        ("file://", "names no file"),
        ("file://[", "not a URL"),
        ("PHOTO.PNG", "Did you mean 'photo.png'?"),
        ("https:/example.com/photo.png", "has to begin with https://"),
        ("www.example.com/photo.png", "has to begin with https://"),
        ("blob:https://example.com/5f8c", "known to one page of a browser"),
        ("half a \ud83d.png", "half a character"),
    ],
)
def test_what_is_no_path_is_refused_for_its_reason(here: Path, written: str, said: str) -> None:
    with pytest.raises(ImageError) as refused:
        load(written)
    assert said in str(refused.value)


def test_a_link_to_nothing_is_said_to_be_one(here: Path) -> None:
    (here / "link.png").symlink_to("gone.png")
    with pytest.raises(ImageError, match=r"link to 'gone\.png', which is not there"):
        load("link.png")


def test_base64_without_its_beginning_is_known(png: bytes) -> None:
    for text in (base64.b64encode(png).decode(), base64.encodebytes(png).decode()):
        with pytest.raises(ImageError, match=r"PNG image in base64: give base64\.b64decode\(text\)"):
            load(text)


def test_a_data_uri_is_read_as_browsers_read_it(png: bytes) -> None:
    digest = load(png).digest
    text = base64.b64encode(png).decode()
    assert load(f"data:image/png;base64,{text.rstrip('=')}").digest == digest
    assert load(f"data:image/png; BASE64,{text}").digest == digest
    assert load(f"data:;base64,{base64.urlsafe_b64encode(png).decode()}").digest == digest


class Tensor:
    """Stand in for what torchvision's encoder gives: one dimension, no buffer, and the array protocol."""

    def __init__(self, data: bytes) -> None:
        self.shape = (len(data),)
        self._data = np.frombuffer(data, np.uint8)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._data


@pytest.mark.parametrize(
    "held",
    [
        lambda data: np.frombuffer(data, np.uint8),
        lambda data: np.frombuffer(data, np.uint8)[:, None],  # as OpenCV's encoder gave them before 4.5
        lambda data: np.frombuffer(data, np.uint8)[None],
        lambda data: np.frombuffer(data, np.int8),
        lambda data: array.array("B", data),
        Tensor,
    ],
)
def test_the_bytes_of_a_file_in_an_array_are_no_pixels(png: bytes, held: Any) -> None:
    assert load(held(png)).digest == load(png).digest


def test_a_mapped_file_is_read(here: Path, png: bytes) -> None:
    with (
        (here / "photo.png").open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held,
    ):
        assert load(held).digest == load(png).digest


def test_a_line_of_pixels_is_still_an_image() -> None:
    assert load(np.arange(200, dtype=np.uint8)[:, None]).height == 200


class Broken:
    def __fspath__(self) -> str:
        raise RuntimeError("the store is closed")


def test_a_path_object_that_fails_is_told_of() -> None:
    with pytest.raises(ImageError, match="Broken gives no path: the store is closed"):
        load(Broken())


@pytest.mark.parametrize("given", [5, np.ndarray, Image.Image, object()])
def test_what_is_no_image_is_named_by_its_type(given: object) -> None:
    with pytest.raises(ImageError, match=f"this is of the type {type(given).__name__}"):
        load(given)
