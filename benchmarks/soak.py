"""A thousand jobs in one process, while one request in twenty goes wrong."""

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
    """Submit them a hundred at a time; every one must be kept, and charged once."""
    each = SHARE / len(KINDS)
    faults = [
        {"step": "*", "kind": kind, "when": when, "probability": each / 2, "seconds": 0.5}
        for kind in KINDS
        for when in ("before", "after")
    ]
    with tempfile.TemporaryDirectory() as folder:
        video = small_video(Path(folder))
        with service(seconds=2.0, seed=1, media=str(video), faults=faults) as url:
            reka_notebook.configure(base_url=url, home=Path(folder) / "library")
            return _measure(url)


def _measure(url: str) -> Table:
    began, cpu, before = time.perf_counter(), time.process_time(), _memory()
    takes = []
    for first in range(0, JOBS, AT_ONCE):
        jobs = [
            reka_notebook.submit(f"Pan left {number}", PHOTO, model="kling-v3-pro", duration=3)
            for number in range(first, first + AT_ONCE)
        ]
        takes += [job.result(3600) for job in jobs]
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    whole = sum(media.probe(take.path).kind == "video" for take in takes)
    return Table(
        title="A thousand jobs, one request in twenty goes wrong",
        columns=("", "measured", "wanted"),
        rows=(
            ("takes that are whole", str(whole), str(JOBS)),
            ("charges", str(charges(url)), str(JOBS)),
            ("CPU for each job, ms", f"{1000 * cpu / JOBS:.1f}", ""),
            ("memory at its highest, MB", f"{_memory():.0f}", ""),
            ("of it before the first job, MB", f"{before:.0f}", ""),
            ("all done after, s", f"{wall:.0f}", ""),
        ),
        notes=(f"Faults: {', '.join(KINDS)}, before and after the service took the request, at every step.",),
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
