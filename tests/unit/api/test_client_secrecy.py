"""Test that the key shows in no log, repr or traceback, whatever goes wrong and however much is printed."""

import base64
import inspect
import json
import logging
import os
import reprlib
import time
import traceback
from functools import partial
from types import TracebackType

import anyio
import pytest
from IPython.core.ultratb import VerboseTB

from reka_notebook import config
from reka_notebook.api import Client, Patience, Redirected
from reka_notebook.api.reading.messages import read_outcome
from reka_notebook.api.reading.rejection import error_from
from reka_notebook.errors import RekaError
from reka_notebook.key import Key, find_key
from tests.unit.api.conftest import ONCE, ROUTES, SECRET, http, phase, reset

pytestmark = pytest.mark.anyio

HEADERS = ["Authorization", "X-Api-Key"]


def echo(status: int):
    """Return a gateway that says what it was sent, the key included."""
    body = {
        "error": {"message": f"bad key {SECRET}", "param": SECRET},
        "sent": f"Authorization: Bearer {SECRET}",
    }
    return http(status, body, x_request_id="req-1")


def escaped(form: str) -> str:
    return "".join(form.format(ord(character)) for character in SECRET)


FORMS = {
    "plain": SECRET,
    "capitals": SECRET.upper(),
    "JSON": escaped("\\u{:04x}"),
    "percent": escaped("%{:02x}"),
    "HTML": escaped("&#{};"),
    "base64": base64.b64encode(f"user:{SECRET}".encode()).decode(),
    "bearer": f"Bearer {SECRET}",
    "hex": SECRET.encode().hex(),
    "cut": SECRET[:20],
}


def leaks(printed: str) -> list[str]:
    """Return the forms of the key that are in a text."""
    return [name for name, form in FORMS.items() if form.lower() in printed.lower()]


def raw_answer(line: bytes, headers: bytes, body: bytes) -> bytes:
    return line + b"\r\n" + headers + b"connection: close\r\n\r\n" + body


def echoing(form: str):
    """Return every place of an answer that a server may write what it was sent into."""
    data = f'{{"error": {{"message": "no {form}", "type": "{form}", "param": "{form}", "{form}": "{form}"}}}}'.encode()
    said = form.encode()
    return {
        "an error": http(400, data),
        "a name": http(200, f'{{"status": "{form}", "{form}": ["{form}"], "logs": ["{form}"]}}'.encode()),
        "a request id": http(500, b"{}", x_request_id=form),
        "the name of a header": raw_answer(
            b"HTTP/1.1 500 X", said.translate(None, b"\\%&#; ") + b": 1\r\n", b"{}"
        ),
        "words beside the status": raw_answer(b"HTTP/1.1 500 " + said, b"", b"{}"),
        "a status line that is none": raw_answer(b"HTTP/1.1 " + said + b" 200", b"", b"{}"),
        "no status line": said + b"\r\n\r\n",
        "a header that is none": raw_answer(b"HTTP/1.1 200 OK", b"\x00" + said + b"\r\n", b"{}"),
        "a length that is none": raw_answer(b"HTTP/1.1 200 OK", b"content-length: " + said + b"\r\n", b"{}"),
        "a coding": raw_answer(b"HTTP/1.1 200 OK", b"content-encoding: " + said + b"\r\n", b"{}"),
        "a transfer": raw_answer(b"HTTP/1.1 200 OK", b"transfer-encoding: " + said + b"\r\n", b"{}"),
        "a chunk": raw_answer(b"HTTP/1.1 200 OK", b"transfer-encoding: chunked\r\n", said + b"\r\n{}\r\n"),
        "a page": http(200, b"<html>" + said),
        "half a body": http(200, b'{"a": "' + said),
        "plain text": http(403, said),
        "a body that is no JSON": http(200, b"you sent " + said),
        "a body over chunks": raw_answer(
            b"HTTP/1.1 400 X",
            b"transfer-encoding: chunked\r\n",
            b"".join(b"1\r\n" + bytes([c]) + b"\r\n" for c in data) + b"0\r\n\r\n",
        ),
        "a cookie": http(400, data, set_cookie=f"k={form}; Path=/"),
        "a redirect away": http(307, b"", location=f"http://away.test/?k={form}"),
        "a redirect to it": http(302, b"", location=f"http://{form}.test/"),
        "a redirect at home": http(302, b"", location=f"/x?k={form}"),
        "a redirect to nothing": http(302, b"", location=f"{form}:x"),
        "a charset": http(400, data, content_type=f"text/plain; charset={form}"),
        "a warning": http(429, b"", retry_after=form),
    }


