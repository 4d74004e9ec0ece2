"""The address of a team's database: what is one, and that its password is shown nowhere."""

import copy
import pickle
import re
import traceback

import pytest

from reka_notebook.library import LibraryError
from reka_notebook.library.rows.address import DatabaseAddress, is_address

HIDDEN = "never-shown-4417"


@pytest.fixture(autouse=True)
def no_settings_of_the_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"postgresql://ada:{HIDDEN}@db.test:5433/team", "postgresql://ada@db.test:5433/team"),
        (
            f"postgres://db.test/team?password={HIDDEN}&sslmode=require",
            "postgresql://db.test/team?sslmode=require",
        ),
        (f"postgresql://a,b:5432/team?sslpassword={HIDDEN}&options=-c%20x", "postgresql://a,b:5432/team"),
        (f"postgresql://ada%40x:{HIDDEN}@[::1]/team", "postgresql://ada%40x@[::1]/team"),
        (
            f"postgresql:///team?host=/run/pg&user=ada&password={HIDDEN}",
            "postgresql:///team?host=/run/pg&user=ada",
        ),
    ],
)
def test_an_address_is_shown_and_copied_without_its_password(text: str, shown: str) -> None:
    address = DatabaseAddress(text)
    copied = pickle.loads(pickle.dumps(address))
    assert str(address) == str(copied) == str(copy.copy(address)) == shown
    assert HIDDEN not in f"{address!r} {copied!r} {copied.reveal()} {address.folder}"
    assert address.reveal() == text
    assert address.folder == copied.folder
    assert is_address(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"mysql://ada:{HIDDEN}@h/team", "does not begin with postgresql://"),
        (f"postgresql+psycopg://ada:{HIDDEN}@h/team", "does not begin with postgresql://"),
        (f"postgresql://ada:{HIDDEN}@h", "names no database"),
        (f"postgresql://ada:{HIDDEN}@h:70000/team", "has a port that is not a number"),
        (f"postgresql://ada:{HIDDEN}@x@h/team", "%40"),
        (f"postgresql://ada:1/{HIDDEN}@h/team", "%40"),
        (f"postgresql://ada:1/x?{HIDDEN}@h/team", "%40"),
        (f"postgresql://ada:{HIDDEN}#@h/team", "%40"),
        (f"postgresql://ada:{HIDDEN} x@h/team", "has a space"),
        (f"postgresql://ada:{HIDDEN}@h/team?sslmode=prefer", "sslmode=prefer"),
        (f"postgresql://ada:{HIDDEN}@h/team?no%20such=1", "cannot be read"),
    ],
)
def test_what_is_no_address_is_said_without_showing_it(text: str, words: str) -> None:
    with pytest.raises(LibraryError, match=re.escape(words)) as raised:
        DatabaseAddress(text).parameters()
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    assert HIDDEN not in "".join(told.format()).replace(repr(text), "")
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("postgresql://localhost/team", None),
        ("postgresql://127.3.0.1:5/team?sslmode=disable", "disable"),
        ("postgresql://[::1]/team", None),
        ("postgresql:///team", None),
        ("postgresql://%2Frun%2Fpg/team", None),
        ("postgresql://db.test/team", "require"),
        ("postgresql://localhost,db.test/team", "require"),
        ("postgresql://localhost/team?hostaddr=192.0.2.1", "require"),
        ("postgresql:///team?service=ours", "require"),
        ("postgresql://db.test/team?sslmode=verify-full", "verify-full"),
    ],
)
def test_tls_is_demanded_but_on_this_machine(text: str, mode: str | None) -> None:
    assert DatabaseAddress(text).parameters().get("sslmode") == mode


def test_the_environment_cannot_turn_tls_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.test")
    assert DatabaseAddress("postgresql:///team").parameters()["sslmode"] == "require"
    monkeypatch.setenv("PGSSLMODE", "allow")
    with pytest.raises(LibraryError, match="PGSSLMODE is allow"):
        DatabaseAddress("postgresql:///team").parameters()
    monkeypatch.setenv("PGSSLMODE", "verify-ca")
    assert DatabaseAddress("postgresql:///team").parameters()["sslmode"] == "verify-ca"
