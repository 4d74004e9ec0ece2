"""Test that the key goes to the service alone, and shows in nothing that a job leaves."""

import base64
import json
import logging
from pathlib import Path

import pytest

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Job, JobError
from reka_notebook.sandbox import Fault
from reka_notebook.sandbox.inference import Inference
from tests.processes import SECRET
from tests.unit.api.test_client_secrecy import everything_printed


def error_of(job: Job) -> JobError:
    try:
        job.result(20)
    except JobError as error:
        return error
    raise AssertionError("nothing went wrong")


@pytest.mark.draw
@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("submit", "status", status=400),
        Fault("submit", "status", status=400, body=json.dumps({"error": {"message": f"what is {SECRET}?"}})),
        Fault("submit", "drop", "after", times=9999),
        Fault("submit", "html", "after", times=9999),
        Fault("status", "status", status=401, times=9999),
        Fault("result", "truncate", times=9999),
        Fault("media", "truncate", times=9999, keep=0.0),
        Fault("media", "html", times=9999),
    ],
    ids=lambda fault: f"{fault.step} {fault.kind} {fault.status} {bool(fault.body)}",
)
def test_no_end_of_a_job_shows_the_key(sandbox, start, fault, header, caplog) -> None:
    sandbox.faults.add(fault)
    process = start(sandbox.url, deadline=0.6, key_header=header)
    with caplog.at_level(logging.DEBUG):
        job = process.submit()
        error = error_of(job)
    assert SECRET not in everything_printed(error)
    assert SECRET not in f"{job!r} {vars(job)!r} {job.status!r}"
    assert SECRET not in repr(process.controller.library.jobs.get(job.id))
    assert SECRET not in "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert all(seen.authorised for seen in sandbox.log)


def test_urls_on_another_host_get_a_request_for_the_file_and_no_key(sandboxes, start) -> None:
    sandbox = sandboxes(url_host="localhost", key=SECRET)
    process = start(sandbox.url)
    assert process.submit().result(10).file.kind == "video"
    assert sandbox.log[0].step == "submit"
    for seen in sandbox.log:
        away = seen.host.startswith("localhost")
        assert (away, seen.authorised) == (seen.step == "media", seen.step != "media"), seen


def test_urls_without_a_host_are_the_services_own(sandboxes, start) -> None:
    sandbox = sandboxes(relative_urls=True, key=SECRET)
    job = start(sandbox.url).submit()
    assert job.result(10).file.kind == "video"
    assert {seen.authorised for seen in sandbox.log} == {True}


def test_cancelling_goes_home_too(sandboxes, start) -> None:
    sandbox = sandboxes(url_host="localhost", key=SECRET, seconds=20)
    job = start(sandbox.url).submit()
    while not any(seen.step == "status" for seen in sandbox.log):
        pass
    job.cancel()
    assert "Cancelled" in str(error_of(job))
    assert {seen.host.split(":")[0] for seen in sandbox.log} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"prompt": f"A pan over {SECRET}"},
        {"prompt": "A pan", "negative_prompt": f"text,{SECRET}"},
        {"prompt": "A pan", "image": f"https://files.example.org/a.png?token={SECRET}"},
    ],
)
def test_a_request_with_the_key_in_it_is_neither_sent_nor_kept(sandbox, start, wanted) -> None:
    process = start(sandbox.url)
    with pytest.raises(
        RekaError, match=r"has your API key in it.*Nothing was sent, and nothing was kept"
    ) as refused:
        process.submit(**wanted)
    assert SECRET not in str(refused.value)
    assert process.controller.library.jobs.all() == []
    assert sandbox.log == []
    files = [path for path in process.controller.library.home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def escaped(form: str) -> str:
    return "".join(form.format(ord(character)) for character in SECRET)


FORMS = {
    "plain": SECRET,
    "capitals": SECRET.upper(),
    "JSON": escaped("\\u{:04x}"),
    "percent": escaped("%{:02X}"),
    "HTML": escaped("&#{};"),
    "tags": "".join(f"<b>{character}</b>" for character in SECRET),
    "base64": base64.b64encode(f"user:{SECRET}".encode()).decode(),
}


def left(folder: Path) -> list[tuple[str, str]]:
    """Return every file in which a form of the key is: the rows, the sidecars, the media, what is on its way."""
    found = []
    for file in folder.rglob("*"):
        if file.is_file():
            said = file.read_bytes().lower()
            found += [(file.name, name) for name, form in FORMS.items() if form.lower().encode() in said]
    return found


@pytest.mark.parametrize("form", FORMS)
def test_what_the_service_sends_back_is_in_no_row_and_no_file(
    sandboxes, start, monkeypatch, tmp_path, form
) -> None:
    sandbox = sandboxes(seconds=0.3)
    echo = FORMS[form]
    plain_result, plain_status = Inference.result_json, Inference.status_json

    def result_json(self, now, output):
        said = plain_result(self, now, output)
        return said | {"metrics": {echo: [echo]}, "sent": {"authorization": f"Bearer {echo}"}}

    def status_json(self, now, epoch, *, logs):
        said = plain_status(self, now, epoch, logs=logs)
        return said | {"logs": [echo, {"message": f"got {echo}"}], "note": echo}

    monkeypatch.setattr(Inference, "result_json", result_json)
    monkeypatch.setattr(Inference, "status_json", status_json)
    process = start(sandbox.url)
    job = process.submit()
    seen = []
    job.subscribe(lambda job: seen.append(repr(job.status)))
    take = job.result(20)
    assert seen
    assert "API key" in repr(take.record.job.answers["result"])
    shown = "\n".join((*seen, repr(job.status), repr(take.record)))
    assert not [name for name, written in FORMS.items() if written.lower() in shown.lower()]
    assert left(tmp_path) == []


@pytest.mark.draw
@pytest.mark.parametrize("form", ["plain", "HTML", "percent", "tags"])
@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_file_host_that_sends_it_back_leaves_it_nowhere(sandbox, start, tmp_path, form, status) -> None:
    page = f"<html><title>{FORMS[form]}</title>you sent {FORMS[form]}</html>"
    sandbox.faults.add(Fault("media", "status", status=status, body=page, times=9999))
    process = start(sandbox.url, deadline=1.0)
    error = error_of(process.submit())
    printed = everything_printed(error)
    assert SECRET not in "".join(str(error).split())
    assert not [name for name, written in FORMS.items() if written.lower() in printed.lower()]
    assert left(tmp_path) == []