WRONGS = {
    "refused": http(401, b""),
    "validation": http(422, {"detail": [{"loc": ["body", "x"], "msg": "no"}]}),
    "balance": http(429, {"error": {"message": "no credits"}}),
    "rate limit": http(429, b"", retry_after="900"),
    "server": http(500, b""),
    "page": http(200, b"<!doctype html>"),
    "empty": http(200, b""),
    "half": http(200, b'{"sta', content_length="90"),
    "reset": reset,
    "closed": lambda connection: connection.close(),
    "no protocol": b"NONSENSE\r\n\r\n",
    "no length": http(200, b"{}", content_length="many"),
    "not gzip": http(200, b"xx", content_encoding="gzip"),
    "redirect away": http(307, b"", location="http://service.test/"),
    "redirect to nothing": http(307, b"", location="http://[::1"),
    "redirect round": http(307, b"", location="/round"),
    "silence": lambda connection: anyio.run(anyio.sleep, 0.4),
    "echo": echo(400),
}


async def error_of(client: Client, url: str) -> BaseException:
    """Return what goes wrong; nothing in this frame knows the key."""
    try:
        await client._call(
            "POST",
            url,
            partial(read_outcome, meaning=phase),
            body=b"{}",
            headers={"Idempotency-Key": "k"},
            patience=ONCE,
            timeout=0.5,
        )
    except Exception as error:
        return error
    raise AssertionError("nothing went wrong")


def everything_printed(error: BaseException) -> str:
    """Return an error as every tool prints it that prints more than Python does."""
    parts = [repr(error), str(error), repr(vars(error))]
    verbose = VerboseTB(theme_name="nocolor")  # colours would only part what is looked for
    parts.append(verbose.text(type(error), error, error.__traceback__, 9))
    parts += traceback.TracebackException.from_exception(
        error, capture_locals=True, max_group_depth=9
    ).format()
    seen: set[int] = set()
    rest = [error]
    while rest:  # a crash reporter looks at the contexts too that Python leaves out
        met = rest.pop()
        if id(met) in seen:
            continue
        seen.add(id(met))
        rest += [linked for linked in (met.__cause__, met.__context__) if linked is not None]
        parts += [repr(met), *locals_of(met.__traceback__)]
    return "\n".join(parts)


