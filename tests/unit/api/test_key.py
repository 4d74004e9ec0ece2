import pickle
import traceback

import keyring
import pytest
from keyring.backend import KeyringBackend

from reka_notebook.errors import RekaError
from reka_notebook.key import ENVIRONMENT, Key, find_key

SECRET = "rk-abc123-secret"


class MemoryKeyring(KeyringBackend):
    """Stand in for an operating system's keyring."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.held = {("reka-notebook", "api-key"): "from-keyring"}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


def test_the_key_is_looked_for_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_key() is None
    assert find_key(ask=lambda: "from-prompt").reveal() == "from-prompt"
    keyring.set_keyring(MemoryKeyring())
    assert find_key(ask=lambda: pytest.fail("asked all the same")).reveal() == "from-keyring"
    for name in reversed(ENVIRONMENT):
        monkeypatch.setenv(name, f"from-{name}")
        assert find_key().reveal() == f"from-{name}"
    assert find_key("given").reveal() == "given"


def test_a_key_never_shows_itself() -> None:
    key = Key(f" {SECRET}\n")
    assert key.reveal() == SECRET
    assert SECRET not in f"{key!r} {key} {vars(type(key))}"
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize("bad", ["", "  ", "ключ", "a b", "a\x00b"])
def test_an_unusable_key_is_refused_without_showing_it(bad: str) -> None:
    with pytest.raises(RekaError, match="empty or has characters") as caught:
        Key(bad)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "value = " not in shown.split("key.py")[-1]
