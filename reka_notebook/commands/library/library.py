"""Run ``reka-notebook library``: copy a library, from a folder to a team's server or back."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from reka_notebook.commands.terminal import say
from reka_notebook.config import Settings, open_library, settings_at
from reka_notebook.errors import RekaError
from reka_notebook.library import Library
from reka_notebook.media import file_size
from reka_notebook.options.parser import Parser
from reka_notebook.output.terminal import console
from reka_notebook.text import many

if TYPE_CHECKING:
    from reka_notebook.library.transfer.tables import Progress as Told

TEXT = (
    "Copy all jobs and takes of a library, with their media, into another one. Each is a folder, or the address of a "
    "team's database with --media-from or --media-to beside it. Nothing is removed at FROM, and what TO has already is "
    "not copied again: after an interruption, the same command goes on. At the end all rows are compared."
)


def run(words: Sequence[str]) -> int:
    """Copy a library; return 1 if something of it is not at the target then."""
    parser = Parser("library", TEXT)
    parser.add_argument("what", choices=("copy",), metavar="copy", help="copy a library into another one")
    parser.add_argument("source", metavar="FROM", help="a library's folder, or postgresql://…")
    parser.add_argument("target", metavar="TO", help="likewise; a folder that is not there is made")
    parser.add_argument(
        "--media-from", metavar="STORE", help="where FROM has its media, as in s3://bucket/reka"
    )
    parser.add_argument("--media-to", metavar="STORE", help="where TO has its media")
    asked = parser.read(words)
    source, target = settings_at(asked.source, asked.media_from), settings_at(asked.target, asked.media_to)
    _check(source, target)
    with closing(open_library(source)) as one, closing(open_library(target)) as other:
        return _copy(one, other)


def _check(source: Settings, target: Settings) -> None:
    if source.home == target.home:
        raise RekaError("FROM and TO are the same library. Nothing was copied.")
    if source.database is None and not (source.home / "library.sqlite3").exists():
        raise RekaError(f"There is no library in {source.home}. Nothing was copied.")
    for one, option in ((source, "--media-from"), (target, "--media-to")):
        if one.database is not None and one.media is None:
            raise RekaError(
                f"Where the media of {one.database} are is not known. Say {option}, as in {option} s3://bucket/reka. "
                "Nothing was copied."
            )


def _copy(source: Library, target: Library) -> int:
    from reka_notebook.library.transfer.compared import Compared, compare
    from reka_notebook.library.transfer.copying import Copying, Outcome

    def tell(done: Outcome) -> None:
        before = f"; {many(done.there_before, 'job')} were there before" if done.there_before else ""
        print(
            f"Copied {many(done.jobs, 'job')} and {many(done.takes, 'take')}, {file_size(done.bytes)}, from "
            f"{source.name} to {target.name}{before}."
        )
        _list(done.newer_there, "{} newer at the target, and stayed as there")
        _list(done.older_there, "{} newer at the source, and brought up to date at the target")
        _list(done.same_request, "{} asked for in both libraries, and known at the target by another ID")
        _list(
            done.busy_there,
            "{} newer at the source, and in progress at the target; left alone. Copy again when they are done",
        )
        _list(done.busy_here, "{} in progress at the source just now. Copy again when they are done")
        _list(done.missing, "{} not at the source any more; what is known of them was copied", "file")
        for table, count in done.kept_as_they_are.items():
            say(f"{many(count, 'row')} of {table} differ, and stayed as they are at the target.")

    def judge(found: Sequence[Compared], done: Outcome) -> int:
        rows, gone = sum(one.rows for one in found), sum(one.missing for one in found)
        other = sum(one.differing for one in found)
        if gone:
            words = f"{many(gone, 'row')} of {rows:,} came to the source meanwhile. Copy again to bring them along."
        elif other:
            words = f"Compared {rows:,} rows: all are there, and {other:,} of them differ as said above."
        else:
            words = f"Compared {rows:,} rows: the same in both."
        print(words)
        for one in found:
            if one.rows:
                same = "same" if one.digest == one.digest_there else "other"
                say(f"  {one.table:<12} {one.rows:>9,}  {same}  sha256 {one.digest[:16]}…")
        return 1 if gone or done.missing or done.busy_there else 0

    with _bar() as progress:
        copying = Copying(source, target, progress)
        try:
            done = copying.run()
        except KeyboardInterrupt:
            say("Interrupted. What has arrived stays there; the same command goes on from here.")
            raise
    tell(done)
    return judge(compare(source, target, copying.renaming), done)


def _list(ids: Sequence[str], words: str, noun: str = "job") -> None:
    if ids:
        some = ", ".join(ids[:5]) + (" …" if len(ids) > 5 else "")
        verb = "is" if len(ids) == 1 else "are"
        say(f"{words.format(f'{many(len(ids), noun)} {verb}')}: {some}")


@contextmanager
def _bar() -> "Iterator[Told]":
    """Show how far it is, in a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("Copying"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("jobs"),
        TimeRemainingColumn(),
        console=console(sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    task = bar.add_task("copy", total=None)
    with bar:
        yield lambda done, of: bar.update(task, completed=done, total=of)
