"""Test that a secret is found however the one who sends it back has written it."""

import base64
import html
import json
import os
import time
from urllib.parse import quote

import pytest

from reka_notebook.redaction import HIDDEN, Redactor

SECRET = "rk-51kep-never-shown-90210"


def each(form: str) -> str:
    return "".join(form.format(ord(character)) for character in SECRET)


FORMS = {
    "as it is": SECRET,
    "capitals": SECRET.upper(),
    "JSON": each("\\u{:04x}"),
    "JSON in JSON": json.dumps(each("\\u{:04X}"))[1:-1],
    "JavaScript": each("\\x{:02x}"),
    "octal": each("\\{:03o}"),
    "braces": each("\\u{{{:x}}}"),
    "percent": each("%{:02X}"),
    "percent twice": each("%25{:02x}"),
    "URL": quote(SECRET, safe="").replace("-", "%2D"),
    "HTML": each("&#{};"),
    "HTML hex": each("&#x{:X};"),
    "HTML zeros": each("&#{:05}"),
    "HTML twice": html.escape(each("&#{};")),
    "quoted printable": each("={:02X}"),
    "over lines": SECRET[:9] + "\r\n    " + SECRET[9:],
    "a line each": "\n".join(SECRET),
    "with zeros": "\0".join(SECRET),
    "with invisible characters": "\u200b".join(SECRET),
    "in colours": f"{SECRET[:5]}\x1b[31m{SECRET[5:]}",
    "escaped": SECRET.replace("-", "\\-"),
    "hex": SECRET.encode().hex(),
    "hex apart": SECRET.encode().hex(":").upper(),
    "cut short": SECRET[:20],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_taken_out(form: str) -> None:
    redactor = Redactor(SECRET)
    clean = redactor.text(f"you sent {FORMS[form]} to us")
    assert clean == f"you sent {HIDDEN} to us"
    assert HIDDEN in redactor.text("z" * 100_000 + f" <{FORMS[form]}>")


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "Bearer "])
@pytest.mark.parametrize("after", ["", "x", "xy", "\n"])
@pytest.mark.parametrize("secret", [SECRET, "a+/b=c9Z" * 3])
def test_it_is_taken_out_of_base64_wherever_it_begins(before: str, after: str, secret: str) -> None:
    redactor = Redactor(secret)
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes):
        encoded = encode(f"{before}{secret}{after}".encode()).decode()
        assert HIDDEN in redactor.text(encoded)
        assert HIDDEN in redactor.text("A" * 100_000 + encoded)


def test_bytes_stay_as_many_as_they_were() -> None:
    redactor = Redactor(SECRET)
    for start in (b"<html>", b"\0\0\0\x18ftyp"):
        clean = redactor.data(start + SECRET.encode() + b"\xff")
        assert clean == start + b"*" * len(SECRET) + b"\xff"


def test_other_texts_stay_as_they_are() -> None:
    redactor = Redactor(SECRET)
    for text in ("", "rk-51", "the key rk-… was refused", "r" * 1000, "%72%6b", "\\u0072", "&#114;"):
        assert redactor.text(text) == text
    assert Redactor("abc").text("an abc of %61%62%63") == f"an {HIDDEN} of %61%62%63"


def test_a_film_in_base64_takes_no_time() -> None:
    film = base64.b64encode(os.urandom(6 * 2**20)).decode()
    began = time.monotonic()
    assert Redactor(SECRET).text(film) == film
    assert time.monotonic() - began < 3


def test_it_does_not_show_itself() -> None:
    redactor = Redactor(SECRET)
    redactor.text("x")
    assert SECRET not in f"{redactor} {redactor!r}"


@pytest.mark.parametrize("text", ["\\", "r\\", "%25", "&amp;", "r<a>", "r ", "0", "&#0", "\\u0", "\\u{0"])
def test_no_text_takes_long(text: str) -> None:
    began = time.monotonic()
    Redactor(SECRET).text(text * (100_000 // len(text)))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("secret", ["x", "0", "me", "27", "key", "ama", "media"])
def test_a_short_key_that_is_part_of_words_leaves_them_alone(secret: str) -> None:
    address = "http://127.0.0.1/sandbox/mediafile/027?X-Amz-Expires=3600&keys=1"
    assert Redactor(secret).text(address) == address
    assert Redactor(secret).data(address.encode()) == address.encode()


@pytest.mark.parametrize("secret", ["m", "1", "me", "27"])
def test_a_key_of_one_or_two_characters_is_none(secret: str) -> None:
    text = "http://127.0.0.1/m/me/27?m=1"
    assert Redactor(secret).text(f"Bearer {secret} {text}") == f"Bearer {secret} {text}"


def test_a_short_key_is_hidden_where_it_stands_alone() -> None:
    assert Redactor("abc").text("Bearer abc, abcs, xabc") == "Bearer [the API key], abcs, xabc"
    assert Redactor("s3cret").text("Bearer s3cret, s3crets") == "Bearer [the API key], s3crets"
