"""Run ``reka-notebook export``: copy takes for use elsewhere."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import BinaryIO

import msgspec

from reka_notebook.commands.terminal import say
from reka_notebook.config import open_library
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.jobs.experiments import fits, write_dataset
from reka_notebook.jobs.recipes import Saved, credentials_words, key_remover, recipe_text, save_file
from reka_notebook.library import Library, TakeRecord
from reka_notebook.library.store.media_folder import digest_of
from reka_notebook.library.store.names import SIDECAR
from reka_notebook.options.parser import Parser
from reka_notebook.output.terminal import print_path
from reka_notebook.text import many
from reka_notebook.whole_file import given_path, make_folder


def run(words: Sequence[str]) -> int:
    """Copy takes, and print the path of each copied file."""
    parser = Parser("export", "Copy takes: each file, its poster, and everything known of it as JSON.")
    parser.add_argument("ids", nargs="+", metavar="ID", help="a take's id, or the start of it")
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="made where it is missing")
    parser.add_argument(
        "--no-recipe",
        dest="recipe",
        action="store_false",
        help="copy the files byte for byte, without prompt and settings in their metadata",
    )
    parser.add_argument(
        "--as",
        dest="form",
        choices=("files", "huggingface"),
        default="files",
        help="huggingface: a data set of files and metadata.jsonl, which the Hugging Face hub shows",
    )
    asked = parser.read(words)
    with closing(open_library()) as library:
        takes = [*{take.id: take for take in map(library.take, asked.ids)}.values()]
        for take in takes:
            for file in take.files:
                if not library.media.has(file):
                    raise RekaError(
                        f"The file of take {take.id} is not in the library any more; nothing was copied."
                    )
        folder = given_path(asked.to)
        copies: list[Saved] = []
        try:
            if asked.form == "huggingface":
                written = write_dataset([Take(take, library) for take in takes], folder, recipe=asked.recipe)
                for path in written.paths:
                    print_path(path)
                if said := credentials_words(written.saved, "Export with --no-recipe"):
                    say(said)
                left = sum(not any(fits(file.kind, file.name) for file in take.files) for take in takes)
                if left:
                    say(f"{many(left, 'take')} left out: a data set holds videos, images and sounds.")
                return 0
            make_folder(folder)
            without_key = key_remover()
            for take in takes:
                text = recipe_text(take, library, without_key) if asked.recipe else None
                for path, saved in export(library, take, folder, text):
                    print_path(path)
                    copies.append(saved)
            if said := credentials_words(copies, "Export with --no-recipe"):
                say(said)
        except OSError as error:
            what = "No more" if copies else "Nothing"
            raise RekaError(f"{what} can be copied to {folder}: {error.strerror or error}.") from error
        return 0


def export(library: Library, take: TakeRecord, folder: Path, recipe: str | None) -> list[tuple[Path, Saved]]:
    """Copy a take into a folder under names that are not taken yet, and return its files' paths there.

    Args:
        recipe: What its files are to carry, if anything.

    Raises:
        OSError: If it cannot be copied; what was begun is removed again.
    """
    for number in count(1):
        try:
            return _copy(library, take, folder, "" if number == 1 else f"-{number}", recipe)
        except FileExistsError:
            continue
    raise AssertionError("unreachable: there is always another number")


def _copy(
    library: Library, take: TakeRecord, folder: Path, number: str, recipe: str | None
) -> list[tuple[Path, Saved]]:
    files, copied = [], []
    with ExitStack() as undo:
        for before in take.files:
            path = folder / _numbered(before.name, number)
            copied.append(
                (path, _copy_file(library.media.open(before), path, before.media_type, recipe, undo))
            )
            after = msgspec.structs.replace(before, name=path.name, bytes=path.stat().st_size)
            if before.sha256 is not None:
                after = msgspec.structs.replace(after, sha256=digest_of(path))
            poster = library.media.poster(before)
            if before.poster:
                still = folder / _numbered(before.poster, number)
                after = msgspec.structs.replace(after, poster=still.name, poster_sha256=None)
                if poster is not None and poster.is_file():
                    _copy_file(poster.open("rb"), still, "image/jpeg", recipe, undo)
            files.append(after)
        sidecar = (folder / files[0].name).with_suffix(SIDECAR)
        with sidecar.open("xb") as stream:
            undo.callback(sidecar.unlink)
            exported = msgspec.structs.replace(take, files=files)
            stream.write(msgspec.json.format(msgspec.json.encode(exported)))
        undo.pop_all()
    return copied


def _copy_file(source: BinaryIO, target: Path, media_type: str, recipe: str | None, undo: ExitStack) -> Saved:
    with source as there, target.open("xb") as here:
        undo.callback(target.unlink)
        return save_file(there, here, media_type, recipe)


def _numbered(name: str, number: str) -> str:
    """Return a file's name with a number before its endings: ``a.poster.jpg`` becomes ``a-2.poster.jpg``."""
    stem, dot, endings = Path(name).name.partition(".")
    return f"{stem}{number}{dot}{endings}"
