"""Test splitting a magic's line into words."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.options.known import UsageError
from reka_notebook.options.line import split, split_line, unquoted


@pytest.mark.parametrize(
    "path",
    [r"C:\Users\me\photo.png", r"\\server\share\new\table.png", r".\n\t\photo.png", "~/photo.png", r"a\\b"],
)
def test_a_path_stays_as_it_is_written(path: str) -> None:
    assert split(f"--image {path} --duration 3") == ["--image", path, "--duration", "3"]
    assert split(f"--image={path}") == [f"--image={path}"]
    assert split_line(f"-i {path} a pan") == ["-i", path, "a", "pan"]
    for mark in "'\"":
        spaced = path.replace("photo", "my photo").replace("new", "new one")
        assert split(f"--image {mark}{spaced}{mark}") == ["--image", spaced]
        assert [unquoted(word) for word in split_line(f"-i {mark}{spaced}{mark} a")] == ["-i", spaced, "a"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"-i my\ photo.jpg", ["-i", "my photo.jpg"]),
        (r'--x "say \"hi\""', ["--x", 'say "hi"']),
        (r"--x it\'s", ["--x", "it's"]),
        ("--x 'it'\"'\"'s'", ["--x", "it's"]),
        ("--x='a b'c", ["--x=a bc"]),
        ("--x ''", ["--x", ""]),
        ("--duration 5  # try longer", ["--duration", "5"]),
        ("--duration 5 #don't", ["--duration", "5"]),
        ("--duration 5;", ["--duration", "5"]),
        ("--as shot ; # quiet", ["--as", "shot"]),
        ("--x 'a # b;'", ["--x", "a # b;"]),
        ("--pad 16:9,#ffffff", ["--pad", "16:9,#ffffff"]),
        ("# all of it", []),
        (";;", []),
        ("--x\N{NO-BREAK SPACE}5\N{IDEOGRAPHIC SPACE}--yes", ["--x", "5", "--yes"]),
        ("--image {{ shot }} --x={{ n }},{{m}}", ["--image", "{{ shot }}", "--x={{ n }},{{m}}"]),
        ("", []),
        ('--sweep x="a, b","c, d" --yes', ["--sweep", 'x="a, b","c, d"', "--yes"]),
        ('--sweep=x="a, b"', ['--sweep=x="a, b"']),
        ('--sweep \'x="a, b","c"\'', ["--sweep", 'x="a, b","c"']),
    ],
)
def test_a_line_of_options(line: str, words: list[str]) -> None:
    assert split(line) == words


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("a slow pan # the first try", "a slow pan"),
        ("a slow pan  #", "a slow pan"),
        ("a slow pan ## really", "a slow pan"),
        ("a slow pan;", "a slow pan"),
        ("a slow pan ;", "a slow pan"),
        ("a slow pan ; ;", "a slow pan"),
        ("a slow pan; # the first try; or the second", "a slow pan"),
        ("it's a pan # don't", "it's a pan"),
        ("shot #3 of the #1 song", "shot #3 of the #1 song"),
        ("C# code; on a screen", "C# code; on a screen"),
        ('a sign that says "shot # 3;" in red', 'a sign that says "shot # 3;" in red'),
        ('"a #sunset # pan;"', '"a #sunset # pan;"'),
        ('the "best" one, it\'s 5" wide', 'the "best" one, it\'s 5" wide'),
        (r"\frac{a}{b} and C:\new", r"\frac{a}{b} and C:\new"),
    ],
)
def test_a_line_with_a_prompt(line: str, prompt: str) -> None:
    assert " ".join(split_line(line)) == prompt


def test_the_values_of_an_option_beside_a_prompt_are_one_word() -> None:
    line = '--sweep negative_prompt="blurry, low quality","text, watermark",dim a pan'
    assert split_line(line) == [
        "--sweep",
        'negative_prompt="blurry, low quality","text, watermark",dim',
        "a",
        "pan",
    ]


@pytest.mark.parametrize("line", ["a pan #sunset", "a pan #comment of mine", "a #-pan"])
def test_what_may_be_a_comment_or_not_is_asked_about(line: str) -> None:
    with pytest.raises(UsageError, match=r"a comment, or part of the prompt\? Nothing was sent"):
        split_line(line)


@pytest.mark.parametrize("line", ["--duration 5 \\", "-i C:\\photos\\", "--x 'a' \\  # more"])
def test_a_line_that_ends_in_a_backslash_is_unfinished(line: str) -> None:
    for read in (split, split_line):
        with pytest.raises(UsageError, match=r"ends in a backslash, so it is unfinished\. Nothing was sent"):
            read(line)


@pytest.mark.parametrize("line", ["--x 'a", '--x "a', '--x a"b c', '-i "C:\\photos\\"'])
def test_a_mark_that_is_not_closed_is_an_error(line: str) -> None:
    with pytest.raises(UsageError, match="is not closed"):
        split(line)


@given(st.lists(st.text(alphabet="ab \\\"'#;=", max_size=6), max_size=4))
def test_what_is_quoted_for_a_shell_is_read_back(words: list[str]) -> None:
    if words[-1:] and shlex.quote(words[-1]) == words[-1]:
        words = [*words, "end"]  # a backslash or a semicolon at the end would be the line's
    assert split(shlex.join(words)) == words
