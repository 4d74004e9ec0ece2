"""Test cells that make several takes, and cells that nobody waits for."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel
from nbconvert import HTMLExporter

from reka_notebook.sandbox import Sandbox
from tests.kernel.conftest import serving
from tests.kernel.test_interrupt import messages_until_idle

pytestmark = pytest.mark.kernel

LOAD = "%load_ext reka_notebook"
LINE = "%%reka_video -i photo.jpg -m kling-v3-pro"


def shown(outputs: list[dict]) -> dict:
    """Return the data of the one display of a cell in which there is something to read."""
    found = [output["data"] for output in outputs if output.get("data", {}).get("text/html")]
    assert len(found) == 1, outputs
    return found[0]


def error_of(outputs: list[dict]) -> str:
    return next(output["evalue"] for output in outputs if output["output_type"] == "error")


def test_several_leave_one_grid_of_plain_html_with_headings(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    cell = f"{LINE} --sweep duration=3,4 --as shots\nA {{{{slow|fast}}}} pan at {{{{when}}}}"
    _, _, outputs, bound = notebook(
        LOAD, "when = 'dawn'", cell, "[(shot.prompt, shot.request.input['duration']) for shot in shots]"
    ).run()
    data = shown(outputs)
    assert set(data) == {"text/html", "text/plain", "image/jpeg"}, "no widget stays"
    assert data["text/html"].count("<video") == 4
    headings = re.findall(r"<th[^>]*>([^<]*)</th>", data["text/html"])
    assert headings == ["Duration 3 s", "Duration 4 s", "slow", "fast"]
    assert "A … pan at dawn" in data["text/html"], "what they have in common"
    words = re.sub(r'base64,[^"]+', "", data["text/html"])
    assert "done" not in words, "nothing more is to be counted"
    assert "<code>" not in data["text/html"], "a person reads no IDs"
    assert eval(bound[0]["data"]["text/plain"]) == [
        ("A slow pan at dawn", "3"),
        ("A slow pan at dawn", "4"),
        ("A fast pan at dawn", "3"),
        ("A fast pan at dawn", "4"),
    ]
    assert len(sandbox.ledger) == 4


def test_the_same_cell_again_shows_what_is_kept_and_asks_for_the_rest(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    cell = f"{LINE} --duration 3 --takes {{}}\nA slow pan"
    _, first, second, third = notebook(LOAD, cell.format(2), cell.format(3), cell.format(3)).run()
    assert "not charged again" not in shown(first)["text/html"]
    assert "2 takes made " in shown(second)["text/html"]
    assert "All made " in shown(third)["text/html"]
    assert "Use <code>--fresh</code> for new takes" in shown(third)["text/html"]
    assert len(sandbox.ledger) == 3


def test_a_dry_run_says_what_would_be_charged_and_sends_nothing(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    cell = f"{LINE} --sweep duration=3,4 {{}}\nA slow pan\n---\nZoom out"
    first = f"{LINE} --duration 3\nA slow pan"
    _, _, outputs, done, again = notebook(
        LOAD, first, cell.format("--dry-run"), cell.format(""), cell.format("--dry-run")
    ).run()
    lines = outputs[0]["text"].splitlines()
    assert len(outputs) == 1
    assert [line.split(" ")[0] for line in lines] == ["kept", "new", "new", "new", "4"]
    assert lines[1].endswith("kling-v3-pro/image-to-video · duration 4 · photo.jpg · “A slow pan”")
    assert re.fullmatch(
        r"4 takes: 3 would be charged, 1 already made\. "
        r"About \$[\d.]+, maybe \$[\d.]+ to \$[\d.]+ · from 1 bill · 11 s of video\. Nothing sent\.",
        lines[-1],
    )
    assert shown(done)["text/html"].count("<video") == 4
    assert again[0]["text"].splitlines()[-1] == ("Nothing to charge; all 4 already exist. Nothing sent.")
    assert len(sandbox.ledger) == 4


def test_what_is_wrong_with_several_is_said_before_anything_is_sent(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    charged = "You'll be charged for each. Price not known yet · 45 s of video. Nothing was "
    words = {
        "--takes 9\nA pan": f"This will make 9 new takes. {charged}",
        "--takes 2\nA pan over {{harbor}}": "no variable 'harbor'. Did you mean harbour?",
        "--sweep duration=3,99\nA pan": "99",
    }
    _, _, *said = notebook(LOAD, "harbour = 'x'", *(f"{LINE} {rest}" for rest in words), errors=True).run()
    for wanted, outputs in zip(words.values(), said, strict=True):
        assert wanted in error_of(outputs)
    assert [seen.path for seen in sandbox.log if seen.step != "models"] == []


def test_where_one_fails_the_others_stay_and_only_it_is_tried_again(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    sandbox.fail_next(error={"message": "Refused by a filter"})
    cell = f"{LINE} --duration 3 --takes 3 --as shots\nA slow pan"
    _, first, second, bound = notebook(LOAD, cell, cell, "len(shots)", errors=True).run()
    assert "2 of 3 done, 1 failed" in error_of(first)
    assert "Refused by a filter" in error_of(first)
    assert shown(first)["text/html"].count("<video") == 2
    assert shown(second)["text/html"].count("<video") == 3
    assert bound[0]["data"]["text/plain"] == "3"
    assert len(sandbox.ledger) == 4


def test_too_many_failures_end_a_waiting_cell_and_send_no_more(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    for _ in range(8):
        sandbox.fail_next(error={"message": "Refused by a filter"})
    _, outputs = notebook(LOAD, f"{LINE} --duration 3 --takes 8\nA slow pan", errors=True).run()
    assert "not sent, and not charged" in error_of(outputs)
    assert 3 <= len(sandbox.ledger) < 8


def test_several_in_a_synchronous_call(notebook: Callable[..., Any], sandbox: Sandbox) -> None:
    line = "-i photo.jpg -m kling-v3-pro --duration 3 --takes 2 --as shots"
    call = f"get_ipython().run_cell_magic('reka_video', {line!r}, 'A slow pan')"
    _, outputs, bound = notebook(LOAD, call, "len(shots)").run()
    assert shown(outputs)["text/html"].count("<video") == 2
    assert bound[0]["data"]["text/plain"] == "2"


WATCH = (
    "import threading, time\nfrom IPython import display\n"
    "sent, update, awaited = [], display.update_display, threading.Event()\n"
    "def watched(*given, **named):\n    awaited.wait(60)\n    update(*given, **named)\n    sent.append(1)\n"
    "display.update_display = watched"
)
WAIT = (
    "end = time.monotonic() + 60\nawaited.set()\n"
    "while len(sent) < 2:\n    assert time.monotonic() < end\n    time.sleep(0.05)"
)
"""Holds the kernel until the output of a job that nobody awaits is filled in.

