"""Test proxies and certificates on the way to the service: what gets through, and what is said otherwise."""

import gc
import socket
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from reka_notebook.api import ConnectionBlocked, NotSent, Patience, Unanswered
from reka_notebook.api.connections import check_surroundings
from tests.surroundings import EXPIRED, URL, ConnectProxy, SocksProxy, TlsConnectProxy, TlsService
from tests.unit.api.conftest import ONCE, SECRET

pytestmark = [
    pytest.mark.anyio,
    # httpcore leaves the socket of a proxy that refused to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PASSWORD = "pa55-of-the-proxy"
PATIENT = Patience(total=20.0)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
    yield
    gc.collect()


@pytest.fixture
def service(tmp_path: Path, keep) -> TlsService:
    """Serve Reka at ``reka.test``, under a private authority."""
    return keep(TlsService(tmp_path))


def shown(error: BaseException) -> str:
    """Return an error with the local variables of every frame of this package, and its causes."""
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return text[text.find("reka_notebook/api") :] if "reka_notebook/api" in text else text


@pytest.mark.parametrize("user", ["", f"me:{PASSWORD}%23%2F@"])
async def test_a_proxy_with_a_private_authority_gets_through(
    service, keep, asking, monkeypatch, user
) -> None:
    proxy = keep(ConnectProxy(service.port))
    monkeypatch.setenv("HTTPS_PROXY", f"http://{user}127.0.0.1:{proxy.port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.trusted))
    async with asking(URL) as client:
        client.check_surroundings()
        assert (await client.status("r", patience=ONCE)).status == "COMPLETED"
    assert proxy.seen[0].startswith(b"CONNECT reka.test:443 ")
    assert SECRET.encode() not in proxy.seen[0]
    assert (b"proxy-authorization: basic" in proxy.seen[0].lower()) is bool(user)
    assert SECRET.encode() in service.seen[0]
    assert b"roxy" not in service.seen[0]


async def test_a_proxy_that_speaks_tls_itself_gets_through(service, keep, asking, monkeypatch) -> None:
    proxy = keep(TlsConnectProxy(service))
    monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{proxy.port}")
    async with asking(URL) as client:
        with pytest.raises(ConnectionBlocked, match="SSL_CERT_FILE"):
            await client.status("r", patience=ONCE)
        monkeypatch.setenv("SSL_CERT_FILE", str(service.trusted))
        assert (await client.status("r", patience=ONCE)).status == "COMPLETED"
    assert proxy.seen[-1].startswith(b"CONNECT reka.test:443 ")


async def test_a_file_at_plain_http_goes_through_its_own_proxy(keep, asking, monkeypatch) -> None:
    def file(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nvideo")

    proxy = keep(ConnectProxy(answer=file))
    refusing = keep(ConnectProxy(answer=b"407 Proxy Authentication Required"))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    async with asking(URL) as client:
        async with client.media("http://files.test/v.mp4") as stream:
            assert b"".join([piece async for piece in stream.pieces]) == b"video"
        assert proxy.seen[0].startswith(b"GET http://files.test/v.mp4 ")
        assert SECRET.encode() not in proxy.seen[0]
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refusing.port}")
        with pytest.raises(ConnectionBlocked, match="HTTP_PROXY asks for a user name and password"):
            async with client.media("http://files.test/v.mp4"):
                pass


async def test_of_a_server_on_this_machine_neither_proxies_nor_certificates_are_looked_at(
    keep, asking, monkeypatch, tmp_path
) -> None:
    service = keep(TlsService(tmp_path, names=("localhost", "reka.localhost")))
    monkeypatch.setenv("HTTPS_PROXY", "socks4://nowhere.test:1")
    for file in (service.trusted, tmp_path / "missing", tmp_path, None):
        if file is None:
            monkeypatch.delenv("SSL_CERT_FILE")
        else:
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
        for name in ("localhost", "LOCALHOST", "reka.localhost", "127.0.0.1", "127.1"):
            check_surroundings(f"https://{name}:{service.port}")
            async with asking(f"https://{name}:{service.port}") as client:
                assert (await client.status("r", patience=ONCE)).status == "COMPLETED"


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
async def test_a_socks_proxy_gets_through(service, keep, asking, monkeypatch, scheme) -> None:
    proxy = keep(SocksProxy(service.port))
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.trusted))
    async with asking(URL) as client:
        assert (await client.status("r", patience=ONCE)).status == "COMPLETED"
    assert b"reka.test" in proxy.seen[1], "the proxy looks the name up"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"407 Proxy Authentication Required", r"HTTPS_PROXY asks for a user name and password"),
        (b"407", r"HTTPS_PROXY asks for a user name and password"),
        (b"403 Forbidden", r"HTTPS_PROXY does not let connections to https://reka\.test:443 through"),
        (b"401 Unauthorized", r"does not let connections"),
        (b"405 No", r"does not let connections"),
        (b"302 Found", r"does not let connections"),
        (b"418 " + SECRET.encode(), r"does not let connections"),
    ],
)
async def test_a_proxy_that_refuses_is_final_at_once_and_nothing_was_sent(
    keep, asking, monkeypatch, answer, said
) -> None:
    proxy = keep(ConnectProxy(answer=answer))
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{proxy.port}")
    begun = time.monotonic()
    async with asking(URL) as client:
        with pytest.raises(ConnectionBlocked, match=said) as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=PATIENT)
    assert time.monotonic() - begun < 5
    assert len(proxy.seen) == 1
    assert not caught.value.maybe_taken
    assert PASSWORD not in shown(caught.value)
    assert SECRET not in shown(caught.value)


