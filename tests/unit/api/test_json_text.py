"""Test reading JSON as services, gateways and their mistakes write it."""

import json
import time

import pytest

from reka_notebook.api.reading.json_text import DEEPEST, read_json

SAID = {"request_id": "r", "status": "COMPLETED", "output": {"video_url": "https://a.test/b.mp4?x=1,2"}}
PLAIN = json.dumps(SAID)
BEGUN = PLAIN[:-1].encode()

ODD = {
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "UTF-16, big end first": PLAIN.encode("utf-16-be"),
    "UTF-32": PLAIN.encode("utf-32"),
    "NaN": BEGUN + b', "m": NaN, "n": -Infinity, "o": Infinity, "p": nan, "q": -inf}',
    "a number without end": BEGUN + b', "m": 1e999}',
    "an integer of 4,400 digits": BEGUN + b', "m": ' + b"9" * 4400 + b"}",
    "a Latin-1 byte": BEGUN + b', "log": "caf\xe9"}',
    "half an emoji": BEGUN + b', "log": "\\ud83d"}',
    "half an emoji in bytes": BEGUN + b', "log": "\xed\xa0\xbd"}',
    "control characters": BEGUN + b', "log": "a\x01\n\tb"}',
    "escapes that are none": BEGUN + b', "log": "\\x41 \\q \\\' \\u12"}',
    "a comma too many": BEGUN + b", }",
    "a comma too many, deep": BEGUN + b', "a": [1, 2, ], "b": {"c": 1,},}',
    "something after it": PLAIN.encode() + b"<!-- served by edge 7 -->",
    "brackets after it": PLAIN.encode() + b"}}]",
    "a prefix against scripts": b")]}',\n" + PLAIN.encode(),
    "a loop against scripts": b"while(1);" + PLAIN.encode(),
    "a call": b"callback(" + PLAIN.encode() + b");",
    "a comment": b"/* hello */ " + PLAIN.encode(),
    "JSON in a string": json.dumps(PLAIN).encode(),
    "JSON in a string in a string": json.dumps(json.dumps(PLAIN)).encode(),
    "a list of one": b"[" + PLAIN.encode() + b"]",
    "JSON lines": b'{"status": "IN_PROGRESS"}\n' + PLAIN.encode() + b"\n",
    "a stream of events": b'event: status\ndata: {"status": "X"}\n\nid: 7\ndata: ' + PLAIN.encode() + b"\n\n",
    "zeros after it": PLAIN.encode() + b"\0\0\0",
    "a zero before it": b"\0" + PLAIN.encode(),
    "invisible characters before it": "\u200b\ufeff\xa0".encode() + PLAIN.encode(),
    "lists 3,000 deep": BEGUN + b', "d": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    "objects 100,000 deep": BEGUN + b', "d": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "Python": repr(SAID)[:-1].encode() + b", 'ok': True, 'error': None}",
    "names without quotes": b'{request_id: r, status: COMPLETED, "output": {video_url: "https://a.test/b.mp4?x=1,2"}}',
    "numbers of other languages": BEGUN + b', "a": 01, "b": .5, "c": +1, "d": 0x1F, "e": undefined}',
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_not_quite_json_is_read(kind: str) -> None:
    value = read_json(ODD[kind]).value
    assert {name: value[name] for name in SAID} == SAID


def test_what_is_json_is_read_strictly_and_its_text_is_not_kept() -> None:
    assert read_json(PLAIN.encode()) == (SAID, None)
    assert read_json(BEGUN + b', "m": NaN}').text == BEGUN.decode() + ', "m": NaN}'


def test_what_is_not_finite_is_null() -> None:
    value = read_json(b'{"a": NaN, "b": -Infinity, "c": [Infinity], "d": "NaN"}').value
    assert value == {"a": None, "b": None, "c": [None], "d": "NaN"}


def test_a_character_set_that_is_told_is_believed_where_utf_8_fails() -> None:
    body = '{"a": "größe"}'.encode("latin-1")
    assert read_json(body, "application/json; charset=iso-8859-1").value == {"a": "größe"}
    assert read_json(body, "application/json; charset=rot13").value == {"a": "gr\ufffd\ufffde"}
    assert read_json('{"a": "größe"}'.encode(), "application/json; charset=latin-1").value == {"a": "größe"}


def test_what_is_nested_without_end_is_cut() -> None:
    value, depth = read_json(b"[" * 100_000 + b"]" * 100_000).value, 0
    while isinstance(value, list) and value:
        value, depth = value[0], depth + 1
    assert depth <= DEEPEST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0",
        b"hello",
        b"<html>{}</html>",
        b'{"a":',
        b'{"sta',
        b'{"a": "' + b"\\" * 100_001,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'\\"' * 100_000,
        b"{" + b"'" * 100_001,
        b"\xff\xfe",
    ],
)
def test_what_is_no_json_is_an_error_soon(body: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        read_json(body)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("value", "times"), [(b"[],", 3_000_000), (b"1,", 17_000_000)])
def test_what_would_fill_the_memory_is_not_read(value: bytes, times: int) -> None:
    with pytest.raises(ValueError, match="too many values"):
        read_json(b"[" + value * times + b"0]")


def test_a_film_in_base64_is_read_however_large() -> None:
    film = b"AAAA" * 2**22
    assert len(read_json(b'{"video": "' + film + b'"}').value["video"]) == len(film)
    assert len(read_json(b'{"video": "' + film + b'", "m": NaN}').value["video"]) == len(film)
