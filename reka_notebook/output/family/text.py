"""Write a family as a tree of lines."""

from collections.abc import Iterator

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs.lineage.family import Family, Link, Member
from reka_notebook.output.compared.changes import changes_between
from reka_notebook.output.compared.differences import Fact
from reka_notebook.output.marks import marks_of
from reka_notebook.text import beginning, many, one_line

WORDS = 60
"""Characters of a prompt that a line has."""


def family_text(family: Family, catalogue: Catalogue) -> str:
    """Return a family as text: a line for each take, below the one that it came from."""
    return "\n".join([f"Family of {family.take.id}: {count_words(family)}", *_lines(family, catalogue)])


def count_words(family: Family) -> str:
    """Say how many takes a family has, and how many of them are not shown."""
    every = len(family.members) + family.more + family.hidden
    parts = [many(every, "take")]
    if family.more:
        parts.append(f"the {len(family.members)} nearest are shown")
    if family.hidden:
        parts.append(f"{family.hidden} rejected or rated 1 hidden")
    return ", ".join(parts)


def change_words(family: Family, link: Link, catalogue: Catalogue, *, whole: bool = True) -> list[str]:
    """Say what leads to a take: what was used of the earlier one, the new words, and the settings that changed.

    Args:
        whole: Whether a prompt is said that is another one altogether.
    """
    takes = {member.take.id: member.take for member in family.members}
    changes = changes_between(takes[link.parent], takes[link.child], catalogue)
    words = beginning(one_line(changes.words), WORDS) if whole or changes.alike else ""
    return [part for part in (link.how, words, *map(setting_words, changes.settings)) if part]


def setting_words(fact: Fact) -> str:
    """Say what a setting was before and is now: ``Duration 5 s → 8 s``."""
    before, after = (value or "none" for value in fact.values)
    return f"{'' if fact.plain else f'{fact.name} '}{before} → {after}"


def member_words(member: Member) -> list[str]:
    """Say what a take is besides its prompt: what a person thinks of it, and whether its files are there."""
    return [*marks_of(member.take), *(["files removed"] if member.removed else [])]


def _lines(family: Family, catalogue: Catalogue) -> Iterator[str]:
    into = {link.child: link for link in family.links if link.tree}
    members = {member.take.id: member for member in family.members}
    after: dict[str | None, list[str]] = {}
    for member in sorted(family.members, key=lambda member: (member.row, member.column)):
        link = into.get(member.take.id)
        after.setdefault(link.parent if link else None, []).append(member.take.id)
    stack = [(name, "", "") for name in reversed(after.get(None, []))]
    while stack:
        name, before, below = stack.pop()
        member, link = members[name], into.get(name)
        if link is None:
            prompt = beginning(one_line(member.take.prompt), WORDS)
            words = [prompt] if prompt else []
        else:
            words = change_words(family, link, catalogue)
        here = " ← this take" if name == family.take.id else ""
        yield f"{before}{name}  {member.title}  {' · '.join([*words, *member_words(member)])}{here}"
        children = after.get(name, [])
        for place, child in reversed(list(enumerate(children, 1))):
            last = place == len(children)
            stack.append((child, f"{below}{'└─' if last else '├─'} ", f"{below}{'   ' if last else '│  '}"))
