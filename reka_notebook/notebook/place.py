"""Where the notebook lies that this kernel belongs to. Found out, never guessed."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def notebook_path(namespace: Mapping[str, Any]) -> Path | None:
    """The notebook's file: from VS Code's variable, or from Jupyter's session; ``None`` where neither says."""
    code = namespace.get("__vsc_ipynb_file__")
    for said in (code, os.environ.get("JPY_SESSION_NAME")):
        if isinstance(said, str) and said.endswith(".ipynb"):
            path = Path(said)
            if path.is_absolute() and path.parent.is_dir():
                return path
    return None


def asked_from() -> str | None:
    """The notebook that takes asked for now belong to: its file as a text; ``None`` where the host does not say it.

    One that is renamed is another: Jupyter tells a kernel the name that its notebook had when it was started.
    """
    main = sys.modules.get("__main__")
    path = notebook_path(vars(main) if main else {})
    return None if path is None else str(path)
