"""Test that a prompt is read as it was meant, or refused in words: no misread brace is charged."""

import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.prompts import Alternatives, PromptError, Variable, escape, fill, parse

ODD = st.text(alphabet="ab{}|\\ .\n", max_size=24)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
VARIABLES = st.builds(Variable, NAMES, st.lists(NAMES | st.integers(-99, 99), max_size=3).map(tuple))
ALTERNATIVES = st.builds(Alternatives, st.lists(ODD, min_size=2, max_size=4).map(tuple))
PARTS = st.lists(ODD.filter(bool) | VARIABLES | ALTERNATIVES, max_size=6)


def joined(parts):
    """Return the parts with neighbouring texts joined."""
    merged = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


def written(parts) -> str:
    """Return the text that these parts are read from."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += escape(part)
            continue
        # A backslash before an opening would escape it, also over one more brace.
        text = re.sub(r"(\\+)(\{?)\Z", r"\1\1\2", text)
        inside = (
            "|".join(re.sub(r"[|{}\\]", r"\\\g<0>", value) for value in part.values)
            if isinstance(part, Alternatives)
            else str(part)
        )
        text += "{{" + inside + "}}"
    return text


@given(PARTS)
def test_every_prompt_can_be_written_and_is_read_again(parts) -> None:
    parts = joined(parts)
    assert parse(written(parts)) == parts


@given(ODD)
def test_any_text_can_be_escaped(text: str) -> None:
    assert parse(escape(text)) == ((text,) if text else ())


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


def test_a_backslash_before_a_new_line_is_written_once() -> None:
    parts = ("\\\n", Variable("x"))
    assert parse(written(parts)) == parts


class Shot:
    words = ("dawn", "{{noon|dusk}}")


def test_variables_are_filled_and_their_braces_mean_nothing() -> None:
    parts = parse("{{pace}} at {{shot.words[1]}}, {{n}} gulls{{|!}}")
    namespace = {"pace": "slow", "shot": Shot(), "n": 3}
    assert fill(parts, namespace) == ("slow at {{noon|dusk}}, 3 gulls", Alternatives(("", "!")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{pase}}", "no variable 'pase'. Did you mean pace?"),
        ("{{shot.word}}", "shot has no attribute 'word'. Did you mean words?"),
        ("{{shot.words[7]}}", "shot.words[7] cannot be had: IndexError"),
        ("{{shot.words}}", "shot.words is a tuple. A prompt takes text or a number."),
        ("{{many}}", "many is too large a number for a prompt"),
    ],
)
def test_what_cannot_be_filled_is_said(text: str, said: str) -> None:
    with pytest.raises(PromptError, match=re.escape(said)):
        fill(parse(text), {"pace": "slow", "shot": Shot(), "many": 10**5000})


class Secretive:
    """Stand in for a client that holds a key: behind names with an underscore, and in its repr."""

    _key = "rk_live_1"
    words = ("dawn",)

    def __repr__(self) -> str:
        return "<Secretive rk_live_1 at 0x7f00>"

    @property
    def broken(self) -> str:
        raise KeyError("no " + "x" * 5000)


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("{{x._key}}", "_key"),
        ("{{x._key._value}}", "_key"),
        ("{{x.__class__.__name__}}", "__class__"),
        ("{{x.__dict__}}", "__dict__"),
        ("{{x.words.__len__}}", "__len__"),
        ("{{x.words[0].__class__}}", "__class__"),
        ("{{_key}}", "_key"),
        ("{{_}}", "_"),
        ("{{__builtins__}}", "__builtins__"),
        ("{{_ih[1]}}", "_ih"),
        ("a {{ x._key }} b {{slow|fast}}", "_key"),
    ],
)
def test_names_that_begin_with_an_underscore_are_refused(text: str, private: str) -> None:
    namespace = {"x": Secretive(), "_key": "rk_live_1", "_": "rk_live_1", "_ih": ["", "rk_live_1"]}
    with pytest.raises(
        PromptError, match=rf"{private} begins with an underscore.*Nothing was sent"
    ) as refused:
        fill(parse(text), namespace)
    assert "rk_live" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("x", "x.words", "x!r", "x:s", "x['_key']", "x[_key]", "getattr(x,'words')", "x.words.count"),
        *("x.\uff3fkey", "x.broken", "none", "raw", "several"),
    ],
)
def test_nothing_but_text_and_numbers_is_put_into_a_prompt(text: str) -> None:
    namespace = {"x": Secretive(), "none": None, "raw": b"rk_live_1", "several": ["rk_live_1"]}
    with pytest.raises(PromptError) as refused:
        fill(parse(f"{{{{{text}}}}}"), namespace)
    assert "rk_live" not in str(refused.value)
    assert "0x7f" not in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.int64(3), "3"),
        (np.float32(0.7), "0.7"),
        (np.float64(1.5), "1.5"),
        (np.bool_(True), "True"),
        (np.array(3), "3"),
        (np.str_("dawn"), "dawn"),
        (Decimal("0.10"), "0.10"),
    ],
)
def test_scalars_of_other_libraries_are_numbers_and_text(value: object, text: str) -> None:
    assert fill(parse("{{x}}"), {"x": value}) == (text,)
