"""Test that the key goes only to the base URL's own origin, over https or on this machine.

A second server stands for every other host: another port is another origin.
"""

import socket
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from reka_notebook.api import ApiError, BadAnswer, ForeignOrigin, Redirected
from reka_notebook.api.address import canonical, is_loopback, origin
from reka_notebook.api.transport import Transport
from reka_notebook.key import Key
from tests.unit.api.conftest import ONCE, SECRET, Wire, http

pytestmark = pytest.mark.anyio


@pytest.fixture
def anywhere() -> Iterator[Callable[..., Wire]]:
    """Yield a server at every address of this machine."""
    started: list[Wire] = []

    def start(*replies: bytes) -> Wire:
        started.append(Wire(list(replies), host="::" if socket.has_dualstack_ipv6() else "0.0.0.0"))
        return started[-1]

    yield start
    for wire in started:
        wire.close()


HEADERS = ["Authorization", "X-Api-Key"]


def keyless(wire) -> bool:
    """Return whether something was asked here, and the key never came along."""
    return bool(wire.asked) and not any(SECRET in str(asked) for asked in wire.asked)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/take",
        "http://localhost:{port}/take",
        "//127.0.0.1:{port}/take",
        "http://{home}@127.0.0.1:{port}/take",
        "http://{home}\\@127.0.0.1:{port}/take",
        "http://127.0.0.1:{port}#@{home}/take",
        "http://127.0.0.1:{port}?@{home}/take",
        "\thttp://127.0.0.1:{port}/take",
        "http://127.0.0.1:notaport/",
        "http://[::1",
        "http://\x00/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "ftp://127.0.0.1:{port}/take",
    ],
)
async def test_a_url_that_leads_elsewhere_is_not_followed_and_the_own_route_is_taken(
    wires, asking, url
) -> None:
    home, away = wires(http(200, {"status": "COMPLETED"})), wires(http(200, {"status": "COMPLETED"}))
    named = url.replace("{port}", str(away.port)).replace("{home}", f"127.0.0.1:{home.port}")
    async with asking(home, "X-Api-Key") as client:
        for name in ("status", "result", "cancel"):
            await getattr(client, name)("r", named, patience=ONCE)
    assert away.asked == []
    assert [asked.path for asked in home.asked] == [
        f"/v2/inference/requests/r{end}" for end in ("/status", "", "/cancel")
    ]
    assert all(asked.headers["x-api-key"] == SECRET for asked in home.asked)


@pytest.mark.parametrize(
    "url", ["http:\\\\127.0.0.1:{port}/take", "http:///127.0.0.1:{port}/", "http:/\\/127.0.0.1:{port}"]
)
async def test_a_url_that_is_read_in_two_ways_stays_at_home(wires, asking, url) -> None:
    home, away = wires(http(200, {"status": "COMPLETED"})), wires(http(200, {"status": "COMPLETED"}))
    async with asking(home) as client:
        await client.status("r", url.replace("{port}", str(away.port)), patience=ONCE)
    assert (len(home.asked), away.asked) == (1, [])


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_origin_is_refused_and_nothing_is_sent_there(
    wires, asking, header, status
) -> None:
    away = wires()
    home = wires(http(status, b"", location=f"http://localhost:{away.port}/take"))
    async with asking(home, header) as client:
        with pytest.raises(Redirected, match="redirected to http://localhost"):
            await client.submit("/m", {"prompt": "mine"}, idempotency_key="k")
        with pytest.raises(Redirected):
            await client.status("r")
        with pytest.raises(Redirected):
            await client.cancel("r")
    assert away.asked == []
    assert len(home.asked) == 3, "a redirect elsewhere is not asked again"


async def test_a_redirect_to_something_else_than_http_is_refused_and_may_have_been_taken(
    wires, asking
) -> None:
    home = wires(http(307, b"", location="ftp://files.test/x"))
    async with asking(home) as client:
        with pytest.raises(Redirected, match="no http") as caught:
            await client.submit("/m", {}, idempotency_key="k")
    assert caught.value.maybe_taken


async def test_a_redirect_at_home_is_followed_with_the_key(wires, asking) -> None:
    home = wires(http(307, b"", location="/moved/"), http(202, {"request_id": "r"}))
    async with asking(home) as client:
        assert (await client.submit("/m", {"a": 1}, idempotency_key="k")).request_id == "r"
    first, second = home.asked
    assert (second.method, second.path, second.body) == ("POST", "/moved/", first.body)
    assert second.headers["idempotency-key"] == "k"
    assert SECRET in second.headers["authorization"]


async def test_redirects_without_end_come_to_one(wires, asking) -> None:
    home = wires(http(302, b"", location="/round"))
    async with asking(home) as client:
        with pytest.raises(BadAnswer, match="redirected more than 5 times"):
            await client.status("r", patience=ONCE)
    assert len(home.asked) == 6


