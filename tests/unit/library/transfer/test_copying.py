"""Test copying a library from a folder to a team's server and back."""

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import func, select

from reka_notebook.library import (
    GenerationRequest,
    ImageUse,
    JobRecord,
    Library,
    LibraryError,
    MediaFile,
    TakeFilter,
    TakeRecord,
)
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.tables import jobs, takes
from reka_notebook.library.spending.limit import Budget
from reka_notebook.library.transfer.compared import compare
from reka_notebook.library.transfer.copying import Copying
from reka_notebook.library.transfer.files import Damaged
from tests import forked_processes
from tests.servers.s3 import S3

SERVICE = "https://service.test:443"


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reka_notebook.library.transfer.tables.PAGE", 10)


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "mine")) as library:
        yield library


@pytest.fixture
def store(s3: S3) -> str:
    """Return the address of an empty store."""
    return f"s3://{s3.bucket()}/reka"


@pytest.fixture
def team(tmp_path: Path, team_database: str, store: str) -> Iterator[Library]:
    address = DatabaseAddress(team_database)
    with closing(Library(tmp_path / "machine", store, database=address, person="ana")) as library:
        yield library


def asked(prompt: str) -> GenerationRequest:
    # As of what was given as pixels, the digest is not that of the bytes.
    image = ImageUse(
        digest=f"sha256:{hashlib.sha256(b'pixels ' + prompt.encode()).hexdigest()}", name="photo.jpg"
    )
    return GenerationRequest(
        endpoint="m/image-to-video", input={"prompt": prompt, "seed": 7}, images={"start": [image]}
    )


def ask(library: Library, prompt: str) -> JobRecord:
    request = asked(prompt)
    library.images.keep(request.images["start"][0].digest, prompt.encode())
    return library.jobs.add(SERVICE, request, 1, time.time() + 3600)[0]


def keep(library: Library, job: JobRecord) -> TakeRecord:
    name = library.media.name(job.id, job.created, job.request.prompt, 0, ".mp4")
    film = job.request.prompt.encode() * 500
    library.media.write(name, film)
    poster = library.media.write(name.replace(".mp4", ".poster.jpg"), b"poster " + film)
    file = MediaFile(name=name, kind="video", media_type="video/mp4", bytes=len(film), poster=poster)
    ended = structs.replace(job, state="kept", ended=time.time(), answers={"result": {"cost_usd": 0.5}})
    take = library.media.publish(TakeRecord(job=ended, files=[file], kept=time.time(), took=1 / 3))
    library.takes.add(take)
    library.media.write_sidecar(take)
    return take


def bytes_of(library: Library, folder: str) -> dict[str, bytes]:
    """Return every file of a folder of a library, by name, without sidecars, which tell whose takes they are of."""
    root = library.home / folder
    files = (path for path in root.rglob("*") if path.is_file() and not path.name.endswith(".take.json"))
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def same_rows(source: Library, target: Library, copying: Copying) -> bool:
    found = compare(source, target, copying.renaming)
    assert sum(one.rows for one in found) > 0
    assert all((one.digest == one.digest_there) == (not one.missing + one.differing) for one in found)
    return not sum(one.missing + one.differing for one in found)


def test_a_library_is_the_same_after_it_went_to_a_server_and_back(
    mine: Library, team: Library, tmp_path: Path
) -> None:
    kept = [keep(mine, ask(mine, f"Über die Höhe {number}")) for number in range(24)]  # more than a page
    unfinished = mine.jobs.update(ask(mine, "still waiting").id, state="queued", request_id="r-1")
    held = mine.jobs.acquire(unfinished, mine.leases.me)
    assert held is not None
    mine.jobs.update(ask(mine, "went wrong").id, state="failed", error="refused", ended=time.time())
    mine.rate(kept[0].id, 3)
    mine.annotate(kept[1].id, "the light is right")
    mine.judge(kept[2].id, "picked")
    assert mine.takes.remove(kept[3].id, time.time()) is not None
    mine.collections.add("shots", [kept[0].id, kept[4].id])
    mine.spending.set_budget(SERVICE, Budget(20.0, "day"))

    copying = Copying(mine, team)
    done = copying.run()
    assert (done.jobs, done.takes, done.there_before, done.busy_here) == (26, 24, 0, [unfinished.id])
    assert same_rows(mine, team, copying)
    assert team.take(kept[0].id).rating == 3
    assert team.take(kept[0].id).job.person == "ana"
    assert (
        team.media.local(team.take(kept[5].id).files[0]).read_bytes()
        == kept[5].job.request.prompt.encode() * 500
    )
    assert len(team.takes.find(TakeFilter(collection="shots", person="ana"))) == 2
    assert team.takes.count(TakeFilter(words=["ÜBER", "23"])) == 1

    # What is unfinished goes on there: its lease is free, and its image is at hand.
    waiting = team.jobs.get(unfinished.id)
    assert (waiting.owner, waiting.state, waiting.request_id) == (None, "queued", "r-1")
    assert team.jobs.acquire(waiting, team.leases.me) is not None
    team.jobs.release(team.jobs.get(unfinished.id))
    digest = waiting.request.images["start"][0].digest
    assert team.images.read(digest) == b"still waiting"
    team.images.path(digest).unlink()  # as on another machine of the team
    assert team.images.read(digest) == b"still waiting"
    assert list((team.home / "outgoing").glob("*/*")) == [], "what is uploaded does not lie here twice"

    with closing(Library(tmp_path / "back")) as back:
        copying = Copying(team, back)
        done = copying.run()
        assert (done.jobs, done.takes, done.missing) == (26, 24, [])
        assert same_rows(team, back, copying)
        again = Copying(mine, back)
        assert (again.run().there_before, again.outcome.jobs) == (26, 0)
        assert same_rows(mine, back, again)
        removed = {name for name in bytes_of(mine, "media") if kept[3].id in name}
        assert len(removed) == 2
        for folder in ("media", "images"):
            before = {name: data for name, data in bytes_of(mine, folder).items() if name not in removed}
            assert bytes_of(back, folder) == before
        assert back.take(kept[1].id).note == "the light is right"
        assert back.takes.count(TakeFilter(words=["ÜBER", "23"])) == 1
        assert back.jobs.get(unfinished.id).person == ""
        assert [path.stem for path in (back.home / "pending").glob("*.json")] == [unfinished.id]


