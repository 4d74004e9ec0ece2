"""Read the built front end."""

from pathlib import Path

from reka_notebook.errors import RekaError

STATIC = Path(__file__).parent.parent / "static"


def static(name: str) -> str:
    """Return the text of a file of the built front end.

    Raises:
        RekaError: If it is not built, which happens only in a checkout.
    """
    path = STATIC / name
    if not path.exists():
        raise RekaError(f"The front end is not built ({path.name} is missing). In a checkout, run `make`.")
    return path.read_text("utf-8")
