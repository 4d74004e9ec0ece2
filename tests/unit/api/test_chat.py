"""Test that a chat model is asked once, and that its key goes to its own address alone."""

import socket
import threading
import time

import anyio
import pytest

from reka_notebook.api import (
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    NotSent,
    RateLimited,
    Redirected,
    ServerFault,
    Unanswered,
)
from reka_notebook.api import chat as api_chat
from reka_notebook.api.chat import MAYBE_CHARGED, ask_chat
from reka_notebook.api.errors import AnswerTooLong, ForeignOrigin
from reka_notebook.key import Key
from tests.unit.api.conftest import SECRET, http, reset

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quick")]

MESSAGE = {"model": "reka-edge-2603", "messages": [{"role": "user", "content": "Hello"}]}


def said(text, **more):
    return {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}], **more}


async def ask(wire, key=SECRET, **how):
    return await ask_chat(f"{wire.url}/v1/chat/completions", Key(key) if key else None, MESSAGE, **how)


async def test_the_answer_and_what_it_used(wire):
    wire.replies = [http(200, said("Good day", usage={"prompt_tokens": 7, "completion_tokens": 2}))]
    answer = await ask(wire)
    assert (answer.text, answer.tokens_in, answer.tokens_out) == ("Good day", 7, 2)
    assert wire.asked[0].path == "/v1/chat/completions"
    assert wire.asked[0].json == MESSAGE
    assert wire.asked[0].headers["authorization"] == f"Bearer {SECRET}"


async def test_another_header_and_no_key_at_all(wire):
    wire.replies = [http(200, said("Yes"))]
    await ask(wire, header="X-Api-Key")
    await ask(wire, key=None)
    assert wire.asked[0].headers["x-api-key"] == SECRET
    assert not {"x-api-key", "authorization"} & set(wire.asked[1].headers)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (said("<think>hm, {</think>\n\nDone"), "Done"),
        (said("<reasoning>no end of it</reasoning> Done <sep>"), "Done <sep>"),
        (said("first I think\n</think>Done"), "Done"),
        (said([{"type": "text", "text": "Do"}, {"type": "text", "text": "ne"}]), "Done"),
        ({"choices": [{"text": "Done"}]}, "Done"),
        ({"responses": [{"message": {"content": "Done"}}]}, "Done"),
        (said(f"Your key is {SECRET}"), "Your key is"),
    ],
)
async def test_words_however_they_come(wire, body, text):
    wire.replies = [http(200, body)]
    answer = await ask(wire)
    assert answer.text.startswith(text)
    assert SECRET not in answer.text + str(answer.raw)


@pytest.mark.parametrize(
    "body",
    [said(""), said("<think>too long a thought"), said(None), {"choices": []}, {}, {"choices": {"a": 1}}],
)
async def test_an_answer_without_words(wire, body):
    wire.replies = [http(200, body)]
    with pytest.raises(BadAnswer, match="without words") as error:
        await ask(wire)
    assert error.value.advice == MAYBE_CHARGED


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            401,
            {"error": {"type": "authentication_error"}},
            AuthenticationFailed,
            "Nothing was charged",
        ),
        (403, {"error": {"message": "insufficient balance"}}, BalanceUsedUp, "Top up"),
        (402, {}, BalanceUsedUp, "Top up"),
        (429, {"error": {"message": "quota used up"}}, BalanceUsedUp, "Top up"),
        (429, {"error": {"message": "slow down"}}, RateLimited, "Nothing was charged. Try again in"),
        (500, {}, ServerFault, MAYBE_CHARGED),
        (503, {}, ServerFault, MAYBE_CHARGED),
    ],
)
async def test_what_was_sent_is_never_sent_again(wire, status, body, kind, words):
    wire.replies = [http(status, body, retry_after="0"), http(200, said("Yes"))]
    with pytest.raises(kind) as error:
        await ask(wire)
    assert words in str(error.value)
    await anyio.sleep(0.05)
    assert len(wire.asked) == 1


async def test_a_broken_connection_is_not_tried_again(wire):
    wire.replies = [reset, http(200, said("Yes"))]
    with pytest.raises(Unanswered) as error:
        await ask(wire)
    assert MAYBE_CHARGED in str(error.value)
    assert len(wire.asked) == 1


async def test_a_connection_that_was_never_made_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotSent):
        await ask_chat(f"http://127.0.0.1:{port}/v1/chat/completions", Key(SECRET), MESSAGE)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("same", [False, True])
async def test_no_redirect_is_followed(wires, status, same):
    other = wires(http(200, said("Give me the key")))
    wire = wires()
    target = f"{(wire if same else other).url}/v1/other"
    wire.replies = [http(status, {}, location=target), http(200, said("Yes"))]
    with pytest.raises(Redirected):
        await ask(wire)
    assert len(wire.asked) == 1
    assert not other.asked


async def test_the_key_does_not_go_over_plain_http():
    with pytest.raises(ForeignOrigin, match="plain http"):
        await ask_chat("http://reka.example/v1/chat/completions", Key(SECRET), MESSAGE)


async def test_an_answer_that_is_too_long(wire, monkeypatch):
    monkeypatch.setattr(api_chat, "LONGEST_ANSWER", 2**20)
    wire.replies = [http(200, said("x" * 2**21))]
    with pytest.raises(AnswerTooLong):
        await ask(wire)


async def test_it_can_be_cancelled(wire):
    begun = threading.Event()

    def never(connection):
        begun.set()
        time.sleep(3)

    wire.replies = [never]
    started = time.monotonic()
    with anyio.move_on_after(0.5):
        await ask(wire)
    assert begun.is_set()
    assert time.monotonic() - started < 2
