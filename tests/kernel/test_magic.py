import base64
import re
import sys
from pathlib import Path

import pytest

from reka_notebook import media
from reka_notebook.sandbox import Sandbox
from tests.forked_processes import run

pytestmark = pytest.mark.kernel

LOAD = "%load_ext reka_notebook"
CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3 --as shot\nA slow dolly in"
TICKING = (
    "import asyncio\nticks = 0\n"
    "async def tick():\n    global ticks\n    while True:\n        ticks += 1\n        await asyncio.sleep(0.01)\n"
    "task = asyncio.create_task(tick()); await asyncio.sleep(0)",
    "before = ticks",
    CELL,
    "print(ticks - before > 20)",
)
"""Cells that say whether the loop on which the middle one is awaited had time for another task."""


def html(outputs: list[dict]) -> str:
    """Return the HTML of the one display of a cell in which there is something to see."""
    shown = [html for output in outputs if (html := output.get("data", {}).get("text/html"))]
    assert len(shown) == 1, outputs
    return shown[0]


def test_the_cells_that_a_studio_hands_out_run_without_another_word(notebook) -> None:
    *_, video = notebook("import reka_notebook\nreka_notebook.studio()", CELL).run()
    assert html(video)


def test_a_cell_leaves_its_video_in_ordinary_html(notebook, sandbox: Sandbox, tmp_path) -> None:
    _, outputs, bound = notebook(LOAD, CELL, "shot.file.duration").run()
    left = html(outputs)
    assert "application/vnd.jupyter.widget-view+json" not in outputs[0]["data"]
    data = re.search(r'<video [^>]*src="data:video/mp4;base64,([^"]+)"', left)
    assert data, left[:500]
    video = tmp_path / "left.mp4"
    video.write_bytes(base64.b64decode(data[1]))
    assert media.probe(video).duration == pytest.approx(3, abs=0.1)
    assert 'poster="data:image/jpeg;base64,' in left
    assert "A slow dolly in" in left
    assert "Kling v3 Pro" in left
    assert float(bound[0]["data"]["text/plain"]) == pytest.approx(3, abs=0.1)
    assert len(sandbox.ledger) == 1


def test_two_cells_with_the_same_content_cost_one_charge(notebook, sandbox: Sandbox) -> None:
    _, first, second = notebook(LOAD, CELL, CELL.replace("--duration 3", "--duration=3")).run()
    assert len(sandbox.ledger) == 1
    assert "not charged again" not in html(first)
    assert "not charged again" in html(second)
    assert "<video" in html(second)


def test_another_kernel_shows_the_kept_take_without_a_request(notebook, sandbox: Sandbox) -> None:
    notebook(LOAD, CELL).run()
    asked = len(sandbox.log)
    _, outputs = notebook(LOAD, CELL).run()
    assert "not charged again" in html(outputs)
    assert len(sandbox.log) == asked


def test_fresh_makes_another_take(notebook, sandbox: Sandbox) -> None:
    fresh = CELL.replace("--as shot", "--fresh --as other")
    _, _, _, different = notebook(LOAD, CELL, fresh, "shot.id != other.id, shot.path != other.path").run()
    assert different[0]["data"]["text/plain"] == "(True, True)"
    assert len(sandbox.ledger) == 2


def test_the_kernels_own_loop_turns_while_a_cell_waits(notebook) -> None:
    outputs = notebook(LOAD, *TICKING).run()
    assert outputs[-1][0]["text"] == "True\n"


