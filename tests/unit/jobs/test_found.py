"""Test that a request of the account is brought in as a take, and that nothing is ever submitted by that."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Job, JobError, JobFailed, State, prepare
from reka_notebook.jobs.account import found, requests
from reka_notebook.jobs.account.found import resume_request
from reka_notebook.library import GenerationRequest, Library
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.profiles import NAMES
from tests.inputs import FITTING, PATHS
from tests.processes import SECRET, Process
from tests.unit.jobs.service import REQUEST, Service, http

TASKS = {
    "image-to-video": "video",
    "text-to-image": "image",
    "text-to-speech": "audio",
    "image-to-bbox": "boxes",
}
TEXT = "kling-v3-pro/text-to-video"


def elsewhere(sandbox: Sandbox, task: str, profile: str = "catalogue", given: Any = None) -> str:
    """Submit a request as another program does, and return its ID."""
    answer = httpx.post(
        f"{sandbox.url}{PATHS[task]}",
        json={"input": given or FITTING[profile][task]},
        headers={"Idempotency-Key": f"{task} {time.time()}", "Authorization": f"Bearer {SECRET}"},
    )
    assert answer.status_code == 202, answer.text
    told = answer.json()
    return str(told.get("request_id") or told.get("requestId") or told.get("id"))


def posts(sandbox: Sandbox) -> int:
    return sum(seen.step in ("submit", "cancel") for seen in sandbox.log)


def bring_in(process: Process, request_id: str) -> Job:
    return resume_request(process.controller, request_id, notebook_file="here.ipynb")


@pytest.mark.draw
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("profile", NAMES)
def test_every_profile_and_task_is_brought_in_without_a_post(
    profile: str, task: str, start: Callable[..., Process], sandboxes: Callable[..., Sandbox]
) -> None:
    sandbox = sandboxes(profile=profile, media=None, render="small")
    request_id = elsewhere(sandbox, task, profile)
    before = posts(sandbox)
    process = start(sandbox.url)
    take = bring_in(process, request_id).result(20)
    # Boxes are known by what was asked for, and the careless profile does not tell.
    kind = "other" if (profile, task) == ("careless", "image-to-bbox") else TASKS[task]
    assert (take.file.kind, take.record.job.request_id) == (kind, request_id)
    assert take.record.job.notebook == "here.ipynb"
    assert take.request.endpoint.endswith("/unknown" if profile == "careless" else f"/{task}")
    given = FITTING[profile][task]
    assert take.prompt == ("" if profile == "fal" else given.get("prompt") or given.get("text"))
    assert bring_in(process, request_id).result(5).id == take.id
    assert len(process.controller.library.takes.newest(9)) == 1
    assert posts(sandbox) == before
    assert len(sandbox.ledger) == 1


def test_it_answers_no_cell_and_no_cell_answers_it(start, sandbox) -> None:
    process = start(sandbox.url)
    request_id = elsewhere(sandbox, "text-to-video", given={"prompt": "a quay"})
    found = bring_in(process, request_id).result(10)
    catalogue = process.controller.catalogue
    prepared = prepare(catalogue, "a quay", {}, model=found.request.endpoint)
    assert process.controller.find(prepared) is None
    made = process.controller.submit(prepared, notebook_file=None).result(10)
    assert made.id != found.id
    assert len(sandbox.ledger) == 2
    assert process.controller.find(prepared).take.id == made.id


def test_its_identity_is_its_id_alone() -> None:
    one = GenerationRequest(endpoint="m/edit", input={"prompt": "x"}, found_as="r-1")
    same = GenerationRequest(endpoint="other/unknown", input={}, found_as="r-1")
    other = msgspec.structs.replace(one, found_as="r-2")
    real = msgspec.structs.replace(one, found_as=None)
    assert one.idempotency_key(1) == same.idempotency_key(1)
    assert one.subject == same.subject
    assert len({each.base_key for each in (one, other, real)}) == 3
    assert len({each.subject for each in (one, other, real)}) == 3


def test_two_kernels_that_ask_at_once_have_it_once(start, sandboxes) -> None:
    sandbox = sandboxes(seconds=0.4)
    request_id = elsewhere(sandbox, "text-to-video", given={"prompt": "x"})
    first, second = start(sandbox.url), start(sandbox.url)
    jobs = [bring_in(process, request_id) for process in (first, second)]
    assert len({job.result(20).id for job in jobs}) == 1
    assert len(first.controller.library.jobs.all()) == 1


def test_one_that_still_runs_is_waited_for_and_taken_over(start, sandboxes) -> None:
    sandbox = sandboxes(seconds=0.8)
    request_id = elsewhere(sandbox, "text-to-video", given={"prompt": "x"})
    before = posts(sandbox)
    first = start(sandbox.url)
    job = bring_in(first, request_id)
    assert not job.status.done
    first.kill()
    second = start(sandbox.url)
    (again,) = second.controller.take_over()
    assert again.result(20).record.job.request_id == request_id
    assert posts(sandbox) == before


def test_an_own_request_is_just_resumed(start, sandbox) -> None:
    process = start(sandbox.url)
    take = process.submit().result(10)
    asked = len(sandbox.log)
    again = bring_in(process, take.record.job.request_id)
    assert again.take is not None
    assert again.take.id == take.id
    assert len(sandbox.log) == asked, "nothing is asked about what is here"


def test_from_another_machine_the_bill_comes_with_it_and_teaches_no_price(start, sandboxes, tmp_path) -> None:
    sandbox = sandboxes(profile="reka")
    request_id = elsewhere(sandbox, "image-to-video", "reka")
    process = start(sandbox.url)
    take = bring_in(process, request_id).result(10)
    assert take.billed == pytest.approx(0.26)
    endpoint = process.controller.catalogue.endpoint(take.request.endpoint)
    assert process.controller.library.spending.bills(process.controller.service, endpoint) == []


def test_a_damaged_library_is_rebuilt_with_it(start, sandbox, tmp_path) -> None:
    process = start(sandbox.url)
    request_id = elsewhere(sandbox, "text-to-video", given={"prompt": "a quay"})
    take = bring_in(process, request_id).result(10)
    home = process.controller.library.home
    process.kill()
    for ending in ("-wal", "-shm"):
        (home / f"library.sqlite3{ending}").unlink(missing_ok=True)
    (home / "library.sqlite3").write_bytes(b"no database" * 1000)
    with closing(Library(home)) as library:
        assert library.takes.get(take.id).job.request.found_as == request_id
        found = library.jobs.by_request_id(take.record.job.service, [request_id])
        assert found[request_id].id == take.id


def test_a_failed_one_says_the_services_words(start, sandbox) -> None:
    sandbox.fail_next({"type": "nsfw", "message": "No cats."})
    request_id = elsewhere(sandbox, "text-to-video", given={"prompt": "x"})
    process = start(sandbox.url)
    with pytest.raises(JobFailed, match=r"No cats\."):
        bring_in(process, request_id).result(10)
    with pytest.raises(JobError, match=r"No cats\."):
        bring_in(process, request_id)
    assert [record.state for record in process.controller.library.jobs.all()] == [State.FAILED]


@pytest.mark.parametrize("profile", NAMES)
def test_an_unknown_id_is_said_and_leaves_nothing(profile, start, sandboxes) -> None:
    sandbox = sandboxes(profile=profile)
    process = start(sandbox.url)
    with pytest.raises(RekaError, match="knows no request r-nobody of this account"):
        bring_in(process, "r-nobody")
    assert process.controller.library.jobs.all() == []
    assert posts(sandbox) == 0


@pytest.mark.parametrize(
    "request_id",
    [
        "",
        " ",
        ".",
        "..",
        "../x",
        "a/b",
        "a?b",
        "a#b",
        "a b",
        "a%2Fb",
        "a\\b",
        "a\nb",
        "é",
        "x" * 501,
        "-x",
        None,
        7,
    ],
)
def test_what_is_no_id_is_refused_before_anything_is_asked(request_id, start, sandbox) -> None:
    process = start(sandbox.url)
    with pytest.raises(RekaError, match="A request's ID is of letters"):
        bring_in(process, request_id)
    assert sandbox.log == []


@pytest.fixture
def service(film, monkeypatch: pytest.MonkeyPatch) -> Any:
    for module in (found, requests):  # or a route that is not there is asked for ten seconds
        monkeypatch.setattr(module, "PATIENCE", replace(requests.PATIENCE, total=0.5))
    with closing(Service(film.read_bytes())) as made:
        yield made


def test_without_a_status_route_the_result_route_is_asked(start, service) -> None:
    service.say("status", http(404, b"<html>no such page</html>"))
    take = bring_in(start(service.url), "r-1").result(10)
    assert (take.file.kind, take.request.endpoint) == ("video", "unknown/unknown")
    assert {step for step, _ in service.asked} <= {"status", "result", "file"}


def test_what_the_result_tells_of_the_prompt_is_taken(start, service) -> None:
    told = {
        "request_id": "r-1",
        "status": "COMPLETED",
        "model_id": "kling-v3-pro",
        "capability": "image-to-video",
        "input": {
            "prompt": "a quay",
            "duration_seconds": "5",
            "start_image_url": "data:image/png;base64,AAAA",
        },
        "output": {"video": {"url": service.film_url}},
    }
    service.say("result", told)
    take = bring_in(start(service.url), "r-1").result(10)
    assert take.request.endpoint == "kling-v3-pro/image-to-video"
    assert take.request.input == {"prompt": "a quay", "duration": "5"}


def test_a_service_without_an_answer_brings_nothing_in(start, service) -> None:
    service.say("status", http(500, {"error": {"type": "server_error", "message": "Down."}}))
    process = start(service.url)
    with pytest.raises(RekaError, match="could not be looked up: Down") as raised:
        bring_in(process, "r-1")
    assert "asked again" not in str(raised.value)
    assert process.controller.library.jobs.all() == []


def test_the_wrong_key_is_said(start, service) -> None:
    service.say("status", http(401, {"error": {"type": "authentication_error", "message": "Who?"}}))
    with pytest.raises(RekaError, match=r"Who\?"):
        bring_in(start(service.url), "r-1")
    assert REQUEST.endswith("r-1")


def test_the_film_comes_before_its_picture_where_the_kind_of_file_decides(start, service) -> None:
    service.say(
        "result",
        {
            "status": "COMPLETED",
            "output": {"frame_image": f"{service.url}/x.png", "clip": {"url": service.film_url}},
        },
    )
    take = bring_in(start(service.url), "r-1").result(10)
    assert take.file.kind == "video"


def test_what_it_was_cannot_be_copied_as_a_cell(start, sandbox) -> None:
    from reka_notebook.widgets.studio.recall import NotWritable, as_cell, form_of

    process = start(sandbox.url)
    take = bring_in(process, elsewhere(sandbox, "text-to-video", given={"prompt": "x"})).result(10)
    with pytest.raises(NotWritable, match="separately charged"):
        as_cell(take.request, process.controller.catalogue)
    assert form_of(take.request, seed=True).endpoint == take.request.endpoint


def test_show_says_where_it_is_from(start, sandbox) -> None:
    from reka_notebook.commands.facts import money

    process = start(sandbox.url)
    take = bring_in(process, elsewhere(sandbox, "text-to-video", given={"prompt": "x"})).result(10)
    assert "bringing it in cost nothing" in money(take.record.job, take.record)
