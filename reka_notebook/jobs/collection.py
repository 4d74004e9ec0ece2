"""Hold in Python a named set of takes."""

from collections.abc import Callable, Iterator, Sequence

from reka_notebook.display import formatters
from reka_notebook.jobs.take import Take
from reka_notebook.library import Library, TakeFilter
from reka_notebook.library.team.collections import CollectionRecord


class Collection:
    """Hold a named set of takes. It is made when the first take is added, and others see it once it is shared.

    Attributes:
        name: Its name, which is one collection for all who use the library.
    """

    def __init__(self, name: str, library: Callable[[], Library]) -> None:
        self.name = name
        self._library = library

    def add(self, *takes: "Take | str") -> None:
        """Add takes, or their IDs.

        Raises:
            RekaError: If there is no such take, or the name is another person's who does not share it.
        """
        library = self._library()
        library.collections.add(self.name, [_id(take, library) for take in takes])

    def remove(self, *takes: "Take | str") -> None:
        """Take takes out of it; they stay in the library.

        Raises:
            RekaError: If there is no such take or collection, or somebody else has added it.
        """
        library = self._library()
        library.collections.remove(self.name, [_id(take, library) for take in takes])

    def share(self, shared: bool = True) -> None:
        """Share it with all who use the library, or no longer with ``False``.

        Raises:
            RekaError: If there is no such collection, or it is another person's.
        """
        self._library().collections.share(self.name, shared)

    def delete(self) -> None:
        """Delete it; its takes stay in the library.

        Raises:
            RekaError: If there is no such collection, or it is another person's.
        """
        self._library().collections.delete(self.name)

    @property
    def shared(self) -> bool:
        """Return whether all who use the library see it."""
        return self._record().shared

    @property
    def person(self) -> str:
        """Return whose it is; empty in a person's own library."""
        return self._record().person

    @property
    def takes(self) -> "Sequence[Take]":
        """Return its takes, newest first: a list that shows itself as a grid."""
        library = self._library()
        library.collections.get(self.name)
        records = library.takes.find(TakeFilter(collection=self.name))
        return formatters.listed([Take(record, library) for record in records])

    def _record(self) -> CollectionRecord:
        return self._library().collections.get(self.name)

    def __iter__(self) -> Iterator[Take]:
        return iter(self.takes)

    def __len__(self) -> int:
        return self._record().takes

    def __repr__(self) -> str:
        return f"<Collection {self.name!r}>"


def _id(take: "Take | str", library: Library) -> str:
    return take.id if isinstance(take, Take) else library.take(take).id
