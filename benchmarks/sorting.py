"""Open and sort a wall of ten thousand takes that are measured, beside one that shows the newest first."""

import asyncio
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import msgspec

import reka_notebook
from benchmarks.chromium import run_shots
from benchmarks.large_library import file_library
from benchmarks.table import Table
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler
from reka_notebook.widgets.studio.studio import Studio

TAKES, TIMES, WANTED = 10_000, 15, 200
PAGE = 100
"""Takes that the wall asks for at once."""

FIND: dict[str, Any] = {
    "words": "",
    "model": None,
    "since": None,
    "until": None,
    "rating": 0,
    "verdict": None,
    "pinned": False,
    "here": False,
    "after": None,
    "limit": PAGE,
}


def run() -> Table:
    """Measure the kernel's side and the page's."""
    with file_library(TAKES) as reopen:
        home = reopen().home
        reka_notebook.configure(home=home, api_key="a-key-of-nobody", base_url="http://127.0.0.1:9")
        studio = Studio()
        try:
            kernel = _kernel(studio)
        finally:
            studio.close()
    page = _page()
    rows = [
        [title, *(f"{median(times):.0f}" for times in zip(*took, strict=True)), ""][:3]
        for title, took in (kernel | page).items()
    ]
    return Table(
        f"A wall of {TAKES:,} takes, sorted",
        ["", "ms", "CPU, ms"],
        rows,
        [
            f"Wanted: opened and sorted in under {WANTED} ms, which is what the kernel and the page take together. "
            f"Medians of {TIMES} times in the kernel, and of 10 in headless Chromium, from the choice to the frame "
            "that shows the new order; there a kernel in memory answers at once. Newest first is the baseline. On a "
            "busy machine the kernel's time is not its own doing: CPU is what its process took.",
            f"All {TAKES:,} but two are measured.",
        ],
    )


def _kernel(studio: Studio) -> dict[str, list[tuple[float, ...]]]:
    handlers = {**studio._wall.handlers, **studio._measured.handlers}

    def ask(type_: str, **fields: Any) -> None:
        request: Any = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
        msgspec.json.encode(asyncio.run(answer(handlers[type(request)], request)))

    async def answer(handler: Handler, request: Any) -> msgspec.Struct:
        return (await handler(request, []))[0]

    middle = f"{TAKES // 2:010x}"
    asked: dict[str, Callable[[], object]] = {
        "kernel: open, the newest 60 and all counts": studio._show_takes,
        f"kernel: newest first, {PAGE} takes (baseline)": lambda: ask("find", **FIND),
        f"kernel: most motion first, {PAGE} takes": lambda: ask("find", **FIND, by="motion"),
        f"kernel: the {PAGE} behind one in the middle": lambda: ask(
            "find", **FIND | {"by": "motion", "after": middle}
        ),
        "kernel: what the library has of each measure": lambda: ask("measures"),
    }
    return {title: [_took(work) for _ in range(TIMES)] for title, work in asked.items()}


def _took(work: Callable[[], object]) -> tuple[float, ...]:
    begun, spent = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - spent)


def _page() -> dict[str, list[tuple[float, ...]]]:
    found = run_shots("sort.mjs")
    titles = {
        "paint": "page: first paint of the studio",
        "newest": "page: newest first again (baseline)",
        "sorted": "page: sorted by motion",
    }
    return {title: [(took,) for took in found[name]] for name, title in titles.items()}
