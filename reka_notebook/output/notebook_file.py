"""Find this kernel's notebook without ever guessing."""

import json
import os
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PATIENCE = 2.0
"""Seconds that Jupyter has for its answer; it is on the same machine."""


def notebook_path(namespace: Mapping[str, Any]) -> Path | None:
    """Return the notebook's file, from VS Code's variable or Jupyter's session; ``None`` if neither says."""
    code = namespace.get("__vsc_ipynb_file__")
    for said in (code, os.environ.get("JPY_SESSION_NAME")):
        if isinstance(said, str) and said.endswith(".ipynb"):
            path = Path(said)
            if path.is_absolute() and path.parent.is_dir():
                return path
    return None


def notebook_folder(namespace: Mapping[str, Any]) -> Path | None:
    """Return the folder of the notebook, even if it was renamed or moved since its kernel was started."""
    path = notebook_path(namespace)
    if path is not None and path.is_file():
        return path.parent
    found = _asked_of_jupyter()
    return found.parent if found is not None else None


def notebook_file() -> str | None:
    """Return the path of the notebook that asks, as the library records it; ``None`` if the host does not tell it.

    A renamed notebook counts as another one: Jupyter tells a kernel only the name that its notebook had at the start.
    """
    path = notebook_path(main_namespace())
    return None if path is None else str(path)


def main_namespace() -> Mapping[str, Any]:
    """Return what a person's cells have defined."""
    main = sys.modules.get("__main__")
    return vars(main) if main else {}


def _asked_of_jupyter() -> Path | None:
    """Return the notebook as known to the Jupyter server that started this kernel; its sessions follow every rename."""
    try:
        from ipykernel.connect import get_connection_file
        from jupyter_core.paths import jupyter_runtime_dir

        kernel = Path(get_connection_file()).stem.removeprefix("kernel-")
        described = Path(jupyter_runtime_dir()) / f"jpserver-{int(os.environ['JPY_PARENT_PID'])}.json"
        server = json.loads(described.read_text("utf-8"))
        request = urllib.request.Request(f"{server['url']}api/sessions")  # noqa: S310 (the address is checked below)
        if request.type not in ("http", "https"):
            return None
        request.add_header("Authorization", f"token {server['token']}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE) as answer:
            sessions = json.load(answer)
        paths = [session["path"] for session in sessions if session["kernel"]["id"] == kernel]
        found = Path(server["root_dir"], paths[0]) if paths else None
    # No kernel, no Jupyter server, one that asks for a password, or whose answer is of another kind.
    except (ImportError, OSError, LookupError, ValueError, TypeError, RuntimeError):
        return None
    return found if found is not None and found.is_file() else None
