"""Test what a take, a list of takes and a job leave in a notebook."""

import base64
import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import reka_notebook
from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Job, JobStatus, State, Take, controller
from reka_notebook.media import MediaError
from reka_notebook.output import embed as beside
from reka_notebook.output import formatters as rich_display
from reka_notebook.output import html as output
from reka_notebook.output import take_list as takes
from reka_notebook.output.captions import captions
from reka_notebook.output.final_output import unfinished
from reka_notebook.output.html import bundle
from reka_notebook.sandbox import Sandbox

Make = Callable[..., Take]


@pytest.fixture
def make(sandbox: Sandbox, photo: Path) -> Make:
    """Have a take made: ``make("Pan left")``."""

    def made(prompt: str = "A slow dolly in", **options: Any) -> Take:
        return reka_notebook.submit(prompt, photo, model="kling-v3-pro", **{"duration": 3, **options}).result(
            60
        )

    return made


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a notebook that the host says is open, where no file has been put beside yet."""
    path = tmp_path / "notebook.ipynb"
    path.write_text("{}", "utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    monkeypatch.setattr(output, "_first_beside", {})
    return path


@pytest.fixture
def in_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that output reaches a page, not a terminal."""
    for module in (rich_display, takes):
        monkeypatch.setattr(module, "has_front_end", lambda: True)


def data(html: str, kind: str) -> list[bytes]:
    return [base64.b64decode(found) for found in re.findall(rf'data:{kind};base64,([^"]+)"', html)]


def test_a_take_leaves_its_video_a_picture_and_what_it_was_made_with(make: Make) -> None:
    take = make(cfg_scale=0.7)
    left = bundle(take, "Kling v3 Pro")
    html = left["text/html"]
    (video,) = data(html, "video/mp4")
    assert video == take.path.read_bytes()
    assert re.search(
        r'<video [^>]*poster="data:image/jpeg[^>]*><img [^>]*src="data:image/jpeg[^>]*></video>', html
    )
    picture = Image.open(io.BytesIO(base64.b64decode(left["image/jpeg"])))
    assert max(picture.size) <= 480
    for fact in (
        "Kling v3 Pro",
        "kling-v3-pro/image-to-video",
        "cfg scale 0.7",
        "photo.jpg",
        "not a real model",
    ):
        assert fact in html
    assert str(take.record.job.request_id) in html
    assert len(str(left)) < len(video) * 4 / 3 + 300_000


def test_no_folder_of_this_machine_is_in_what_it_leaves(make: Make, tmp_path: Path) -> None:
    left = bundle(make())
    assert str(tmp_path) not in left["text/html"]
    assert str(tmp_path) not in left["text/plain"]
    assert make().path.name in left["text/plain"]


def test_what_a_person_wrote_is_no_markup(make: Make) -> None:
    html = bundle(make("<script>alert(1)</script>" + "and on " * 40))["text/html"]
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_large_file_lies_beside_the_notebook_and_that_is_said_once(make: Make, notebook: Path) -> None:
    first, second = make(), make("Pan left")
    reka_notebook.configure(embed_limit=10)
    told = bundle(first)["text/html"]
    link = f"reka_takes/{first.path.name}"
    assert f'src="{link}"' in told
    assert f'href="{link}"' in told
    assert (notebook.parent / link).read_bytes() == first.path.read_bytes()
    assert "keep the two together" in told
    assert "keep the two together" not in bundle(second)["text/html"]
    assert bundle(first)["text/html"] == told, "run again, the output is the same"


def test_a_person_says_where_it_lies_whatever_its_size(make: Make, notebook: Path) -> None:
    take = make()
    assert "data:video" not in bundle(take, embed=False)["text/html"]
    reka_notebook.configure(embed_limit=10)
    assert "data:video" in bundle(take, embed=True)["text/html"]


def test_a_damaged_copy_is_made_anew(make: Make, notebook: Path) -> None:
    take = make()
    bundle(take, embed=False)
    copy = notebook.parent / "reka_takes" / take.path.name
    copy.write_bytes(b"cut short")
    bundle(take, embed=False)
    assert copy.read_bytes() == take.path.read_bytes()
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_where_the_place_is_not_known_it_says_so_and_writes_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    take = make()
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    html = bundle(take, embed=False)["text/html"]
    assert "data:video" in html
    assert "this host does not say where the notebook lies" in html
    monkeypatch.setattr(beside, "MOST", 10)
    html = bundle(take, embed=False)["text/html"]
    assert "<video" not in html
    assert len(data(html, "image/jpeg")) == 1
    assert "Only a picture is shown" in html
    assert not (tmp_path / "reka_takes").exists()


def test_a_notebook_that_is_not_where_its_kernel_was_told_has_no_folder(make: Make, notebook: Path) -> None:
    notebook.unlink()
    assert "does not say where the notebook lies" in bundle(make(), embed=False)["text/html"]


