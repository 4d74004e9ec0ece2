"""Run ``reka-notebook prune``: make room, after showing what would go."""

from collections.abc import Sequence
from contextlib import closing

from reka_notebook.commands.facts import take_facts
from reka_notebook.commands.takes import takes_table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.config import open_library
from reka_notebook.library import Library
from reka_notebook.library.prune import Prunable, Pruned, prunable, remove
from reka_notebook.media import file_size
from reka_notebook.options.parser import Parser, age, count
from reka_notebook.text import many

TEXT = (
    "Say what could be removed to make room, and remove it with --yes. Never a pinned or picked take, and nothing of a "
    "job that is not over. Without --older-than, --keep or --rejected all takes stay, and only what nothing needs any "
    "more goes. A removed take stays known: the same request again says so, and does not pay for it again unasked."
)


def run(words: Sequence[str]) -> int:
    """Show what may go, or remove it."""
    parser = Parser("prune", TEXT)
    parser.add_argument("--older-than", type=age, metavar="AGE", help="takes older than 30d, 12h, 2w")
    parser.add_argument(
        "--keep", type=count, metavar="N", help="takes beyond the newest N; in a team's library, of your own"
    )
    parser.add_argument("--rejected", action="store_true", help="only takes that are rejected")
    parser.add_argument("--yes", action="store_true", help="remove them")
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    with closing(open_library()) as library:
        found = prunable(library, older_than=asked.older_than, keep=asked.keep, rejected=asked.rejected)
        done = remove(library, found.takes) if asked.yes else None
        if asked.json:
            _print_json(library, found, done)
        elif not found.takes and not found.leftovers and not found.stored:
            print("There is nothing to remove.")
            if asked.older_than is None and asked.keep is None and not asked.rejected:
                say("All takes stay, unless --older-than 30d, --keep 100 or --rejected says which may go.")
        else:
            if found.takes:
                print(takes_table(found.takes))
            print(_would(found) if done is None else _did(done))
        return 1 if done is not None and done.stuck else 0


def _would(found: Prunable) -> str:
    what = [many(len(found.takes), "take")] if found.takes else []
    left = len(found.leftovers) + len(found.stored)
    what += [many(left, "left-over file")] if left else []
    return f"{' and '.join(what)}, {file_size(found.bytes)}. Nothing was removed; --yes removes them."


def _did(done: Pruned) -> str:
    takes = f"{many(len(done.takes), 'take')}, " if done.takes else ""
    words = f"Removed {takes}{many(done.files, 'file')}, {file_size(done.bytes)}."
    if done.stuck:
        words += (
            f" {many(len(done.stuck), 'file')} could not be removed, as {done.stuck[0]}; the next time again."
        )
    return words


def _print_json(library: Library, found: Prunable, done: Pruned | None) -> None:
    print_json(
        {
            "removed": done is not None,
            "takes": [take_facts(take, library) for take in (done.takes if done else found.takes)],
            "leftovers": [*map(str, found.leftovers), *found.stored],
            "bytes": done.bytes if done else found.bytes,
            "stuck": [str(path) for path in done.stuck] if done else [],
        }
    )
