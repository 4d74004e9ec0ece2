"""Plan a batch: check every row of its file, and write its requests down, each once. Nothing is sent.

The rows pass through in chunks; what is kept of them in memory are counts, one request for each price, and the first
mistakes.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import repeat

from reka_notebook.batch.line import CommonOptions, check_options
from reka_notebook.batch.requests import RowReader, in_words
from reka_notebook.batch.source import BatchFile, BatchFileError
from reka_notebook.catalogue import Endpoint
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, PreparedRequest, State
from reka_notebook.library import GenerationRequest, LibraryError
from reka_notebook.library.batches.records import BatchFacts, BatchRecord, BatchRow
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.library.spending.features import features_of
from reka_notebook.library.states import is_asked_anew
from reka_notebook.text import many

CHUNK = 250
"""Requests that are looked up and written together."""

SHOWN = 20
"""Mistakes that are said; of the others, how many there are."""

FIRST_LIST = 5.0
"""Seconds that the account's first list of models is waited for."""

REQUESTS_EACH = 5
"""HTTP requests that a take needs at least: to submit it, to ask for it a few times, to have its result."""


@dataclass(frozen=True)
class Mistake:
    """Say what is wrong with a row."""

    line: int
    words: str


@dataclass
class _Alike:
    """Count the new requests that cost the same and take as long, and hold one of them."""

    endpoint: Endpoint
    request: GenerationRequest
    count: int = 0


@dataclass
class Plan:
    """Hold what a batch would be.

    Attributes:
        lines: How many rows the file has.
        bad: How many of them have a mistake.
        mistakes: The first of these.
        columns: The columns that are neither options nor in any prompt.
        rows: The requests, each once.
        repeats: Those that stand in the file more than once.
        kept: Those whose takes are there.
        underway: Those that are being made, or were begun and go on without a charge.
        new: Those that would be charged.
    """

    batch: BatchRecord
    unit: str = "line"
    lines: int = 0
    bad: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    columns: list[Mistake] = field(default_factory=list)
    rows: int = 0
    repeats: int = 0
    kept: int = 0
    underway: int = 0
    outputs: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    _alike: dict[object, _Alike] = field(default_factory=dict)

    @property
    def new(self) -> int:
        """Return how many would be charged."""
        return self.rows - self.kept - self.underway

    def facts(self, common: CommonOptions, expected: Estimate) -> BatchFacts:
        """Return what is kept of the plan beside its rows."""
        return BatchFacts(
            options=[
                word for word in common.words if not word.startswith("--webhook-url")
            ],  # it may be secret
            lines=self.lines,
            bad=self.bad,
            repeats=self.repeats,
            estimated=expected.amount,
        )

    def estimate(self, control: Controller) -> Estimate:
        """Return what the new ones will likely cost together."""
        asked = (
            pair for one in self._alike.values() for pair in repeat((one.endpoint, one.request), one.count)
        )
        return control.library.spending.estimate(control.service, asked, control.settings.unknown_price)

    def seconds(self, control: Controller, at_once: int) -> float | None:
        """Return how long the new ones will take with so many at once; ``None`` if earlier takes do not tell.

        The budget of requests a minute may make it longer than the service itself would.
        """
        work = 0.0
        for one in self._alike.values():
            each = control.expected_duration(one.request)
            if each is None:
                return None
            work += each * one.count
        per_minute = control.requests_per_minute
        asking = self.new * REQUESTS_EACH * 60 / per_minute if per_minute else 0.0
        return max(work / at_once, asking)

    def count(self, one: PreparedRequest, state: State | None) -> None:
        """Count a request, whose last attempt is in this state."""
        self.rows += 1
        self.models.add(one.endpoint.title)
        self.outputs.add(one.endpoint.output)
        if state is State.KEPT:
            self.kept += 1
        elif not is_asked_anew(state):
            self.underway += 1
        else:
            key = (one.endpoint.id, features_of(one.request, one.endpoint))
            self._alike.setdefault(key, _Alike(one.endpoint, one.request)).count += 1

    def note(self, line: int, words: str) -> None:
        """Count a row with a mistake."""
        self.bad += 1
        if len(self.mistakes) < SHOWN:
            self.mistakes.append(Mistake(line, words))


