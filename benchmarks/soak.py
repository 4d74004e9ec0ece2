"""Run a thousand jobs in one kernel, while one request in twenty goes wrong."""

import json
import resource
import tempfile
import time
from pathlib import Path

import reka_notebook
from benchmarks.service import charges, service, small_video
from benchmarks.table import Table
from reka_notebook import media

JOBS = 1000
AT_ONCE = 100
SHARE = 0.05
KINDS = ("status", "drop", "truncate", "html", "nonsense", "delay")
PHOTO = Path(__file__).parent.parent / "notebooks" / "photo.jpg"


def run() -> Table:
    """Submit the jobs a hundred at a time; each must be kept, and charged once."""
    each = SHARE / len(KINDS)
    faults = [
        {"step": "*", "kind": kind, "when": when, "probability": each / 2, "seconds": 0.5}
        for kind in KINDS
        for when in ("before", "after")
    ]
    with tempfile.TemporaryDirectory() as folder:
        video = small_video(Path(folder))
        with service(seconds=2.0, seed=1, media=str(video), faults=faults) as url:
            found = _in_kernel(f"from benchmarks.soak import work; work({url!r}, {folder!r})")
            return _table(found, charges(url))


def _in_kernel(code: str) -> dict[str, float]:
    """Run code in a kernel of its own, and return the JSON that it prints last."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", cwd=str(Path(__file__).parent.parent))
    printed: list[str] = []
    try:
        reply = client.execute_interactive(
            code, timeout=3600, output_hook=lambda message: printed.append(message["content"].get("text", ""))
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        return dict(json.loads("".join(printed).strip().splitlines()[-1]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def work(url: str, folder: str) -> None:
    """Submit the jobs, wait for them, and print what they cost as JSON."""
    reka_notebook.configure(base_url=url, home=Path(folder) / "library")
    began, cpu, before = time.perf_counter(), time.process_time(), _memory()
    takes = []
    for first in range(0, JOBS, AT_ONCE):
        jobs = [
            reka_notebook.submit(f"Pan left {number}", PHOTO, model="kling-v3-pro", duration=3)
            for number in range(first, first + AT_ONCE)
        ]
        takes += [job.result(3600) for job in jobs]
    found = {
        "wall": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "before": before,
        "memory": _memory(),
        "whole": sum(media.probe(take.path).kind == "video" for take in takes),
    }
    print(json.dumps(found))


def _table(found: dict[str, float], charged: int) -> Table:
    return Table(
        title="A thousand jobs in one kernel, one request in twenty goes wrong",
        columns=("", "measured", "wanted"),
        rows=(
            ("takes that are whole", f"{found['whole']:.0f}", str(JOBS)),
            ("charges", str(charged), str(JOBS)),
            ("CPU for each job, ms", f"{1000 * found['cpu'] / JOBS:.1f}", ""),
            ("memory at its highest, MB", f"{found['memory']:.0f}", ""),
            ("of it before the first job, MB", f"{found['before']:.0f}", ""),
            ("all done after, s", f"{found['wall']:.0f}", ""),
        ),
        notes=(f"Faults: {', '.join(KINDS)}, before and after the service took the request, at every step.",),
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
