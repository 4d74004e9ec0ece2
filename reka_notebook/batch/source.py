"""Read a batch's file row by row: CSV, JSON Lines or Parquet. Only a few rows are in memory at a time."""

import csv
import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from reka_notebook.errors import RekaError
from reka_notebook.text import many, one_line

Values: TypeAlias = dict[str, tuple[str, ...]]
"""What a row says, by column as written; an empty cell is left out. A list of JSON or Parquet has several."""

DELIMITERS = ",;\t"

PARQUET_NEEDED = (
    "To read Parquet, pyarrow is needed: pip install 'reka-notebook[parquet]'. Nothing was sent. Or save the file as "
    "CSV or JSON Lines."
)
_AT_ONCE = 1000
"""Rows of a Parquet file that are decoded at a time."""


class BatchFileError(RekaError):
    """Report a file that no batch can be made of. Nothing was sent."""


@dataclass(frozen=True)
class FileRow:
    """Hold one row of a file.

    Attributes:
        line: Where it begins, counted from 1; of Parquet, which has no lines, the row's number.
        flaw: Why it cannot be read; ``None`` if it can.
    """

    line: int
    values: Values = field(default_factory=dict)
    flaw: str | None = None


@dataclass(frozen=True)
class BatchFile:
    """Represent a file of rows, whose columns are options.

    Attributes:
        columns: Their names as written; empty where each row names its own.
    """

    path: Path
    columns: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Return what its rows are counted in."""
        return "row" if _kind(self.path) == "parquet" else "line"

    def digest(self, options: Sequence[str]) -> str:
        """Return what identifies a batch: the digest of the file's bytes, and of the options that hold for all rows.

        Raises:
            BatchFileError: If the file cannot be read.
        """
        try:
            with self.path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256")
        except OSError as error:
            raise _unreadable(self.path, error) from error
        found.update(msgspec.json.encode(["batch", 1, list(options)]))
        return found.hexdigest()

    def rows(self) -> Iterator[FileRow]:
        """Yield the rows in order; one that cannot be read has a flaw, and the next follows.

        Raises:
            BatchFileError: If the file cannot be read on.
        """
        read = {"csv": self._csv_rows, "json": self._json_rows, "parquet": self._parquet_rows}
        try:
            yield from read[_kind(self.path)]()
        except OSError as error:
            raise _unreadable(self.path, error) from error
        except UnicodeDecodeError as error:
            raise _not_utf8(self.path) from error

    def _csv_rows(self) -> Iterator[FileRow]:
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=_delimiter(self.path), strict=True)
            try:
                next(reader, None)
                before = reader.line_num
                for cells in reader:
                    line, before = before + 1, reader.line_num
                    if not any(cell.strip() for cell in cells):
                        continue
                    if len(cells) > len(self.columns):
                        yield FileRow(line, flaw=self._too_many(cells))
                    else:
                        named = zip(self.columns, cells, strict=False)
                        yield FileRow(line, {name: (cell,) for name, cell in named if cell.strip()})
            except csv.Error as error:
                raise BatchFileError(
                    f"{self.path.name} cannot be read as CSV from line {reader.line_num} on: {error}. Nothing was "
                    "sent. A value with a comma, a new line or a quotation mark stands in quotation marks, in which a "
                    "quotation mark is written twice."
                ) from None

    def _too_many(self, cells: Sequence[str]) -> str:
        return (
            f"has {many(len(cells), 'value')}, and there {'is' if len(self.columns) == 1 else 'are'} "
            f"{many(len(self.columns), 'column')}. Put a value with a comma in quotation marks"
        )

    def _json_rows(self) -> Iterator[FileRow]:
        with self.path.open("rb") as stream:
            for line, text in enumerate(stream, 1):
                if line == 1:
                    text = text.removeprefix(b"\xef\xbb\xbf")
                if text.strip():
                    yield _json_row(line, text)

    def _parquet_rows(self) -> Iterator[FileRow]:
        number = 0
        for some in _parquet(self.path).iter_batches(batch_size=_AT_ONCE):
            for row in some.to_pylist():
                number += 1
                yield _row(number, row)


def open_file(path: Path) -> BatchFile:
    """Return a batch's file, with the columns that it names.

    Raises:
        BatchFileError: If it is missing, of another kind, empty, or names a column twice.
    """
    kind = _kind(path)
    if path.is_dir():
        raise BatchFileError(f"{path} is a folder, and a batch is a file: CSV, JSON Lines or Parquet.")
    try:
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if empty:
        raise BatchFileError(f"{path.name} is empty. Nothing was sent.")
    if kind == "json":
        return BatchFile(path)
    columns = _csv_columns(path) if kind == "csv" else tuple(_parquet(path).schema_arrow.names)
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise BatchFileError(
            f"{path.name} has the column {one_line(twice) or '(without a name)'} twice. Nothing was sent."
        )
    return BatchFile(path, columns)


_KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def _kind(path: Path) -> str:
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise BatchFileError(
            f"{path.name} is none of the files that a batch is made of: .csv, .tsv, .jsonl or .parquet. Nothing was "
            "sent."
        )
    return kind


def _csv_columns(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream, delimiter=_delimiter(path), strict=True), [])
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except csv.Error as error:
        raise BatchFileError(f"The first line of {path.name} cannot be read as CSV: {error}.") from None
    names = [name.strip() for name in header]
    while names and not names[-1]:  # a comma at the end of each line
        names.pop()
    if not names:
        raise BatchFileError(
            f"The first line of {path.name} names the columns, and is empty. Nothing was sent."
        )
    return tuple(names)


def _delimiter(path: Path) -> str:
    """Return what parts the values: what the first line has most of, outside of quotation marks."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        first = re.sub(r'"[^"]*"', "", stream.readline(1_000_000))
    return max(DELIMITERS, key=first.count)


def _json_row(line: int, text: bytes) -> FileRow:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return FileRow(line, flaw=f"is no JSON: {error}")
    if not isinstance(value, dict):
        return FileRow(line, flaw='is no JSON object, as in {"prompt": "a slow dolly in"}')
    return _row(line, value)


def _row(line: int, values: dict[str, Any]) -> FileRow:
    read: Values = {}
    for name, value in values.items():
        listed = value if isinstance(value, list | tuple) else [value]
        texts = [_as_text(one) for one in listed]
        if None in texts:
            return FileRow(line, flaw=f"has something in {one_line(name)} that is neither text nor a number")
        if written := tuple(text for text in texts if text and text.strip()):
            read[name] = written
    return FileRow(line, read)


def _as_text(value: Any) -> str | None:
    """Return a value as it is written on a command line: empty if there is none, ``None`` if it cannot be."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):  # how pandas writes what is not there
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else str(value)
    return str(value) if isinstance(value, str | int) else None


def _parquet(path: Path) -> Any:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise BatchFileError(PARQUET_NEEDED) from None
    try:
        return ParquetFile(path)
    except ArrowException as error:
        raise BatchFileError(f"{path.name} cannot be read as Parquet: {one_line(str(error))}") from None


def _unreadable(path: Path, error: OSError) -> BatchFileError:
    return BatchFileError(f"The file {path} cannot be read: {error.strerror or error}. Nothing was sent.")


def _not_utf8(path: Path) -> BatchFileError:
    return BatchFileError(
        f"{path.name} is not in UTF-8. Nothing was sent. Save it as UTF-8; Excel calls that “CSV UTF-8”."
    )