def test_a_copy_goes_on_where_it_was_interrupted(mine: Library, team: Library) -> None:
    for number in range(23):
        ask(mine, f"wave {number}")

    class Interrupted(Exception):
        pass

    def stop(done: int, of: int) -> None:
        if done == 10:
            raise Interrupted

    with pytest.raises(Interrupted):
        Copying(mine, team, stop).run()
    told: list[tuple[int, int]] = []
    done = Copying(mine, team, lambda *one: told.append(one)).run()
    assert (done.jobs, done.there_before) == (13, 10)
    assert told == [(0, 23), (10, 23), (20, 23), (23, 23)]


def test_the_newer_state_of_a_job_stays_and_none_is_doubled(mine: Library, team: Library) -> None:
    older, newer, same = (ask(mine, prompt) for prompt in ("older there", "newer there", "asked in both"))
    Copying(mine, team).run()
    # Asked for a second time over there, before it was copied: the same request, under another ID.
    other = keep(team, ask(team, "asked there too"))
    twin = ask(mine, "asked there too")
    assert twin.id != other.id
    keep(mine, older)
    taken = keep(team, team.jobs.get(newer.id))
    team.rate(taken.id, 1)

    copying = Copying(mine, team)
    done = copying.run()
    assert (done.older_there, {*done.newer_there}) == ([older.id], {newer.id, twin.id})
    assert done.same_request == [twin.id]
    assert (done.jobs, done.takes, done.there_before) == (0, 1, 1)
    assert team.take(older.id).job.state == "kept"
    assert team.jobs.get(older.id).epoch > older.epoch, "whoever did it there is told"
    assert team.jobs.get(same.id).state == "prepared"
    count = team.database.rows(select(func.count()).select_from(jobs))
    assert count[0][0] == 4

    back = Copying(team, mine)
    done = back.run()
    assert ({*done.older_there}, done.same_request) == ({newer.id, other.id}, [other.id])
    assert mine.take(newer.id).rating == 1
    assert mine.take(twin.id).files == other.files
    assert same_rows(team, mine, back)


def test_a_job_that_somebody_does_at_the_target_is_left_to_them(mine: Library, team: Library) -> None:
    job = ask(mine, "both at work")
    Copying(mine, team).run()
    assert team.jobs.acquire(team.jobs.get(job.id), team.leases.me) is not None
    keep(mine, job)
    done = Copying(mine, team).run()
    assert (done.busy_there, done.takes) == ([job.id], 0)
    assert team.jobs.get(job.id).owner == team.leases.me


def test_a_damaged_film_is_not_copied_and_one_that_is_gone_is_named(mine: Library, team: Library) -> None:
    damaged, gone = keep(mine, ask(mine, "damaged")), keep(mine, ask(mine, "gone"))
    mine.media.path(gone.files[0].name).unlink()
    path = mine.media.path(damaged.files[0].name)
    whole = path.read_bytes()
    path.write_bytes(b"x" * len(whole))
    with pytest.raises(Damaged, match="is damaged: it is not what was kept"):
        Copying(mine, team).run()
    assert team.database.rows(select(takes.c.job)) == []
    path.write_bytes(whole)
    done = Copying(mine, team).run()
    assert (done.missing, done.takes) == ([gone.files[0].name], 2)
    with pytest.raises(LibraryError, match="No job"):
        team.take("ffffffffff")


def test_a_copy_that_is_killed_again_and_again_ends_whole(
    mine: Library, team_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    store = tmp_path / "shared"
    store.mkdir()
    every = [
        keep(mine, ask(mine, f"wave {number}")) for number in range(120)
    ]  # more than a page, as it is there
    command = [
        *(sys.executable, "-m", "reka_notebook", "library", "copy", str(mine.home), team_database),
        *("--media-to", str(store)),
    ]
    address = DatabaseAddress(team_database)
    with closing(Library(tmp_path / "machine", str(store), database=address, person="ana")) as team:

        def has_begun() -> bool:
            return sum(path.suffix == ".mp4" for path in store.rglob("*")) > 5

        def has_a_page() -> bool:
            return team.takes.count() > 0

        for far_enough, by in ((has_begun, signal.SIGINT), (has_a_page, signal.SIGKILL)):
            process = forked_processes.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            end = time.monotonic() + 120
            while not far_enough() and time.monotonic() < end and process.poll() is None:
                time.sleep(0.005)
            process.send_signal(by)
            said = process.communicate(timeout=60)[1].decode()
            assert far_enough()
            if by == signal.SIGINT:
                assert (process.returncode, "the same command goes on from here" in said) == (130, True), said
        finished = forked_processes.run(command, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stderr
        assert "rows: the same in both" in finished.stdout
        assert team.takes.count() == len(every)
        assert all(team.media.has(take.files[0]) for take in team.takes.find())
