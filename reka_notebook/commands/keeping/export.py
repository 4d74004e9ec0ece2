"""Run ``reka-notebook export``: copy takes for use elsewhere."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import BinaryIO

import msgspec

from reka_notebook.config import open_library
from reka_notebook.errors import RekaError
from reka_notebook.library import Library, TakeRecord
from reka_notebook.library.store.names import SIDECAR
from reka_notebook.options.parser import Parser
from reka_notebook.output.terminal import print_path


def run(words: Sequence[str]) -> int:
    """Copy takes, and print the path of each copied file."""
    parser = Parser("export", "Copy takes: each file, its poster, and everything known of it as JSON.")
    parser.add_argument("ids", nargs="+", metavar="ID", help="a take's id, or the start of it")
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="made where it is missing")
    asked = parser.read(words)
    with closing(open_library()) as library:
        takes = [library.take(start) for start in asked.ids]
        for take in takes:
            for file in take.files:
                if not library.media.has(file):
                    raise RekaError(
                        f"The file of take {take.id} is not in the library any more; nothing was copied."
                    )
        folder = asked.to.expanduser()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for take in takes:
                for path in export(library, take, folder):
                    print_path(path)
        except OSError as error:
            raise RekaError(f"Nothing can be copied to {folder}: {error.strerror or error}.") from error
        return 0


def export(library: Library, take: TakeRecord, folder: Path) -> list[Path]:
    """Copy a take into a folder under names that are not taken yet, and return its files' paths there.

    Raises:
        OSError: If it cannot be copied; what was begun is removed again.
    """
    for number in count(1):
        try:
            return _copy(library, take, folder, "" if number == 1 else f"-{number}")
        except FileExistsError:
            continue
    raise AssertionError("unreachable: there is always another number")


def _copy(library: Library, take: TakeRecord, folder: Path, number: str) -> list[Path]:
    files = [
        msgspec.structs.replace(
            file,
            name=_numbered(file.name, number),
            poster=_numbered(file.poster, number) if file.poster else None,
        )
        for file in take.files
    ]
    with ExitStack() as undo:
        for before, after in zip(take.files, files, strict=True):
            _copy_file(library.media.open(before), folder / after.name, undo)
            poster = library.media.poster(before)
            if poster is not None and after.poster and poster.is_file():
                _copy_file(poster.open("rb"), folder / after.poster, undo)
        sidecar = (folder / files[0].name).with_suffix(SIDECAR)
        with sidecar.open("xb") as stream:
            undo.callback(sidecar.unlink)
            exported = msgspec.structs.replace(take, files=files)
            stream.write(msgspec.json.format(msgspec.json.encode(exported)))
        undo.pop_all()
    return [folder / file.name for file in files]


def _copy_file(source: BinaryIO, target: Path, undo: ExitStack) -> None:
    with source as there, target.open("xb") as here:
        undo.callback(target.unlink)
        shutil.copyfileobj(there, here, 2**20)


def _numbered(name: str, number: str) -> str:
    """Return a file's name with a number before its endings: ``a.poster.jpg`` becomes ``a-2.poster.jpg``."""
    stem, dot, endings = Path(name).name.partition(".")
    return f"{stem}{number}{dot}{endings}"
