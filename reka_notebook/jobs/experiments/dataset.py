"""Write takes as a folder that Hugging Face's ``datasets`` loads and its hub shows: media and ``metadata.jsonl``."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from reka_notebook.errors import RekaError
from reka_notebook.jobs.experiments.rows import Value, alike, asked, results
from reka_notebook.jobs.recipes import Saved, key_remover, recipe_text
from reka_notebook.jobs.take import Take, TakeFile, library_of
from reka_notebook.kinds import kind_of
from reka_notebook.text import many
from reka_notebook.whole_file import make_folder

METADATA = "metadata.jsonl"

_LOADERS = {"videos": "videofolder", "images": "imagefolder", "sounds": "audiofolder"}
"""The loader for each kind of file, by the name of its folder."""

_SHOWN = frozenset(
    {".mp4", ".mov", ".webm", ".mkv", ".avi", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp3", ".wav"}
)


class Dataset(NamedTuple):
    """Hold what was written.

    Attributes:
        paths: The paths of its files.
        saved: What became of each copy.
    """

    paths: list[Path]
    saved: list[Saved]


def write_dataset(takes: Sequence[Take], folder: Path, *, recipe: bool = True) -> Dataset:
    """Write a data set, whole or not at all.

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
    without_key = key_remover()
    groups: dict[str, list[TakeFile]] = {}
    for take in takes:
        for file in take.files:
            if name := _group(file.kind, Path(file.file_name)):
                groups.setdefault(name, []).append(file)
    if not groups:
        raise RekaError("A data set holds videos, images and sounds; none of these takes is one.")
    folders = {name: folder if len(groups) == 1 else folder / name for name in _LOADERS if name in groups}
    for inside in folders.values():
        if (inside / METADATA).exists():
            raise RekaError(f"{inside / METADATA} already exists. Choose a new folder for the data set.")
    written = Dataset([], [])
    with ExitStack() as undo:
        for name, inside in folders.items():
            make_folder(inside)
            rows: list[dict[str, Value]] = []
            for file in groups[name]:
                take = file.take
                text = recipe_text(take.record, library_of(take), without_key) if recipe else None
                copied, saved = file.copied(inside / file.file_name, text)
                undo.callback(copied.unlink)
                written.paths.append(copied)
                written.saved.append(saved)
                rows.append(
                    {
                        "file_name": copied.name,
                        **asked(take, without_key),
                        **results(take),
                        "parents": ", ".join(parent.take for parent in take.record.job.parents or ()) or None,
                        "id": take.id,
                        "recipe": text,
                    }
                )
            lines = b"".join(msgspec.json.encode(row) + b"\n" for row in alike(rows))
            metadata, card = inside / METADATA, inside / "README.md"
            undo.callback(metadata.unlink, missing_ok=True)
            metadata.write_bytes(lines)
            if not card.exists():
                undo.callback(card.unlink, missing_ok=True)
                card.write_text(_card(name, len(rows)), "utf-8")
            written.paths.extend((metadata, card))
        undo.pop_all()
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
