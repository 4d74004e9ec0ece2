"""Test which proxy is used, and that no variable's value is ever shown."""

import traceback

import pytest

from reka_notebook.api import ConnectionBlocked
from reka_notebook.api.proxies import Proxy, proxy_for

PASSWORD = "pa55-of-the-proxy"
REKA = "https://reka.test/v2"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value", "proxy"),
    [
        ("HTTPS_PROXY", "http://proxy.test:3128", ("http", "proxy.test", 3128, None)),
        ("https_proxy", "proxy.test:3128", ("http", "proxy.test", 3128, None)),
        ("HTTPS_PROXY", " http://proxy.test:3128/\n", ("http", "proxy.test", 3128, None)),
        ("HTTPS_PROXY", "http://me:p%23a%40b@proxy.test", ("http", "proxy.test", 80, ("me", "p#a@b"))),
        ("HTTPS_PROXY", "HTTP://[fd00::1]:8080", ("http", "fd00::1", 8080, None)),
        ("ALL_PROXY", "socks5://proxy.test", ("socks5", "proxy.test", 1080, None)),
        ("all_proxy", "socks5h://proxy.test:9", ("socks5h", "proxy.test", 9, None)),
        ("ALL_PROXY", "socks://127.0.0.1:1080/", ("socks5", "127.0.0.1", 1080, None)),
    ],
)
def test_a_proxy_is_read(monkeypatch, name, value, proxy) -> None:
    monkeypatch.setenv(name, value)
    assert proxy_for(REKA) == Proxy(name, *proxy)


@pytest.mark.parametrize(
    "value",
    [
        f"http://me:{PASSWORD}#x@proxy.test:3128",
        f"http://me:{PASSWORD}/x@proxy.test:3128",
        f"http://me:{PASSWORD}?x@proxy.test:3128",
        f"http://me:12#{PASSWORD}@proxy.test:3128",
        f"http://me:12/{PASSWORD}@proxy.test:3128",
        f"http://me:{PASSWORD}@[proxy.test",
        f"http://me:{PASSWORD}@proxy.test:99999",
        f"http://me:{PASSWORD}@",
        f"http://me:{PASSWORD}@proxy test:1",
        f"me:{PASSWORD}",
        f"socks4://me:{PASSWORD}@proxy.test:1080",
        f"{PASSWORD}://proxy.test:1080",
        f"ftp://me:{PASSWORD}@proxy.test",
        f"http:///{PASSWORD}",
        f"://{PASSWORD}",
    ],
)
def test_one_that_cannot_be_read_is_named_by_its_variable_alone(monkeypatch, value) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(ConnectionBlocked, match="HTTPS_PROXY") as caught:
        proxy_for(REKA)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    inside = shown.partition("in proxy_for")[2]
    assert "raise ConnectionBlocked" in inside
    assert PASSWORD not in inside + str(caught.value) + repr(caught.value)
    assert not caught.value.retryable
    assert not caught.value.maybe_taken


def test_a_proxy_shows_no_more_than_its_variable(monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@proxy.test:3128")
    assert repr(proxy_for(REKA)) == "Proxy(variable='HTTPS_PROXY')"


def test_a_variable_that_does_not_apply_is_not_looked_at(monkeypatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://old.test")
    monkeypatch.setenv("HTTP_PROXY", "http://[")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")
    assert proxy_for(REKA).host == "proxy.test"
    assert proxy_for("http://127.1:8000") is None


@pytest.mark.parametrize(
    ("excepted", "url", "direct"),
    [
        ("*", REKA, True),
        ("reka.test", REKA, True),
        (".reka.test", "https://files.reka.test", True),
        ("*.reka.test", "https://files.reka.test", True),
        ("REKA.test.", REKA, True),
        ("a.test  reka.test", REKA, True),
        ("a.test;reka.test", REKA, True),
        ("reka.test:443", REKA, True),
        ("reka.test:8443", REKA, False),
        ("https://reka.test", REKA, True),
        ("eka.test", REKA, False),
        ("[::1]", REKA, False),
        ("[::1],fd00::/8,,[,]:,1.2.3.4/99,:::,\x7f,reka.test", REKA, True),
        ("fd00::/8", "https://[fd00::5]", True),
        ("[fd00::]/8", "https://[fd00::5]", True),
        ("[fd00::5]:443", "https://[fd00::5]", True),
        ("[fd00::5]:1", "https://[fd00::5]", False),
        ("fd00::/8", "https://[fe80::5]", False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.1.2.3/8", "https://10.1.2.4", True),
        ("10.0.0.0/8", "https://[fd00::5]", False),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("fd00::/8", "https://10.1.2.3", False),
        ("", REKA, False),
    ],
)
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_exceptions_are_understood_and_nonsense_among_them_excepts_nothing(
    monkeypatch, name, excepted, url, direct
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv(name, excepted)
    assert (proxy_for(url) is None) is direct
