"""Test every form in which an image may be given."""

import base64
import hashlib
import io
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from reka_notebook import media
from reka_notebook.media import ImageError, load


@pytest.fixture(autouse=True)
def _no_window():
    mpl.use("agg")


def test_a_path_gives_the_files_own_bytes(tmp_path, photograph):
    path = tmp_path / "Photo.JPG"
    path.write_bytes(photograph)
    for given in (path, str(path)):
        source = load(given)
        assert source.data == photograph
        assert source.digest == f"sha256:{hashlib.sha256(photograph).hexdigest()}"
        assert (source.name, source.media_type, source.width, source.height) == (
            "Photo.JPG",
            "image/jpeg",
            400,
            300,
        )
        assert source.url is None


def test_a_path_may_begin_at_home_or_here(tmp_path, photograph, monkeypatch):
    (tmp_path / "photo.jpg").write_bytes(photograph)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert load("~/photo.jpg").digest == load("photo.jpg").digest


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind(photograph, wrap):
    source = load(wrap(photograph), name="a.jpg")
    assert source.data == photograph
    assert source.name == "a.jpg"


def test_a_url_is_not_fetched():
    url = "https://example.invalid/pictures/a%20b.png?signature=secret"
    source = load(f"  {url}\n")
    assert source.url == url
    assert source.data is None
    assert source.name == "a b.png"
    assert source.digest == f"sha256:{hashlib.sha256(url.encode()).hexdigest()}"
    assert (source.media_type, source.width, source.height) == (None, None, None)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/a.png", "begins with https://"),
        ("s3://bucket/a.png", "begins with https://"),
        ("https:///a.png", "names no host"),
        ("https://example.org/a b.png", "holds a space"),
        ("https://me:secret@example.org/a.png", "password"),
        ("https://example.org:port/a.png", "not a URL"),
        ("https://example.org/" + "a" * 9000, "longer than"),
    ],
)
def test_urls_that_are_refused(url, words):
    with pytest.raises(ImageError, match=words) as caught:
        load(url)
    assert "secret" not in str(caught.value)


def test_a_data_uri(photograph):
    body = base64.b64encode(photograph).decode()
    assert load(f"data:image/png;base64,{body}").media_type == "image/jpeg", (
        "the bytes are believed, not the label"
    )
    broken = "\n".join(body[i : i + 76] for i in range(0, len(body), 76))
    assert load(f"DATA:image/jpeg;name=a.jpg;base64,{broken}").data == photograph


def test_a_percent_encoded_data_uri(scene, encoded):
    png = encoded(scene(8, 8), "PNG")
    assert load("data:image/png," + "".join(f"%{byte:02x}" for byte in png)).data == png


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("data:image/png;base64", "no comma"),
        ("data:image/png;base64,iVBORw0KG", "not valid base64"),
        ("data:image/png;base64,%%%", "not valid base64"),
        ("data:,", "is empty"),
        ("data:text/plain,hello", "text, not an image"),
    ],
)
def test_data_uris_that_are_refused(uri, words):
    with pytest.raises(ImageError, match=words):
        load(uri)


def test_a_pil_image_keeps_its_pixels(scene):
    image = scene()
    source = load(image)
    assert (source.name, source.media_type, source.width, source.height) == (
        "image.png",
        "image/png",
        320,
        240,
    )
    assert Image.open(io.BytesIO(source.data)).tobytes() == image.tobytes()


def test_the_digest_of_pixels_is_of_the_pixels(scene):
    image = scene()
    other = image.copy()
    other.putpixel((0, 0), (1, 2, 3))
    palettes = [Image.new("P", (4, 4)), Image.new("P", (4, 4))]
    palettes[0].putpalette([255, 0, 0])
    palettes[1].putpalette([0, 0, 255])
    assert load(image).digest == load(image.copy(), name="b.png").digest == load(np.asarray(image)).digest
    assert load(image).digest != load(other).digest
    assert load(palettes[0]).digest != load(palettes[1]).digest
    assert load(Image.new("L", (2, 3))).digest != load(Image.new("L", (3, 2))).digest


def test_a_pil_image_from_a_phone_is_turned_upright(scene, encoded):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.open(io.BytesIO(encoded(scene(), "PNG", exif=exif)))
    source = load(turned)
    assert (source.width, source.height) == (240, 320)
    assert turned.getexif()[0x0112] == 6, "the person's image is left as it is"


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16"]
)
def test_pil_images_of_every_mode(mode):
    source = load(Image.new(mode, (5, 4)))
    assert (source.width, source.height) == (5, 4)
    assert media.prepare(source).media_type == "image/png"


