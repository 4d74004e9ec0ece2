"""Test jobs whose takes go into a store: where it refuses them, they wait here and are paid for once."""

from collections.abc import Callable

import pytest

from reka_notebook import media
from reka_notebook.jobs import JobExpired
from reka_notebook.library.store import object_storage
from reka_notebook.output.html import bundle
from reka_notebook.sandbox import Sandbox
from tests.processes import Process, wait_until
from tests.servers.s3 import S3


@pytest.fixture
def address(s3: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(object_storage.WAIT, "retries", {"mode": "standard", "total_max_attempts": 1})
    return f"s3://{s3.bucket()}/reka"


def charges(sandbox: Sandbox) -> int:
    return len(sandbox.ledger)


def test_a_store_that_refuses_for_a_while_delays_a_take_and_nothing_else(
    s3: S3, address: str, start: Callable[..., Process], sandbox: Sandbox
) -> None:
    process = start(sandbox.url, media=address)
    seen, notes = [], []
    with s3.failing(method="PUT", code="SlowDown", status=503):
        job = process.submit()
        job.subscribe(lambda job: notes.append(job.status.note or ""))
        job.view_arrival(lambda take: seen.append(take and bundle(take, "Kling")))
        wait_until(lambda: any("The upload is tried again" in note for note in notes))
        (waiting,) = (process.controller.library.home / "outgoing").rglob("*.mp4")
        assert media.probe(waiting).kind == "video"
        assert not job.status.done
    take = job.result(20)
    said = next(note for note in notes if "The upload is tried again" in note)
    assert "it is too busy (SlowDown)" in said
    assert "Nothing is lost or charged by this. The file has arrived, is paid for, and waits here" in said
    assert seen, "it is shown while it waits"
    assert (charges(sandbox), process.controller.library.media.has(take.files[0].facts)) == (1, True)
    assert process.submit().result(20) == take
    assert charges(sandbox) == 1


def test_a_store_that_is_away_past_the_deadline_is_gone_on_with_by_the_next_process(
    s3: S3, address: str, start: Callable[..., Process], sandbox: Sandbox
) -> None:
    process = start(sandbox.url, media=address, deadline=1.0)
    with s3.failing(method="PUT", code="AccessDenied", status=403):
        with pytest.raises(JobExpired, match="The file has arrived, is paid for, and waits here") as caught:
            process.submit().result(30)
        assert "Ask who looks after it" in str(caught.value)
        library = process.controller.library
        assert [take.id for take in library.takes.find()] == []
        process.kill()
    again = start(sandbox.url, media=address)
    (job,) = again.controller.take_over()
    take = job.result(20)
    assert media.probe(take.path).kind == "video"
    assert list((again.controller.library.home / "outgoing").rglob("*.mp4")) == []
    assert charges(sandbox) == 1


def test_another_machine_goes_on_with_the_image_that_the_first_had(
    s3: S3, address: str, start: Callable[..., Process], sandbox: Sandbox
) -> None:
    process = start(sandbox.url, media=address)
    take = process.submit().result(20)
    (use,) = take.request.images["start"]
    image = process.controller.library.images.read(use.digest)
    process.controller.library.images.path(use.digest).unlink()
    process.kill()
    again = start(sandbox.url, media=address)
    assert again.controller.library.images.read(use.digest) == image
