"""Test that a sweep is counted first, fills in a stable order, and is paused, resumed and cancelled as one."""

import dataclasses
import threading
import time

import pytest

from reka_notebook.jobs import State, Sweep, SweepPlan, SweepRequest, plan_sweep
from reka_notebook.sandbox import Fault
from tests.processes import wait_until as until

WORDS = ("dawn", "noon", "dusk", "night", "fog", "rain")


def requests(process, *words):
    return SweepRequest((), tuple(process.prepare(f"a slow pan at {word}") for word in words or WORDS))


def states(sweep):
    return [position.state for position in sweep.status.positions]


def test_all_are_made_in_their_places_each_charged_once(process, sandbox) -> None:
    wanted = requests(process)
    sweep = Sweep(process.controller, wanted, notebook_file=None, at_once=3).start()
    status = sweep.wait(20)
    assert [position.take.prompt for position in status.positions] == [
        one.request.prompt for one in wanted.requests
    ]
    assert len(sandbox.ledger) == len(WORDS)
    assert (status.done, status.words) == (True, "6 of 6 done")


def test_counting_sends_nothing_and_says_what_is_there(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=lambda endpoint, given: 0.05 if "dawn" in given["prompt"] else 5)
    process = start(sandbox.url)
    process.submit("a slow pan at dawn").result(10)
    process.submit("a slow pan at noon")
    until(lambda: len(sandbox.ledger) == 2)
    sandbox.faults.add(Fault("submit", "status", status=400, times=1))
    process.submit("a slow pan at dusk").cancel()
    until(lambda: len(process.controller.active) == 1)
    seen = len([one for one in sandbox.log if one.step == "submit"])
    rows = len(process.controller.library.jobs.all())
    counted = plan_sweep(process.controller, requests(process, *WORDS, "dawn"))
    assert counted == SweepPlan(count=6, kept=1, underway=1)
    assert counted.new == 4
    assert len([one for one in sandbox.log if one.step == "submit"]) == seen
    assert len(process.controller.library.jobs.all()) == rows


def test_what_is_kept_is_there_at_once_and_never_asked_for_again(process, sandbox) -> None:
    process.submit("a slow pan at noon").result(10)
    process.submit("a slow pan at rain").result(10)
    charged = len(sandbox.ledger)
    sweep = Sweep(process.controller, requests(process, "dawn", "noon", "rain"), notebook_file=None)
    sweep.pause()
    sweep.start()
    assert states(sweep) == [None, State.KEPT, State.KEPT]
    assert sweep.status.words == "2 of 3 done, paused"
    sweep.resume()
    sweep.wait(10)
    assert len(sandbox.ledger) == charged + 1


def test_the_same_request_at_two_places_is_one(process, sandbox) -> None:
    status = (
        Sweep(process.controller, requests(process, "dawn", "noon", "dawn"), notebook_file=None)
        .start()
        .wait(10)
    )
    assert len(sandbox.ledger) == 2
    assert status.positions[0] == status.positions[2]


def test_fresh_makes_another_of_each(process, sandbox) -> None:
    first = Sweep(process.controller, requests(process, "dawn", "noon"), notebook_file=None).start().wait(10)
    again = (
        Sweep(process.controller, requests(process, "dawn", "noon"), notebook_file=None, fresh=True)
        .start()
        .wait(10)
    )
    assert len(sandbox.ledger) == 4
    assert not {position.job for position in first.positions} & {position.job for position in again.positions}


def test_never_more_at_once_than_agreed(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.15)
    process = start(sandbox.url)
    most = []
    sweep = Sweep(process.controller, requests(process), notebook_file=None, at_once=2)
    sweep.subscribe(lambda _: most.append(len(process.controller.active)))
    sweep.start().wait(20)
    assert max(most) == 2


def test_paused_what_runs_goes_on_and_nothing_new_is_sent(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.3)
    process = start(sandbox.url)
    sweep = Sweep(process.controller, requests(process), notebook_file=None, at_once=2).start()
    until(lambda: len(sandbox.ledger) == 2)
    sweep.pause()
    until(lambda: states(sweep).count(State.KEPT) == 2)
    time.sleep(0.3)
    assert len(sandbox.ledger) == 2
    assert states(sweep) == [State.KEPT, State.KEPT, None, None, None, None]
    assert sweep.status.positions[2].stage == "Paused"
    sweep.resume()
    assert sweep.wait(20).words == "6 of 6 done"


def test_cancelled_as_one_and_what_was_not_sent_costs_nothing(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=30)
    process = start(sandbox.url)
    sweep = Sweep(process.controller, requests(process), notebook_file=None, at_once=2).start()
    until(lambda: len(sandbox.ledger) == 2)
    sweep.cancel()
    status = sweep.wait(10)
    assert {position.state for position in status.positions} == {State.CANCELLED}
    assert [position.stage for position in status.positions] == ["Cancelled"] * 2 + ["Not sent"] * 4
    assert status.words == "0 of 6 done, 6 cancelled"
    time.sleep(0.1)
    assert len(sandbox.ledger) == 2
    assert len(process.controller.library.jobs.all()) == 2


def test_cancelled_in_the_instant_of_submitting(process, sandbox, monkeypatch) -> None:
    controller = process.controller
    submit, inside, go = controller.submit, threading.Event(), threading.Event()

    def slow(*given, **more):
        inside.set()
        go.wait(10)
        return submit(*given, **more)

    monkeypatch.setattr(controller, "submit", slow)
    sweep = Sweep(controller, requests(process), notebook_file=None, at_once=2).start()
    inside.wait(10)
    sweep.cancel()
    assert not sweep.status.done
    go.set()
    sweep.wait(10)
    assert len(sandbox.ledger) <= 1
    assert len(controller.library.jobs.all()) == 1


