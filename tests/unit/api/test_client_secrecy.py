"""The key shows nowhere: no log, no repr, no traceback, whatever goes wrong and however much is printed of it."""

import inspect
import logging
import os
import reprlib
import traceback
from functools import partial
from types import TracebackType

import anyio
import pytest
from IPython.core.ultratb import VerboseTB

from reka_notebook import config
from reka_notebook.api import Client, Patience
from reka_notebook.api.messages import read_outcome
from reka_notebook.errors import RekaError
from reka_notebook.key import Key, find_key
from tests.unit.api.conftest import ONCE, ROUTES, SECRET, http, phase, reset

pytestmark = pytest.mark.anyio

HEADERS = ["Authorization", "X-Api-Key"]


def echo(status: int):
    """A gateway that says what it was sent, the key included."""
    body = {
        "error": {"message": f"bad key {SECRET}", "param": SECRET},
        "sent": f"Authorization: Bearer {SECRET}",
    }
    return http(status, body, x_request_id="req-1")


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
    """What goes wrong; nothing in this frame knows the key."""
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
    """An error as every tool prints it that prints more than Python does."""
    parts = [repr(error), str(error), repr(vars(error))]
    verbose = VerboseTB()
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
