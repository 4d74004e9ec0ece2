import pytest
from PIL import Image

from reka_notebook.media import describe, file_size, load, prepare


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (612_300, "612 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (4_230_000, "4.2 MB"),
        (99_950_000, "100 MB"),
        (212_000_000, "212 MB"),
    ],
)
def test_sizes_in_words(size, words):
    assert file_size(size) == words


def test_images_in_words(photograph, scene, encoded):
    source = load(photograph)
    assert describe(source) == f"400 × 300 JPEG, {file_size(len(photograph))}"
    assert describe(prepare(source)).startswith("400 × 300 JPEG, ")
    assert describe(load(encoded(scene(), "WEBP"))).startswith("320 × 240 WebP, ")
    assert describe(load("https://example.org:8080/a.png?signature=x")) == "a URL of example.org"
    words = describe(prepare(load(Image.new("RGBA", (4, 4)))))
    assert words.startswith("4 × 4 PNG, ")
    assert words.endswith(" bytes, transparency on white")