@pytest.mark.parametrize("header", HEADERS)
async def test_files_elsewhere_are_read_without_the_key_and_files_at_home_with_it(
    wires, asking, header
) -> None:
    home, away = wires(http(200, b"home")), wires(http(200, b"away"))
    async with asking(home, header) as client:
        for wire, said in ((home, b"home"), (away, b"away")):
            async with client.media(f"{wire.url}/v.mp4?sig=1") as stream:
                assert b"".join([piece async for piece in stream.pieces]) == said
        async with client.media("/v.mp4") as stream:
            assert stream.status == 200
    assert keyless(away)
    assert all(SECRET in str(asked.headers) for asked in home.asked)
    assert [asked.path for asked in home.asked] == ["/v.mp4?sig=1", "/v.mp4"]


@pytest.mark.parametrize("header", HEADERS)
async def test_a_file_that_moves_elsewhere_and_back_takes_the_key_to_its_home_only(
    wires, asking, header
) -> None:
    home, away = wires(), wires()
    home.replies[:] = [http(302, b"", location=f"{away.url}/signed"), http(200, b"whole")]
    away.replies[:] = [http(302, b"", location=f"{home.url}/back")]
    async with asking(home, header) as client, client.media("/v.mp4", offset=3) as stream:
        assert b"".join([piece async for piece in stream.pieces]) == b"whole"
    assert keyless(away)
    assert [SECRET in str(asked.headers) for asked in home.asked] == [True, True]
    assert [asked.headers["range"] for asked in (*home.asked, *away.asked)] == ["bytes=3-"] * 3


async def test_a_file_at_an_address_that_is_none_is_said_so(wire, asking) -> None:
    async with asking(wire) as client:
        for url in ("http://[::1", "file:///etc/passwd", "http://x:y/", "http://\x7f/"):
            with pytest.raises(ForeignOrigin):
                async with client.media(url):
                    pass
    assert wire.asked == []


@pytest.mark.parametrize("base", ["http://service.test", "http://192.0.2.1:8000", "http://localhost.test:80"])
async def test_over_plain_http_to_another_machine_nothing_is_sent(asking, base) -> None:
    async with asking(base) as client:
        with pytest.raises(ForeignOrigin, match="plain http") as caught:
            await client.submit("/m", {}, idempotency_key="k")
    assert not caught.value.maybe_taken


@pytest.mark.draw
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.2",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "reka.localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        *(["[::1]", "[0:0:0:0:0:0:0:1]", "[::]"] if socket.has_dualstack_ipv6() else []),
    ],
)
@pytest.mark.parametrize("excepted", [None, "[::1],fd00::/8,:,a b,,"])
async def test_a_proxy_never_sees_what_stays_on_this_machine(
    anywhere, wires, asking, monkeypatch, host, excepted
) -> None:
    proxy, home = wires(http(200, {"status": "COMPLETED"})), anywhere(http(200, {"status": "COMPLETED"}))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        if excepted is not None:
            monkeypatch.setenv(name, excepted)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/to/be/found")
    async with asking(f"http://{host}:{home.port}") as client:
        client.check_surroundings()
        await client.status("r", patience=ONCE)
        async with client.media(f"http://{host}:{home.port}/v.mp4") as stream:
            assert stream.status == 200
    assert (len(home.asked), proxy.asked) == (2, [])
    assert all(SECRET in asked.headers["authorization"] for asked in home.asked)


async def test_a_name_below_localhost_is_this_machine_and_keeps_its_name(wires, asking, monkeypatch) -> None:
    home = wires(http(200, {"status": "COMPLETED"}))
    asked_for: list[str] = []
    looked_up = socket.getaddrinfo

    def look_up(host, *args, **named):
        asked_for.append(host if isinstance(host, str) else host.decode())
        return looked_up(host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with asking(f"http://reka.localhost:{home.port}") as client:
        await client.status("r", patience=ONCE)
    assert set(asked_for) == {"localhost"}
    assert home.asked[0].headers["host"] == f"reka.localhost:{home.port}"


async def test_credentials_that_lie_around_are_not_used(wires, asking, monkeypatch, tmp_path) -> None:
    home, away = wires(http(200, b"x")), wires(http(200, b"x"))
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with asking(home, key=None) as client:
        async with client.media(f"http://me:hunter2@127.0.0.1:{away.port}/v.mp4"):
            pass
        await client._http.send("GET", "/x")
    assert all("authorization" not in asked.headers for asked in (*home.asked, *away.asked))


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://Reka.Test", "https://reka.test:443"),
        ("https://reka.test:443/v2?x#y", "https://reka.test:443"),
        ("http://u:p@reka.test", "http://reka.test:80"),
        ("http://[::1]:8000/", "http://::1:8000"),
    ],
)
def test_an_origin_has_one_spelling(url, same) -> None:
    assert origin(url) == same


