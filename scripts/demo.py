"""Make a video on the command line, then open the quickstart in JupyterLab, all on this machine: ``make demo``.

``LAB=0`` ends after the video. Ctrl-C stops everything that was started. ``REKA_DEMO`` names another folder than
``.demo`` for what it makes.
"""

import filecmp
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DEMO = Path(os.environ.get("REKA_DEMO", ROOT / ".demo"))
KEYS = ("REKA_API_KEY", "REKA_API_TOKEN", "REKA_VISION_API_KEY")
PATIENCE = 10.0
"""Seconds in which a process is to end by itself."""


def main() -> int:
    """Run the demonstration, and return its exit status."""
    notebooks = DEMO / "notebooks"
    _copy(notebooks)
    # An interrupt reaches this process alone; it ends the others, the sandbox last.
    sandbox = subprocess.Popen(
        [sys.executable, "-m", "reka_notebook", "sandbox", "--port", "0", "--speed", "10"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    lab: subprocess.Popen[bytes] | None = None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        assert sandbox.stdout is not None
        ready = sandbox.stdout.readline().strip()
        url = ready.rpartition(" ")[2]
        if not url.startswith("http"):
            print("The sandbox did not start.", file=sys.stderr)
            return 1
        print(f"{ready}: a local test server; no key, no network, no charges.", file=sys.stderr)
        environment = {name: value for name, value in os.environ.items() if name not in KEYS}
        environment |= {"REKA_BASE_URL": url, "REKA_NOTEBOOK_HOME": str(DEMO / "library")}
        made = subprocess.run(
            [
                *(sys.executable, "-m", "reka_notebook", "generate"),
                *("--image", str(ROOT / "notebooks" / "photo.jpg"), "--model", "kling-v3-pro"),
                "a slow dolly in",
            ],
            env=environment,
            check=False,
        )
        if made.returncode or os.environ.get("LAB") == "0":
            return made.returncode
        print("\nJupyterLab opens on the quickstart; Ctrl-C stops everything.", file=sys.stderr)
        lab = subprocess.Popen(_lab(notebooks), env=environment, start_new_session=True)
        return lab.wait()
    except KeyboardInterrupt:
        print("\nStopping.", file=sys.stderr)
        return 0
    finally:
        for process in (lab, sandbox):
            _stop(process)


def _copy(notebooks: Path) -> None:
    """Copy what is tried out, so that this changes no tracked file; what a person has changed stays as it is."""
    as_copied = DEMO / "as-copied"
    for folder in (notebooks, as_copied):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("quickstart.ipynb", "photo.jpg"):
        copy, before = notebooks / name, as_copied / name
        if not copy.exists() or (before.exists() and filecmp.cmp(copy, before, shallow=False)):
            for to in (copy, before):
                shutil.copyfile(ROOT / "notebooks" / name, to)


def _lab(notebooks: Path) -> list[str]:
    display = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    # The address of the notebook itself, so that the URL printed where there is no display leads there too.
    address = "--LabApp.default_url=/lab/tree/quickstart.ipynb"
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(notebooks), address]
    if not display:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _stop(process: "subprocess.Popen[bytes] | subprocess.Popen[str] | None") -> None:
    if process is None or process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(main())
