"""Test what ``reka_notebook.compare`` leaves in a notebook."""

import re
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.sandbox import Sandbox


def make(prompt: str, image: object, **options: object) -> Take:
    return reka_notebook.submit(prompt, image, model="kling-v3-pro", **{"duration": 3, **options}).result(60)


def html_of(*takes: Take | str) -> str:
    shown = reka_notebook.compare(*takes)._repr_mimebundle_()
    assert shown["text/plain"].startswith("<Comparison of ")
    return str(shown["text/html"])


def test_words_and_settings_that_differ_are_marked_and_the_rest_is_said_once(
    sandbox: Sandbox, photo: Path
) -> None:
    slow = make("A slow dolly in", photo, cfg_scale=0.7)
    fast = make("A fast dolly in", photo, duration=5, generate_audio=False)
    html = html_of(slow, fast.id)
    assert re.findall(r"<mark[^>]*><u>(.*?)</u></mark>", html) == ["slow", "fast"]
    assert re.findall(r"<div>([^<]+) <b>(.*?)</b></div>", html) == [
        ("Length", "3 s"),
        ("CFG scale", "0.7"),
        ("Sound", "not set"),
        ("Length", "5 s"),
        ("CFG scale", "not set"),
        ("Sound", "off"),
    ]
    assert html.count("Kling v3 Pro") == 1
    assert "In common: Kling v3 Pro · " in html
    assert "the start image" in html
    sources = re.findall(
        r'<video[^>]* poster="data:image/jpeg[^"]+"[^>]* src="(data:video/mp4;base64,[^"]+)"', html
    )
    assert len(set(sources)) == 2
    assert "<source" not in html
    assert len(sandbox.ledger) == 2


def test_one_prompt_and_other_images_are_said(sandbox: Sandbox, photo: Path, tmp_path: Path) -> None:
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "grey.png")
    html = html_of(make("Pan left", photo), make("Pan left", tmp_path / "grey.png"))
    assert "<mark" not in html
    assert html.count("“Pan left”") == 1
    assert "<div>Start image <b>photo.jpg</b></div>" in html
    assert "<div>Start image <b>grey.png</b></div>" in html


def test_one_image_framed_in_other_ways_is_not_said_to_be_the_same(sandbox: Sandbox, photo: Path) -> None:
    whole = make("Pan left", photo)
    cropped = make("Pan left", reka_notebook.media.crop(photo, (8, 4, 64, 36)))
    padded = make("Pan left", reka_notebook.media.pad(photo, "9:16", "#ffffff"))
    html = html_of(whole, cropped, padded)
    assert re.findall(r"<div>Start image <b>(.*?)</b></div>", html) == [
        "the start image, whole",
        "the start image, cropped to 64 × 36 at 8, 4",
        "the start image, padded to 9:16 with white",
    ]
    assert "the start image" not in html.rpartition("In common")[2]


def test_nothing_of_a_prompt_is_markup(sandbox: Sandbox, photo: Path) -> None:
    html = html_of(make("<script>alert(1)</script> one", photo), make("</mark><img src=x> two", photo))
    html, _, script = html.rpartition("<script>")
    assert "alert" not in script, "the only script is the bar's"
    assert "<script" not in html
    assert "<img src=x" not in html
    words = unescape(re.sub(r"</?(?:mark|u)\b[^>]*>", "", html))
    assert "<script>alert(1)</script> one" in words
    assert "</mark><img src=x> two" in words


def test_files_that_are_too_large_together_lie_beside_the_notebook(
    sandbox: Sandbox, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = [make(prompt, photo) for prompt in ("Pan left", "Pan right")]
    (tmp_path / "notebook.ipynb").write_text("{}", "utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "notebook.ipynb"))
    largest = max(take.file.bytes for take in takes)
    reka_notebook.configure(embed_limit=largest)
    html = html_of(*takes)
    assert "data:video" not in html
    for take in takes:
        assert f'src="reka_takes/{take.path.name}"' in html
        assert (tmp_path / "reka_takes" / take.path.name).read_bytes() == take.path.read_bytes()
    assert "next to this notebook" in html
    reka_notebook.configure(embed_limit=2 * largest)
    assert "reka_takes" not in html_of(*takes)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_two_to_four(count: int) -> None:
    with pytest.raises(RekaError, match=f"Two to four takes can be compared, and these are {count}"):
        reka_notebook.compare(*["any"] * count)


def test_what_cannot_be_compared_is_said(sandbox: Sandbox, photo: Path) -> None:
    take = make("Pan left", photo)
    with pytest.raises(RekaError, match="named twice"):
        reka_notebook.compare(take, take.id)
    with pytest.raises(RekaError, match="No job in the library starts with"):
        reka_notebook.compare(take, "nothing-of-this-name")
    with pytest.raises(RekaError, match="A take or its id is needed, and this is a int"):
        reka_notebook.compare(take, 3)  # type: ignore[arg-type]


def test_what_each_was_billed_is_compared_where_the_service_says_it(
    sandbox: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make("Pan left", photo), make("Tilt up", photo)
    assert ">Cost" not in html_of(one, other)
    bills = {one.id: 0.39, other.id: 0.65}
    monkeypatch.setattr(Take, "billed", property(lambda take: bills[take.id]))
    html = html_of(one, other)
    assert "Cost <b>$0.39 (local sandbox, not real money)</b>" in html
    assert "Cost <b>$0.65 (local sandbox, not real money)</b>" in html
