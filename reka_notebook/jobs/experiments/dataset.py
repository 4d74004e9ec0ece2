"""Write takes as a folder that Hugging Face's ``datasets`` loads and its hub shows: media and ``metadata.jsonl``."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from reka_notebook.errors import RekaError
from reka_notebook.jobs.experiments.rows import Value, alike, asked, results
from reka_notebook.jobs.take import Take
from reka_notebook.kinds import kind_of
from reka_notebook.text import many

METADATA = "metadata.jsonl"

_LOADERS = {"videos": "videofolder", "images": "imagefolder", "sounds": "audiofolder"}
"""The loader for each kind of file, by the name of its folder."""

_SHOWN = frozenset(
    {".mp4", ".mov", ".webm", ".mkv", ".avi", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp3", ".wav"}
)


def write_dataset(takes: Sequence[Take], folder: Path, *, recipe: bool = True) -> list[Path]:
    """Write a data set, and return the paths of its files.

    Takes of one kind go into the folder itself. Takes of several kinds go into a folder for each kind, which is a data
    set of its own, as a Hugging Face data set holds files of one kind.

    Args:
        takes: The takes; boxes and files of no known kind are left out.
        folder: Where it goes; made if it is missing.
        recipe: Whether the files carry their recipes.

    Raises:
        RekaError: If there is nothing to write, or a data set is there already.
        OSError: If it cannot be written.
    """
    files = [
        (file, group) for take in takes for file in take.files if (group := _group(file.kind, file.path))
    ]
    if not files:
        raise RekaError("A data set holds videos, images and sounds; none of these takes is one.")
    groups = [name for name in _LOADERS if any(group == name for _, group in files)]
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name in groups:
        inside = folder if len(groups) == 1 else folder / name
        inside.mkdir(exist_ok=True)
        if (inside / METADATA).exists():
            raise RekaError(f"{inside / METADATA} already exists. Choose a new folder for the data set.")
    for name in groups:
        inside = folder if len(groups) == 1 else folder / name
        rows: list[dict[str, Value]] = []
        for file, group in files:
            if group != name:
                continue
            copied = file.save(inside / file.file_name, recipe=recipe)
            written.append(copied)
            take = file.take
            rows.append(
                {
                    "file_name": copied.name,
                    **asked(take),
                    **results(take),
                    "parents": ", ".join(parent.take for parent in take.record.job.parents or ()) or None,
                    "id": take.id,
                    "recipe": take.recipe if recipe else None,
                }
            )
        lines = b"".join(msgspec.json.encode(row) + b"\n" for row in alike(rows))
        (inside / METADATA).write_bytes(lines)
        card = inside / "README.md"
        if not card.exists():
            card.write_text(_card(name, len(rows)), "utf-8")
        written += [inside / METADATA, card]
    return written


def fits(kind: str, name: str) -> bool:
    """Return whether a data set can hold such a file."""
    return _group(kind, Path(name)) is not None


def _group(kind: str, path: Path) -> str | None:
    known = kind_of(kind)
    if path.suffix.lower() not in _SHOWN:
        return None
    if known.has_frames:
        return "videos"
    return "images" if known.is_image else "sounds" if known.plays else None


def _card(name: str, count: int) -> str:
    """Return a data set's card."""
    return (
        f"# {many(count, name[:-1])}\n\nMade with reka-notebook, each with its prompt, settings and measures. "
        "To load it:\n\n```python\nfrom datasets import load_dataset\n\n"
        f'load_dataset("{_LOADERS[name]}", data_dir=".")\n```\n'
    )
