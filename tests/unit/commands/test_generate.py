"""Test `generate`, `resume` and `cancel` as real processes against the sandbox."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from reka_notebook import media
from reka_notebook.library import Library
from reka_notebook.sandbox import Fault, Sandbox
from tests.unit.commands.conftest import Filled, Ran

Command = Callable[..., Ran]
Begin = Callable[..., "subprocess.Popen[str]"]
Start = Callable[..., Sandbox]
Asking = tuple[str, ...]


def until(stream: IO[str] | None, said: str, patience: float = 30.0) -> str:
    """Read lines until one of them says this."""
    assert stream is not None
    read = ""
    end = time.monotonic() + patience
    while said not in read:
        line = stream.readline()
        read += line
        assert line, read
        assert time.monotonic() < end, read
    return read


def test_generate_makes_a_video(sandbox: Sandbox, process: Command, asking: Asking) -> None:
    shown = process(*asking)
    assert shown.status == 0, shown.err
    assert shown.out == f"{shown.last}\n"
    assert media.probe(Path(shown.last)).kind == "video"
    for stage in ("Waiting in the queue", "Downloading", "Kept"):
        assert stage in shown.err
    assert "\x1b" not in shown.err
    assert len(sandbox.ledger) == 1


def test_generate_again_shows_what_is_kept_and_asks_nobody(
    sandbox: Sandbox, command: Command, asking: Asking
) -> None:
    first = command(*asking)
    asked = len(sandbox.log)
    again = command(*asking)
    assert (again.status, again.last) == (0, first.last)
    assert "; not charged again. Use --fresh for a new take." in again.err
    assert len(sandbox.log) == asked
    assert command(*asking, "--fresh").last != first.last
    assert len(sandbox.ledger) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("generate", "-m", "kling-v3-pro", "--duration", "3"),
            "The prompt is missing. As in: reka-notebook generate",
        ),
        (("generate", "-m", "kling", "pan"), "Did you mean kling-v3-pro/image-to-video?"),
        (("generate", "-m", "kling-v3-pro", "pan"), "Kling v3 Pro needs an image, and none was given."),
        (("generate", "-m", "kling-v3-pro", "--image", "nowhere.jpg", "pan"), "nowhere.jpg"),
        (("generate", "-m", "kling-v3-pro", "--duraton", "3", "pan"), "Did you mean --duration?"),
        (("generate", "-m", "nano-banana/text-to-image", "--num-images", "many", "x"), "many"),
        (("generate", "--task", "text-to-imgae", "x"), "Did you mean text-to-image?"),
        (
            ("generate", "--task", "edit", "-m", "kling-v3-pro", "x"),
            "It is for: kling-v3-pro/image-to-video.",
        ),
        (("generate", "--task", "edit", "-m", "nano-banana/text-to-image", "x"), "leave out one of the two"),
        (("generate", "--task", "text-to-speech"), "The prompt is missing."),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_sent(
    sandbox: Sandbox, command: Command, words: Asking, said: str
) -> None:
    shown = command(*words)
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.startswith("reka-notebook: ")
    assert said in shown.err
    assert [seen.method for seen in sandbox.log if seen.step != "models"] == []


def test_what_the_service_refuses_is_said(sandbox: Sandbox, command: Command, asking: Asking) -> None:
    sandbox.fail_next()
    shown = command(*asking)
    assert (shown.status, shown.out) == (1, "")
    assert "The sandbox was told to fail this request." in shown.err.splitlines()[-1]
    assert command(*asking).status == 0


def test_no_key_is_said_before_anything_is_sent(process: Command, asking: Asking) -> None:
    shown = process(*asking, REKA_BASE_URL="https://reka.invalid")
    assert (shown.status, shown.out) == (1, "")
    assert "There is no API key for Reka's service." in shown.err
    assert "set REKA_API_KEY" in shown.err


def test_a_wrong_key_is_said_and_not_shown(
    start_sandbox: Start, command: Command, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = start_sandbox(key="the-right-one")
    monkeypatch.setenv("REKA_API_KEY", "the-wrong-one")
    shown = command(*asking)
    assert (shown.status, shown.out) == (1, "")
    assert "set REKA_API_KEY" in shown.err
    assert "the-wrong-one" not in shown.err
    assert sandbox.ledger == []
    monkeypatch.setenv("REKA_API_KEY", "the-right-one")
    assert command(*asking).status == 0


def test_a_sandbox_that_is_down_is_said(
    sandbox: Sandbox,
    command: Command,
    asking: Asking,
    take_away: Callable[[Sandbox], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reka_notebook.api.retry.FIRST_WAIT", 0.01)
    url = sandbox.url
    take_away(sandbox)
    shown = command(*asking)
    assert (shown.status, shown.out) == (1, "")
    assert f"No connection to {url}" in shown.err.splitlines()[-1]


def test_a_page_in_place_of_json_is_no_answer_and_no_second_charge(
    sandbox: Sandbox, command: Command, asking: Asking
) -> None:
    sandbox.faults.add(Fault("submit", "html", "after"), Fault("status", "html"), Fault("result", "html"))
    shown = command(*asking)
    assert shown.status == 0, shown.err
    assert "an HTML page" in shown.err
    assert len(sandbox.ledger) == 1


def test_an_interrupt_keeps_the_job_and_the_same_command_goes_on_with_one_charge(
    start_sandbox: Start, begin: Begin, process: Command, asking: Asking, home: Path
) -> None:
    sandbox = start_sandbox(seconds=6.0, queue_share=0.9)
    running = begin(*asking)
    until(running.stderr, "Waiting in the queue")
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert [request.status for request in sandbox.requests] != ["COMPLETED"]
    job = Library(home).jobs.recent(1)[0]
    assert (running.returncode, out) == (130, "")
    assert f"Interrupted. Job {job.id} is kept" in err
    assert f"reka-notebook resume {job.id}" in err
    assert "Traceback" not in err
    again = process(*asking)
    assert again.status == 0
    assert job.id in again.last
    assert len(sandbox.ledger) == 1


def test_an_interrupt_cancels_where_that_is_wanted(
    start_sandbox: Start, begin: Begin, asking: Asking, home: Path
) -> None:
    sandbox = start_sandbox(seconds=60.0, queue_share=0.9)
    running = begin(*asking, "--cancel-on-interrupt")
    until(running.stderr, "Waiting in the queue")
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (1, "")
    assert "Cancelling job" in err
    assert "Cancelled (job" in err.splitlines()[-1]
    assert [request.status for request in sandbox.requests] == ["CANCELLED"]
    assert Library(home).jobs.recent(1)[0].state == "cancelled"


def test_a_killed_command_is_resumed_with_one_charge(
    start_sandbox: Start, begin: Begin, process: Command, asking: Asking, home: Path
) -> None:
    sandbox = start_sandbox(seconds=3.0, queue_share=0.9)
    running = begin(*asking)
    until(running.stderr, "Waiting in the queue")
    running.kill()
    running.wait(10)
    job = Library(home).jobs.recent(1)[0]
    assert "Nobody is doing 1 unfinished job" in process("jobs").err
    shown = process("resume", job.id[:6])
    assert shown.status == 0, shown.err
    assert Path(shown.last).is_file()
    assert len(sandbox.ledger) == 1
    # A job that is done has nothing to wait for, and its path is said again.
    assert process("resume", job.id).last == shown.last


def test_resume_of_what_has_ended_or_is_elsewhere_is_said(
    sandbox: Sandbox, command: Command, filled: Filled, asking: Asking
) -> None:
    failed = filled.job("failed", state="failed", ended=1.0, error="The service said no.")
    elsewhere = filled.job("elsewhere", state="running", request_id="r")
    assert command("resume", failed.id).err.endswith("has ended (failed): The service said no.\n")
    assert f"Job {elsewhere.id} is with https://service.test:443" in command("resume", elsewhere.id).err


def test_cancel_waits_for_the_answer_and_says_it(
    start_sandbox: Start, begin: Begin, process: Command, asking: Asking, home: Path
) -> None:
    sandbox = start_sandbox(seconds=60.0, queue_share=0.9)
    running = begin(*asking)
    until(running.stderr, "Waiting in the queue")
    running.kill()
    running.wait(10)
    job = Library(home).jobs.recent(1)[0]
    shown = process("cancel", job.id[:6])
    assert shown.status == 0, shown.err
    assert shown.out.startswith(f"The service answered CANCELLED. Cancelled (job {job.id}, request ")
    assert len([seen for seen in sandbox.log if seen.step == "cancel"]) == 1
    assert "has ended (cancelled)" in process("cancel", job.id).err


def test_cancel_of_a_job_that_another_process_does(
    start_sandbox: Start, begin: Begin, process: Command, asking: Asking, home: Path
) -> None:
    sandbox = start_sandbox(seconds=60.0, queue_share=0.9)
    running = begin(*asking)
    until(running.stderr, "Waiting in the queue")
    job = Library(home).jobs.recent(1)[0]
    shown = process("cancel", job.id)
    assert shown.status == 0, shown.err
    assert f"Cancelled (job {job.id}" in shown.out
    assert running.wait(20) == 1
    assert len([seen for seen in sandbox.log if seen.step == "cancel"]) == 1


def test_what_is_finished_all_the_same_is_kept(
    start_sandbox: Start, begin: Begin, process: Command, asking: Asking, home: Path
) -> None:
    sandbox = start_sandbox(seconds=3.0, queue_share=0.5)
    sandbox.finish_next()
    running = begin(*asking)
    until(running.stderr, "Waiting in the queue")
    running.kill()
    running.wait(10)
    job = Library(home).jobs.recent(1)[0]
    shown = process("cancel", job.id)
    assert shown.status == 0, shown.err
    assert "It is paid for, and kept:" in shown.err
    assert Path(shown.last).is_file()
    assert "is done, and its take is kept: there is nothing to cancel" in process("cancel", job.id).err


def test_resume_and_cancel_say_that_there_is_no_key(
    command: Command, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REKA_BASE_URL", "https://service.test")
    job = filled.job("there", state="running", request_id="r")
    for name in ("resume", "cancel"):
        shown = command(name, job.id)
        assert (shown.status, shown.out) == (1, "")
        assert "There is no API key for Reka's service." in shown.err


def test_help_has_the_models_own_options(command: Command) -> None:
    shown = command("generate", "-m", "kling-v3-pro", "--help").out
    assert "--cfg-scale" in shown
    assert "--end-image" in shown
    assert "--cfg-scale" not in command("generate", "-m", "veo-3.1", "--help").out


def test_a_terminal_sees_one_line_that_moves(
    start_sandbox: Start, environment: Callable[[], dict[str, str]], asking: Asking
) -> None:
    start_sandbox(media=None, render="small")  # as long as asked: nothing is said of another length
    outer, inner = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "reka_notebook", *asking],
        stdout=subprocess.PIPE,
        stderr=inner,
        stdin=subprocess.DEVNULL,
        env=environment() | {"TERM": "xterm"},
    ) as running:
        os.close(inner)
        seen = b""
        with suppress(OSError):  # the end, on Linux
            while piece := os.read(outer, 4096):
                seen += piece
        assert running.stdout is not None
        path = running.stdout.read().decode().strip()
    os.close(outer)
    assert running.returncode == 0
    assert Path(path).is_file()
    assert seen.count(b"\r\x1b[2K") >= 2
    assert seen.count(b"\n") == 1
    assert seen.index(b"\x1b[?25l") < seen.index(b"\x1b[?25h") < seen.index(b"\r\x1b[2K"), "the cursor stays"


def test_the_sandbox_serves_until_it_is_stopped(begin: Begin, process: Command, asking: Asking) -> None:
    server = begin("sandbox", "--speed", "50", "--seed", "1")
    url = until(server.stdout, "Sandbox ready at ").split()[-1]
    shown = process("doctor", "--live", REKA_BASE_URL=url)
    assert "Key accepted    yes" in shown.out
    server.send_signal(signal.SIGINT)
    assert server.wait(10) == 0


def test_a_first_try_without_a_model_gets_one_that_is_there(
    start_sandbox: Callable[..., Sandbox], command: Command, photo: Path
) -> None:
    sandbox = start_sandbox(profile="reka")  # whose list has no Sora 2 Pro
    made = command("generate", "-i", str(photo), "--duration", "5", "a slow pan")
    assert made.status == 0
    assert "sora-2-pro is not in your account's list; using kling-v3-pro." in made.err
    again = command("generate", "-i", str(photo), "--duration", "5", "a slow pan")
    assert (again.last, "not in your account's list" in again.err) == (made.last, False)
    assert [charge.endpoint for charge in sandbox.ledger] == ["kling-v3-pro/image-to-video"]
    assert sum(seen.step == "models" for seen in sandbox.log) == 1


def test_a_model_that_only_the_account_s_list_has_can_be_named_at_once(
    start_sandbox: Callable[..., Sandbox], command: Command, photo: Path
) -> None:
    sandbox = start_sandbox(profile="reka")
    assert command("generate", "-m", "wan2.2-flash", "-i", str(photo), "a slow pan").status == 0
    assert [charge.endpoint for charge in sandbox.ledger] == ["wan2.2-flash/image-to-video"]


def test_generate_makes_what_the_task_or_the_model_says(
    sandbox: Sandbox, command: Command, photo: Path
) -> None:
    for words, task, kinds in (
        (("--task", "text-to-image", "--num-images", "2", "a quay"), "text-to-image", ["image", "image"]),
        (("-m", "nano-banana", "-i", f"{photo},{photo}", "at night"), "edit", ["image"]),
        (("-m", "eleven-v3/text-to-speech", "Good morning."), "text-to-speech", ["audio"]),
    ):
        shown = command("generate", *words)
        assert shown.status == 0, shown.err
        assert [media.probe(Path(line)).kind for line in shown.out.splitlines()] == kinds
        assert sandbox.ledger[-1].endpoint.endswith(f"/{task}")
        assert command("generate", *words).out == shown.out
    assert command("generate", "--task", "image-to-bbox", "-i", str(photo)).status == 0
    assert len(sandbox.ledger) == 4