@pytest.mark.parametrize(
    ("url", "usual"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://127.8.8.8", "http://127.8.8.8"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("http://[0:0:0:0:0:0:0:1]:1/x?y", "http://[::1]:1/x?y"),
        ("http://[::1%25lo]", "http://[::1]"),
        ("http://[::ffff:127.0.0.1]:9", "http://127.0.0.1:9"),
        ("http://[::ffff:7f00:1]", "http://127.0.0.1"),
        ("http://localhost", "http://localhost"),
        ("http://LocalHost:8000", "http://localhost:8000"),
        ("http://localhost.:1", "http://localhost:1"),
        ("http://reka.localhost", "http://reka.localhost"),
        ("http://127.1", "http://127.0.0.1"),
        ("http://127.0.0.1.", "http://127.0.0.1"),
        ("http://2130706433", "http://127.0.0.1"),
        ("http://0x7f000001:5", "http://127.0.0.1:5"),
        ("http://0x7F.1", "http://127.0.0.1"),
        ("http://0177.0.0.1", "http://127.0.0.1"),
        ("http://017700000001", "http://127.0.0.1"),
        ("http://１２７.0.0.1", "http://127.0.0.1"),
        ("http://0.0.0.0", "http://127.0.0.1"),
        ("http://0", "http://127.0.0.1"),
        ("http://[::]", "http://[::1]"),
        ("http://localhost.evil.test", None),
        ("http://127.0.0.1.evil.test", None),
        ("http://evil-localhost", None),
        ("http://10.0.0.1", None),
        ("http://3232235777", None),
        ("http://128.1", None),
        ("http://256.1", None),
        ("http://127.0.0.1.1", None),
        ("http://127.0.0.08", None),
        ("http://[::ffff:10.0.0.1]", None),
        ("http://%31%32%37.0.0.1", None),
    ],
)
def test_this_machine_is_known_in_every_spelling_and_no_other_is_taken_for_it(url, usual) -> None:
    assert is_loopback(url) is (usual is not None)
    assert canonical(url) == (usual or url)


def test_an_origin_of_this_machine_is_known_as_such() -> None:
    for url in ("http://[::1]:8000", "http://127.1:8000", "http://localhost.:8000"):
        assert is_loopback(origin(url))


def test_home_is_scheme_host_and_port() -> None:
    transport = Transport("https://reka.test", Key(SECRET))
    assert transport.is_home("/x")
    assert transport.is_home("https://REKA.test:443/x")
    for other in (
        "http://reka.test/x",
        "https://reka.test:8443/x",
        "https://reka.test.evil.test/x",
        "//evil.test",
    ):
        assert not transport.is_home(other)


NOWHERE = {
    "mail": "mailto:a@b",
    "data": "data:,x",
    "script": "javascript:alert(1)",
    "file": "file:///etc/passwd",
    "a bracket": "http://[",
    "a port that is none": "http://x:y/",
    "no host": "http:///",
    "a colon": "::",
    "a scheme alone": "https:",
    "very long": "ftp://" + "x" * 60_000,
    "bytes": "http://\xff\xfe/".encode("latin-1").decode("latin-1"),
    "a label that is too long": "http://" + "a" * 70 + ".test/",
    "IDNA": "http://xn--/",
    "a percent": "http://%zz/",
    "a zone": "http://[fe80::1%25x]/",
}


@pytest.mark.draw
@pytest.mark.parametrize("place", NOWHERE)
@pytest.mark.parametrize("status", [301, 307])
async def test_a_redirect_to_nowhere_is_told_at_every_step(wires, asking, place, status) -> None:
    home = wires(http(status, b"", location=NOWHERE[place]))
    async with asking(home) as client:
        steps = [partial(client.submit, "/m", {}, idempotency_key="k"), client.models, client.requests]
        steps += [partial(step, "r") for step in (client.status, client.result, client.cancel)]
        for step in steps:
            with pytest.raises(ApiError, match="redirect") as caught:
                await step(patience=ONCE)
            assert len(str(caught.value)) < 500
            assert caught.value.maybe_taken, "the service may have acted on it"
        with pytest.raises(ApiError):
            async with client.media("/v.mp4"):
                pass


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
async def test_a_redirect_without_an_address_is_told_at_every_step(wires, asking, status) -> None:
    home = wires(http(status, b""))
    async with asking(home) as client:
        for step in (client.status, client.result, client.cancel):
            with pytest.raises(BadAnswer, match=str(status)):
                await step("r", patience=ONCE)


async def test_a_relative_redirect_is_followed_from_where_it_was_said(wires, asking) -> None:
    home = wires(http(302, b"", location="../b?c=1#d"), http(200, {"status": "COMPLETED"}))
    async with asking(home) as client:
        await client.status("r", "/x/y/a", patience=ONCE)
    assert home.asked[1].path == "/x/b?c=1"