@pytest.mark.parametrize("answer", [b"502 Bad Gateway", b"503 X", b"504 Gateway Timeout", b"500 X", b"429 X"])
async def test_a_proxy_that_cannot_connect_now_is_asked_again_and_nothing_was_sent(
    keep, asking, monkeypatch, quick, answer
) -> None:
    proxy = keep(ConnectProxy(answer=answer))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    async with asking(URL) as client:
        with pytest.raises(NotSent, match=r"HTTPS_PROXY could not connect to https://reka\.test") as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=Patience(total=20.0, unreachable=3))
    assert len(proxy.seen) == 3
    assert not caught.value.maybe_taken


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"\x15\x03\x01\x00\x02 this is no proxy\r\n\r\n")


def hang_up(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def silence(connection: socket.socket) -> None:
    connection.recv(10)


@pytest.mark.parametrize("answer", [nonsense, hang_up, silence])
async def test_what_is_no_proxy_has_certainly_sent_nothing(keep, asking, monkeypatch, answer) -> None:
    monkeypatch.setattr("reka_notebook.api.connections.CONNECTING", 1.0)
    proxy = keep(ConnectProxy(answer=answer))
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{proxy.port}")
    async with asking(URL) as client:
        with pytest.raises(NotSent) as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=ONCE)
    assert not caught.value.maybe_taken
    assert PASSWORD not in shown(caught.value)


@pytest.mark.parametrize(
    ("proxy", "final"),
    [
        ({"reply": 2}, False),
        ({"reply": 4}, False),
        ({"greeting": b"\x05\xff"}, True),
        ({"greeting": b"\x05\x02"}, True),
        ({"greeting": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, False),
        ({"greeting": b"\x04"}, False),
        ({"greeting": b"\x05"}, False),
        ({"greeting": b"\x05\x77"}, False),
    ],
)
async def test_a_socks_proxy_that_refuses_or_is_none_has_sent_nothing(
    keep, asking, monkeypatch, proxy, final
) -> None:
    there = keep(SocksProxy(**proxy))
    monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{there.port}")
    async with asking(URL) as client:
        with pytest.raises(NotSent, match="ALL_PROXY") as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=ONCE)
    assert isinstance(caught.value, ConnectionBlocked) is final
    assert not caught.value.maybe_taken