def test_one_that_fails_does_not_keep_the_others(process, sandbox) -> None:
    sandbox.faults.add(Fault("submit", "status", status=400, times=1))
    status = (
        Sweep(process.controller, requests(process, "dawn", "noon", "dusk"), notebook_file=None, at_once=1)
        .start()
        .wait(20)
    )
    assert [position.state for position in status.positions] == [State.FAILED, State.KEPT, State.KEPT]
    assert status.positions[0].error
    assert status.words == "2 of 3 done, 1 failed"


def test_it_pauses_by_itself_when_all_fail(process, sandbox) -> None:
    sandbox.faults.add(Fault("submit", "status", status=400, times=3))
    sweep = Sweep(process.controller, requests(process), notebook_file=None, at_once=1).start()
    until(lambda: sweep.status.paused)
    assert "3 in a row have failed" in sweep.status.note
    assert states(sweep)[3:] == [None] * 3
    sweep.resume()
    assert sweep.wait(20).words == "3 of 6 done, 3 failed"
    assert sweep.status.note is None


def test_without_a_key_it_waits_for_one(process, monkeypatch) -> None:
    has_key = process.controller.has_key
    monkeypatch.setattr(process.controller, "has_key", lambda ask=None: False)
    sweep = Sweep(process.controller, requests(process, "dawn", "noon"), notebook_file=None).start()
    until(lambda: sweep.status.paused)
    assert "no API key" in sweep.status.note
    assert states(sweep) == [None, None]
    monkeypatch.setattr(process.controller, "has_key", has_key)
    sweep.resume()
    assert sweep.wait(10).words == "2 of 2 done"


def test_what_was_submitted_outlives_the_kernel(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=0.6)
    first = start(sandbox.url)
    Sweep(first.controller, requests(first, "dawn", "noon", "dusk"), notebook_file=None, at_once=2).start()
    until(lambda: sum(job.request_id is not None for job in first.controller.library.jobs.all()) == 2)
    first.kill()
    second = start(sandbox.url)
    again = Sweep(second.controller, requests(second, "dawn", "noon", "dusk"), notebook_file=None).start()
    assert again.wait(20).words == "3 of 3 done"
    assert len(sandbox.ledger) == 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_listener_that_fails_harms_nobody(process, moment) -> None:
    told = []
    sweep = Sweep(process.controller, requests(process, "dawn"), notebook_file=None)
    sweep.subscribe(lambda sweep: 1 / 0)
    stop = sweep.subscribe(lambda sweep: told.append(sweep.status))
    if moment == "before":
        stop()
    sweep.start().wait(10)
    assert bool(told) is (moment == "after")


def test_what_failed_or_was_cancelled_is_asked_for_once_more_and_nothing_else(sandboxes, start) -> None:
    sandbox = sandboxes(seconds=lambda endpoint, given: 30 if "dusk" in given["prompt"] else 0.1)
    process = start(sandbox.url)
    sandbox.faults.add(Fault("submit", "status", status=400, times=1))
    wanted = requests(process, "dawn", "noon", "dusk", "night")
    sweep = Sweep(process.controller, wanted, notebook_file=None, at_once=1).start()
    until(lambda: len(sandbox.ledger) == 2)
    sweep.cancel()
    assert sweep.wait(10).words == "1 of 4 done, 1 failed, 2 cancelled"
    assert len(sweep.missing()) == 3
    failed, _, cancelled, _ = sweep.status.positions
    sweep.retry(failed.job)
    again = sweep.status.positions[0]
    assert again.job not in (None, failed.job)
    assert sweep.wait(10).words == "2 of 4 done, 2 cancelled"
    assert sweep.status.positions[2] == cancelled
    assert len(sandbox.ledger) == 3
    sweep.retry()
    until(lambda: sweep.status.positions[2].job != cancelled.job)
    assert not sweep.status.done
    until(lambda: len(sandbox.ledger) == 4)
    sweep.cancel()
    sweep.wait(10)
    assert len(sandbox.ledger) == 4, "what was kept was not asked for again"


def test_what_timed_out_goes_on_without_a_second_charge_also_where_it_is_another_take(
    sandboxes, start
) -> None:
    sandbox = sandboxes(seconds=1.2)
    process = start(sandbox.url, deadline=0.6)
    sweep = Sweep(process.controller, requests(process, "dawn"), notebook_file=None, fresh=True).start()
    assert sweep.wait(20).words == "0 of 1 done, 1 timed out"
    (late,) = sweep.status.positions
    process.controller.settings = dataclasses.replace(process.controller.settings, deadline=60)
    sweep.retry()
    status = sweep.wait(20)
    assert (status.words, status.positions[0].job) == ("1 of 1 done", late.job)
    assert len(sandbox.ledger) == 1


def test_a_retry_in_a_paused_sweep_sends_that_alone(process, sandbox) -> None:
    sandbox.faults.add(Fault("submit", "status", status=400, times=1))
    sweep = Sweep(process.controller, requests(process, "dawn", "noon"), notebook_file=None, at_once=1)
    sweep.subscribe(lambda sweep: sweep.status.finished and not sweep.status.paused and sweep.pause())
    sweep.start()
    until(lambda: sweep.status.paused)
    kept = states(sweep).count(State.KEPT)
    sweep.retry()
    until(lambda: states(sweep)[0] is State.KEPT)
    assert states(sweep).count(State.KEPT) == kept + 1