def test_a_terminals_loop_turns_while_a_cell_waits(folder: Path) -> None:
    cells = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell; "
        "shell = InteractiveShell.instance(); [shell.run_cell(cell).raise_error() for cell in sys.argv[1:]]"
    )
    command = [sys.executable, "-c", cells, LOAD, *TICKING]
    done = run(command, cwd=folder, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "True"


def test_an_image_comes_from_a_variable_or_a_take(notebook, sandbox: Sandbox) -> None:
    again = "%%reka_video -i shot -m kling-v3-pro --duration 3 --as next_shot\nZoom out"
    array = "import numpy as np\npixels = np.zeros((90, 160, 3), 'uint8')\npixels[:45] = (200, 40, 40)"
    cell = "%%reka_video -i pixels -m kling-v3-pro --duration 3 --as third\nPan left"
    *_, shapes = notebook(
        LOAD, CELL, again, array, cell, "[take.file.width / take.file.height for take in (next_shot, third)]"
    ).run()
    first, second = eval(shapes[0]["data"]["text/plain"])
    assert first == pytest.approx(1.5, abs=0.02)
    assert second == pytest.approx(16 / 9, abs=0.02)
    assert len(sandbox.ledger) == 3


def test_bad_input_is_said_in_words_and_nothing_is_sent(notebook, sandbox: Sandbox) -> None:
    words = {
        "-i photo.jpg -m kling-v3-prp": "Did you mean kling-v3-pro",
        "-i photo.jpg -m kling-v3-pro --duratoin 5": "Did you mean --duration?",
        "-i photo.jpg -m kling-v3-pro --duration 99": "duration",
        "-i phto.jpg -m kling-v3-pro": "photo.jpg",
        "-m kling-v3-pro": "image",
        "-i photo.jpg -m kling-v3-pro --as 1x": "variable's name",
        "-i 'photo.jpg": "quotation mark",
        "-i harbor -m kling-v3-pro": "no variable and no file called 'harbor'. Did you mean harbour?",
        "-i photo.jpg a slow dolly": "cell's body",
    }
    cells = [f"%%reka_video {line}\nA slow dolly in" for line in words]
    _, *said = notebook(f"{LOAD}\nharbour = 'photo.jpg'", *cells, errors=True).run()
    for (line, wanted), outputs in zip(words.items(), said, strict=True):
        error = next(output for output in outputs if output["output_type"] == "error")
        assert wanted in error["evalue"], line
        assert len(error["traceback"]) == 1, f"an inside traceback helps nobody: {line}"
    assert [seen.path for seen in sandbox.log if seen.step != "models"] == []


def test_a_failure_at_the_service_is_said_with_its_reason(notebook, sandbox: Sandbox) -> None:
    sandbox.fail_next(error={"message": "The image was refused by a filter"})
    _, outputs = notebook(LOAD, CELL, errors=True).run()
    error = next(output for output in outputs if output["output_type"] == "error")
    assert "The image was refused by a filter" in error["evalue"]
    assert "Failed after" in html(outputs)


def test_the_synchronous_path_waits_and_shows_the_same(notebook, sandbox: Sandbox) -> None:
    line = "-i photo.jpg -m kling-v3-pro --duration 3 --as shot"
    call = f"get_ipython().run_cell_magic('reka_video', {line!r}, 'A slow dolly in')"
    _, outputs, bound = notebook(LOAD, call, "shot.file.kind").run()
    assert "<video" in html(outputs)
    assert bound[0]["data"]["text/plain"] == "'video'"
    assert len(sandbox.ledger) == 1


def test_a_cell_within_a_cell_waits_too(notebook, sandbox: Sandbox) -> None:
    within = "get_ipython().run_cell({!r}).raise_error()"
    ways = {
        "time": "%%time\n{}",
        "capture": "%%capture\n{}",
        "run_cell": within,
        "run_cell in an async cell": f"import asyncio\nawait asyncio.sleep(0)\n{within}",
    }
    cells = [way.format(CELL + f", {name}") for name, way in ways.items()]
    bound = notebook(LOAD, *(each for cell in cells for each in (cell, "shot.prompt, shot.file.kind"))).run()
    for name, outputs in zip(ways, bound[2::2], strict=True):
        assert outputs[0]["data"]["text/plain"] == repr((f"A slow dolly in, {name}", "video"))
    assert len(sandbox.ledger) == len(ways)


def test_python_awaits_a_job_and_shows_its_take(notebook, sandbox: Sandbox) -> None:
    code = (
        "from reka_notebook import submit\njob = submit('Zoom in', 'photo.jpg', model='kling-v3-pro', duration=3)\n"
        "states = [status.state.value async for status in job.events()]\ntake = await job\ntake"
    )
    outputs, states = notebook(code, "print(states[-1], len(states) > 2)").run()
    assert "<video" in outputs[0]["data"]["text/html"]
    assert states[0]["text"] == "kept True\n"
    assert len(sandbox.ledger) == 1


def test_nothing_patches_asyncio(notebook) -> None:
    code = (
        "import asyncio, sys\n"
        "patched = any(hasattr(asyncio, name) for name in ('_nest_patched', '_nest_asyncio2'))\n"
        "print(patched, 'nest_asyncio' in sys.modules)"
    )
    *_, said = notebook(LOAD, CELL, code).run()
    assert said[0]["text"].split()[-1] == "False"
    assert said[0]["text"].split()[0] == "False"
