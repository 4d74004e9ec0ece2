"""Test that a list of requests is read whatever its shape, page by page, and from no other host."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reka_notebook.api import BadAnswer, Client, ForeignOrigin, Patience, Phase
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.messages import read_value
from reka_notebook.api.reading.request_list import ListedRequest, read_request_page
from reka_notebook.catalogue import load

pytestmark = pytest.mark.anyio

MEANING = load().phase
WHEN = datetime(2026, 11, 29, 12, 30, tzinfo=UTC).timestamp()


def read(body: Any, before: int = 0, link: str | None = None) -> Any:
    answer = Answer(200, {"content-type": "application/json"}, json.dumps(body).encode())
    return read_request_page(read_value(answer), MEANING, before, link)


def one(entry: Any) -> ListedRequest:
    page = read({"requests": [entry]})
    assert len(page.requests) == 1
    return page.requests[0]


ENTRY = {"request_id": "r-1", "status": "COMPLETED"}


@pytest.mark.parametrize(
    "body",
    [
        {"requests": [ENTRY]},
        [ENTRY, {"request_id": "r-2"}],
        [ENTRY],
        {"data": [{"id": "r-1", "status": "COMPLETED"}], "object": "list"},
        {"data": {"items": [{"requestId": "r-1", "state": "completed"}]}},
        {"result": {"data": [ENTRY]}},
        {"whatever": [ENTRY]},
        {"requests": {"r-1": {"status": "completed"}}},
        {"items": [{"request": {"id": "r-1", "status": {"state": "Completed"}}}]},
        {"requests": [None, 7, {}, {"status": "x"}, ENTRY]},
    ],
    ids=lambda body: json.dumps(body)[:40],
)
def test_the_list_is_found_wherever_it_is(body: Any) -> None:
    first = read(body).requests[0]
    assert (first.request_id, first.phase) == ("r-1", Phase.DONE)


@pytest.mark.parametrize("body", [{"requests": []}, {"data": [], "total": 0, "has_more": True}])
def test_an_empty_list_is_a_list_and_the_end(body: Any) -> None:
    page = read(body)
    assert (page.requests, page.following) == ((), None)


@pytest.mark.parametrize("body", [{"error": "x"}, {"a": 1}, "text", 7])
def test_what_has_no_list_is_none(body: Any) -> None:
    assert read(body) is None


@pytest.mark.parametrize(
    ("told", "field", "value"),
    [
        ({"model_id": "m", "capability": "edit"}, "model", "m"),
        ({"modelId": "m"}, "model", "m"),
        ({"endpoint": "m/edit"}, "model", "m/edit"),
        ({"model": {"id": "m"}}, "model", "m"),
        ({"request": {"input": {"prompt": "p"}, "model": "m"}}, "model", "m"),
        ({"capability": "edit"}, "task", "edit"),
        ({"prompt": "p"}, "prompt", "p"),
        ({"input": {"prompt": "p"}}, "prompt", "p"),
        ({"input": {"text": "p"}}, "prompt", "p"),
        ({"request": {"input": {"prompt": "p"}}}, "prompt", "p"),
        ({"arguments": {"prompt": "p"}}, "prompt", "p"),
        ({"created_at": "2026-11-29T12:30:00Z"}, "created", WHEN),
        ({"created": WHEN}, "created", WHEN),
        ({"createdAt": WHEN * 1000}, "created", WHEN),
        ({"created_at": str(int(WHEN))}, "created", WHEN),
        ({"created_at": "yesterday"}, "created", None),
        ({"created_at": -5}, "created", None),
        ({"created_at": True}, "created", None),
        ({"completed_at": "2026-11-29T12:30:00"}, "ended", WHEN),
        ({"error": {"message": "No cats."}}, "error", "No cats."),
        ({"status": "BREWING"}, "phase", Phase.UNKNOWN),
        ({"status": "failed"}, "phase", Phase.FAILED),
    ],
    ids=str,
)
def test_what_is_told_of_a_request_is_found_under_its_names(told: Any, field: str, value: Any) -> None:
    assert getattr(one({"request_id": "r-1", **told}), field) == value


def test_settings_are_words_numbers_and_switches_and_no_files() -> None:
    given = {
        "prompt": "p",
        "duration": 5,
        "generate_audio": True,
        "image_url": "https://a.example/b.png?secret=1",
        "end": "data:image/png;base64,AAAA",
        "list": [1],
        "long": "x" * 30_000,
    }
    assert one({"request_id": "r-1", "input": given}).input == {
        "prompt": "p",
        "duration": 5,
        "generate_audio": True,
    }


@pytest.mark.parametrize("name", ["", " ", "a\x1b[2Jb", "x" * 600, "a\u202eb", 0.5, None])
def test_what_can_be_no_id_is_left_out(name: Any) -> None:
    assert read({"requests": [{"request_id": name}]}).requests == ()


@pytest.mark.parametrize(
    ("told", "following"),
    [
        ({"next_cursor": "c d"}, "?cursor=c+d"),
        ({"nextCursor": "c"}, "?cursor=c"),
        ({"next_page_token": "t"}, "?page_token=t"),
        ({"next": "https://a.example/x?page=2"}, "https://a.example/x?page=2"),
        ({"next": "/v2/inference/requests?page=2"}, "/v2/inference/requests?page=2"),
        ({"links": {"next": {"href": "?page=2"}}}, "?page=2"),
        ({"pagination": {"next_cursor": "c"}}, "?cursor=c"),
        ({"meta": {"pagination": {"next_page": 3}}}, "?page=3"),
        ({"has_more": True}, "?after=r-1"),
        ({"total": 7}, "?offset=5"),
        ({"total": 7, "page": 1}, "?page=2"),
        ({"total": 5}, None),
        ({"next_cursor": None}, None),
        ({"next": None, "has_more": False, "total": 9}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_next_page_is_where_the_service_says(told: Any, following: str | None) -> None:
    assert read({"requests": [ENTRY], **told}, before=4).following == following


def test_a_link_header_names_the_next_page() -> None:
    link = '</v2/x?page=1>; rel="prev", </v2/x?page=3>; rel="next"'
    assert read([ENTRY], link=link).following == "/v2/x?page=3"


async def test_a_page_on_another_host_is_not_asked() -> None:
    async with Client("https://a.example", None, load().routes, MEANING) as client:
        with pytest.raises(ForeignOrigin):
            await client.requests(
                "https://b.example/v2/inference/requests?page=2", patience=Patience(total=0.0)
            )


def test_webhooks_in_a_list_are_shown_by_their_host() -> None:
    entry = one({"request_id": "r-1", "webhook_url": "https://a.example/x?token=s3cret"})
    assert "s3cret" not in repr(entry)


def test_an_answer_that_is_no_json_is_an_error() -> None:
    with pytest.raises(BadAnswer):
        read_value(Answer(200, {}, b"<html>"))