@pytest.mark.usefixtures("in_a_kernel")
def test_takes_show_themselves_as_a_grid_and_slices_do_too(make: Make) -> None:
    for prompt in ("One", "Two & a half", "Three"):
        make(prompt)
    all_of_them = reka_notebook.takes()
    shown = all_of_them[:2]._repr_mimebundle_()
    assert len(data(shown["text/html"], "video/mp4")) == 2
    assert "Two &amp; a half" in shown["text/html"]
    assert "2 takes" in shown["text/html"]
    assert "image/jpeg" in shown
    together = sum(take.file.bytes for take in all_of_them)
    reka_notebook.configure(embed_limit=together - 1)
    posters = all_of_them._repr_mimebundle_()["text/html"]
    assert "<video" not in posters
    assert len(data(posters, "image/jpeg")) == 3


def test_in_a_terminal_takes_and_jobs_are_text(make: Make) -> None:
    take = make()
    assert take._repr_mimebundle_() == {"text/plain": repr(take)}
    assert list(reka_notebook.takes()._repr_mimebundle_()) == ["text/plain"]


def test_takes_become_tables(make: Make) -> None:
    take = make(cfg_scale=0.7)
    (row,) = reka_notebook.takes().to_dicts()
    assert (row["id"], row["prompt"], row["input.cfg_scale"]) == (take.id, "A slow dolly in", 0.7)
    assert row["seconds"] == pytest.approx(3, abs=0.1)
    pandas = pytest.importorskip("pandas")
    frame = reka_notebook.takes().to_pandas()
    assert frame["kept"].dtype.tz is not None
    assert abs((pandas.Timestamp.now("UTC") - frame["kept"][0]).total_seconds()) < 300
    fixed = [name for name in frame.columns if not name.startswith("input.")]
    assert list(reka_notebook.takes()[:0].to_pandas().columns) == fixed


def test_takes_become_polars_frames(make: Make) -> None:
    pytest.importorskip("polars")
    make()
    frame = reka_notebook.takes().to_polars()
    assert abs(frame["kept"][0].timestamp() - time.time()) < 300
    fixed = [name for name in frame.columns if not name.startswith("input.")]
    assert reka_notebook.takes()[:0].to_polars().columns == fixed


@pytest.mark.usefixtures("in_a_kernel")
def test_a_job_shows_its_progress_and_then_its_take(make: Make) -> None:
    take = make()

    def shown(state: State, **status: Any) -> str:
        stood = JobStatus(state, time.time() - 30, **status)
        job = Job("job1", take.request, "Kling v3 Pro", stood, lambda job: None)
        return str(job._repr_mimebundle_()["text/html"])

    going_on = shown(State.RUNNING, expected=60.0, note="A <long> wait")
    assert "Making the video, 30 s, about 30 s left" in going_on
    assert 'alt="50% of the usual time' in going_on
    assert "A &lt;long&gt; wait" in going_on
    assert 'alt="97%' in shown(State.RUNNING, expected=10.0)
    assert "<img" not in shown(State.RUNNING)
    assert "Refused" in shown(State.FAILED, error="Refused", ended=time.time())
    assert "<video" in reka_notebook.resume(take.id)._repr_mimebundle_()["text/html"]


def test_frames_are_spread_over_all_of_it(make: Make) -> None:
    take = make()
    frames = take.frames(4, width=80)
    assert [frame.width for frame in frames] == [80] * 4
    times = [at for at, _ in media.frames_of(take.path, 4)]
    assert times == pytest.approx([0, times[-1] / 3, times[-1] * 2 / 3, times[-1]], abs=0.2)
    assert times[-1] == pytest.approx(3, abs=0.2)
    assert take.frames(1)[0].tobytes() == take.frames(2)[0].tobytes()
    last = take.last_frame.resize((8, 8)).tobytes()
    assert max(abs(a - b) for a, b in zip(last, take.frames(2)[1].resize((8, 8)).tobytes(), strict=True)) < 3
    few = take.frames(100)
    assert 4 < len(few) <= 100
    strip = take.filmstrip(6, width=80, columns=3)
    assert strip.width == 3 * 80 + 2 * 4
    assert strip.height > 2 * 50
    with pytest.raises(MediaError, match="1 to 100 frames"):
        take.frames(0)


def test_takes_are_compared_from_one_of_them(make: Make) -> None:
    take, other = make(), make("Pan left")
    shown = take.compare(other)._repr_mimebundle_()
    assert shown["text/html"].count("<video") == 2
    assert Image.open(io.BytesIO(base64.b64decode(shown["image/jpeg"]))).width > 400
    with pytest.raises(RekaError, match="named twice"):
        take.compare(take.id)