nbclient drops an update that comes between two cells, or after the last one, so it may not come before this cell.
"""


@pytest.mark.parametrize(
    ("line", "kind", "videos"), [("--duration 3", "Job", 1), ("--duration 3 --takes 2", "Sweep", 2)]
)
def test_in_the_background_the_output_fills_in_after_other_cells_ran(
    notebook: Callable[..., Any], sandbox: Sandbox, line: str, kind: str, videos: int
) -> None:
    made = notebook(
        LOAD,
        WATCH,
        f"{LINE} {line} --bg --as work\nA slow pan",
        "print(type(work).__name__)",
        WAIT,
        "print(type(await work).__name__)",
    )
    _, _, outputs, bound, _, awaited = made.run()
    assert bound[0]["text"] == f"{kind}\n"
    assert awaited[0]["text"] == ("Take\n" if videos == 1 else "Takes\n")
    data = shown(outputs)
    assert "application/vnd.jupyter.widget-view+json" not in data
    assert data["text/html"].count("<video") == videos
    assert len(sandbox.ledger) == videos


def test_in_the_background_a_failure_says_why_in_the_output(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    sandbox.fail_next(error={"message": "Refused by a <b>filter</b>"})
    cell = f"{LINE} --duration 3 --bg --as work\nA slow pan"
    _, _, outputs, _ = notebook(LOAD, WATCH, cell, WAIT).run()
    assert "Refused by a &lt;b&gt;filter" in shown(outputs)["text/html"]


def test_a_notebook_saved_before_the_end_says_what_is_not_there_and_how_to_see_it(
    notebook: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = f"{LINE} --bg --as job\nA <slow> pan", "print(job.id)", f"{LINE} --takes 2 --bg\nZoom out"
    with Sandbox(seconds=600, render="small", profile="catalogue") as url:
        monkeypatch.setenv("REKA_BASE_URL", url)
        made = notebook(LOAD, *cells)
        _, one, name, two = made.run()
    job = name[0]["text"].strip()
    for outputs in (one, two):
        progress, words = outputs
        assert "application/vnd.jupyter.widget-view+json" in progress["data"]
        assert set(words["data"]) == {"text/html", "text/plain"}, "words are not hidden behind a widget"
    assert "A &lt;slow&gt; pan" in shown(one)["text/html"]
    assert "A <slow> pan" in shown(one)["text/plain"]
    assert f"%reka resume {job}" in shown(one)["text/plain"]
    assert job not in shown(one)["text/html"], "a person reads no IDs"
    for kind in ("text/html", "text/plain"):
        assert "Zoom out" in shown(two)[kind]
        assert "2 takes" in shown(two)[kind]
    del made.notebook.metadata["widgets"]
    page, _ = HTMLExporter().from_notebook_node(made.notebook)
    assert page.count("Run the cell again: nothing is charged twice.") == 2


@pytest.fixture
def slow() -> Iterator[Sandbox]:
    yield from serving(seconds=4.0)


def test_an_interrupt_sends_no_more_and_what_is_begun_appears(
    slow: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo: Path
) -> None:
    monkeypatch.setenv("REKA_BASE_URL", slow.url)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "photo.jpg").write_bytes(photo.read_bytes())
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        client.execute_interactive(LOAD, timeout=60)
        request = client.execute(f"{LINE} --duration 3 --takes 7\nA slow pan")
        end = time.monotonic() + 60
        while len(slow.ledger) < 4:
            assert time.monotonic() < end
            time.sleep(0.05)
        manager.interrupt_kernel()
        said = messages_until_idle(client, request)
        error = next(message["content"] for message in said if message["msg_type"] == "error")
        assert "nothing more is sent" in error["evalue"]
        while True:
            message = client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "update_display_data":
                html = message["content"]["data"]["text/html"]
                if "<video" in html:
                    break
        assert html.count("<video") == len(slow.ledger) < 7
        assert "Paused" in html
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
