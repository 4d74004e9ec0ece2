"""Test that a file's rows come out the same, whichever of the kinds it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.batch.source import BatchFileError, FileRow, open_file

ROWS = [
    FileRow(2, {"prompt": ("a slow pan, then still",), "duration": ("4",)}),
    FileRow(4, {"prompt": ("two\nlines",), "sound": ("true",)}),
    FileRow(6, {"prompt": ('a "fast" pan',), "duration": ("5",)}),
]

CSV = 'prompt,duration,sound\n"a slow pan, then still",4,\n\n"two\nlines",,true\n"a ""fast"" pan",5,\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_as_it_comes_out_of_spreadsheets(tmp_path: Path, delimiter: str, ending: str, mark: str) -> None:
    file = tmp_path / "prompts.csv"
    text = CSV.replace("pan, then", "pan then").replace(",", delimiter).replace("pan then", "pan, then")
    file.write_bytes((mark + text.replace("\n", ending)).encode())
    read = open_file(file)
    assert read.columns == ("prompt", "duration", "sound")
    rows = [
        FileRow(row.line, {k: (v[0].replace("\r", ""),) for k, v in row.values.items()})
        for row in read.rows()
    ]
    assert rows == ROWS


def test_json_lines_and_parquet(tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    lines = tmp_path / "prompts.jsonl"
    lines.write_text(
        '{"prompt": "a slow pan, then still", "duration": 4, "sound": null}\n'
        '{"prompt": "two\\nlines", "sound": true}\n'
        "[1]\n{\n"
        '{"prompt": ["a \\"fast\\" pan"], "duration": 5.0, "image": ["a.jpg", "b.jpg"]}\n'
        '{"prompt": {"a": 1}}\n'
    )
    found = list(open_file(lines).rows())
    assert [row.values for row in found[:2]] == [row.values for row in ROWS[:2]]
    assert found[4].values == {**ROWS[2].values, "image": ("a.jpg", "b.jpg")}
    assert [row.line for row in found if row.flaw] == [3, 4, 6]
    table = arrow.table(
        {
            "prompt": ["a slow pan, then still", "two\nlines", 'a "fast" pan'],
            "duration": [4.0, None, 5.0],
            "sound": [None, True, None],
        }
    )
    parquet.write_table(table, tmp_path / "prompts.parquet")
    read = open_file(tmp_path / "prompts.parquet")
    assert [row.values for row in read.rows()] == [row.values for row in ROWS]
    assert ([row.line for row in read.rows()], read.unit) == ([1, 2, 3], "row")


def test_what_identifies_a_batch_is_the_file_and_the_options(tmp_path: Path) -> None:
    file, other = tmp_path / "a.csv", tmp_path / "b.csv"
    file.write_text(CSV)
    other.write_text(CSV)
    assert open_file(file).digest(["--model=x"]) == open_file(other).digest(["--model=x"])
    assert open_file(file).digest(["--model=x"]) != open_file(file).digest(["--model=y"])
    other.write_text(CSV.replace("fast", "slow"))
    assert open_file(file).digest([]) != open_file(other).digest([])


def no_pyarrow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    (folder / "a.parquet").write_bytes(b"PAR1")
    return folder / "a.parquet"


def written(name: str, data: bytes) -> Callable[[Path, pytest.MonkeyPatch], Path]:
    def write(folder: Path, _: pytest.MonkeyPatch) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return write


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda folder, _: folder / "no.csv", "cannot be read: No such file"),
        (lambda folder, _: folder, "is none of the files"),
        (written("a.xlsx", b"x"), r"\.csv, \.tsv, \.jsonl or \.parquet"),
        (written("a.csv", b""), "is empty"),
        (written("a.csv", b"\n\n"), "names the columns, and is empty"),
        (written("a.csv", b"a,b,a\n"), "has the column a twice"),
        (written("a.csv", "größe\nä".encode("latin-1")), "not in UTF-8"),
        (written("a.csv", b'a,b\n"x,y\n'), "cannot be read as CSV from line 2 on"),
        (written("a.parquet", b"not parquet"), "cannot be read as Parquet"),
        (no_pyarrow, r"pip install 'reka-notebook\[parquet\]'"),
    ],
)
def test_what_is_no_such_file_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: Callable[[Path, pytest.MonkeyPatch], Path],
    words: str,
) -> None:
    with pytest.raises(BatchFileError, match=words):
        list(open_file(file(tmp_path, monkeypatch)).rows())


def test_a_row_with_too_many_values_is_a_mistake_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("prompt,duration\na slow pan, then still,4\na pan,4\nshort\n")
    first, *rest = open_file(file).rows()
    assert (first.line, first.flaw) == (
        2,
        "has 3 values, and there are 2 columns. Put a value with a comma in quotation marks",
    )
    assert rest == [
        FileRow(3, {"prompt": ("a pan",), "duration": ("4",)}),
        FileRow(4, {"prompt": ("short",)}),
    ]
