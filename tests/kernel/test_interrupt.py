"""Test that an interrupt gives the prompt back at once, while the job goes on or is cancelled as asked."""

import time

import pytest
from jupyter_client.manager import start_new_kernel

from reka_notebook.sandbox import Sandbox
from tests.kernel.conftest import serving

pytestmark = pytest.mark.kernel

CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3 {}\nA slow dolly in"


@pytest.fixture
def slow():
    """Yield a sandbox whose jobs take eight seconds."""
    yield from serving(seconds=8.0)


@pytest.fixture
def kernel(slow, tmp_path, monkeypatch, photo):
    """Yield a real kernel with the extension loaded."""
    monkeypatch.setenv("REKA_BASE_URL", slow.url)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "photo.jpg").write_bytes(photo.read_bytes())
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    client.execute_interactive("%load_ext reka_notebook", timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages_until_idle(client, request: str, seconds: float = 60) -> list[dict]:
    """Return what the kernel says about a request."""
    found, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        message = client.get_iopub_msg(timeout=seconds)
        if message["parent_header"].get("msg_id") == request:
            found.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found
    raise AssertionError("the kernel did not become idle")


def run_and_interrupt(manager, client, slow: Sandbox, cell: str) -> list[dict]:
    request = client.execute(cell)
    end = time.monotonic() + 60
    while not slow.ledger:
        assert time.monotonic() < end
        time.sleep(0.05)
    manager.interrupt_kernel()
    return messages_until_idle(client, request)


SYNC = "get_ipython().run_cell_magic('reka_video', {!r}, 'A slow dolly in')".format(
    "-i photo.jpg -m kling-v3-pro --duration 3"
)


@pytest.mark.parametrize("cell", [CELL.format(""), SYNC], ids=["awaited", "synchronous"])
def test_an_interrupt_detaches_and_the_video_appears_all_the_same(kernel, slow: Sandbox, cell: str) -> None:
    manager, client = kernel
    said = run_and_interrupt(manager, client, slow, cell)
    error = next(message["content"] for message in said if message["msg_type"] == "error")
    job = slow_job(error["evalue"])
    assert f"Job {job} goes on" in error["evalue"]
    assert f"%reka cancel {job}" in error["evalue"]
    shown = [message["content"] for message in said if message["msg_type"] == "display_data"]
    assert "The job goes on" in shown[-1]["data"]["text/html"]
    end = time.monotonic() + 60
    while True:
        assert time.monotonic() < end, "the video did not appear"
        message = client.get_iopub_msg(timeout=60)
        if (
            message["msg_type"] == "update_display_data"
            and "<video" in message["content"]["data"]["text/html"]
        ):
            break
    assert message["content"]["transient"] == shown[-1]["transient"]
    assert len(slow.ledger) == 1
    assert [seen.step for seen in slow.log].count("cancel") == 0


HASTY = """from reka_notebook.magic.live_output import LiveOutput
begin = LiveOutput.begin
def hasty(self):
    LiveOutput.begin = begin
    raise KeyboardInterrupt
LiveOutput.begin = hasty"""


def test_an_interrupt_before_anything_is_shown_says_the_same(kernel, slow: Sandbox) -> None:
    _, client = kernel
    client.execute_interactive(HASTY, timeout=60)
    said = messages_until_idle(client, client.execute(SYNC))
    error = next(message["content"] for message in said if message["msg_type"] == "error")
    assert "goes on; %reka cancel" in error["evalue"]
    shown = [message["content"] for message in said if message["msg_type"] == "display_data"]
    assert "The job goes on" in shown[-1]["data"]["text/html"]


def slow_job(words: str) -> str:
    """Return the job's id in the words of an interrupt."""
    return words.split("Job ")[1].split()[0]


def test_an_interrupt_cancels_where_that_was_asked_for(kernel, slow: Sandbox) -> None:
    manager, client = kernel
    said = run_and_interrupt(manager, client, slow, CELL.format("--cancel-on-interrupt"))
    error = next(message["content"] for message in said if message["msg_type"] == "error")
    assert "Cancelling job" in error["evalue"]
    end = time.monotonic() + 60
    while [seen.step for seen in slow.log].count("cancel") != 1:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_kernel_goes_on_after_an_interrupt(kernel, slow: Sandbox) -> None:
    manager, client = kernel
    run_and_interrupt(manager, client, slow, CELL.format(""))
    request = client.execute(CELL.format("--as shot") + "\n")
    said = messages_until_idle(client, request)
    assert not [message for message in said if message["msg_type"] == "error"]
    assert len(slow.ledger) == 1, "the second run joins the job that goes on"
