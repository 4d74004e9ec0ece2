"""Run ``reka-notebook collection``: named sets of takes."""

from collections.abc import Sequence
from contextlib import closing

from reka_notebook.commands.facts import take_facts
from reka_notebook.commands.table import Column, table
from reka_notebook.commands.takes import takes_table
from reka_notebook.commands.terminal import print_json, say
from reka_notebook.config import open_library
from reka_notebook.library import Library, TakeFilter
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser
from reka_notebook.text import many, short_moment

TEXT = (
    "Named sets of takes. `add` makes one; `share` lets all who use the library see it and add to it. A take that is "
    "taken out of a collection, or whose collection is deleted, stays in the library."
)
WHAT = ("list", "show", "add", "remove", "share", "unshare", "delete")
COLUMNS = (Column("NAME"), Column("TAKES", right=True), Column("OF"), Column("SHARED"), Column("MADE"))


def run(words: Sequence[str]) -> int:
    """List collections, show one, or change one."""
    parser = Parser("collection", TEXT)
    parser.add_argument("what", nargs="?", choices=WHAT, default="list", metavar="WHAT", help=", ".join(WHAT))
    parser.add_argument("name", nargs="?", metavar="NAME", help="the collection")
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="with add and remove: takes, by the start of their ID"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    if asked.what != "list" and not asked.name:
        raise UsageError(
            f"collection {asked.what} wants the name of one, as in: collection {asked.what} shots"
        )
    if asked.what in ("add", "remove") and not asked.ids:
        raise UsageError(f"collection {asked.what} wants the IDs of takes after the name.")
    if asked.what not in ("add", "remove") and asked.ids:
        raise UsageError(f"collection {asked.what} takes one name, and no {asked.ids[0]!r}.")
    with closing(open_library()) as library:
        _do(library, asked.what, asked.name, asked.ids, as_json=asked.json)
    return 0


def _do(library: Library, what: str, name: str, ids: Sequence[str], *, as_json: bool) -> None:
    known = library.collections
    if what == "list":
        _list(library, as_json=as_json)
    elif what == "show":
        known.get(name)
        found = library.takes.find(TakeFilter(collection=name))
        if as_json:
            print_json([take_facts(take, library) for take in found])
        elif found:
            print(takes_table(found))
        else:
            say(f"There is no take in {name!r}.")
    elif what == "add":
        takes = [library.take(start).id for start in ids]
        known.add(name, takes)
        print(f"{name}: {many(known.get(name).takes, 'take')}.")
    elif what == "remove":
        gone = known.remove(name, [library.take(start).id for start in ids])
        print(f"Took {many(gone, 'take')} out of {name}. They stay in the library.")
    elif what == "delete":
        known.delete(name)
        print(f"Deleted {name}. Its takes stay in the library.")
    else:
        shared = known.share(name, what == "share").shared
        print(f"{name} is {'shared with all who use' if shared else 'yours alone in'} {library.name}.")


def _list(library: Library, *, as_json: bool) -> None:
    found = library.collections.all()
    if as_json:
        facts = ("name", "person", "shared", "created", "takes")
        print_json([{fact: getattr(one, fact) for fact in facts} for one in found])
    elif found:
        rows = [
            (
                one.name,
                str(one.takes),
                "you" if one.person == library.person else one.person,
                "yes" if one.shared else "",
                short_moment(one.created),
            )
            for one in found
        ]
        print(table(COLUMNS, rows))
    else:
        say("There are no collections yet. `reka-notebook collection add NAME ID` makes one.")
