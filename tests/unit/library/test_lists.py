"""Test that lists of takes and jobs do not read the service's answers, which may hold whole films."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeRecord
from reka_notebook.library.prune import prunable, remove
from reka_notebook.library.store.names import SIDECAR
from tests.earlier import rewrite

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://vision-agent.api.reka.ai"
FILM = "x" * 2_000_000
ANSWERS = {"submit": {"request_id": "r"}, "result": {"output": {"video": {"url": FILM}}}}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of ten takes, whose answers hold a film each."""
    library = Library(tmp_path / "home")
    for number in range(10):
        request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": f"take {number}"})
        job, _ = library.jobs.add(SERVICE, request, 1, deadline=9.0)
        name = library.media.name(job.id, 1.0, f"take {number}", 0, ".mp4")
        library.media.write(name, b"film")
        take = TakeRecord(
            job=msgspec.structs.replace(job, state="kept", ended=5.0, answers=ANSWERS),
            files=[MediaFile(name=name, kind="video", media_type="video/mp4", bytes=4)],
            kept=10.0 + number,
            remarks=["The file is odd."],
        )
        library.takes.add(take)
        library.media.write_sidecar(take)
    yield library
    library.close()


def highest(look) -> int:
    """Return the bytes that Python held at most meanwhile."""
    tracemalloc.start()
    try:
        look()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "look",
    [
        lambda library: library.takes.newest(60),
        lambda library: library.takes.removed(),
        lambda library: library.jobs.all(),
        lambda library: library.jobs.recent(60),
        lambda library: library.jobs.unfinished(SERVICE),
        lambda library: prunable(library, older_than=0.0),
    ],
)
def test_a_list_costs_no_more_for_what_the_answers_hold(library: Library, look) -> None:
    assert highest(lambda: look(library)) < len(FILM) / 2


def test_a_take_alone_has_the_answers(library: Library) -> None:
    listed = library.takes.newest(1)[0]
    assert listed.job.answers == {}
    assert listed.remarks == ["The file is odd."]
    assert library.takes.get(listed.id).job.answers == ANSWERS
    assert library.jobs.get(listed.id).answers == ANSWERS


def test_what_is_written_about_a_take_of_a_list_keeps_its_answers(library: Library) -> None:
    one, other = library.takes.newest(2)
    library.rate(one.id, 3)
    path = library.media.path(one.files[0].name).with_suffix(SIDECAR)
    assert msgspec.json.decode(path.read_bytes(), type=TakeRecord).job.answers == ANSWERS
    remove(library, [other])
    path = library.media.path(other.files[0].name).with_suffix(SIDECAR)
    written = msgspec.json.decode(path.read_bytes(), type=TakeRecord)
    assert (written.job.answers, written.remarks) == (ANSWERS, ["The file is odd."])
    assert written.removed is not None


@pytest.mark.about_the_file
def test_a_library_of_version_3_opens_without_remarks(library: Library, tmp_path: Path) -> None:
    take = library.takes.newest(1)[0]
    library.close()
    rewrite(tmp_path / "home" / "library.sqlite3", 3)
    with closing(Library(tmp_path / "home")) as again:
        job = msgspec.structs.replace(take.job, parents=None)
        assert again.takes.newest(1) == [msgspec.structs.replace(take, job=job, remarks=[])]
