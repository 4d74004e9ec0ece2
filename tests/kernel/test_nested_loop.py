"""Test a synchronous wait with the kernel's loop standing still, and with it turning."""

import inspect
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

import nest_asyncio2
import pytest

from tests.kernel.test_interrupt import kernel, messages_until_idle, slow
from tests.kernel.test_several import LOAD, error_of

pytestmark = pytest.mark.kernel
__all__ = ["kernel", "slow"]

ON = "%reka config nested_loop on"
OFF = "%reka config nested_loop off"
TICKING = (
    "import asyncio, reka_notebook\nticks = 0\n"
    "async def tick():\n    global ticks\n    while True:\n        ticks += 1\n        await asyncio.sleep(0.01)\n"
    "ticking = asyncio.create_task(tick()); await asyncio.sleep(0)"
)
OPTIONS = "-i photo.jpg -m kling-v3-pro --duration 3 --fresh --as shot"
CALLS = {
    "run_cell_magic": f"get_ipython().run_cell_magic('reka_video', {OPTIONS!r}, 'A slow dolly in')",
    "a line in a function": f"def make():\n    %reka_video {OPTIONS} A slow dolly in\n\nmake()",
    "several": f"get_ipython().run_cell_magic('reka_video', {OPTIONS + ' --takes 2'!r}, 'A slow dolly in')",
    "an async cell": (
        f"await asyncio.sleep(0)\nget_ipython().run_cell_magic('reka_video', {OPTIONS!r}, 'A slow dolly in')"
    ),
}
INTERRUPTED = ["run_cell_magic", "several", "an async cell"]
BREAKAGES = {
    "already running": "pass",
    "asyncio does not know the task that runs": "real(loop); asyncio.current_task = lambda loop=None: None",
    "TimeoutError": "real(loop); [task.cancel() for task in asyncio.all_tasks() if 'tick()' in repr(task)]",
    "exit status 1": "os._exit(1)",
}
"""What is said of a kernel that does not survive it, and what an ``apply`` does that leads to it."""