def test_a_list_of_takes_says_what_tells_each_from_its_neighbours_and_names_no_id(
    sandbox: Sandbox, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reka_notebook.output.take_list.has_front_end", lambda: True)
    asked: list[tuple[str, dict[str, Any]]] = [
        ("A slow dolly in at dawn", {"duration": 3}),
        ("A <fast> dolly in at dawn", {"duration": 3}),
        ("A <fast> dolly in at dawn", {"duration": 5, "cfg_scale": 0.7}),
        ("Something else", {"duration": 5}),
    ]
    made = [
        reka_notebook.submit(prompt, photo, model="kling-v3-pro", **options).result(60)
        for prompt, options in asked
    ]
    said = captions(made, controller().catalogue)
    assert said[0] == ("A <b>slow</b> dolly in at dawn", "3 s")
    assert said[1][0] == "A <b>&lt;fast&gt;</b> dolly in at dawn"
    assert said[1][1] == "<b>3 s</b>"
    assert said[2] == ("A &lt;fast&gt; dolly in at dawn", "<b>CFG scale 0.7</b> · <b>5 s</b>")
    assert said[3] == ("Something else", "5 s")
    html = reka_notebook.takes()._repr_mimebundle_()["text/html"]
    shown = re.sub(r"<[^>]*>", "", html)
    assert "A slow dolly in at dawn" in shown
    assert not [take.id for take in made if take.id in shown]


@pytest.mark.usefixtures("in_a_kernel")
def test_all_images_of_a_take_are_shown_and_named(sandbox: Sandbox, notebook: Path) -> None:
    take = reka_notebook.submit("Two boats", model="nano-banana/text-to-image", num_images=2).result(60)
    left = bundle(take)
    html = left["text/html"]
    assert data(html, "image/png") == [path.read_bytes() for path in take.paths]
    assert len(take.paths) == 2
    assert 'alt="Two boats (1 of 2)"' in html
    assert 'alt="Two boats (2 of 2)"' in html
    for path in take.paths:
        assert f"<code>{path.name}</code>" in html
    assert "Picture: 2 images" in html
    # Where no HTML is shown, one picture has both, side by side.
    picture = Image.open(io.BytesIO(base64.b64decode(left["image/jpeg"])))
    assert 470 < picture.width < 490
    for side, path in enumerate(take.paths):
        half = picture.crop((side * picture.width // 2 + 8, 8, (side + 1) * picture.width // 2 - 8, 100))
        whole = Image.open(path).convert("RGB").resize((64, 64))
        near = half.convert("RGB").resize((8, 8)).getpixel((4, 1))
        expected = whole.getpixel((32, 8))
        assert isinstance(near, tuple)
        assert isinstance(expected, tuple)
        assert max(abs(one - other) for one, other in zip(near, expected, strict=True)) < 60
    beside_it = bundle(take, embed=False)["text/html"]
    assert sorted(path.name for path in (notebook.parent / "reka_takes").iterdir()) == sorted(
        path.name for path in take.paths
    )
    assert beside_it.count('src="reka_takes/') == 2
    assert len(data(reka_notebook.takes()._repr_mimebundle_()["text/html"], "image/png")) == 2


def test_a_sound_shows_its_waveform_over_its_player(sandbox: Sandbox) -> None:
    take = reka_notebook.submit("Gulls rise from the pier", model="eleven-v3/text-to-speech").result(60)
    left = bundle(take)
    html = left["text/html"]
    assert re.search(r'<img [^>]*src="data:image/jpeg[^>]*><audio controls [^>]*src="data:audio/', html)
    assert Image.open(io.BytesIO(base64.b64decode(left["image/jpeg"]))).width == 480
    assert "Sound: " in html


def test_boxes_are_a_picture_and_a_table(sandbox: Sandbox, photo: Path) -> None:
    take = reka_notebook.submit("cup, <b>table</b>", photo, model="reka-edge-2603/image-to-bbox").result(60)
    left = bundle(take)
    html = left["text/html"]
    assert len(data(html, "image/jpeg")) == 1
    assert "image/jpeg" in left
    first = take.boxes[0]
    left_, top, width, height = first.pixels or (0, 0, 0, 0)
    assert f"{width} × {height} at {left_}, {top}" in html
    assert "&lt;b&gt;table&lt;/b&gt;" in html
    assert "<b>table" not in html
    assert re.search(rf"Boxes: {len(take.boxes)} box(es)? ", html)
    assert "<pre" not in html


@pytest.mark.parametrize(
    ("model", "images", "said"),
    [
        ("nano-banana/text-to-image", False, "No image here yet?"),
        ("eleven-v3/text-to-speech", False, "No sound here yet?"),
        ("reka-edge-2603/image-to-bbox", True, "No boxes here yet?"),
        ("kling-v3-pro/image-to-video", True, "No video here yet?"),
    ],
)
def test_what_is_not_there_yet_is_called_by_what_it_is(
    sandbox: Sandbox, photo: Path, model: str, images: bool, said: str
) -> None:
    job = reka_notebook.submit("A cup", photo if images else None, model=model)
    assert said in unfinished(job, alone=True)["text/html"]
    job.result(60)
