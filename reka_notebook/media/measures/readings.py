"""Run frames through FFmpeg's filters, and read what each filter says of them."""

import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.filter import Graph
    from av.filter.context import FilterContext
    from av.video.frame import VideoFrame

_FRAME = re.compile(r"frame:\s*\d+\s+pts:\s*\S+\s+pts_time:\s*(\S+)")


class Reading(NamedTuple):
    """Hold what the filters say of one frame, by FFmpeg's names without their ``lavfi.``."""

    time: float
    values: dict[str, float]


class Filter(NamedTuple):
    """Name a filter of FFmpeg, with its options."""

    name: str
    options: dict[str, str]


class Reader:
    """Pass frames of one form through filters, and keep what these say of each.

    Filters that this FFmpeg lacks are left out. Use as a context manager, which removes its file at the end.
    """

    def __init__(self, filters: Sequence[Filter], *, compared: bool = False) -> None:
        """Begin with nothing read.

        Args:
            filters: One after the other.
            compared: Whether each frame is compared with the first one by ``ssim``, after the filters.
        """
        self._filters, self._compared = filters, compared
        # What filters say goes through a file: PyAV does not show it on frames before version 16.
        self._folder = tempfile.TemporaryDirectory(prefix="reka-", ignore_cleanup_errors=True)
        self._file = Path(self._folder.name) / "readings"
        self._graph: Graph | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._graph = None
        self._folder.cleanup()

    def push(self, frame: "VideoFrame | AudioFrame") -> None:
        """Let the filters see one frame more."""
        self._graph = self._graph or self._built(frame)
        self._graph.push(frame)
        _drain(self._graph)

    def finish(self) -> list[Reading]:
        """Return what the filters said of each frame, in order."""
        if self._graph is None:
            return []
        self._graph.push(None)
        _drain(self._graph)
        return list(_parsed(self._file.read_text("utf-8"))) if self._file.is_file() else []

    def _built(self, frame: "VideoFrame | AudioFrame") -> "Graph":
        from av.audio.frame import AudioFrame
        from av.filter import Graph

        graph = Graph()
        with suppress(AttributeError):  # PyAV before version 16
            # On small pictures, handing work to threads takes longer than doing it.
            graph.threads = 1
        if isinstance(frame, AudioFrame):
            source = graph.add_abuffer(
                sample_rate=frame.sample_rate,
                format=frame.format,
                layout=frame.layout,
                time_base=frame.time_base,
            )
            printer, sink = "ametadata", "abuffersink"
        else:
            source = graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
            )
            printer, sink = "metadata", "buffersink"
        last = _chain(graph, source, self._filters)
        if self._compared and _there("ssim"):
            last = _with_first(graph, last)
        printed = graph.add(printer, mode="print", file=str(self._file), direct="1")
        last.link_to(printed)
        printed.link_to(graph.add(sink))
        graph.configure()
        return graph


def _with_first(graph: "Graph", last: "FilterContext") -> "FilterContext":
    both, first, compared = graph.add("split"), graph.add("trim", end_frame="1"), graph.add("ssim")
    last.link_to(both)
    both.link_to(compared)
    both.link_to(first, 1)
    first.link_to(compared, 0, 1)
    return compared


def _chain(graph: "Graph", source: "FilterContext", filters: Sequence[Filter]) -> "FilterContext":
    last = source
    for name, options in filters:
        if _there(name):
            context = graph.add(name, **options)
            last.link_to(context)
            last = context
    return last


def _there(name: str) -> bool:
    from av.filter import filters_available

    return name in filters_available


def _drain(graph: "Graph") -> None:
    """Take what comes out at the end: what is wanted of it was printed."""
    import av

    while True:
        try:
            graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return


def _parsed(text: str) -> Iterator[Reading]:
    reading: Reading | None = None
    for line in text.splitlines():
        begins = _FRAME.match(line)
        if begins:
            if reading is not None:
                yield reading
            reading = Reading(_number(begins[1]) or 0.0, {})
        elif reading is not None:
            name, _, value = line.partition("=")
            number = _number(value)
            if number is not None:
                reading.values[name.removeprefix("lavfi.")] = number
    if reading is not None:
        yield reading


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
