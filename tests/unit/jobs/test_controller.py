"""Test that what is asked for once is charged once: kept, joined or made anew, in this process or the next."""

import contextlib
import threading
import time

import pytest

from reka_notebook import media
from reka_notebook.api import AuthenticationFailed
from reka_notebook.jobs import Job, JobCancelled, JobError, JobExpired, JobFailed, State
from reka_notebook.library import LibraryError
from reka_notebook.sandbox import Fault
from tests.processes import wait_until


def test_a_request_ends_with_a_whole_file_and_its_raw_answers(process, sandbox) -> None:
    take = process.submit("zoom in", duration="3").result(10)
    info = media.probe(take.path)
    assert (info.kind, info.width, info.height, take.file.bytes) == (
        "video",
        160,
        90,
        take.path.stat().st_size,
    )
    assert take.poster.read_bytes()[:2] == b"\xff\xd8"
    assert take.raw.keys() == {"submit", "status", "result"}
    assert take.raw["result"]["output"]["video"]["url"].startswith(sandbox.url)
    assert (take.prompt, take.from_earlier) == ("zoom in", False)
    (charge,) = sandbox.ledger
    assert charge.idempotency_key == take.record.job.idempotency_key
    assert process.controller.active == []


def test_the_states_are_gone_through_in_order(process) -> None:
    seen = []
    process.controller.subscribe(lambda job: seen.append(str(job.status.state)))
    process.submit().result(10)
    wait_until(lambda: "kept" in seen)  # the listener may hear of it a moment later than who waits
    changes = [state for state, before in zip(seen, [None, *seen], strict=False) if state != before]
    known = ["prepared", "submitting", "queued", "running", "fetching", "kept"]
    assert [state for state in changes if state != "running"] == [
        state for state in known if state != "running"
    ]


def test_the_same_again_is_the_kept_take_without_a_request_and_at_once(process, sandbox) -> None:
    first = process.submit().result(10)
    asked = len(sandbox.log)
    process.submit().result(0)
    began = time.perf_counter()
    again = process.submit().result(0)
    assert time.perf_counter() - began < 1
    assert (again.id, again.path, again.from_earlier) == (first.id, first.path, True)
    assert len(sandbox.log) == asked


def test_spaces_around_a_prompt_are_no_other_request(process, sandbox) -> None:
    first = process.submit("zoom in ").result(10)
    for prompt in ("zoom in", "\n zoom in\n"):
        assert process.submit(prompt).result(10).id == first.id
    assert process.submit("zoom  in").result(10).id != first.id
    assert len(sandbox.ledger) == 2


def test_the_same_while_it_runs_is_the_running_job(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.5)
    process = start(sandbox.url)
    jobs = [process.submit() for _ in range(5)]
    assert len({id(job) for job in jobs}) == 1
    jobs[0].result(10)
    assert len(sandbox.ledger) == 1


def test_the_same_from_many_threads_in_the_same_instant_is_one(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    process = start(sandbox.url)
    wanted = process.prepare()
    barrier, found = threading.Barrier(8), []

    def go() -> None:
        barrier.wait()
        found.append(process.controller.submit(wanted, notebook_file=None))

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.result(10).id for job in found}) == 1
    assert len(sandbox.ledger) == 1


def test_what_differs_is_another_request(process, sandbox, photo) -> None:
    jobs = [
        process.submit("a"),
        process.submit("b"),
        process.submit("a", duration="7"),
        process.submit("a", image=photo),
    ]
    assert len({job.result(10).id for job in jobs}) == 4
    assert len({charge.idempotency_key for charge in sandbox.ledger}) == 4


def test_fresh_is_a_new_request_each_time_and_leaves_the_kept_take_alone(process, sandbox) -> None:
    first = process.submit().result(10)
    second = process.submit(fresh=True).result(10)
    third = process.submit(fresh=True).result(10)
    assert [take.request.take for take in (first, second, third)] == [1, 2, 3]
    assert len({take.path for take in (first, second, third)}) == 3
    assert process.submit().result(0).id == first.id
    assert len(sandbox.ledger) == 3


def test_after_a_failure_the_next_run_is_a_new_attempt_and_nothing_happens_before_it(
    process, sandbox
) -> None:
    sandbox.fail_next(error={"message": "the picture was refused."})
    job = process.submit()
    with pytest.raises(JobFailed, match=r"the picture was refused\."):
        job.result(10)
    assert process.controller.take_over() == []
    assert len(sandbox.ledger) == 1
    take = process.submit().result(10)
    assert [charge.idempotency_key[-2:] for charge in sandbox.ledger] == ["-1", "-2"]
    assert take.record.job.attempt == 2
    assert process.submit().result(0).id == take.id


def test_completed_with_an_error_is_a_failure(process, sandbox) -> None:
    sandbox.fail_next(status="COMPLETED", error={"message": "unsafe"})
    with pytest.raises(JobFailed, match="unsafe"):
        process.submit().result(10)


def test_a_take_whose_file_was_deleted_is_not_paid_for_again_unasked(process, sandbox) -> None:
    process.submit().result(10).path.unlink()
    with pytest.raises(JobError, match="not in the library any more"):
        process.submit()
    assert len(sandbox.ledger) == 1
    process.submit(fresh=True).result(10)
    assert len(sandbox.ledger) == 2


