"""Test how a webhook is checked, and that what may be secret in it is not shown."""

import pytest

from reka_notebook import config
from reka_notebook.errors import RekaError
from reka_notebook.jobs import prepare
from reka_notebook.magic.reka.config import run as show_config
from reka_notebook.webhook import check_webhook, hide_named_webhooks, hide_webhook, shown_webhook

HOOK = "https://hooks.example.com/services/T0/B0?token=s3cret-and-long-enough"


@pytest.mark.parametrize(
    "url", [HOOK, "http://a.example", "HTTPS://[2001:db8::1]:8443/x#y", "https://example.com/" + "a" * 2063]
)
def test_what_the_service_takes_is_taken_as_it_is(url: str) -> None:
    assert check_webhook(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("ftp://example.com/s3cret", "does not begin with http:// or https://"),
        ("example.com/s3cret", "does not begin with http:// or https://"),
        ("https:///s3cret", "names no host"),
        ("https://example.com:0/s3cret", "names no host"),
        ("https://example.com:99999999/s3cret", "cannot be read"),
        ("https://[::1/s3cret", "cannot be read"),
        ("https://example.com/s3cret x", "has a space"),
        ("https://example.com/s3cret\n", "has a space or a line break"),
        ("https://example.com/s3cret\udc80", "cannot be written"),
        ("https://example.com/" + "a" * 2064, "has 2084 characters"),
        (7, "is a text, and not a int"),
    ],
)
def test_the_error_says_what_is_wrong_and_shows_no_secret(url: object, words: str) -> None:
    with pytest.raises(RekaError, match=words) as caught:
        check_webhook(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (HOOK, "https://hooks.example.com/…"),
        ("https://me:pass@example.com", "https://example.com/…"),
        ("https://example.com/", "https://example.com"),
        ("https://example.com?a=b", "https://example.com/…"),
        ("http://localhost:8000/x", "http://localhost:8000/…"),
    ],
)
def test_a_webhook_is_shown_by_its_host(url: str, shown: str) -> None:
    assert shown_webhook(url) == shown


def test_what_repeats_a_webhook_shows_it_by_its_host() -> None:
    escaped = HOOK.replace("/", "\\/")
    said = f"{HOOK} is refused: token=s3cret-and-long-enough, {escaped}"
    assert "s3cret" not in hide_webhook(said, HOOK)
    given = {"data": [{"webhook_url": HOOK, "Callback": {"url": HOOK}, "video_url": "https://a.example/b"}]}
    assert hide_named_webhooks(given) == {
        "data": [
            {
                "webhook_url": "https://hooks.example.com/…",
                "Callback": {"url": "https://hooks.example.com/…"},
                "video_url": "https://a.example/b",
            }
        ]
    }


def test_it_is_a_setting_and_shown_by_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REKA_NOTEBOOK_WEBHOOK_URL", HOOK)
    assert config.settings().webhook_url == HOOK
    config.configure(webhook_url="https://other.example/s3cret")
    assert config.settings().webhook_url == "https://other.example/s3cret"
    assert "s3cret" not in repr(config.settings())
    assert "https://other.example/…" in show_config(["webhook_url"]).text
    with pytest.raises(RekaError, match="does not begin with"):
        config.configure(webhook_url="hooks.example.com")
    show_config(["webhook_url", "default"])
    assert config.settings().webhook_url == HOOK
    config.configure(webhook_url=None)


def test_it_belongs_to_no_requests_identity() -> None:
    from reka_notebook.jobs import controller

    catalogue = controller().catalogue
    one, other = (
        prepare(catalogue, "x", {}, model="kling-v3-pro/text-to-video", webhook_url=url)
        for url in (None, HOOK)
    )
    assert one == other
    assert one.request.content_key == other.request.content_key
    assert "s3cret" not in repr(other)
