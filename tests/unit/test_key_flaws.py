"""Test that what is pasted in place of an API key is named as what it is, unshown, before it is sent."""

import traceback
from pathlib import Path

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.key import Key, find_key

SECRET = "rk51kepnevershown90210"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f'"{SECRET}"', "quotes around it"),
        (f"'{SECRET}'", "quotes around it"),
        (f"“{SECRET}”", "quotes around it"),
        (f"‘{SECRET}’", "quotes around it"),
        (f"`{SECRET}`", "quotes around it"),
        (f"{SECRET}'", "quotes around it"),
        (f"REKA_API_KEY={SECRET}", "a name before the key"),
        (f'REKA_API_KEY="{SECRET}"', "a name before the key"),
        (f"export REKA_API_KEY={SECRET}", "a name before the key"),
        (f"export REKA_API_KEY='{SECRET}'", "a name before the key"),
        (f"set REKA_API_KEY={SECRET}", "a name before the key"),
        (f"setx REKA_API_KEY {SECRET}", "a name before the key"),
        (f"$env:REKA_API_KEY = {SECRET}", "a name before the key"),
        (f"%env REKA_API_KEY={SECRET}", "a name before the key"),
        (f"REKA_API_KEY: {SECRET}", "a name before the key"),
        (f"api_key = {SECRET}", "a name before the key"),
        (f"token={SECRET}", "a name before the key"),
        (f"REKA={SECRET}", "a name before the key"),
        (f"Bearer {SECRET}", "'Bearer' or the name of a header"),
        (f"bearer:{SECRET}", "'Bearer' or the name of a header"),
        (f"Authorization: Bearer {SECRET}", "'Bearer' or the name of a header"),
        (f"X-Api-Key: {SECRET}", "a name before the key"),
        ("<your key>", "a placeholder"),
        ("<REKA_API_KEY>", "a placeholder"),
        ("…", "a placeholder"),
        ("...", "a placeholder"),
        (f"{SECRET[:6]}…{SECRET[-4:]}", "a placeholder"),
        (f"{SECRET[:6]}****", "a placeholder"),
        ("••••••••", "a placeholder"),
        ("your-api-key", "a placeholder"),
        ("YOUR_API_KEY_HERE", "a placeholder"),
        ("your_reka_key", "a placeholder"),
        ("xxxxxxxx", "a placeholder"),
        ("sk-xxxxxxxx", "a placeholder"),
        ("None", "a placeholder"),
        ("null", "a placeholder"),
        ("$REKA_API_KEY", "the name of a variable"),
        ("${REKA_API_KEY}", "the name of a variable"),
        ("%REKA_API_KEY%", "the name of a variable"),
        ("$(cat /run/secrets/reka)", "the name of a variable"),
        (f'{{"api_key": "{SECRET}"}}', "JSON"),
        (f'["{SECRET}"]', "JSON"),
        ("~/.reka/key", "the path of a file"),
        ("./key.txt", "the path of a file"),
        ("/run/secrets/reka", "the path of a file"),
        ("C:\\Users\\me\\key.txt", "the path of a file"),
        ("https://app.reka.ai/keys", "an address"),
        (f"{SECRET}\n{SECRET}", "more than one line"),
        (f"{SECRET} and more", "characters that no key has"),
        (f"{SECRET}\u200b", "characters that no key has"),
        (f"\ufeff{SECRET}", "characters that no key has"),
        (f"{SECRET}\x1b[0m", "characters that no key has"),
        ("", "is empty"),
        ("ab" * 600, "has 1200 characters"),
    ],
)
def test_what_is_no_key_is_said_as_what_it_is(given: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RekaError) as caught:
        Key(given, "REKA_API_KEY")
    words = str(caught.value)
    assert words.startswith("The API key in REKA_API_KEY ")
    assert said in words
    assert SECRET not in words
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert SECRET not in shown.split("key.py")[-1]


def test_the_name_of_a_file_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rekakey").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RekaError, match="the name of a file"):
        Key("rekakey")


@pytest.mark.parametrize(
    "given",
    [
        SECRET,
        f" {SECRET}\r\n",
        f"{SECRET}\n",
        f"\t{SECRET}",
        "rk-51kep-never-shown-90210",
        "sk_live_51H8xk2eZvKYlo2C",
        "a3f5" * 16,
        "dGhpcyBpcyBhIGtleQ==",
        "keyABC/def+ghi==",
        "3fa85f64-5717-4562-b3fc-2c963f66afa6:9d0c2a1b",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "/abcDEF123+xyz",
        "mykey123",
    ],
)
def test_what_may_be_a_key_is_taken_as_it_is(given: str) -> None:
    assert Key(given).reveal() == given.strip()


def test_the_place_where_it_was_found_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REKA_API_TOKEN", f"'{SECRET}'")
    with pytest.raises(RekaError, match=r"^The API key in REKA_API_TOKEN has quotes around it"):
        find_key()
    monkeypatch.delenv("REKA_API_TOKEN")
    monkeypatch.setattr("keyring.get_password", lambda *_: f"Bearer {SECRET}")
    with pytest.raises(RekaError, match=r"^The API key in the keyring has 'Bearer'"):
        find_key()
    with pytest.raises(RekaError, match=r"^The API key has quotes"):
        find_key(f'"{SECRET}"')
