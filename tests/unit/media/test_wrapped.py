"""Test images inside other objects: they are read, or refused for the true reason."""

import datetime
import io
import os
import tempfile
import types
import zipfile
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
from IPython.display import SVG
from IPython.display import Image as Shown

from reka_notebook.media import ImageError, load


@pytest.fixture
def path(tmp_path, photograph):
    made = tmp_path / "photo.jpg"
    made.write_bytes(photograph)
    return made


def test_an_open_file_is_read_from_its_start_and_left_where_it_stood(path, photograph, tmp_path):
    with (
        tempfile.SpooledTemporaryFile() as spooled,
        tempfile.NamedTemporaryFile(suffix=".jpg") as named,
        path.open("rb") as file,
        path.open("rb", buffering=0) as raw,
    ):
        spooled.write(photograph)
        named.write(photograph)
        for given, name in (
            (io.BytesIO(photograph), "image"),
            (io.BufferedReader(io.BytesIO(photograph)), "image"),
            (file, "photo.jpg"),
            (raw, "photo.jpg"),
            (spooled, "image"),
            (named, os.path.basename(named.name)),
        ):
            given.seek(7)
            source = load(given)
            assert (source.data, source.name) == (photograph, name)
            assert given.tell() == 7


def test_a_stream_that_cannot_go_back_is_read_from_where_it_stands(photograph, scene, encoded, tmp_path):
    png = encoded(scene(), "PNG")
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as out:
        out.write(b"--" + png)
    with os.fdopen(reading, "rb") as stream:
        stream.read(2)
        assert load(stream).data == png
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/photo.jpg", photograph)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        with archive.open("in/photo.jpg") as member:
            assert load(member).name == "photo.jpg"
        assert load(zipfile.Path(archive, "in/photo.jpg")).data == photograph


def test_a_file_that_cannot_be_read_says_why(path, tmp_path):
    closed = path.open("rb")
    closed.close()
    with path.open(encoding="latin-1") as text, (tmp_path / "new.jpg").open("wb") as written:
        for given, said in (
            (text, r"photo\.jpg is open as text, and an image is bytes\. Open it with open\(path, \"rb\"\)"),
            (io.StringIO("x"), "The StringIO is open as text"),
            (closed, r"photo\.jpg cannot be read: .*closed file"),
            (written, r"new\.jpg cannot be read: "),
            (io.BytesIO(), "image is empty"),
            (io.BytesIO(b"not an image"), "image is text, not an image"),
            (SimpleNamespace(read=lambda size: "words"), "gives str when it is read"),
        ):
            with pytest.raises(ImageError, match=said):
                load(given)


def test_an_image_of_ipython_is_what_it_shows(path, photograph):
    assert load(Shown(data=photograph)).data == photograph
    for given in (Shown(filename=str(path)), Shown(str(path)), Shown(filename=str(path), embed=True)):
        assert (load(given).data, load(given).name) == (photograph, "photo.jpg")
    url = "https://example.invalid/a.png"
    assert (load(Shown(url=url)).url, load(Shown(url=url)).data) == (url, None)
    with pytest.raises(ImageError, match="SVG of IPython holds no pixels"):
        load(SVG(data="<svg xmlns='http://www.w3.org/2000/svg'/>"))


def test_an_image_of_ipywidgets_is_what_it_shows(photograph):
    assert load(ipywidgets.Image(value=photograph, format="jpeg")).data == photograph
    assert load(ipywidgets.Image(value=b"https://example.invalid/a.png", format="url")).data is None


def uploaded(name, content):
    now = datetime.datetime.now(datetime.UTC)
    return {
        "name": name,
        "type": "image/jpeg",
        "size": len(content),
        "content": content,
        "last_modified": now,
    }


def test_an_upload_is_its_file(photograph):
    file = uploaded("photo.jpg", memoryview(photograph))
    widget = ipywidgets.FileUpload()
    widget.set_trait("value", (file,))
    before_8 = {"photo.jpg": {"metadata": {"name": "photo.jpg", "size": 1}, "content": photograph}}
    marimo = SimpleNamespace(name="photo.jpg", contents=photograph)
    for given in (widget, widget.value, [file], file, before_8, marimo, [marimo], (marimo,)):
        assert (load(given).data, load(given).name) == (photograph, "photo.jpg")
    assert load([photograph]).data == photograph, "what ipywidgets 7 calls the data of an upload"


def test_an_upload_of_none_or_of_several_is_refused_by_name(photograph):
    for given in (ipywidgets.FileUpload(), (), [], {}):
        with pytest.raises(ImageError, match="No file was uploaded yet"):
            load(given)
    two = (uploaded("a.jpg", photograph), uploaded("b.jpg", photograph))
    for given in (two, {file["name"]: {"content": file["content"]} for file in two}):
        with pytest.raises(ImageError, match="These are 2 files"):
            load(given)


class Tensor:
    """Stand in for torch.Tensor, which is not installed here: it refuses as torch does."""

    def __init__(self, array, device="cpu", grad=False, dtype="torch.float32"):
        self.array, self.device, self.requires_grad, self.dtype = array, device, grad, dtype

    def detach(self):
        return Tensor(self.array, self.device, False, self.dtype)

    def cpu(self):
        return Tensor(self.array, "cpu", self.requires_grad, self.dtype)

    def float(self):
        return Tensor(self.array, self.device, self.requires_grad)

    def numpy(self):
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.device != "cpu":
            raise TypeError(f"can't convert {self.device} device type tensor to numpy.")
        if self.dtype == "torch.bfloat16":
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.array

    def __array__(self, dtype=None, copy=None):
        return self.numpy()


@pytest.mark.parametrize("device", ["cpu", "cuda:0", "mps:0"])
@pytest.mark.parametrize("grad", [True, False])
@pytest.mark.parametrize("dtype", ["torch.float32", "torch.bfloat16"])
def test_a_tensor_is_read_wherever_it_is(device, grad, dtype):
    pixels = np.random.default_rng(1).random((3, 20, 30), dtype=np.float32)
    plain = load(np.moveaxis(pixels, 0, -1))
    for array in (pixels, pixels[np.newaxis]):
        assert load(Tensor(array, device, grad, dtype)).digest == plain.digest


class OnACard:
    """Stand in for cupy.ndarray."""

    __cuda_array_interface__ = types.MappingProxyType({"shape": (4, 6, 3), "version": 3})

    def get(self):
        return np.full((4, 6, 3), 9, np.uint8)

    def __array__(self, *wanted, **more):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")


class Exchanged:
    """Stand in for an array that has nothing but DLPack's protocol."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **wanted):
        return self.array.__dlpack__(**wanted)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_arrays_of_other_libraries_are_the_same_pixels():
    array = np.full((4, 6, 3), 9, np.uint8)
    interface = SimpleNamespace(__array_interface__=array.__array_interface__, kept=array)
    for given in (OnACard(), Exchanged(array), interface):
        assert load(given).digest == load(array).digest


def test_an_array_that_cannot_be_brought_here_is_refused_in_its_words():
    class Meta(Tensor):
        def detach(self):
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")

    with pytest.raises(
        ImageError, match=r"The Meta cannot be read: Cannot copy out of meta tensor; no data!"
    ):
        load(Meta(None))
