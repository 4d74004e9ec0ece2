"""Find the instruction that a chat model is given: a text that a person can read and change."""

import re
from dataclasses import dataclass
from pathlib import Path

from reka_notebook.catalogue.sources import default_path
from reka_notebook.errors import RekaError

BUNDLED = Path(__file__).with_name("instructions")

LONGEST = 20_000
"""Characters of an instruction; every one of them is paid for with each call."""


@dataclass(frozen=True)
class Instruction:
    """Hold an instruction and the file that it is from."""

    text: str
    path: Path

    @property
    def bundled(self) -> bool:
        """Return whether it is the one that comes with the package."""
        return self.path.parent == BUNDLED


def folder() -> Path:
    """Return where a person's own instructions are: ``instructions`` beside their ``catalogue.json``.

    Raises:
        CatalogueError: If there is no such folder, because the account has no home.
    """
    return default_path().with_name("instructions")


def read_instruction(name: str, model: str | None = None) -> Instruction:
    """Return the instruction called ``suggest``, ``describe`` or ``judge``.

    The first of these that is there: ``suggest.kling-v3-pro.txt`` and ``suggest.txt`` in the person's folder, and the
    same in the package.

    Args:
        model: The model that the prompt is for, since models want other prompts.

    Raises:
        RekaError: If the file cannot be used.
    """
    try:
        folders = [folder(), BUNDLED]
    except RekaError:  # an account without a home has no folder of its own
        folders = [BUNDLED]
    names = [f"{name}.{file_stem(model)}.txt"] if model else []
    for place in folders:
        for file in (*names, f"{name}.txt"):
            path = place / file
            if path.exists():
                return Instruction(_read(path), path)
    raise AssertionError(f"there is no {name}.txt among the bundled instructions")


def file_stem(model: str) -> str:
    """Return a model's name as it may stand in a file's name."""
    return re.sub(r"[^\w.-]", "-", model)


def _read(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _broken(path, "is not text in UTF-8") from None
    except OSError as error:
        raise _broken(path, f"cannot be read: {error.strerror or error}") from error
    if not text:
        raise _broken(path, "is empty")
    if len(text) > LONGEST:
        raise _broken(path, f"has {len(text):,} characters, and {LONGEST:,} are the most")
    return text


def _broken(path: Path, flaw: str) -> RekaError:
    return RekaError(
        f"The instruction {path} {flaw}. Nothing was sent. Correct the file, or remove it to have the bundled one."
    )
