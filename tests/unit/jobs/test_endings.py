"""Test that the page "When something goes wrong" has every ending, in the words of the product."""

import inspect
import re
from pathlib import Path

import pytest

from reka_notebook.api import AuthenticationFailed, Outcome, Rejected
from reka_notebook.errors import RekaError
from reka_notebook.jobs import JobError, State, endings
from reka_notebook.jobs.steps import cancellation
from reka_notebook.jobs.steps.moments import wish_in_words
from reka_notebook.library import GenerationRequest, JobRecord

PAGE = Path(__file__).parents[3] / "docs" / "when-something-goes-wrong.md"
ANY = "…"


class _Bare(Rejected):
    advice = ""


def record(state: State = State.QUEUED, key_refused: float | None = None, service: str = ANY) -> JobRecord:
    request = GenerationRequest(endpoint="kling-v3-pro/image-to-video", input={"prompt": ANY})
    return JobRecord(
        id=ANY, service=service, request=request, state=str(state), request_id=ANY, key_refused=key_refused
    )


def all_endings() -> dict[str, JobError]:
    error, of_ours = _Bare(ANY), record()
    return {
        "refused": endings.refused(error),
        "not_accepted": endings.not_accepted(of_ours, ANY),
        "maybe_accepted": endings.maybe_accepted(of_ours, ANY),
        "key_used_before": endings.key_used_before(of_ours, error),
        "cancelled_in_time": endings.cancelled_in_time(),
        "failed": endings.failed(of_ours, Outcome(error=ANY)),
        "failed_without_result": endings.failed_without_result(of_ours, error),
        "gone": endings.gone(of_ours, error),
        "gone, with another key": endings.gone(record(key_refused=1.0), error),
        "cancelled": endings.cancelled(of_ours),
        "not_let_in": endings.not_let_in(of_ours, error),
        "no_route": endings.no_route(of_ours, error, ANY, ANY),
        "expired": endings.expired(of_ours, None, word=ANY),
        "expired, in the dark": endings.expired(of_ours, ANY),
        "expired, done": endings.expired(of_ours, ANY, done=True),
        "not_had": endings.not_had(of_ours, ANY),
        "too_long": endings.too_long(of_ours, error),
        "unforeseen": endings.unforeseen(of_ours, RekaError(ANY)),
        "unforeseen, before": endings.unforeseen(record(State.PREPARED), RekaError(ANY)),
    }


def plain(text: str) -> str:
    """Return a text in one line, without the quotes around what differs and without its final full stop."""
    text = re.sub(r"\n> ?", " ", text)
    text = text.replace("'…'", ANY).replace("….", ANY)
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", all_endings())
def test_each_ending_is_on_the_page(name: str) -> None:
    words = re.sub(
        r"was asked with .*?, which the", "was asked with …, which the", all_endings()[name].args[0]
    )
    assert plain(words) in plain(PAGE.read_text("utf-8"))


def test_no_ending_is_forgotten() -> None:
    made = {
        name
        for name, function in inspect.getmembers(endings, inspect.isfunction)
        if function.__module__ == endings.__name__ and not name.startswith(("_", "is_"))
    }
    assert made == {name.partition(",")[0] for name in all_endings()}


def test_what_is_said_of_the_money_is_in_every_ending() -> None:
    for name, end in all_endings().items():
        assert re.search(r"charged?\b", str(end)), name


def test_the_sandbox_never_speaks_of_a_new_charge() -> None:
    of_sandbox, error = record(service="http://127.0.0.1:8000"), _Bare(ANY)
    assert str(endings.failed(of_sandbox, Outcome(error=ANY))) == (
        "The service failed the request: …. (Job …, request ….)"
    )
    assert str(endings.cancelled(of_sandbox)) == "Cancelled (job …, request …)."
    for end in (endings.failed_without_result(of_sandbox, error), endings.gone(of_sandbox, error)):
        assert "charged" not in str(end)


def test_a_long_wait_and_a_cancellation_that_is_not_taken_are_on_the_page() -> None:
    page = plain(PAGE.read_text("utf-8"))
    assert wish_in_words(3600.0).rpartition(" until ")[0] + " until …" in page
    source = inspect.getsource(cancellation)
    for words in (
        "The service did not take the cancellation: ",
        " The job goes on; cancel it again to ask again.",
    ):
        assert words in source
        assert words in page


def test_an_error_keeps_its_own_advice_beside_what_the_money_is() -> None:
    said = str(endings.not_let_in(record(), AuthenticationFailed("Who are you?")))
    assert said.startswith("Who are you?")
    assert "without a second charge" in said
