"""Write down a take and all that led to it, so that it is made anywhere from the first image on.

Where the library has them, running it finds the same takes and pays for nothing.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from reka_notebook import media
from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs.lineage.family import family_of
from reka_notebook.jobs.lineage.steps import MOST
from reka_notebook.jobs.take import Take, frame_of
from reka_notebook.library import GenerationRequest, ImageUse, Library
from reka_notebook.library.lineage.links import HERE, TAKE
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.image_names import Naming
from reka_notebook.widgets.studio.recall import NotWritable, as_cell, as_python

_HEADER = ("import reka_notebook", "from reka_notebook import media")

Expression = Callable[[Parent, str], str]
"""Writes what of an earlier take is used, given the variable that holds the take."""


def chain_code(take: Take, library: Library, catalogue: Catalogue, named: Naming) -> protocol.ChainCodeValue:
    """Return the code of a take and of all that led to it.

    Args:
        named: What an image is called that is of none of these takes.
    """
    takes = _line_of(take, library)
    return protocol.ChainCodeValue(
        len(takes),
        _or_nothing(lambda: _python(takes, catalogue, named)),
        _or_nothing(lambda: _cells(takes, catalogue, named)) or [],
    )


def _or_nothing(write: Callable[[], Any]) -> Any:
    try:
        return write()
    except NotWritable:
        return None


def _line_of(take: Take, library: Library) -> dict[str, Take]:
    """Return the takes that a take was made from and itself, by the variables that they are called, oldest first."""
    wanted, found = [take.id], dict[str, Take]()
    titles = {member.take.id: member.title for member in family_of(take, library).members}
    while wanted and len(found) < MOST:
        level = [record for record in library.takes.some(wanted) if record.id not in found]
        found |= {record.id: Take(record, library) for record in level}
        wanted = [parent.take for record in level for parent in record.job.parents or ()]
    named = dict[str, Take]()
    for one in sorted(found.values(), key=lambda one: (one.record.job.created, one.id)):
        title = titles.get(one.id, "take").lower().replace(" ", "")
        name, number = title, 2
        while name in named:
            name, number = f"{title}_{number}", number + 1
        named[name] = one
    return named


def _python(takes: Mapping[str, Take], catalogue: Catalogue, named: Naming) -> str:
    written, imports = list[str](), [_HEADER[0]]
    for name, take in takes.items():
        if take.request.endpoint.startswith(HERE):
            written.append(_with_sound(name, take.request, takes))
            continue
        naming = _Naming(take, takes, named, _expression)
        lines = as_python(take.request, catalogue, naming).splitlines()
        imports += [line for line in lines if line == _HEADER[1] and line not in imports]
        code = "\n".join(line for line in lines if line and line not in _HEADER)
        written.append(naming.filled(code).replace("take = ", f"{name} = ", 1))
    return "\n".join([*imports, "", *written, list(takes)[-1], ""])


def _cells(takes: Mapping[str, Take], catalogue: Catalogue, named: Naming) -> list[str]:
    cells = []
    for name, take in takes.items():
        if take.request.endpoint.startswith(HERE):
            cells.append(f"{_with_sound(name, take.request, takes)}\n{name}")
            continue
        naming = _Naming(take, takes, named, _variable)
        line, _, body = as_cell(take.request, catalogue, naming).partition("\n")
        cells.append(naming.filled(f"{line} --as {name}\n{body}", quoted=False))
    return cells


class _Naming:
    """Name the images of a take: those that are of an earlier one by its variable.

    Python is written with names as texts, so that a variable is a mark at first, which nobody writes by chance.
    """

    def __init__(self, take: Take, takes: Mapping[str, Take], named: Naming, expression: Expression) -> None:
        self._parents = {parent.digest: parent for parent in take.record.job.parents or () if parent.digest}
        self._names = {one.id: name for name, one in takes.items()}
        self._takes = takes
        self._named = named
        self._expression = expression
        self._marks: dict[str, str] = {}

    def __call__(self, use: ImageUse) -> str:
        parent = self._parents.get(use.digest)
        name = self._names.get(parent.take) if parent else None
        if parent is None or name is None:
            return self._named(use)
        said = self._said(use, parent, name)
        if said is None:
            return self._named(use)
        mark = f"m{secrets.token_hex(8)}"
        self._marks[mark] = said
        return mark

    def _said(self, use: ImageUse, parent: Parent, name: str) -> str | None:
        """Return what finds exactly this image again, or nothing where that cannot be told."""
        take = self._takes[name]
        if take.record.removed is not None:  # here, and not where all of it is made
            return self._expression(parent, name)
        try:
            file = take.files[parent.file - 1]
            as_shown = frame_of(file, parent.at).digest == use.digest
            # A file that went out and came back is another source than what it shows.
            as_file = not as_shown and media.load(file.path).digest == use.digest
        except (RekaError, IndexError):
            return None
        if as_shown:
            return self._expression(parent, name)
        return f"{name}.paths[{parent.file - 1}]" if as_file else None

    def filled(self, code: str, *, quoted: bool = True) -> str:
        """Return code with the variables in place of their marks."""
        for mark, said in self._marks.items():
            code = code.replace(repr(mark) if quoted else mark, said)
        return code


def _expression(parent: Parent, name: str) -> str:
    if parent.at is not None:
        return f"{name}.frame_at({parent.at!r})"
    return name if parent.file == 1 else f"{name}.files[{parent.file - 1}]"


def _variable(parent: Parent, name: str) -> str:
    if parent.at is not None:
        raise NotWritable("A cell has no word for a frame in the middle of a take that is not made yet.")
    return name if parent.file == 1 else f"{name}.files[{parent.file - 1}]"


def _with_sound(name: str, request: GenerationRequest, takes: Mapping[str, Take]) -> str:
    """Return Python that puts the same sound under the same video."""
    names = {f"{TAKE}{take.id}": own for own, take in takes.items()}
    given = dict(request.input)
    video, sound = (names.get(str(given.get(role))) for role in ("video", "sound"))
    if video is None or sound is None:
        raise NotWritable("The sound of this take is a file, and no take.")
    settings = "".join(f", {key}={given[key]!r}" for key in ("at", "level", "own") if key in given)
    return f"{name} = {video}.with_sound({sound}{settings})"
