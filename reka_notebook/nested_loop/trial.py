"""Try the patch in another process, which may break: use tasks, anyio and threads before, meanwhile and after."""

import asyncio
import os
import subprocess
import sys
from importlib import import_module


def trial(kind: type) -> str:
    """Return what breaks once a loop of this kind is patched; nothing where all goes on as before."""
    command = [sys.executable, "-W", "ignore", "-m", __name__, kind.__module__, kind.__qualname__]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, env=environment, input="", capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"A trial of it could not be run: {error}"
    last = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
    return f"A trial of it failed: {last[:500]}" if done.returncode else ""


async def _try_it() -> None:
    import nest_asyncio2

    loop, task, ticks = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Queue[None](1)

    async def tick() -> None:
        while True:
            await ticks.put(None)

    ticking = asyncio.create_task(tick())
    await _use(ticks)
    nest_asyncio2.apply(loop)
    loop.run_until_complete(_use(ticks))
    await _use(ticks)
    if asyncio.current_task() is not task or ticking not in asyncio.all_tasks():
        sys.exit("asyncio has lost a task.")


async def _use(ticks: "asyncio.Queue[None]") -> None:
    import anyio

    if asyncio.current_task() not in asyncio.all_tasks():
        sys.exit("asyncio does not know the task that runs.")
    for _ in range(5):
        await asyncio.wait_for(ticks.get(), 10)  # another task goes on
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 30)
        await anyio.to_thread.run_sync(asyncio.run, asyncio.sleep(0.01))
        group.cancel_scope.cancel()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=getattr(import_module(sys.argv[1]), sys.argv[2])) as runner:
        runner.run(_try_it())
