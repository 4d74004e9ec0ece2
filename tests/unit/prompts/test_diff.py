"""Test finding the words that differ between prompts: by cases, and by what always holds."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.prompts.diff import diff_prompts

CASES = json.loads(Path(__file__).with_name("differing-words.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_words_that_differ_are_marked(case: dict[str, list[str]]) -> None:
    drawn = [
        "".join(f"[{text}]" if differs else text for text, differs in pieces)
        for pieces in diff_prompts(case["prompts"])
    ]
    assert drawn == case["marked"]


prompts = st.lists(
    st.lists(st.sampled_from(["a", "b", ",", " ", "\n", "夜", "é"]) | st.text(max_size=3), max_size=12).map(
        "".join
    ),
    min_size=2,
    max_size=4,
)


@given(prompts)
def test_nothing_is_lost_and_what_is_not_marked_is_in_all(given: list[str]) -> None:
    found = diff_prompts(given)
    assert ["".join(piece.text for piece in pieces) for pieces in found] == given
    same = ["".join(piece.text for piece in pieces if not piece.differs).split() for pieces in found]
    assert len({"".join(words) for words in same}) == 1


def test_very_long_prompts_take_a_moment() -> None:
    began = time.monotonic()
    first, _ = diff_prompts([f"Begin {word * 5000}end" for word in ("a ", "b ")])
    assert [piece.differs for piece in first] == [False, True, False]
    assert time.monotonic() - began < 5
