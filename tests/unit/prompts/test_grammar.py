"""What is written is read as it was meant, or refused in words: nothing is paid for by a misread brace."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.prompts import Alternatives, PromptError, Variable, escaped, fill, parse, written

ODD = st.text(alphabet="ab{}|\\ .\n", max_size=24)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
VARIABLES = st.builds(Variable, NAMES, st.lists(NAMES | st.integers(-99, 99), max_size=3).map(tuple))
ALTERNATIVES = st.builds(Alternatives, st.lists(ODD, min_size=2, max_size=4).map(tuple))
PARTS = st.lists(ODD.filter(bool) | VARIABLES | ALTERNATIVES, max_size=6)


def joined(parts):
    """Neighbouring texts as one."""
    merged = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


@given(PARTS)
def test_every_prompt_can_be_written_and_is_read_again(parts) -> None:
    parts = joined(parts)
    assert parse(written(parts)) == parts


@given(ODD)
def test_any_text_can_be_escaped(text: str) -> None:
    assert parse(escaped(text)) == ((text,) if text else ())


@given(ODD)
def test_whatever_is_read_is_written_as_the_same(text: str) -> None:
    try:
        parts = parse(text)
    except PromptError as error:
        refusal = error
    else:
        assert parse(written(parts)) == parts
        return
    assert refusal.place is not None
    assert text[refusal.place :].startswith("{{")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("a slow pan", ("a slow pan",)),
        (
            "{{slow|fast}} dolly in, {{dawn|noon}}",
            (Alternatives(("slow", "fast")), " dolly in, ", Alternatives(("dawn", "noon"))),
        ),
        ("a {{|very }}slow pan", ("a ", Alternatives(("", "very ")), "slow pan")),
        ("{{|}}", (Alternatives(("", "")),)),
        ("{{ name }}", (Variable("name"),)),
        ("{{shot.words[0]}}", (Variable("shot", ("words", 0)),)),
        ("{{größe[-1].é}}", (Variable("größe", (-1, "é")),)),
        ('{"a": {"b": 1}} \\frac{a}{b} }}', ('{"a": {"b": 1}} \\frac{a}{b} }}',)),
        ("{{\\frac{a}{b}|{x|y}}}", (Alternatives(("\\frac{a}{b}", "{x|y}")),)),
        ("{{{a|b}}", ("{", Alternatives(("a", "b")))),
        ("\\{{a|b}}", ("{{a|b}}",)),
        ("\\\\{{a|b}}", ("\\", Alternatives(("a", "b")))),
        ("{{a\\|b|c}}", (Alternatives(("a|b", "c")),)),
    ],
)
def test_read(text: str, parts) -> None:
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a {{slow|fast dolly", 2, "“{{slow|fast dolly” is not closed. Close it with }}, or write \\{{"),
        ("{{", 0, "“{{” is not closed"),
        ("a {{dawn, noon}}", 2, "“{{dawn, noon}}” is neither a variable nor alternatives"),
        ("{{}}", 0, "“{{}}” is neither"),
        ("{{a[b]}}", 0, "neither"),
        ("{{a.b()}}", 0, "neither"),
        ("{{a|{{b|c}}}}", 4, "There is a {{ inside of “{{a|{{b|c}}}}”"),
    ],
)
def test_refused_with_its_place(text: str, place: int, said: str) -> None:
    with pytest.raises(PromptError, match=re.escape(said)) as refused:
        parse(text)
    assert (refused.value.place, refused.value.field) == (place, "prompt")


class Shot:
    words = ("dawn", "{{noon|dusk}}")


def test_variables_are_filled_and_their_braces_mean_nothing() -> None:
    parts = parse("{{pace}} at {{shot.words[1]}}, {{n}} gulls{{|!}}")
    namespace = {"pace": "slow", "shot": Shot(), "n": 3}
    assert fill(parts, namespace) == ("slow at {{noon|dusk}}, 3 gulls", Alternatives(("", "!")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{pase}}", "no variable 'pase'. Is it pace?"),
        ("{{shot.word}}", "shot has no attribute 'word'. Is it words?"),
        ("{{shot.words[7]}}", "shot.words[7] cannot be had: IndexError"),
        ("{{shot.words}}", "shot.words is a tuple. A prompt takes text or a number."),
    ],
)
def test_what_cannot_be_filled_is_said(text: str, said: str) -> None:
    with pytest.raises(PromptError, match=re.escape(said)):
        fill(parse(text), {"pace": "slow", "shot": Shot()})
