"""A list of takes that shows itself as a grid, and becomes a table where that is wanted."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, overload

from reka_notebook.config import settings
from reka_notebook.display import Displayed
from reka_notebook.jobs import Take
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.grid import picture_of, take_grid_html
from reka_notebook.output.html import plain
from reka_notebook.output.notebook_file import main_namespace
from reka_notebook.text import many, short_moment

if TYPE_CHECKING:
    import pandas
    import polars

SHOWN = 24
"""Takes that a grid shows at most: each holds a picture, and all of them lie in the notebook."""

_PROMPT = 80


class Takes(Displayed, Sequence[Take]):
    """Takes in order; a slice of them is such a list, too.

    No ``list`` by descent: IPython would print one with each take's path, and so into every saved notebook.
    """

    def __init__(self, takes: Iterable[Take] = ()) -> None:
        self._takes = list(takes)

    def __len__(self) -> int:
        return len(self._takes)

    @overload
    def __getitem__(self, index: int) -> Take: ...
    @overload
    def __getitem__(self, index: slice) -> "Takes": ...
    def __getitem__(self, index: int | slice) -> "Take | Takes":
        return Takes(self._takes[index]) if isinstance(index, slice) else self._takes[index]

    def to_dicts(self) -> list[dict[str, Any]]:
        """One row for each: what was asked, what came of it, and what a person thinks of it.

        Times are in seconds, ``kept`` since 1970; what the model was given is ``input.…``, as the service names it.
        """
        return [_row(take) for take in self]

    def to_pandas(self) -> "pandas.DataFrame":
        """The rows of :meth:`to_dicts` as a frame, ``kept`` as a time in UTC.

        :raises ModuleNotFoundError: pandas is not installed.
        """
        import pandas

        frame = pandas.DataFrame(self.to_dicts(), columns=None if self else _COLUMNS)
        frame["kept"] = pandas.to_datetime(frame["kept"], unit="s", utc=True)
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """The rows of :meth:`to_dicts` as a frame, ``kept`` as a time in UTC.

        :raises ModuleNotFoundError: polars is not installed.
        """
        import polars

        schema = None if self else _COLUMNS
        frame = polars.DataFrame(self.to_dicts(), schema=schema, infer_schema_length=None, strict=False)
        kept = (polars.col("kept").cast(polars.Float64) * 1e6).cast(polars.Datetime("us", "UTC"))
        return frame.with_columns(kept)

    def __repr__(self) -> str:
        return "\n".join([f"<{many(len(self), 'take')}>", *map(repr, self)])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if not has_front_end():
            return {"text/plain": repr(self)}
        text = {"text/plain": "\n".join([f"<{many(len(self), 'take')}>", *map(plain, self)])}
        if not self:
            return text
        first = self[:SHOWN]
        hidden = len(self) - len(first)
        more = f", of which the first {len(first)} are shown" if hidden else ""
        size = sum(take.file.bytes for take in first)
        html = take_grid_html(
            first,
            [_words(take) for take in first],
            f"{many(len(self), 'take')}{more}",
            main_namespace(),
            # To look through them is no reason to copy all of them beside the notebook.
            moving=size <= settings().embed_limit,
        )
        picture = picture_of(first, 4)
        return text | {"text/html": html} | ({"image/jpeg": picture} if picture else {})


def _words(take: Take) -> tuple[str, str]:
    prompt = take.prompt if len(take.prompt) <= _PROMPT else f"{take.prompt[:_PROMPT].rstrip()}…"
    pinned = " · pinned" if take.record.pinned else ""
    rating = f" · rated {take.rating}" if take.rating else ""
    return prompt, f"{short_moment(take.record.kept).strip()}{pinned}{rating} · {take.id}"


def _row(take: Take) -> dict[str, Any]:
    file, record = take.file, take.record
    own = {
        "id": take.id,
        "kept": record.kept,
        "endpoint": take.request.endpoint,
        "prompt": take.prompt,
        "take": take.request.take,
        "images": ", ".join(use.name or use.digest for uses in take.request.images.values() for use in uses),
        "kind": file.kind,
        "seconds": file.duration,
        "width": file.width,
        "height": file.height,
        "bytes": file.bytes,
        "took": record.took,
        "pinned": record.pinned,
        "rating": record.rating,
        "note": record.note,
        "notebook": record.job.notebook,
        "path": str(take.path),
    }
    given = take.request.input.items()
    return own | {
        f"input.{name}": value if isinstance(value, bool | int | float | str | type(None)) else str(value)
        for name, value in given
        if name not in ("prompt", "text")
    }


_COLUMNS = [
    *("id", "kept", "endpoint", "prompt", "take", "images", "kind", "seconds", "width", "height", "bytes"),
    *("took", "pinned", "rating", "note", "notebook", "path"),
]
"""Of a table without rows."""
