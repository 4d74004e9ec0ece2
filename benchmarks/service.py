"""Run a sandbox in a process of its own, so that its cost is not counted as the client's."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CODE = """
import json, sys
from pathlib import Path
from reka_notebook.sandbox import Fault, Sandbox
wanted = json.loads(sys.argv[1])
faults = [Fault(**fault) for fault in wanted.pop("faults", [])]
media = wanted.pop("media", None)
sandbox = Sandbox(**wanted, media=Path(media) if media else None, profile="catalogue")
sandbox.faults.add(*faults)
print(sandbox.start(), flush=True)
sys.stdin.read()
sandbox.stop()
"""


@contextmanager
def service(**options: object) -> Iterator[str]:
    """Yield the URL of a sandbox; ``options`` are those of ``Sandbox``, and ``faults`` as dictionaries."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate("", timeout=30)


def charges(url: str) -> int:
    """Return how many requests the service has charged for."""
    with urllib.request.urlopen(f"{url}/sandbox/ledger") as answer:
        return int(json.load(answer)["total"])


def asked(url: str) -> tuple[list[float], int]:
    """Return when each request came that the budget governs, as far as the service remembers, and how many files went.

    `Settings.requests_per_minute` counts everything but the downloads of results.
    """
    with urllib.request.urlopen(f"{url}/sandbox/log") as answer:
        log = json.load(answer)["requests"]
    governed = sorted(one["at"] for one in log if one["step"] != "media")
    return governed, len(log) - len(governed)


def busiest(moments: Sequence[float], seconds: float) -> float:
    """Return the requests a second in the busiest stretch of so many seconds."""
    most = first = 0
    for last, at in enumerate(moments):
        while at - moments[first] > seconds:
            first += 1
        most = max(most, last - first + 1)
    return most / seconds


def small_video(folder: Path) -> Path:
    """Return a small video, made once by the sandbox, which it then hands out for every request."""
    import reka_notebook
    from reka_notebook.sandbox import Sandbox

    target = folder / "video.mp4"
    with Sandbox(speed=100, render="small", profile="catalogue") as url:
        reka_notebook.configure(base_url=url, home=folder / "first")
        photo = Path(__file__).parent.parent / "notebooks" / "photo.jpg"
        take = reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3).result(120)
        target.write_bytes(take.path.read_bytes())
    return target
