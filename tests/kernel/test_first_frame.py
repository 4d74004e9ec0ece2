"""Show a film when it has arrived, before it is kept; what stays is right whatever happens in between."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from reka_notebook.jobs import controller
from reka_notebook.output.html import bundle
from reka_notebook.sandbox import Sandbox

pytestmark = pytest.mark.kernel

CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\n"
WIDGET = "application/vnd.jupyter.widget-view+json"
PATCH = """
import os, reka_notebook.media as media
from reka_notebook.jobs.steps import fetch
from reka_notebook.library import LibraryError
from reka_notebook.library.takes import TakeTable
from reka_notebook.magic.live_output import LiveOutput
def change(owner, name, call):
    old = getattr(owner, name)
    setattr(owner, name, lambda *args, **options: call(old, *args, **options))
def show(old, *args):
    print("shown")
    old(*args)
change(LiveOutput, "_show_arrived", show)
"""
LATE = """
def add(old, *args):
    print("kept")
    return old(*args)
change(TakeTable, "add", add)
"""
DIE = "change(TakeTable, 'add', lambda old, *args: os.kill(os.getpid(), 9))"
FULL = """
def refuse(old, *args):
    raise LibraryError("The disk is full.")
from reka_notebook.library.store.media_folder import MediaFolder
change(MediaFolder, "write_sidecar", refuse)
"""
ODD = """
from dataclasses import replace
def examine(old, *args, **options):
    info, poster = old(*args, **options)
    return replace(info, remarks=("Its end is odd.",)), poster
change(media, "examine", examine)
"""
CUT_OFF = """
tried = []
def move_in(old, *args):
    if not tried:
        tried.append(1)
        raise media.CutShort("The file is cut short.")
    return old(*args)
change(fetch, "move_in", move_in)
"""
NO_POSTER = """
def glance(old, *args):
    raise media.MediaError("no")
change(media, "glance", glance)
"""

Messages = list[dict[str, Any]]


class Kernel:
    """Keep a kernel's messages as they come."""

    def __init__(self, folder: Path) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3", cwd=str(folder))
        self.run("%load_ext reka_notebook")

    def run(self, cell: str) -> Messages:
        """Return what a cell sends until it ends, or its kernel does."""
        request = self.client.execute(cell)
        found: Messages = []
        for _ in range(600):
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
            except Exception:  # nothing came
                if not self.manager.is_alive():
                    break
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            found.append(message)
        return found

    def close(self) -> None:
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def run(folder: Path) -> Iterator[Callable[[str, str], Messages]]:
    """Run a cell in a kernel in which something is changed first."""
    kernels: list[Kernel] = []

    def run(change: str, prompt: str) -> Messages:
        kernels.append(Kernel(folder))
        assert not [one for one in kernels[-1].run(PATCH + change) if one["msg_type"] == "error"]
        return kernels[-1].run(CELL + prompt)

    yield run
    for kernel in kernels:
        kernel.close()


def steps(messages: Messages) -> list[str]:
    """Return the kinds of what a cell shows, one after the other."""
    found = []
    for message in messages:
        content = message["content"]
        html = content.get("data", {}).get("text/html", "")
        if message["msg_type"] == "stream":
            found += content["text"].split()
        elif message["msg_type"] in ("clear_output", "error"):
            found.append(message["msg_type"])
        elif message["msg_type"] == "display_data":
            shown = "progress" if WIDGET in content["data"] else "video" if "<video" in html else "words"
            found.append(shown)
    return found


def left(messages: Messages) -> list[Any]:
    """Return the outputs that stay where a clearing does not wait."""
    outputs: list[Any] = []
    for message in messages:
        if message["msg_type"] == "clear_output":
            outputs.clear()
        elif message["msg_type"] in ("display_data", "error"):
            outputs.append(nbformat.v4.output_from_msg(message))
    return outputs


def test_a_film_is_sent_once_before_it_is_kept(run) -> None:
    messages = run(LATE, "A pan")
    shown = steps(messages)
    assert [one for one in shown if one not in ("progress", "words", "clear_output")][:2] == [
        "shown",
        "video",
    ]
    assert shown.count("video") == 1
    assert "kept" in shown
    (output,) = left(messages)
    (take,) = controller().takes(2)
    title = re.search(r"Model: ([^·<]*) ·", output.data["text/html"])
    assert title is not None
    assert output.data == bundle(take, title[1]), "it is what is shown of the take that is kept"


def test_what_was_said_before_stays_when_the_film_is_shown(run) -> None:
    messages = run(f"{LATE}\nplace = 'wood'", "A pan over the {place}")
    cleared = [place for place, one in enumerate(messages) if one["msg_type"] == "clear_output"]
    assert cleared
    said = [one["content"]["text"] for one in messages[cleared[-1] :] if one["msg_type"] == "stream"]
    assert "{place} in the prompt is sent as it is written." in "".join(said)


def test_what_is_odd_about_its_end_is_told_in_the_place_of_what_was_shown(run) -> None:
    messages = run(ODD, "A pan")
    assert steps(messages).count("video") == 2
    (output,) = left(messages)
    assert "Its end is odd." in output.data["text/html"]


def test_a_film_that_proves_to_be_cut_off_is_taken_back_until_it_is_whole(run, sandbox: Sandbox) -> None:
    messages = run(CUT_OFF, "A pan")
    shown = [one for one in steps(messages) if one in ("progress", "video")]
    assert shown == ["progress", "video", "progress", "video"]
    (output,) = left(messages)
    assert "<video" in output.data["text/html"]
    assert len(sandbox.ledger) == 1


def test_a_film_without_a_quick_poster_is_shown_when_it_is_kept(run) -> None:
    messages = run(NO_POSTER, "A pan")
    assert "shown" not in steps(messages)
    (output,) = left(messages)
    assert " poster=" in output.data["text/html"]


def test_a_disk_that_is_full_in_between_leaves_words_and_no_film(run, sandbox: Sandbox) -> None:
    messages = run(FULL, "A pan")
    assert steps(messages).count("video") == 1
    words, error = left(messages)
    assert "<video" not in words.data["text/html"]
    assert "The disk is full." in error.evalue
    assert "<video" in left(run("", "A pan"))[0].data["text/html"]
    assert len(sandbox.ledger) == 1


def test_a_kernel_that_dies_in_between_has_shown_what_the_next_one_keeps(run, sandbox: Sandbox) -> None:
    messages = run(DIE, "A pan")
    (output,) = left(messages)
    name = re.search(r"kept as <code>([^<]+)</code>", output.data["text/html"])
    assert name is not None
    (again,) = left(run("", "A pan"))
    assert f"<code>{name[1]}</code>" in again.data["text/html"]
    source = re.compile(r' src="(data:video/mp4;base64,[^"]+)"')
    assert source.findall(again.data["text/html"]) == source.findall(output.data["text/html"])
    assert len(sandbox.ledger) == 1
