"""Test values that Python's `submit` cannot use: each is refused in words, and nothing is charged."""

from typing import Any

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.jobs import prepare
from tests.processes import PIXELS

HOLDS_ITSELF: list[Any] = []
HOLDS_ITSELF.append(HOLDS_ITSELF)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"prompt": "\u200b"}, "needs a prompt"),
        ({"prompt": " \ufeff\n\0\u202e"}, "needs a prompt"),
        ({"model": 5}, "The model is named in text"),
        ({"take": 10**30}, "the number of a take"),
        ({"undeclared": "seed"}, "a dict"),
        ({"undeclared": [1]}, "a dict"),
        ({"undeclared": {None: 1}}, "is text, and not None"),
        ({"undeclared": {5: 1}}, "is text, and not 5"),
        ({"undeclared": {"": 1}}, "is text, and not ''"),
        ({"undeclared": {"extra": HOLDS_ITSELF}}, "holds itself"),
        ({"images": {"start": ""}}, "the path is empty"),
        ({"images": {"start": "  "}}, "the path is empty"),
    ],
)
def test_what_is_no_request_is_refused_in_words(process, given: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"prompt": "A pan", "images": {"start": PIXELS}, "model": "kling-v3-pro", **given}
    with pytest.raises(RekaError) as refused:
        prepare(process.controller.catalogue, asked.pop("prompt"), asked.pop("images"), **asked)
    assert said in str(refused.value)


@pytest.mark.parametrize("prompt", ["\N{GRINNING FACE}", "a\u200bb", "\u0f00", "."])
def test_a_prompt_of_which_something_is_seen_is_sent_as_it_is(process, prompt: str) -> None:
    made = prepare(process.controller.catalogue, prompt, {"start": PIXELS}, model="kling-v3-pro")
    assert made.request.prompt == prompt