def test_a_replayed_key_brings_back_the_first_answer(process, sandbox, start, tmp_path) -> None:
    """Another machine, or a library that was lost: the same content sends the same key."""
    process.submit().result(10)
    process.kill()
    for file in sorted((tmp_path / "library").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    take = start(sandbox.url).submit().result(10)
    assert media.probe(take.path).kind == "video"
    assert [charge.replays for charge in sandbox.ledger] == [1]


def test_a_replayed_key_that_leads_to_a_request_that_is_gone_is_said_and_not_paid_for_unasked(
    process, sandbox, start, tmp_path
) -> None:
    process.submit().result(10)
    process.kill()
    for file in sorted((tmp_path / "library").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    sandbox.forget(sandbox.ledger[0].request_id)
    process = start(sandbox.url)
    with pytest.raises(JobFailed, match=r"does not know request .* any more"):
        process.submit().result(10)
    assert len(sandbox.ledger) == 1
    process.submit().result(10)
    assert len(sandbox.ledger) == 2


def test_a_replayed_key_that_leads_to_a_failed_request_is_said_and_not_paid_for_unasked(
    process, sandbox, start, tmp_path
) -> None:
    sandbox.fail_next()
    with pytest.raises(JobFailed):
        process.submit().result(10)
    process.kill()
    for file in sorted((tmp_path / "library").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    process = start(sandbox.url)
    with pytest.raises(JobFailed, match="The service failed the request"):
        process.submit().result(10)
    assert len(sandbox.ledger) == 1
    process.submit().result(10)
    assert len(sandbox.ledger) == 2


def test_without_a_key_nothing_is_begun(start, monkeypatch) -> None:
    process = start("https://service.test", api_key=None)
    with pytest.raises(AuthenticationFailed, match="no API key"):
        process.submit()
    assert process.controller.library.jobs.unfinished(process.controller.service) == []


def test_the_key_is_found_for_a_job_that_is_resumed_as_well(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes(seconds=2, key="rk-right")
    first = start(sandbox.url, api_key=None)
    monkeypatch.setenv("REKA_API_KEY", "rk-right")
    job = first.submit()
    while job.status.state is not State.QUEUED:
        time.sleep(0.01)
    first.kill()
    second = start(sandbox.url, api_key=None)
    assert second.controller.resume(job.id[:5]).result(10).id == job.id
    assert all(seen.authorised for seen in sandbox.log)


def test_a_key_put_right_in_the_environment_is_used_from_then_on(sandboxes, start, monkeypatch) -> None:
    sandbox = sandboxes(key="rk-right")
    process = start(sandbox.url, api_key=None)
    monkeypatch.setenv("REKA_API_KEY", "rk-wrong")
    with pytest.raises(JobFailed, match=r"HTTP 401.*Nothing was charged\. Type it in with %reka key"):
        process.submit().result(10)
    monkeypatch.setenv("REKA_API_KEY", "rk-right")
    process.submit().result(10)
    assert len(sandbox.ledger) == 1


def test_a_refusal_names_the_other_models(process, sandbox) -> None:
    sandbox.faults.add(Fault("submit", "status", status=404))
    with pytest.raises(JobFailed, match=r"Nothing was charged\. Other models: sora-2-pro, "):
        process.submit().result(10)
    assert sandbox.ledger == []


def test_an_unknown_job_is_said_so(process) -> None:
    with pytest.raises(LibraryError, match="No job"):
        process.controller.resume("nothing")


def test_a_job_that_ended_is_not_resumed(process, sandbox) -> None:
    sandbox.fail_next(status="CANCELLED")
    job = process.submit()
    with pytest.raises(JobCancelled):
        job.result(10)
    with pytest.raises(JobError, match="has ended"):
        process.controller.resume(job.id)
    kept = process.submit("other")
    assert kept.result(10).id == process.controller.resume(kept.id).result(0).id


def test_a_job_of_another_service_is_left_to_it(sandboxes, start) -> None:
    first = start(sandboxes(seconds=5).url)
    job = first.submit()
    first.kill()
    second = start(sandboxes().url)
    assert second.controller.take_over() == []
    with pytest.raises(JobError, match="and the base URL is"):
        second.controller.resume(job.id)
    assert second.submit().id != job.id


def test_the_last_takes_are_listed_newest_first(process) -> None:
    ids = [process.submit(prompt).result(10).id for prompt in "abc"]
    assert [take.id for take in process.controller.takes()] == ids[::-1]
    assert [take.id for take in process.controller.takes(1)] == ids[:0:-1][:1]


def test_a_process_is_one_owner_whatever_asks_first(process) -> None:
    leases, names = process.controller.library.leases, []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        names.append(leases.me)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 1


def test_who_hears_of_an_end_may_begin_anew_at_once(sandbox, start) -> None:
    for step in ("status", "result"):
        sandbox.faults.add(Fault(step, "status", status=500, every=1, times=100_000))
    process = start(sandbox.url, deadline=0.1)
    jobs = []
    for _ in range(10):
        jobs.append(process.submit())
        with pytest.raises(JobExpired):
            jobs[-1].result(10)
    assert len({id(job) for job in jobs}) == 10
    sandbox.faults.clear()
    while isinstance(end := process.submit(), Job) and not end.take:
        with contextlib.suppress(JobExpired):
            end.result(10)
    assert len(sandbox.ledger) == 1
