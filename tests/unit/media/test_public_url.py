"""Test which URLs a service elsewhere could fetch, told without looking any name up."""

import pytest

from reka_notebook import media

PRIVATE = [
    "127.0.0.1.nip.io",
    "10-0-0-1.sslip.io",
    "lvh.me",
    "app.localtest.me",
    "laptop.tail1234.ts.net",
    "fritz.box",
    "web.k8s",
    "hidden.onion",
    "localhost%00.example.org",
    "localhost",
    "LocalHost",
    "localhost.",
    "a.localhost",
    "localhost.localdomain",
    "printer.local",
    "printer.local.",
    "db.internal",
    "metadata.google.internal",
    "nas.home.arpa",
    "nas.lan",
    "wiki.corp",
    "kubernetes.default.svc",
    "host.docker.internal",
    "file+.vscode-resource.vscode-cdn.net",
    "server",
    "server.",
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "127.255.255.254",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0x0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "167772161",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "0xC0A80101",
    "192.168.257",
    "169.254.169.254",
    "2852039166",
    "100.64.0.1",
    "100.127.255.255",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.1.2.3]",
    "[::127.0.0.1]",
    "[64:ff9b::10.0.0.1]",
    "[2002:7f00:1::]",
    "[fc00::1]",
    "[fdab:cdef::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[ff02::1]",
    "%31%32%37.0.0.1",
    "%6cocalhost",
    "１２７.0.0.1",
    "127。0。0。1",
    "ｌｏｃａｌｈｏｓｔ",
    "1.2.3.4.5",
    "4294967296",
    "256.1.1.1",
]


@pytest.mark.parametrize("port", ["", ":8888"])
@pytest.mark.parametrize("host", PRIVATE)
def test_what_is_on_this_machine_or_a_private_network_is_refused(host: str, port: str) -> None:
    with pytest.raises(media.ImageError, match="private network") as refused:
        media.check_public(f"http://{host}{port}/files/photo.jpg?token=51ee7&x=1")
    assert "51ee7" not in str(refused.value)
    assert "Send the image itself instead: give its path, or its bytes" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/photo.jpg",
        "https://example.org./photo.jpg",
        "https://bucket.s3.amazonaws.com/a.png?X-Amz-Security-Token=abc&X-Amz-Signature=def",
        "https://firebasestorage.googleapis.com/v0/b/x/o/a.png?alt=media&token=1234",
        "https://localhost.example.org/photo.jpg",
        "https://internal.example.org/photo.jpg",
        "https://xn--bcher-kva.example.org/photo.jpg",
        "https://bücher.example.org/photo.jpg",
        "http://8.8.8.8/photo.jpg",
        "http://172.32.0.1/photo.jpg",
        "http://100.128.0.1/photo.jpg",
        "http://11.0.0.1/photo.jpg",
        "http://[2606:4700::1]/photo.jpg",
        "https://1e100.net/photo.jpg",
        "https://example.org:8443/photo.jpg",
    ],
)
def test_what_anybody_could_fetch_is_let_by(url: str) -> None:
    media.check_public(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://hub.example.org/user/anna/files/photo.jpg?token=51ee7",
        "https://nb.example.org/files/photo.jpg?token=51ee7",
        "https://nb.example.org/lab/tree/photo.jpg?reset&token=51ee7",
        "https://nb.example.org/base/api/contents/photo.jpg?token=51ee7",
        "https://nb.example.org/proxy/8000/photo.jpg?token=51ee7",
        "https://nb.example.org/files/photo.jpg?_xsrf=51ee7",
    ],
)
def test_a_jupyter_servers_url_with_its_token_is_refused(url: str) -> None:
    with pytest.raises(media.ImageError, match="Jupyter server") as refused:
        media.check_public(url)
    assert "51ee7" not in str(refused.value)


def test_the_hubs_own_server_is_known_without_a_token_too(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://hub.example.org/user/anna/files/photo.jpg"
    media.check_public(url)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/anna/")
    with pytest.raises(media.ImageError, match="Jupyter server"):
        media.check_public(url)
    media.check_public("https://hub.example.org/user/anna-2/files/photo.jpg")


def test_a_backslash_that_some_take_for_a_slash_is_refused() -> None:
    with pytest.raises(media.ImageError):
        media.check_public("http://localhost\\.example.org/photo.jpg")