@pytest.mark.parametrize(
    ("array", "pixel"),
    [
        (np.full((4, 6), 200, np.uint8), 200),
        (np.full((4, 6, 1), 200, np.uint8), 200),
        (np.full((4, 6, 3), (10, 20, 30), np.uint8), (10, 20, 30)),
        (np.full((4, 6, 4), (10, 20, 30, 40), np.uint8), (10, 20, 30, 40)),
        (np.full((4, 6, 3), (0.0, 0.5, 1.0)), (0, 128, 255)),
        (np.full((4, 6), 1.0000001, np.float32), 255),
        (np.full((4, 6), 65535, np.uint16), 255),
        (np.full((4, 6), 257, np.uint16), 1),
        (np.full((4, 6, 3), 255, np.int64), (255, 255, 255)),
        (np.ones((4, 6), bool), 255),
        (np.full((8, 12, 3), 9, np.uint8)[::2, ::-2], (9, 9, 9)),
        (np.stack([np.full((4, 6), value, np.uint8) for value in (10, 20, 30)]), (10, 20, 30)),
        (np.full((1, 4, 6), 200, np.uint8), 200),
        (np.full((1, 4, 6, 3), (10, 20, 30), np.uint8), (10, 20, 30)),
        (np.full((1, 1, 3, 4, 6), 0.5, np.float32), (128, 128, 128)),
        (np.full((4, 6, 2), (200, 40), np.uint8), (200, 200, 200, 40)),
    ],
)
def test_arrays(array, pixel):
    source = load(array)
    assert (source.name, source.width, source.height) == ("array.png", 6, 4)
    assert Image.open(io.BytesIO(source.data)).getpixel((3, 2)) == pixel


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((5, 40, 60), np.uint8), "5 × 40 × 60 is not an image. Use height × width"),
        (np.array(3), "A single number is not an image"),
        (np.zeros((2, 40, 60, 3), np.uint8), r"array\[0\]"),
        (np.zeros(100, np.uint8), "height × width"),
        (np.zeros((0, 5), np.uint8), "no pixels"),
        (np.full((4, 4), 200.0), "Divide it by 255"),
        (np.full((4, 4), -3.0), "floats from -3 to -3"),
        (np.full((4, 4), np.nan), "holds NaN or infinity"),
        (np.full((4, 4), 256), "0 to 255"),
        (np.full((4, 4), -1), "0 to 255"),
        (np.zeros((4, 4), complex), "complex128"),
        (np.array([["a", "b"]]), "not an image"),
        (np.zeros((20000, 20000), np.uint8), "400 megapixels"),
    ],
)
def test_arrays_that_are_refused(array, words):
    with pytest.raises(ImageError, match=words):
        load(array)


def test_a_figure_is_drawn_large_enough():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1])
    source = load(figure)
    assert (source.name, source.width, source.height) == ("figure.png", 1280, 960)
    assert source.digest == load(axes).digest == load(figure).digest, (
        "axes stand for their figure, and drawing repeats"
    )
    assert figure.dpi == 100, "the figure itself is left as it is"


def test_a_figure_that_cannot_be_drawn():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0, 0, r"$\frac{1$")
    with pytest.raises(ImageError, match="could not be drawn"):
        load(figure)
    with pytest.raises(ImageError, match="megapixels"):
        load(Figure(figsize=(500, 500)))


def test_a_take_gives_its_last_frame(scene, a_take):
    frame = scene()
    assert load(a_take(frame)).digest == load(frame).digest
    assert load(a_take(lambda self: frame)).digest == load(frame).digest
    assert load(a_take(frame)).name == "last frame.png"
    with pytest.raises(ImageError, match="no last frame"):
        load(a_take(None))


def test_a_source_is_given_back_as_it_is(photograph):
    source = load(photograph)
    assert load(source) is source


@pytest.mark.parametrize("given", [None, 3, ["a.png"], {"a": 1}, object()])
def test_other_things_are_refused_by_name(given):
    with pytest.raises(ImageError, match=f"this is .*{type(given).__name__.removesuffix('Type')}"):
        load(given)


def test_a_missing_file_names_the_nearest(tmp_path, photograph):
    (tmp_path / "holiday.jpg").write_bytes(photograph)
    with pytest.raises(ImageError, match=r"no file .*holidya\.jpg.* Did you mean 'holiday\.jpg'"):
        load(tmp_path / "holidya.jpg")
    with pytest.raises(ImageError, match="Looked in"):
        load(tmp_path / "zzz")
    with pytest.raises(ImageError, match="no folder"):
        load(tmp_path / "nowhere" / "a.png")


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(ImageError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(ImageError, match="path is empty"):
        load("")
    with pytest.raises(ImageError, match="cannot be read"):
        load("a\0b.png")
    with pytest.raises(ImageError, match="cannot be read"):
        load("x" * 5000)


@pytest.mark.skipif(sys.platform == "win32", reason="devices are files elsewhere")
def test_a_device_is_not_read():
    with pytest.raises(ImageError, match="not an ordinary file"):
        load("/dev/zero")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/x<script>.png", "x<script>.png"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("a\x00\x1b[31m\u202egnp.jpg", "a[31mgnp.jpg"),
        ("..", "image"),
        ("/", "image"),
        ("a" * 300 + ".jpeg", "a" * 115 + ".jpeg"),
    ],
)
def test_names_are_reduced_to_a_base_name(photograph, given, kept):
    assert load(photograph, name=given).name == kept


def test_a_url_cannot_smuggle_a_folder_into_the_name():
    assert load("https://example.org/%2e%2e%2f..%5cevil.png").name == "evil.png"
    assert load("https://example.org/").name == "example.org"


def test_reprs_hold_neither_data_nor_secrets(photograph):
    source = load(photograph, name="a.jpg")
    text = (
        repr(source) + repr(media.prepare(source)) + repr(load("https://example.org/a.png?signature=secret"))
    )
    assert "secret" not in text
    assert "Camera" not in text
    assert len(text) < 500


def test_sources_are_equal_by_what_they_are(photograph):
    assert load(photograph, name="a") == load(bytearray(photograph), name="a")
    assert len({load(photograph, name="a"), load(photograph, name="a"), load(photograph, name="b")}) == 2


def test_nothing_heavy_is_imported_before_it_is_needed():
    import subprocess

    code = (
        "import sys, reka_notebook.media as m; m.load('https://example.org/a.png');"
        "print([n for n in ('PIL', 'av', 'numpy', 'matplotlib') if n in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