def locals_of(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        found += [f"{name}={value!r}" for name, value in trace.tb_frame.f_locals.items()]
        trace = trace.tb_next
    return found


@pytest.mark.draw
@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("wrong", WRONGS)
async def test_no_error_shows_the_key(wires, asking, header, wrong) -> None:
    wire = wires(WRONGS[wrong])
    async with asking(wire, header) as client:
        error = await error_of(client, "/x")
    assert any(SECRET in str(asked.headers) for asked in wire.asked), "the key was sent at all"
    printed = everything_printed(error)
    assert "patience" in printed, "variables are printed"
    assert SECRET not in printed


@pytest.mark.parametrize("url", ["http://[::1", "http://\x00", "http://elsewhere.test/", "file:///x"])
async def test_no_error_before_sending_shows_the_key(wire, asking, url) -> None:
    async with asking(wire) as client:
        assert SECRET not in everything_printed(await error_of(client, url))
    async with asking("http://service.test") as client:
        assert SECRET not in everything_printed(await error_of(client, "/x"))
    nobody = wire.url
    wire.close()
    async with asking(nobody) as client:
        assert SECRET not in everything_printed(await error_of(client, "/x"))


@pytest.mark.parametrize("header", HEADERS)
async def test_no_log_shows_the_key(wires, asking, header, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        for reply in (http(200, {}), http(302, b"", location="/x"), echo(500), reset):
            wire = wires(reply)
            async with asking(wire, header) as client:
                for url in ("/x", "http://127.0.0.1:9/x"):
                    await error_or_answer(client, url)
                await read_file(client, "/v.mp4")
    names = {record.name.partition(".")[0] for record in caplog.records}
    assert {"httpx", "httpcore"} <= names, "logs were written"
    printed = "\n".join(
        f"{record.getMessage()} {record.__dict__} {record.exc_info}" for record in caplog.records
    )
    assert SECRET not in printed


async def error_or_answer(client: Client, url: str) -> None:
    for name in ("status", "result", "cancel"):
        try:
            await getattr(client, name)("r", url, patience=Patience(total=0.1))
        except RekaError as error:
            logging.getLogger("reka_notebook").warning("met", exc_info=error)


async def read_file(client: Client, url: str) -> None:
    try:
        async with client.media(url) as stream:
            async for _ in stream.pieces:
                pass
    except RekaError as error:
        logging.getLogger("reka_notebook").warning("met", exc_info=error)


async def test_what_a_gateway_says_back_is_kept_without_the_key(wires, asking) -> None:
    wire = wires(echo(200))
    async with asking(wire) as client:
        outcome = await client.result("r")
    assert outcome.raw["sent"] == "Authorization: Bearer [the API key]"
    assert SECRET not in repr(outcome)


async def test_nothing_that_holds_the_key_shows_it(wire, asking) -> None:
    client = asking(wire)
    settings = config.Settings(base_url=wire.url, home=os.curdir, api_key=Key(SECRET))  # type: ignore[arg-type]
    async with client:
        for held in (
            client,
            client._http,
            client._http._connections,
            vars(client),
            vars(client._http),
            settings,
        ):
            assert SECRET not in f"{held!r} {held}"


def raising(action) -> str:
    try:
        action()
    except RekaError as error:
        return everything_printed(error)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("url", ["reka.test", "ftp://reka.test", "https://me:pass@reka.test", "https://[::1"])
def test_a_wrong_setting_does_not_show_the_environment(monkeypatch, place, url) -> None:
    """A traceback with variables prints the start and the end of a mapping, and an environment holds the key."""
    rest = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    if place == "first":
        for name in rest:
            monkeypatch.delenv(name)
    monkeypatch.setenv("REKA_API_KEY", SECRET)
    monkeypatch.setenv("REKA_BASE_URL", url)
    if place == "first":
        for name, value in rest.items():
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(reprlib.aRepr, "maxother", 10**6)
    assert SECRET not in raising(config.settings)
    monkeypatch.delenv("REKA_BASE_URL")
    assert SECRET not in raising(partial(config.configure, key_header="X-Key"))
    assert SECRET not in raising(partial(config.configure, base_url=url))


@pytest.mark.parametrize("around", ["{}\u200b", "Bearer {}"])
def test_a_key_copied_with_something_around_it_is_not_shown(monkeypatch, around) -> None:
    bad = around.format(SECRET)
    monkeypatch.setenv("REKA_API_KEY", bad)
    assert SECRET not in raising(find_key)
    monkeypatch.delenv("REKA_API_KEY")
    assert SECRET not in raising(partial(find_key, ask=iter([bad]).__next__))
    monkeypatch.setattr("keyring.get_password", lambda *_: bad)
    assert SECRET not in raising(find_key)


def test_the_client_takes_the_key_as_a_key_alone() -> None:
    """A string would be printed with the arguments of every frame that it passes through."""
    assert inspect.signature(Client.__init__).parameters["key"].annotation == (Key | None)
    assert ROUTES


PLACES = list(echoing("x"))
EVERY_FORM = ("a name", "a body that is no JSON")


async def all_that_is_said(client: Client) -> list[str]:
    """Return everything that every step leaves; nothing in this frame knows the key."""
    steps = [partial(client.submit, "/m", {}, idempotency_key="k"), client.models]
    steps += [partial(step, "r") for step in (client.status, client.result, client.cancel)]
    said = []
    for step in steps:
        try:
            answer = await step(patience=ONCE)
            raw = getattr(answer, "raw", answer)
            said += [repr(answer), json.dumps(raw, ensure_ascii=False), *getattr(answer, "log_lines", ())]
        except RekaError as error:
            said.append(everything_printed(error))
    try:
        async with client.media("/v.mp4") as stream:
            said += [repr(stream), repr(stream.headers)]
            if stream.status >= 300:
                said.append(everything_printed(error_from(await client.beginning(stream))))
            else:
                said.append(b"".join([piece async for piece in stream.pieces]).decode("latin-1"))
    except RekaError as error:
        said.append(everything_printed(error))
    return said


@pytest.mark.parametrize("place", PLACES)
async def test_wherever_and_however_the_key_comes_back_it_is_not_shown(wires, asking, caplog, place) -> None:
    """In no answer, error, traceback or log; the row of a job is made of what is printed here."""
    wire = wires()
    async with asking(wire) as client:
        for name, form in FORMS.items():
            if place not in EVERY_FORM and name not in ("plain", "percent"):
                continue  # which forms there are is one question, and where they stand another
            wire.replies[0] = echoing(form)[place]
            with caplog.at_level(logging.DEBUG):
                said = await all_that_is_said(client)
            logged = [f"{record.getMessage()} {record.exc_info}" for record in caplog.records]
            caplog.clear()
            shown = [text for text in (*said, *logged) if leaks(text)]
            assert not shown, (name, leaks(shown[0]), shown[0][:2000])
    assert all("cookie" not in asked.headers and not leaks(asked.path) for asked in wire.asked)


@pytest.mark.parametrize("cut", [1, 7, 20])
async def test_a_key_in_two_pieces_of_a_file_is_seen(wires, asking, cut) -> None:
    page = b"\0\xff" * 600 + SECRET.encode() + b"\0\xff" * 600

    def in_two(connection) -> None:
        at = page.index(SECRET.encode()) + cut
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + page[:at])
        time.sleep(0.1)
        connection.sendall(page[at:])

    async with asking(wires(in_two)) as client, client.media("/v.mp4") as stream:
        got = b"".join([piece async for piece in stream.pieces])
    assert got == page.replace(SECRET.encode(), b"*" * len(SECRET))


async def test_a_file_elsewhere_is_not_asked_for_with_the_key_in_its_address(wires, asking) -> None:
    away = wires(http(200, b"x"))
    home = wires(http(302, b"", location=f"{away.url}/?k={SECRET}"))
    async with asking(home) as client:
        with pytest.raises(Redirected, match="has the API key in it"):
            async with client.media("/v.mp4"):
                pass
    assert away.asked == []


async def test_an_earlier_key_is_hidden_too(wires, asking) -> None:
    wire = wires(echo(200))
    async with asking(wire) as client:
        client.use_key(Key("another-key-that-is-in-use-now"))
        assert SECRET not in repr(await client.result("r"))