async def test_a_proxy_that_is_not_there_is_named_by_its_variable(asking, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:1")
    async with asking(URL) as client:
        with pytest.raises(NotSent, match="The proxy in HTTPS_PROXY cannot be reached") as caught:
            await client.status("r", patience=ONCE)
    assert PASSWORD not in shown(caught.value)


async def test_a_private_authority_is_said_at_once_with_the_variable_that_helps(
    service, keep, asking, monkeypatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{keep(ConnectProxy(service.port)).port}")
    begun = time.monotonic()
    async with asking(URL) as client:
        with pytest.raises(ConnectionBlocked, match=r"not trusted.*set SSL_CERT_FILE") as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=PATIENT)
        assert time.monotonic() - begun < 5
        assert not caught.value.maybe_taken
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.trusted))
        with pytest.raises(ConnectionBlocked, match="REQUESTS_CA_BUNDLE is not read here"):
            await client.status("r", patience=PATIENT)
        monkeypatch.setenv("SSL_CERT_FILE", str(service.trusted))
        assert (await client.status("r", patience=ONCE)).status == "COMPLETED", (
            "put right in the same process"
        )
    assert len(service.seen) == 1


async def test_another_authority_than_the_one_set_is_said(
    service, keep, asking, monkeypatch, tmp_path
) -> None:
    (tmp_path / "other").mkdir()
    other = keep(TlsService(tmp_path / "other"))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{keep(ConnectProxy(service.port)).port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.trusted))
    async with asking(URL) as client:
        with pytest.raises(
            ConnectionBlocked, match="SSL_CERT_FILE is set, and its certificates do not vouch"
        ):
            await client.status("r", patience=PATIENT)


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ({"not_after": EXPIRED}, "has expired.*date and time"),
        ({"names": ("other.test",)}, "belongs to another name"),
    ],
)
async def test_a_certificate_that_is_old_or_of_another_is_said_as_such(
    keep, asking, monkeypatch, tmp_path, certificate, said
) -> None:
    service = keep(TlsService(tmp_path, **certificate))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{keep(ConnectProxy(service.port)).port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.trusted))
    async with asking(URL) as client:
        with pytest.raises(ConnectionBlocked, match=said):
            await client.status("r", patience=PATIENT)
    assert service.seen == []


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, str]:
    """Return what SSL_CERT_FILE may name that is no file of certificates."""
    (tmp_path / "empty").touch()
    (tmp_path / "words").write_text("no certificate")
    (tmp_path / "half").write_text("-----BEGIN CERTIFICATE-----\nMIIB")
    (tmp_path / "bytes").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "folder").mkdir()
    names = ("missing", "empty", "words", "half", "bytes", "folder")
    return {name: str(tmp_path / name) for name in names} | {"device": "/dev/null", "long": "x" * 5000}


@pytest.mark.parametrize("which", ["missing", "empty", "words", "half", "bytes", "folder", "device", "long"])
def test_a_file_of_certificates_that_is_none_is_named_by_its_variable(
    certificates, monkeypatch, which
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificates[which])
    with pytest.raises(ConnectionBlocked, match="SSL_CERT_FILE names") as caught:
        check_surroundings(URL)
    assert certificates[which] not in shown(caught.value)
    check_surroundings("http://127.1:8000")


@pytest.mark.parametrize("which", ["missing", "empty", "folder"])
def test_a_folder_of_certificates_that_is_none_is_named_by_its_variable(
    certificates, monkeypatch, which
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", certificates[which])
    with pytest.raises(ConnectionBlocked, match="SSL_CERT_DIR names") as caught:
        check_surroundings(URL)
    assert certificates[which] not in shown(caught.value)
    monkeypatch.setenv("SSL_CERT_FILE", "")
    with pytest.raises(ConnectionBlocked, match="SSL_CERT_DIR names"):
        check_surroundings(URL)


def test_a_file_for_session_keys_that_cannot_be_written_is_named(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "missing" / "keys"))
    with pytest.raises(ConnectionBlocked, match="SSLKEYLOGFILE names"):
        check_surroundings(URL)


async def test_an_answer_that_breaks_behind_a_proxy_is_still_in_doubt(
    keep, asking, monkeypatch, tmp_path
) -> None:
    class Breaking(TlsService):
        def serve(self, connection: socket.socket) -> None:
            with self._context.wrap_socket(connection, server_side=True) as secure:
                self.seen.append(secure.recv(65536))

    service = keep(Breaking(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{keep(ConnectProxy(service.port)).port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.trusted))
    async with asking(URL) as client:
        with pytest.raises(Unanswered) as caught:
            await client.submit("/m", {}, idempotency_key="k", patience=ONCE)
    assert caught.value.maybe_taken
