import pytest

from reka_notebook.api import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    ServerFault,
    ValidationFailed,
)
from reka_notebook.api.rejection import error_from
from reka_notebook.api.transport import Answer


def error(status: int, body: str = "", **headers: str) -> ApiError:
    return error_from(Answer(status, {"x-request-id": "req-7", **headers}, body.encode()))


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (300, BadAnswer, True),
        (304, BadAnswer, True),
        (400, ValidationFailed, False),
        (401, AuthenticationFailed, False),
        (402, BalanceUsedUp, False),
        (403, AuthenticationFailed, False),
        (404, NotFound, False),
        (408, ServerFault, True),
        (409, Conflict, False),
        (413, ValidationFailed, False),
        (418, Rejected, False),
        (422, ValidationFailed, False),
        (429, RateLimited, True),
        (500, ServerFault, True),
        (502, ServerFault, True),
        (504, ServerFault, True),
    ],
)
def test_every_status_has_its_kind(status: int, kind: type[ApiError], retryable: bool) -> None:
    met = error(status, "<html>no json</html>")
    assert (type(met), met.retryable, met.request_id) == (kind, retryable, "req-7")
    assert "req-7" in str(met)


def test_reka_error_object_is_read() -> None:
    met = error(400, '{"error": {"type": "validation_error", "message": "too long.", "param": "prompt"}}')
    assert (met.type, met.param, met.message) == ("validation_error", "prompt", "too long.")
    assert met.said == "too long (HTTP 400, field 'prompt', request req-7)."
    assert str(met) == f"{met.said} Correct the input and run it again."


def test_fastapi_detail_is_read() -> None:
    met = error(422, '{"detail": [{"loc": ["body", "input"], "msg": "field required"}]}')
    assert (met.message, met.param) == ("field required", "body.input")


@pytest.mark.parametrize(
    "body", ['{"error": "plain words"}', '{"detail": "plain words"}', '{"message": "plain words"}']
)
def test_plain_words_are_read(body: str) -> None:
    assert error(400, body).message == "plain words"


@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"code": "P001", "message": "P001: Insufficient Balance"}}',
        '{"error": {"type": "rate_limit_error", "message": "You have no credits left"}}',
        '{"error": {"type": "quota_exceeded", "message": "quota"}}',
    ],
)
def test_a_429_that_speaks_of_money_is_not_waited_for(body: str) -> None:
    met = error(429, body, **{"retry-after": "3600"})
    assert type(met) is BalanceUsedUp
    assert not met.retryable


@pytest.mark.parametrize(
    ("header", "seconds"), [("12", 12.0), ("0", 0.0), ("soon", None), ("-1", None), ("", None)]
)
def test_retry_after_is_read_in_seconds(header: str, seconds: float | None) -> None:
    assert error(429, "", **{"retry-after": header}).retry_after == seconds
