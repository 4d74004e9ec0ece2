"""Measure how fast a file of 200 MB is kept, and in how much memory, beside a plain stream to the disk."""

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.service import service
from benchmarks.table import Table
from reka_notebook.api import Client
from reka_notebook.jobs.steps import fetch as fetching

SIZE = 200 * 2**20
ROUNDS = 5


def run() -> Table:
    """Fetch the file in turn with httpx alone and as a job does, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.mp4"
        with file.open("wb") as stream:
            for _ in range(SIZE // 2**20):
                stream.write(os.urandom(2**20))
        with service(seconds=0.0, media=str(file)) as url:
            return asyncio.run(_compare(url, Path(folder)))


async def _compare(url: str, folder: Path) -> Table:
    link = await _link(url)
    client = Client(url, None, {}, lambda word: None)
    plain, ours, grown = [], [], 0.0
    await _plain(link, folder / "warm")
    for number in range(ROUNDS):
        began = time.perf_counter()
        await _plain(link, folder / "plain")
        plain.append(time.perf_counter() - began)
        before, began = _memory(), time.perf_counter()
        await fetching._download(client, link, folder / f"ours-{number}", 0)
        ours.append(time.perf_counter() - began)
        grown = max(grown, _memory() - before)
        (folder / f"ours-{number}").unlink()
    await client.close()
    ratios = sorted(a / b for a, b in zip(plain, ours, strict=True))
    return Table(
        title="Fetching 200 MB",
        columns=("", "measured", "wanted"),
        rows=(
            ("speed beside a plain httpx stream, median", f"{ratios[len(ratios) // 2]:.2f}", "0.8"),
            ("growth of the highest memory, MB", f"{grown:.1f}", "16"),
            ("plain, MB/s", f"{SIZE / 2**20 / min(plain):.0f}", ""),
            ("ours, MB/s", f"{SIZE / 2**20 / min(ours):.0f}", ""),
        ),
        notes=("Both write to the same disk, in turn, from a server in a process of its own.",),
    )


async def _link(url: str) -> str:
    async with httpx.AsyncClient() as client:
        body = {"input": {"prompt": "Pan left", "image_url": "https://example.com/a.jpg"}}
        path = "/v2/inference/kling-v3-pro/image-to-video"
        submitted = (await client.post(url + path, json=body)).json()
        await asyncio.sleep(0.5)
        result = (await client.get(submitted["response_url"])).json()
    return str(result["output"]["video"]["url"])


async def _plain(link: str, target: Path) -> None:
    async with httpx.AsyncClient() as client, client.stream("GET", link) as answer:
        with target.open("wb") as file:
            async for piece in answer.aiter_bytes():
                file.write(piece)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
