from __future__ import annotations

import contextlib
import math
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from reka_notebook.sandbox import Fault, Sandbox, SandboxError

KLING = "/v2/inference/kling-v3-pro/image-to-video"


def threads() -> set[threading.Thread]:
    return set(threading.enumerate())


def test_importing_it_imports_none_of_what_it_runs_on():
    code = (
        "import sys, reka_notebook.sandbox as s; s.Sandbox(key='x'); "
        "print([m for m in ('starlette', 'uvicorn', 'av', 'PIL', 'httpx', 'numpy', 'anyio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_starts_and_stops_leaving_nothing(tmp_path, monkeypatch, photo_uri, plain):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = threads()
    with Sandbox(seconds=0, render="small", profile="catalogue") as url:
        given = {"prompt": "x", "start_image_url": photo_uri}
        submitted = plain.post(url + KLING, json={"input": given}).json()
        result = plain.get(submitted["response_url"]).json()
        assert plain.get(result["output"]["video"]["url"]).content
        assert list(tmp_path.iterdir())
    assert not threads() - before
    assert list(tmp_path.iterdir()) == []
    port = int(url.rsplit(":", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


def test_it_stops_at_once_in_the_middle_of_everything(started):
    before = threads()
    sandbox, client = started(render="full", seconds=0, queue_share=0)
    for n in range(6):
        client.submit(f"film {n}", duration="15")
    sandbox.faults.add(Fault("status", "delay", seconds=60))

    def ask(path: str) -> None:
        with contextlib.suppress(httpx.HTTPError):
            client.get(path)

    waiting = [
        threading.Thread(target=ask, args=(path,))
        for path in (
            "/v2/inference/requests/x/status",
            f"/sandbox/media/{sandbox.requests[5].request_id}/video.mp4",
        )
    ]
    for thread in waiting:
        thread.start()
    time.sleep(0.3)
    assert [t.name for t in threads() - before if t.name.startswith("sandbox")]
    began = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - began < 4
    for thread in waiting:
        thread.join(5)
    assert not threads() - before


def test_many_run_in_one_process(plain):
    before = threads()
    sandboxes = [Sandbox(seed=n) for n in range(20)]
    urls = [sandbox.start() for sandbox in sandboxes]
    assert len(set(urls)) == 20
    assert {plain.get(url + "/v2/inference/models").status_code for url in urls} == {200}
    began = time.monotonic()
    for sandbox in sandboxes:
        sandbox.stop()
    assert time.monotonic() - began < 10
    assert not threads() - before


def test_it_can_be_started_again_and_stopped_twice(plain):
    sandbox = Sandbox()
    first = sandbox.start()
    assert sandbox.start() == first
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(SandboxError, match="not started"):
        _ = sandbox.url
    with sandbox as url:
        assert plain.get(url).status_code == 200


def test_time_can_pass_at_once(started):
    sandbox, client = started(seconds=100, queue_share=0.5)
    url = client.submit().json()["status_url"]
    seen = []
    for seconds in (0, 60, 60):
        sandbox.pass_time(seconds)
        seen.append(client.get(url).json()["status"])
    assert seen == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]


def test_only_loopback_is_listened_to():
    with Sandbox() as url:
        port = int(url.rsplit(":", 1)[1])
        assert url == f"http://127.0.0.1:{port}"
        if sys.platform == "linux":
            lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
            local = [line.split()[1] for line in lines if line.split()[1].endswith(f":{port:04X}")]
            assert local
            assert all(address.startswith("0100007F:") for address in local)


def test_an_answer_does_not_wait_for_a_delayed_acknowledgement(started):
    _, client = started()
    times = []
    for _ in range(30):
        began = time.perf_counter()
        client.get("/v2/inference/models")
        times.append(time.perf_counter() - began)
    assert min(times[15:]) < 0.03


def test_a_port_that_is_taken_is_said_in_words():
    with Sandbox() as url:
        port = int(url.rsplit(":", 1)[1])
        with pytest.raises(SandboxError, match=f"cannot listen on port {port}"):
            Sandbox(port=port).start()
    with pytest.raises(SandboxError, match="cannot listen"):
        Sandbox(port=99_999).start()


@pytest.mark.parametrize("speed", [0, -1, math.nan, math.inf])
def test_a_speed_at_which_nothing_can_go_is_refused(speed):
    with pytest.raises(SandboxError, match="speed"):
        Sandbox(speed=speed)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_served_by_a_process_of_its_own(end, tmp_path, plain):
    code = "import reka_notebook.sandbox as s; s.serve(speed=50, seed=1)"
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(tmp_path), "PATH": ""},
    )
    try:
        first = process.stdout.readline()
        found = re.fullmatch(r"Sandbox ready at (http://127\.0\.0\.1:\d+)\n", first)
        assert found, first
        assert plain.get(found[1]).status_code == 200
        process.send_signal(end)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code to its end in a process of its own, where every warning is an error."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=20,
        env={"TMPDIR": str(folder), "PATH": ""},
    )


def test_ended_by_ctrl_c_while_its_first_line_is_still_being_printed(tmp_path):
    code = """
import os, signal, sys
import reka_notebook.sandbox as s
class Hasty:
    def write(self, text): sys.__stdout__.write(text)
    def flush(self): sys.__stdout__.flush(); os.kill(os.getpid(), signal.SIGINT)
sys.stdout = Hasty()
s.serve(speed=50, seed=1)
sys.stdout = sys.__stdout__
"""
    done = run(code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Sandbox ready at ")
    assert list(tmp_path.iterdir()) == []


def test_a_forgotten_sandbox_does_not_keep_the_process_alive(tmp_path):
    code = (
        "from reka_notebook.sandbox import Sandbox; s = Sandbox(); print(s.start()); import sys; sys.exit(3)"
    )
    done = run(code, tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    assert list(tmp_path.iterdir()) == []


def test_the_page_escapes_what_comes_from_outside(started):
    _, client = started(key="sk-secret", headers={"x-api-key": "sk-secret"})
    assert "None yet" in client.get("/").text
    client.finish(client.submit("<script>alert(1)</script> & co", key="<i>"))
    client.finish(client.submit("failed [sandbox: fail]"))
    page = client.get("/")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page.text
    assert page.text.count("<video") == 1
    assert "2 requests charged" in page.text
    assert "prefers-color-scheme:dark" in page.text
    assert "sk-secret" not in page.text