def plan(
    control: Controller,
    file: BatchFile,
    common: CommonOptions,
    digest: str,
    *,
    keep_images: bool = True,
    tell: Callable[[Plan], object] = lambda plan: None,
) -> Plan:
    """Check every row of a file and write what it asks for into a new batch, which is not begun.

    Args:
        control: Knows the endpoints, and what is kept.
        file: The rows.
        common: What holds for a row that does not say otherwise.
        digest: What identifies the batch.
        keep_images: Whether to keep the images in the library, for those who make the rows.
        tell: Called now and then with what is known so far.

    Raises:
        RekaError: If the file cannot be read, or an option is none. No batch is left then.
    """
    if control.models.unknown:
        control.models.wait(FIRST_LIST)
    check_options(common.options, control.catalogue)
    reader = RowReader(control, common, file.path.absolute().parent, keep_images=keep_images)
    table = control.library.batches
    found = Plan(table.plan(control.service, str(file.path), digest), file.unit)
    try:
        for some in _chunks(_requests(file, reader, found, tell)):
            _write(control, found, some)
        found.columns = [
            Mistake(1 if file.columns else line, reader.unknown_words(column))
            for column, line in reader.unknown_columns().items()
        ]
        if not found.lines:
            raise BatchFileError(f"{file.path.name} has no rows. Nothing was sent.")
        tell(found)
    except BaseException:
        with suppress(LibraryError):  # what it ended with is said, and a plan that stays is removed in a day
            table.remove(found.batch.id)
        raise
    return found


def _requests(
    file: BatchFile, reader: RowReader, found: Plan, tell: Callable[[Plan], object]
) -> Iterator[tuple[int, PreparedRequest]]:
    """Yield each request with the line that asks for it."""
    last = time.monotonic()
    for row in file.rows():
        found.lines += 1
        try:
            requests = reader.requests(row)
        except RekaError as error:
            found.note(row.line, in_words(error))
        else:
            yield from ((row.line, replace(one, sources=())) for one in requests)
        if time.monotonic() - last > 0.2:
            last = time.monotonic()
            tell(found)


def _chunks(
    requests: Iterator[tuple[int, PreparedRequest]],
) -> Iterator[list[tuple[int, PreparedRequest]]]:
    some: list[tuple[int, PreparedRequest]] = []
    for one in requests:
        some.append(one)
        if len(some) == CHUNK:
            yield some
            some = []
    if some:
        yield some


def _write(control: Controller, found: Plan, some: Sequence[tuple[int, PreparedRequest]]) -> None:
    """Write those of some requests that the batch does not have yet."""
    table = control.library.batches
    by_key: dict[str, tuple[int, PreparedRequest]] = {}
    for line, one in some:
        by_key.setdefault(one.request.content_key, (line, one))
    for key in table.known(found.batch.id, by_key.keys()):
        del by_key[key]
    found.repeats += len(some) - len(by_key)
    new = list(by_key.values())
    there = table.standings(control.service, [one.request for _, one in new])
    rows = []
    for line, one in new:
        job, state = there.get(one.request.content_key, (None, None))
        found.count(one, state)
        rows.append(
            BatchRow(
                number=found.rows,
                line=line,
                request=one.request,
                webhook=one.webhook_url,
                job=job,
                state="kept" if state is State.KEPT else "waiting",
            )
        )
    if rows:
        table.add(found.batch.id, rows)


def describe_mistakes(found: Plan) -> list[str]:
    """Return a line for each of the first mistakes, and how many more there are."""
    shown = [*found.columns, *found.mistakes][:SHOWN]
    said = [f"{found.unit} {mistake.line}: {mistake.words}" for mistake in shown]
    more = len(found.columns) + found.bad - len(shown)
    return [*said, f"and {many(more, 'more mistake')}"] if more > 0 else said
