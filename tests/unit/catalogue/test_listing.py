"""Test reading several values from one text, where each misread value would be charged."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.catalogue import values_of


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('"blurry, low quality","text, watermark"', ["blurry, low quality", "text, watermark"]),
        ("3,4", ["3", "4"]),
        (" a , b c ", ["a", "b c"]),
        ('"a, b" , "c"', ["a, b", "c"]),
        ('plain,"a, b",plain', ["plain", "a, b", "plain"]),
        ('"say ""hi"", please"', ['say "hi", please']),
        ("'a, b','it''s'", ["a, b", "it's"]),
        ('"it\'s",\'"hi"\'', ["it's", '"hi"']),
        ('""', [""]),
        ('"",text', ["", "text"]),
        ('" kept "', [" kept "]),
        ("it's,5\" wide", ["it's", '5" wide']),
        ('{"a": 1, "b": [2, 3]},{}', ['{"a": 1, "b": [2, 3]}', "{}"]),
        ('["x, y", "z"] , [1]', ['["x, y", "z"]', "[1]"]),
        ("shots[0],shots[1]", ["shots[0]", "shots[1]"]),
        ("[wide] a dog,b", ["[wide] a dog", "b"]),
        ("{{x}},{{y.z[0]}}", ["{{x}}", "{{y.z[0]}}"]),
        ("“c”,„d“,a\\", ["“c”", "„d“", "a\\"]),
    ],
)
def test_read(text: str, values: list[str]) -> None:
    assert values_of(text) == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"blurry, low quality', "quotation mark before “blurry, low quality” is not closed"),
        ('a,"b', "before “b” is not closed"),
        ("'tis, b", "before “tis, b” is not closed"),
        ('"a" b', "“b” follows a closed quotation mark"),
        ('"a"b",c', "follows a closed quotation mark"),
        ('{"a": 1} b', "“b” follows a closed quotation mark or bracket"),
        ("a,,b", "nothing stands between two commas"),
        ("a,", "nothing stands between two commas, or behind the last"),
        (",a", "nothing stands between two commas"),
        ("", "nothing stands"),
        ("{a, b}", "a comma stands in the brackets of “{a, b}”"),
        ("blurry (soft, dim),c", "a comma stands in the brackets of “blurry (soft, dim),c”"),
        ("“blurry, low quality”,“text”", "typographic quotation marks of ““blurry, low quality”"),
        ("„a, b“,c", "use straight ones"),
        ("«a, b»", "use straight ones"),
        ("‘a, b’", "use straight ones"),
        ('a "soft, dim" light', "a comma stands between the quotation marks"),
        (r"blurry\, low quality,text", "a comma stands behind the backslash"),
    ],
)
def test_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        values_of(text)


@given(st.lists(st.text(alphabet="ab ,\"'[{\n", min_size=1, max_size=8), min_size=1, max_size=5))
def test_what_pythons_csv_has_quoted_is_read_as_it_was(values: list[str]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="").writerow(values)
    assert values_of(written.getvalue()) == values
