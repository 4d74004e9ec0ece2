"""Test that a webhook goes with its request, also when another process submits it, and is kept no longer than that."""

import json
import logging
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from reka_notebook.api import Client
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Job, JobError, JobExpired, State, prepare
from reka_notebook.sandbox import Fault
from tests.processes import MODEL, PIXELS, SECRET, Process
from tests.processes import wait_until as until

HOOK = "http://127.0.0.1:9/done?token=s3cret-and-long-enough"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the webhook of each submission."""
    seen: list[Any] = []
    submit = Client.submit

    async def watched(self: Client, path: str, given: Any, **named: Any) -> Any:
        seen.append(named.get("webhook_url"))
        return await submit(self, path, given, **named)

    monkeypatch.setattr(Client, "submit", watched)
    return seen


def ask(process: Process, webhook: str | None, prompt: str = "a slow dolly in") -> Job:
    prepared = replace(process.prepare(prompt), webhook_url=webhook)
    return process.controller.submit(prepared, notebook_file=None)


def test_it_goes_with_the_request_and_is_in_nothing_that_is_kept(process, sandbox, sent, tmp_path, caplog):
    with caplog.at_level(logging.DEBUG):
        take = ask(process, HOOK).result(60)
    assert sent == [HOOK]
    home = process.controller.library.home
    for file in home.rglob("*.json"):
        assert "s3cret" not in file.read_text("utf-8"), file
    with sqlite3.connect(next(home.glob("*.sqlite3"))) as database:
        assert database.execute("SELECT webhook FROM jobs").fetchall() == [(None,)]
    assert "s3cret" not in f"{take!r} {take.record!r}"
    assert "s3cret" not in "".join(record.getMessage() for record in caplog.records)


def test_the_same_request_with_another_webhook_finds_its_take(process, sandbox, sent):
    first = ask(process, HOOK).result(60)
    again = ask(process, "http://127.0.0.1:9/other")
    assert again.take is not None
    assert (again.take.id, sent, len(sandbox.ledger)) == (first.id, [HOOK], 1)


def test_it_is_no_part_of_what_is_asked(process):
    catalogue = process.controller.catalogue
    one, other = (
        prepare(catalogue, "a slow dolly in", {"start": PIXELS}, model=MODEL, webhook_url=url)
        for url in (None, HOOK)
    )
    assert other.webhook_url == HOOK
    assert other.request == one.request


def test_that_of_the_settings_is_sent_unless_the_request_names_one(start, sandbox, sent):
    process = start(sandbox.url, webhook_url="http://127.0.0.1:9/default")
    process.submit().result(60)
    ask(process, HOOK, "another").result(60)
    assert sent == ["http://127.0.0.1:9/default", HOOK]


def test_another_process_submits_with_the_same_webhook(start, sandboxes, sent):
    sandbox = sandboxes()
    sandbox.faults.add(Fault("submit", "delay", "before", seconds=0.3))
    first = start(sandbox.url)
    job = ask(first, HOOK)
    until(lambda: job.status.state is State.SUBMITTING)
    first.kill()
    second = start(sandbox.url, webhook_url="http://127.0.0.1:9/default")
    (again,) = second.controller.take_over()
    again.result(60)
    assert sent == [HOOK, HOOK]
    assert len(sandbox.ledger) == 1


def test_what_may_have_been_accepted_is_sent_again_as_it_was(start, sandbox, sent):
    process = start(sandbox.url, deadline=0.4)
    sandbox.faults.add(Fault("submit", "drop", "after", times=3))
    sandbox.faults.add(Fault("submit", "delay", "before", seconds=0.5, times=3))
    with pytest.raises(JobExpired, match="is not known"):
        ask(process, HOOK).result(60)
    sandbox.faults.clear()
    ask(process, "http://127.0.0.1:9/other").result(60)
    assert set(sent) == {HOOK}
    assert len(sandbox.ledger) == 1


def test_what_was_certainly_not_accepted_takes_the_new_one(start, sandbox, sent):
    process = start(sandbox.url, deadline=0.4)
    sandbox.faults.add(Fault("submit", "status", status=429, times=9999, headers={"retry-after": "60"}))
    with pytest.raises(JobExpired, match="was not accepted"):
        ask(process, HOOK).result(60)
    sandbox.faults.clear()
    ask(process, "http://127.0.0.1:9/other").result(60)
    assert (sent[0], sent[-1]) == (HOOK, "http://127.0.0.1:9/other")


@pytest.mark.parametrize("where", ["submit", "result"])
def test_a_service_that_repeats_it_does_not_get_it_shown(process, sandbox, where):
    said = json.dumps(
        {
            "error": {
                "type": "validation_error",
                "message": f"Cannot reach {HOOK} now",
                "param": "webhook_url",
            }
        }
    )
    sandbox.faults.add(Fault(where, "status", status=400, body=said, times=9999))
    job = ask(process, HOOK)
    with pytest.raises(JobError, match=r"http://127\.0\.0\.1:9/…") as caught:
        job.result(20)
    assert "s3cret" not in f"{caught.value} {job.status!r}"
    assert len([seen for seen in sandbox.log if seen.step == "submit"]) == 1, "no other name is tried for it"


def test_one_with_the_key_in_it_is_refused(process, sandbox):
    assert process.controller.has_key()
    with pytest.raises(RekaError, match="has your API key in it"):
        ask(process, f"https://example.com/?key={SECRET}")
    assert not sandbox.ledger


def test_one_on_this_machine_is_refused_where_the_service_is_not(start):
    process = start("https://reka.invalid")
    with pytest.raises(RekaError, match="leads to this machine"):
        ask(process, HOOK)


def test_a_job_that_goes_on_is_shown_with_its_host_alone(start, sandboxes, sent):
    from reka_notebook.commands.show import _facts, _raw

    process = start(sandboxes(seconds=5).url)
    job = ask(process, HOOK)
    until(lambda: job.status.state is State.QUEUED)
    library = process.controller.library
    record = library.jobs.get(job.id)
    assert record.webhook == HOOK
    for shown in (str(_raw(library, record, None)), str(list(_facts(library, record, None)))):
        assert "s3cret" not in shown
        assert "http://127.0.0.1:9/…" in shown
