"""Test what a cell leaves in servers that lose updates, and in an Output widget."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbconvert import HTMLExporter

from reka_notebook.sandbox import Sandbox
from tests.kernel.test_interrupt import messages_until_idle

pytestmark = pytest.mark.kernel

LOAD = "%load_ext reka_notebook"
LINE = "%reka_video -i photo.jpg -m kling-v3-pro --duration 3"
WIDGET = "application/vnd.jupyter.widget-view+json"
SYNC = "get_ipython().run_cell_magic('reka_video', '-i photo.jpg -m kling-v3-pro --duration 3', 'A pan')"

Run = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def server(folder: Path) -> Iterator[Run]:
    """Run a cell as jupyter-server-nbmodel does: every update of an output is lost, and a clearing does not wait."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))

    def run(cell: str) -> list[dict[str, Any]]:
        outputs: list[dict[str, Any]] = []
        for message in messages_until_idle(client, client.execute(cell)):
            if message["msg_type"] in ("display_data", "stream", "execute_result", "error"):
                outputs.append(nbformat.v4.output_from_msg(message))
            elif message["msg_type"] == "clear_output":
                outputs.clear()
        return outputs

    run(LOAD)
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def videos(outputs: list[dict[str, Any]]) -> int:
    """Return how many players there are."""
    return sum(output.get("data", {}).get("text/html", "").count("<video") for output in outputs)


def said(outputs: list[dict[str, Any]]) -> str:
    """Return all that is read in outputs, but what is in a player."""
    shown = [output.get("data", {}).get("text/html", "") + output.get("text", "") for output in outputs]
    return "\n".join(html for html in shown if "<video" not in html)


def test_a_cell_leaves_its_videos_alone_where_updates_are_lost(server: Run) -> None:
    for cell, takes in (
        (f"%{LINE}\nA zoom", 1),
        (f"%{LINE} --takes 2\nA tilt", 2),
        (f"take = {LINE} A roll", 1),
    ):
        outputs = server(cell)
        assert videos(outputs) == takes, cell
        assert len(outputs) == 1, cell
        assert WIDGET not in outputs[0]["data"], cell


def test_a_line_leaves_its_video_and_what_was_there_where_updates_are_lost(server: Run) -> None:
    for cell in (f"print('mine')\ntake = {LINE} A tilt", f"print('mine')\n{SYNC}"):
        outputs = server(cell)
        assert videos(outputs) == 1, cell
        assert "<video" in outputs[-1]["data"]["text/html"], cell
        assert "mine" in said(outputs), cell
        assert "not there yet" not in said(outputs), "what cannot be updated is true at the end, too"


def test_in_the_background_the_words_say_that_updates_may_not_arrive(server: Run) -> None:
    outputs = server(f"%{LINE} --bg --as job\nA slow pan")
    assert "Some notebook servers cannot update an output" in said(outputs)
    assert "Run the cell again: nothing is charged twice" in said(outputs)
    server("job.result();")
    assert videos(server("%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow pan")) == 1


def test_a_line_leaves_one_video_and_nothing_else_to_be_seen(notebook: Callable[..., Any]) -> None:
    _, line, two = notebook(
        LOAD, f"print('mine')\ntake = {LINE} A pan", f"{LINE} Zoom in\n{LINE} Zoom out"
    ).run()
    for outputs, count in ((line, 1), (two, 2)):
        assert videos(outputs) == count
        assert not any(WIDGET in output.get("data", {}) for output in outputs)
    assert said(line).strip() == "mine"
    assert said(two).strip() == ""


def test_during_a_job_the_words_are_an_output_of_their_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that is saved then, and opened or exported without its kernel, has the words to read."""
    during: list[Any] = []
    with Sandbox(seconds=600, render="small", profile="catalogue") as url:
        monkeypatch.setenv("REKA_BASE_URL", url)
        manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
        try:
            client.execute_interactive(LOAD, timeout=60)
            client.execute(f"%{LINE}\nA <slow> pan")
            while len(during) < 2:
                message = client.get_iopub_msg(timeout=60)
                if message["msg_type"] == "display_data":
                    during.append(nbformat.v4.output_from_msg(message))
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    widget, words = during
    assert WIDGET in widget.data
    assert set(words.data) == {"text/html", "text/plain"}
    assert "A &lt;slow&gt; pan" in words.data["text/html"]
    saved = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=during)])
    page, _ = HTMLExporter().from_notebook_node(saved)
    assert page.count("Run the cell again: nothing is charged twice.") == 1


OUTPUT = "import ipywidgets\nout = ipywidgets.Output()\nout"


def test_an_output_widget_has_the_video_live_and_saved(notebook: Callable[..., Any]) -> None:
    ways = [
        f"with out:\n    print('mine')\n    {LINE} A zoom",
        f"with out:\n    {SYNC}",
        f"@out.capture()\ndef make():\n    {LINE} A tilt\nmake()",
    ]
    # nbclient misses a reply that comes while it hands a large output on to an Output widget, whoever has made it.
    cells = [(OUTPUT, f"{way}\nimport asyncio\nawait asyncio.sleep(0.5)") for way in ways]
    made = notebook(LOAD, *(cell for both in cells for cell in both))
    for way, outputs in zip(ways, made.run()[2::2], strict=True):
        assert outputs == [], way
    states = made.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    widgets = [state["state"]["outputs"] for state in states if state["model_name"] == "OutputModel"]
    assert [videos(shown) for shown in widgets] == [1, 1, 1]
    for prompt in ("A zoom", "A pan", "A tilt"):
        (shown,) = [shown for shown in widgets if prompt in str(shown)]
        assert "Run the cell again" not in said(shown)


def test_in_an_output_widget_a_video_of_the_background_takes_the_place_of_its_words(
    notebook: Callable[..., Any],
) -> None:
    cell = f"with out:\n    print('mine')\n    {LINE} --bg --as job A pan\nimport asyncio\nawait asyncio.sleep(0.5)"
    held = "[one.get('text') or one['data']['text/plain'][:5] for one in out.outputs]"
    wait = (
        "job.result()\nfor _ in range(100):\n    await asyncio.sleep(0.1)\n"
        f"    if '<video' in str(out.outputs):\n        break\n{held}"
    )
    *_, shown = notebook(LOAD, OUTPUT, cell, wait).run()
    assert shown[-1]["data"]["text/plain"] == repr(["mine\n", "<Take"])
