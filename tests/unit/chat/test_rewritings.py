"""Test that rewritings are found in whatever a chat model makes of the request for a list."""

import pytest

from reka_notebook.chat.outcomes import Asked, Suggestions, read_description
from reka_notebook.chat.rewritings import read_rewritings
from reka_notebook.prompts import PromptError, parse

THREE = ["A slow pan at dawn", "A fast pan at noon", "A still view, at dusk"]


@pytest.mark.parametrize(
    "text",
    [
        '["A slow pan at dawn", "A fast pan at noon", "A still view, at dusk"]',
        'Sure!\n```json\n["A slow pan at dawn",\n "A fast pan at noon",\n "A still view, at dusk",\n]\n```\nEnjoy!',
        '```\n["A slow pan at dawn", "A fast pan at noon", "A still view, at dusk"]',
        '{"prompts": ["A slow pan at dawn", "A fast pan at noon", "A still view, at dusk"]}',
        '{"1": "A slow pan at dawn", "2": "A fast pan at noon", "3": "A still view, at dusk"}',
        '[{"prompt": "A slow pan at dawn"}, {"prompt": "A fast pan at noon"}, {"prompt": "A still view, at dusk"}]',
        "1. A slow pan at dawn\n2. A fast pan at noon\n3. A still view, at dusk",
        '1) "A slow pan at dawn"\n\n2) "A fast pan at noon"\n\n3) "A still view, at dusk"\n\nAnything else?',
        "**1.** A slow pan at dawn\n**2.** A fast pan at noon\n**3.** A still view, at dusk",
        "Here they are:\n\n- **A slow pan at dawn**\n- **A fast pan at noon**\n- **A still view, at dusk**",
        "Rewriting 1: A slow pan at dawn\nRewriting 2: A fast pan at noon\nRewriting 3: A still view, at dusk",
        "A slow pan\nat dawn\n\nA fast pan\nat noon\n\nA still view,\nat dusk",
        "A slow pan at dawn\n---\nA fast pan at noon\n---\nA still view, at dusk",
    ],
)
def test_lists_of_any_shape(text):
    assert read_rewritings(text, "A pan", 3) == THREE


def test_the_prompt_itself_and_repeats_are_left_out():
    text = '["a pan.", "A slow pan", "a  slow PAN", "A fast pan", "A wide pan"]'
    assert read_rewritings(text, "A pan", 2) == ["A slow pan", "A fast pan"]


@pytest.mark.parametrize("text", ["", "[]", "A pan", "[1, 2]", "[" * 5000])
def test_nothing_to_find(text):
    assert [one for one in read_rewritings(text, "A pan", 3) if "[" not in one and "1" not in one] == []


def suggestions(*texts):
    return Suggestions("A pan", texts, Asked("mine", "", ""))


def test_a_list_of_texts():
    made = suggestions("a", "b", "c")
    assert (made[1], made[:2], len(made), list(made)) == ("b", ("a", "b"), 3, ["a", "b", "c"])
    assert repr(made) == "1. a\n2. b\n3. c"


def test_all_of_them_as_a_sweep():
    texts = ("a | b", "{c} d", "back\\slash }}", "plain")
    sweep = suggestions(*texts).sweep
    [alternatives] = parse(sweep)
    assert alternatives.values == texts
    assert suggestions("only one").sweep == "only one"


def test_alternatives_do_not_hold_others():
    with pytest.raises(PromptError, match="Take one of them"):
        _ = suggestions("a {{slow|fast}} pan", "b").sweep


@pytest.mark.parametrize(
    ("text", "seen", "missing"),
    [
        ("Seen: A boat.\nMissing: The moon.", "A boat.", "The moon."),
        ("**Seen:** A boat.\n\n**Missing:** Nothing.", "A boat.", "Nothing."),
        ("seen: A boat\nthat moves", "A boat that moves", ""),
        ("A boat.", "A boat.", ""),
    ],
)
def test_what_is_seen_and_what_is_missing(text, seen, missing):
    assert read_description(text) == (seen, missing)
