"""Test the picture of a study in a notebook that is opened again, with no kernel, trusted or not."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from .fit import expect_to_fit
from .lab import from_elsewhere

pytestmark = pytest.mark.browser

STUDY = """from itertools import product
from reka_notebook import Study, submit

jobs = [
    submit(f"A {speed} pan", "photo.jpg", model="kling-v3-pro", duration=3, take=number)
    for number, speed in product((1, 2, 3), ("slow", "fast"))
]
study = Study([job.result(60) for job in jobs])
slow, fast = ([take for take in study.takes if word in take.prompt] for word in ("slow", "fast"))
for one, other in [*product(slow, fast)] * 4:
    study.add(one, other, one)
study"""


def expect_study(output: Locator, count: int) -> None:
    """Wait until the picture is there, and check that every poster and bar of it is drawn."""
    expect(output.get_by_text("What made the difference")).to_be_visible()
    expect(output.get_by_text("slow over fast")).to_be_visible()
    expect(output.get_by_text("36 to 0 · likely")).to_be_visible()
    expect(output.get_by_text("won 12, lost 0").first).to_be_visible()
    pictures = output.locator("img")
    expect(pictures).to_have_count(count)
    for picture in pictures.all():
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth > 0 && image.clientWidth > 40"), "it is drawn"
    edges = {
        picture.evaluate("image => Math.round(image.getBoundingClientRect().x)") for picture in pictures.all()
    }
    assert len(edges) > 4, "takes stand in columns, also where the notebook is not trusted"


def test_a_studys_picture_stays_in_the_notebook(open_notebook, folder: Path) -> None:
    notebook = open_notebook("%load_ext reka_notebook", STUDY)
    notebook.run_all()
    output = notebook.output(1)
    expect_study(output, 13)
    expect_to_fit(output, "a study", 320, 720)
    notebook.save()
    shutil.copyfile(folder / "notebook.ipynb", folder / "saved.ipynb")
    notebook.shut_kernel_down()
    for path in (folder / "saved.ipynb", from_elsewhere(folder / "saved.ipynb")):
        notebook.reopen_without_kernel(f"{folder.name}/{path.name}")
        expect_study(notebook.output(1), 13)