COUNTED = "before = ticks\n{}\nprint('ticked', ticks - before)"
PATCHED = """
import asyncio, sys, tornado.concurrent
loop = type(asyncio.get_event_loop())
policy = type(asyncio.get_event_loop_policy())
def patchable():
    found = [(part, name) for part in (asyncio, asyncio.tasks, asyncio.futures, asyncio.events) for name in vars(part)]
    found += [(kind, name) for one in (loop, policy) for kind in one.__mro__ for name in vars(kind)]
    found += [(tornado.concurrent, "Future"), (tornado.concurrent, "FUTURES")]
    return {(part.__name__, name): vars(part)[name] for part, name in found if name[:2] != "__"}
"""
COMPARE = (
    "after = patchable()\nprint([name for name in before.keys() | after.keys() "
    "if before.get(name) is not after.get(name)], len(before) > 300, 'nest_asyncio2' in sys.modules)"
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run all of them with ``--soak``; without it the first and the last, which differ the most."""
    for argument, every in (("name", INTERRUPTED), ("words", list(BREAKAGES))):
        if argument in metafunc.fixturenames:
            soak = metafunc.config.getoption("--soak")
            metafunc.parametrize(argument, every if soak else [every[0], every[-1]])


async def use() -> None:
    """Use the loop as a person does in a later cell."""
    import asyncio
    import threading

    import anyio
    import httpx

    task = asyncio.current_task()
    assert task in asyncio.all_tasks()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        async with httpx.AsyncClient(trust_env=False) as client, anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 0.01)
            answers = await asyncio.gather(*(client.get(f"http://{host}:{port}/") for _ in range(3)))
            assert [one.text for one in answers] == ["ok"] * 3
    with anyio.move_on_after(0.01) as scope:
        await anyio.sleep(60)
    assert scope.cancelled_caught
    assert await anyio.to_thread.run_sync(threading.get_ident) != threading.get_ident()
    assert asyncio.current_task() is task


USE = f"{inspect.getsource(use)}\nawait use()"


def text_of(outputs: list[dict]) -> str:
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def ticked(outputs: list[dict]) -> int:
    return int(text_of(outputs).split("ticked")[1])


def test_with_it_off_nothing_is_patched(notebook: Callable[..., Any]) -> None:
    cells = ("%reka config", OFF, CALLS["run_cell_magic"])
    *_, said = notebook(f"{PATCHED}\nbefore = patchable()", LOAD, *cells, COMPARE).run()
    assert text_of(said) == "[] True False\n"


def test_with_it_on_the_comparison_sees_what_is_patched(notebook: Callable[..., Any]) -> None:
    *_, said = notebook(f"{PATCHED}\nbefore = patchable()", LOAD, ON, COMPARE).run()
    assert "'run_until_complete'" in text_of(said)
    assert "'run'" in text_of(said)


def test_with_it_off_the_loop_stands_still(notebook: Callable[..., Any]) -> None:
    *_, outputs = notebook(LOAD, TICKING, COUNTED.format(CALLS["run_cell_magic"])).run()
    assert ticked(outputs) == 0


def test_with_it_on_the_persons_tasks_tick_on_and_later_cells_work(notebook: Callable[..., Any]) -> None:
    calls = [COUNTED.format(call) for call in CALLS.values()]
    between = [cell for call in calls for cell in (call, USE)]
    _, _, on, *outputs, still = notebook(LOAD, TICKING, ON, *between, "print(ticking.done())").run()
    assert on[0]["data"]["text/plain"] == "nested_loop  on"
    for name, output in zip(CALLS, outputs[::2], strict=True):
        assert ticked(output) > 5, name
        assert any("<video" in one.get("data", {}).get("text/html", "") for one in output), name
    assert text_of(still) == "False\n"


def test_turned_off_again_it_waits_without_the_loop_and_says_what_stays(notebook: Callable[..., Any]) -> None:
    *_, said, outputs = notebook(LOAD, TICKING, ON, OFF, COUNTED.format(CALLS["run_cell_magic"])).run()
    assert (
        said[0]["data"]["text/plain"] == "nested_loop  off (asyncio stays patched until the kernel restarts)"
    )
    assert ticked(outputs) == 0


def test_where_nothing_is_awaited_the_loop_turns_too(notebook: Callable[..., Any]) -> None:
    cell = f"%%reka_video {OPTIONS}\nA slow dolly in"
    *_, before, outputs, after = notebook(
        LOAD, TICKING, ON, "%autoawait off\nprint('ticked', ticks)", cell, "print('ticked', ticks)"
    ).run()
    assert any("<video" in one.get("data", {}).get("text/html", "") for one in outputs)
    assert ticked(after) - ticked(before) > 20


def next_reply(client: Any) -> dict:
    while True:
        message = client.get_shell_msg(timeout=120)
        if message["msg_type"] == "execute_reply":
            return message


def test_cells_that_arrive_meanwhile_wait_their_turn(kernel: Any, slow: Any) -> None:
    _, client = kernel
    for cell in (TICKING, ON):
        client.execute_interactive(cell, timeout=120)
    cells = [COUNTED.format(CALLS["run_cell_magic"]), "print('shot' in globals(), ticks)", USE]
    for request in [client.execute(cell) for cell in cells]:
        reply = next_reply(client)
        assert reply["parent_header"]["msg_id"] == request
        assert reply["content"]["status"] == "ok", reply["content"]


def test_an_interrupt_gives_the_prompt_back_and_the_persons_tasks_live(
    kernel: Any, slow: Any, name: str
) -> None:
    manager, client = kernel
    for cell in (TICKING, ON):
        client.execute_interactive(cell, timeout=120)
    end = time.monotonic() + 60
    first, *rest = CALLS[name].splitlines()
    turning = "import asyncio; asyncio.get_running_loop().call_soon(print, 'turning')"
    request = client.execute("\n".join([first, turning, *rest] if rest else [turning, first]))
    seen = ""
    while "turning" not in seen or not slow.ledger:  # before, nobody waits yet
        try:
            seen += client.get_iopub_msg(timeout=1)["content"].get("text", "")
        except Empty:
            assert time.monotonic() < end
    manager.interrupt_kernel()
    said = messages_until_idle(client, request)
    error = next(message["content"] for message in said if message["msg_type"] == "error")
    assert "Interrupted." in error["evalue"]
    assert "shot" not in error["evalue"]
    alive = f"assert not ticking.done()\nassert 'shot' not in globals()\n{USE}"
    for cell in (alive, COUNTED.format(CALLS["run_cell_magic"])):
        reply = client.execute_interactive(cell, timeout=120)
        assert reply["content"]["status"] == "ok", reply["content"]
    assert "cancel" not in [seen.step for seen in slow.log]


def test_where_a_kernel_does_not_survive_it_it_stays_off(
    notebook: Callable[..., Any], tmp_path: Path, words: str
) -> None:
    body = BREAKAGES[words]
    breaking = (
        "import asyncio, importlib.util, os\n"
        f"spec = importlib.util.spec_from_file_location('really', {nest_asyncio2.__file__!r})\n"
        "really = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(really)\nreal = really.apply\n"
        f"def apply(loop):\n    {body}\n"
    )
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "nest_asyncio2.py").write_text(breaking)
    path = f"import sys\nsys.path.insert(0, {str(tmp_path / 'first')!r})"
    before = f"{PATCHED}\nbefore = patchable()"
    _, _, _, on, shown, said = notebook(
        path, LOAD, before, ON, "%reka config nested_loop", COMPARE, errors=True
    ).run()
    assert words in error_of(on)
    assert "nothing is patched" in error_of(on)
    assert shown[0]["data"]["text/plain"] == "nested_loop  off"
    assert text_of(said) == "[] True False\n"
