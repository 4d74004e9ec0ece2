"""Test jobs whose takes go into a store: where it refuses them, they wait here and are paid for once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook import media
from reka_notebook.commands.keeping.export import export
from reka_notebook.jobs import JobExpired, State, context
from reka_notebook.jobs.prepared import kept_image
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.store import object_storage
from reka_notebook.output.html import bundle, take_html
from reka_notebook.sandbox import Sandbox
from tests.processes import Process, make_quick, wait_until
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


def test_a_store_that_does_not_answer_is_told_of_while_it_is_waited_for(
    s3: S3,
    address: str,
    start: Callable[..., Process],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context, "SILENT", 0.1)
    process = start(sandbox.url, media=address)
    notes: list[tuple[State, str | None]] = []
    with s3.failing(method="PUT", code="slow", seconds=0.6):
        job = process.submit()
        job.subscribe(lambda job: notes.append((job.status.state, job.status.note)))
        job.result(30)
    told = [state for state, note in notes if note and f"The store {address} has not answered for" in note]
    assert told[0] is State.PREPARED, "of the image, before anything is sent"
    assert told[-1] is State.FETCHING, "and of the film"
    assert not any(note for state, note in notes if state is State.QUEUED)


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


def test_a_colleague_on_another_machine_sees_and_uses_what_was_made(
    s3: S3,
    address: str,
    team_database: str,
    sandboxes: Callable[..., Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_quick(monkeypatch)
    sandbox = sandboxes(render="small", media=None)  # it draws what was asked, so nothing is remarked
    bucket = address.split("/")[2]
    before = s3.counted(bucket)

    def machine(name: str) -> Process:
        database = DatabaseAddress(team_database)
        return Process(
            sandbox.url, tmp_path / name, monkeypatch, database=database, media=address, person=name
        )

    ada = machine("ada")
    try:
        take = ada.submit().result(20)
        counted = s3.counted(bucket)
        assert counted - before == {"GET": 1, "PUT": 4}, "is the image there? image, poster, film, sidecar"
        again = ada.submit("a slow dolly out").result(20)
        assert s3.counted(bucket) - counted == {"PUT": 3}
        film = take.path.read_bytes()
    finally:
        ada.kill()
    ben = machine("ben")
    try:
        before = s3.counted(bucket)
        one, other = (ben.submit(prompt).result(20) for prompt in ("a slow dolly in", "a slow dolly out"))
        assert (one.id, other.id, charges(sandbox)) == (take.id, again.id, 2)
        assert one.where.startswith(address)
        assert s3.counted(bucket) - before == {"GET": 2}, "are the films there?"
        before = s3.counted(bucket)
        assert take_html(one, "Kling", embed=True).count("data:video/mp4") == 1
        assert one.path.read_bytes() == film
        assert one.path.is_relative_to(tmp_path / "ben" / "cache")
        assert one.last_frame.size == (one.file.width, one.file.height)
        assert s3.counted(bucket) - before == {"GET": 2}, "its film and its poster"
        [(copied, _)] = export(ben.controller.library, other.record, tmp_path, recipe=None)
        assert copied.read_bytes() == other.path.read_bytes()
        library = ben.controller.library
        assert (
            kept_image(one.request.images["start"][0], library).digest
            == one.request.images["start"][0].digest
        )
    finally:
        ben.kill()
