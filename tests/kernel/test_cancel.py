"""Test Cancel while the cell waits, by the messages that JupyterLab sends for it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import ipykernel
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from reka_notebook.sandbox import Sandbox
from tests.kernel.conftest import serving

pytestmark = pytest.mark.kernel

CELL = "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow dolly in"
WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 6.0
AT_ONCE = ipykernel.version_info >= (7,)
"""Whether the kernel hands over a click while a cell awaits; before 7 it keeps it until the cell has ended."""


@pytest.fixture
def slow() -> Iterator[Sandbox]:
    """Yield a sandbox whose jobs take a while."""
    yield from serving(seconds=SECONDS)


@pytest.fixture
def client(
    slow: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo: Path
) -> Iterator[BlockingKernelClient]:
    """Yield a real kernel with the extension loaded."""
    monkeypatch.setenv("REKA_BASE_URL", slow.url)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "photo.jpg").write_bytes(photo.read_bytes())
    manager, made = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    made.execute_interactive("%load_ext reka_notebook", timeout=60)
    yield made
    made.stop_channels()
    manager.shutdown_kernel(now=True)


def subshell(client: BlockingKernelClient) -> str | None:
    """Return a subshell, where the kernel has them: Lab sends what a widget says through one."""
    client.kernel_info()
    info = client.get_shell_msg(timeout=60)
    while info["msg_type"] != "kernel_info_reply":
        info = client.get_shell_msg(timeout=60)
    if "kernel subshells" not in info["content"].get("supported_features", []):
        return None
    asked = client.session.msg("create_subshell_request")
    client.control_channel.send(asked)
    answer = client.get_control_msg(timeout=60)
    while answer["parent_header"].get("msg_id") != asked["header"]["msg_id"]:
        answer = client.get_control_msg(timeout=60)
    return str(answer["content"]["subshell_id"])


def press_cancel(client: BlockingKernelClient, widget: str, job: str, through: str | None) -> None:
    """Send what the Cancel button sends."""
    wanted = {"type": "cancel", "id": "1", "job": job}
    data = {"comm_id": widget, "data": {"method": "custom", "content": wanted}}
    message = client.session.msg("comm_msg", data)
    if through is not None:
        message["header"]["subshell_id"] = through
    client.shell_channel.send(message)


def test_cancel_is_heard_while_a_cell_waits_where_the_kernel_allows_it(
    client: BlockingKernelClient, slow: Sandbox
) -> None:
    through = subshell(client)
    request = client.execute(CELL)
    found: list[dict[str, Any]] = []
    pressed = False
    end = time.monotonic() + 60
    while not _idle(found, request):
        assert time.monotonic() < end, "the cell did not end"
        with suppress(Empty):
            found.append(client.get_iopub_msg(timeout=0.2))
        models = [m["content"]["comm_id"] for m in found if _is_progress(m)]
        # Once the service has it: earlier, a cancelled job would never have been sent.
        if not pressed and models and slow.ledger and _shown(found):
            press_cancel(client, models[0], "", through)
            pressed = True
    assert pressed
    errors = [m["content"]["evalue"] for m in found if m["msg_type"] == "error"]
    steps = [seen.step for seen in slow.log]
    if AT_ONCE:
        assert "ancelled" in errors[0]
        assert steps.count("cancel") == 1
    else:
        assert not errors, "the cell ended with its video before the click was heard"
    assert len(slow.ledger) == 1


def _idle(messages: list[dict[str, Any]], request: str) -> bool:
    return any(
        m["msg_type"] == "status"
        and m["content"]["execution_state"] == "idle"
        and m["parent_header"].get("msg_id") == request
        for m in messages
    )


def _is_progress(message: dict[str, Any]) -> bool:
    state = message["content"].get("data", {}).get("state", {}) if message["msg_type"] == "comm_open" else {}
    return "job" in state


def _shown(messages: list[dict[str, Any]]) -> bool:
    return any(m["msg_type"] == "display_data" and WIDGET in m["content"]["data"] for m in messages)
