import pytest

from reka_notebook.api import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    Conflict,
    NotFound,
    NotSent,
    PageInstead,
    RateLimited,
    Rejected,
    ServerFault,
    ValidationFailed,
)
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.rejection import error_from


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
    met = error(status)
    assert (type(met), met.retryable, met.request_id) == (kind, retryable, "req-7")
    assert "req-7" in str(met)


def test_reka_error_object_is_read() -> None:
    met = error(400, '{"error": {"type": "validation_error", "message": "too long.", "param": "prompt"}}')
    assert (met.type, met.param, met.message) == ("validation_error", "prompt", "too long.")
    assert met.said == "too long (HTTP 400, field 'prompt', request req-7)."
    assert str(met) == f"{met.said} Edit the prompt or the settings and try again."


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


PAGE = "<!DOCTYPE html><html><body>Access denied by your organization</body></html>"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 409, 418, 422, 451])
def test_a_page_is_something_in_between_and_not_the_services_refusal(status: int) -> None:
    met = error(status, PAGE)
    assert (type(met), met.retryable, met.maybe_taken, met.shaped) == (PageInstead, True, True, False)
    assert "in place of an answer of the service" in met.said
    assert "Access denied" not in str(met)


def test_a_page_is_told_by_its_type_too() -> None:
    assert type(error(403, "Denied", **{"content-type": "text/html; charset=utf-8"})) is PageInstead
    assert type(error(403, '{"message": "no"}', **{"content-type": "text/html"})) is AuthenticationFailed


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NotFound), (410, NotFound), (429, RateLimited), (502, ServerFault), (407, NotSent)],
)
def test_what_a_router_or_gateway_says_by_a_page_is_believed(status: int, kind: type[ApiError]) -> None:
    met = error(status, PAGE)
    assert (type(met), met.shaped) == (kind, False)


@pytest.mark.parametrize(
    "body",
    [
        '{"detail": "Not Found"}',
        '{"message": "Not Found"}',
        '{"timestamp": 1, "status": 404, "error": "Not Found", "path": "/v2"}',
        "404 page not found",
        "",
        "[]",
        "{}",
    ],
)
def test_a_routers_words_have_not_the_shape_of_an_error(body: str) -> None:
    met = error(404, body)
    assert (type(met), met.shaped) == (NotFound, False)


@pytest.mark.parametrize(
    ("body", "message", "kind", "param"),
    [
        ('{"error": {"detail": "the file is gone"}}', "the file is gone", None, None),
        (
            '{"title": "Out of range", "detail": "duration is 99", "type": "/e/1"}',
            "duration is 99",
            "/e/1",
            None,
        ),
        ('{"title": "Out of range", "status": 422}', "Out of range", None, None),
        (
            '{"errors": [{"code": "bad", "message": "too long", "field": "prompt"}]}',
            "too long",
            "bad",
            "prompt",
        ),
        ('{"errors": ["first", "second"]}', "first", None, None),
        ('{"error": [{"message": "in a list"}]}', "in a list", None, None),
        (
            '{"error": "invalid_request", "error_description": "no model"}',
            "no model",
            "invalid_request",
            None,
        ),
        ('{"message": "top", "code": 17}', "top", "17", None),
        ('{"data": {"error": {"message": "deep"}}}', "deep", None, None),
        ('[{"message": "a list"}]', "a list", None, None),
        ("plain text of a gateway", "plain text of a gateway", None, None),
    ],
)
def test_every_known_shape_of_an_error_is_read(body: str, message: str, kind: str, param: str) -> None:
    met = error(422, body)
    assert (met.message, met.type, met.param) == (message, kind, param)
    assert met.shaped is body.startswith(("{", "["))


@pytest.mark.parametrize("status", [400, 403])
def test_no_balance_is_told_from_a_wrong_key_and_a_wrong_input(status: int) -> None:
    met = error(status, '{"error": {"type": "forbidden", "message": "Insufficient balance"}}')
    assert type(met) is BalanceUsedUp
    assert type(error(403, '{"error": {"message": "this key may not do that"}}')) is AuthenticationFailed


def test_an_error_that_quotes_a_prompt_about_credits_is_about_the_input() -> None:
    met = error(400, '{"error": {"message": "refused: \'the end credits roll over a balance\'"}}')
    assert type(met) is ValidationFailed
