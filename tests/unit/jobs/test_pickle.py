"""Test that takes and ended jobs can be pickled and copied, and that a running job says why it cannot."""

import copy
import multiprocessing
import operator
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from types import ModuleType

import pytest

from reka_notebook.jobs import JobFailed, Take
from reka_notebook.library import Library, LibraryError
from reka_notebook.sandbox import Fault
from tests.processes import SECRET

WAYS = {
    **{f"pickle {n}": lambda value, n=n: pickle.loads(pickle.dumps(value, n)) for n in range(6)},
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_take_is_the_same_take_afterwards(process, way) -> None:
    take = process.submit().result(20)
    other = WAYS[way](take)
    assert other is not take
    assert (other == take, hash(other) == hash(take)) == (True, True)
    assert {take, other} == {take}
    assert (other.id, other.path, other.poster, other.prompt) == (
        take.id,
        take.path,
        take.poster,
        take.prompt,
    )
    assert (other.raw, other.record, other.from_earlier) == (take.raw, take.record, take.from_earlier)
    assert [frame.size for frame in other.frames(2)] == [frame.size for frame in take.frames(2)]
    other.rate(2)
    assert process.controller.library.take(take.id).rating == 2
    assert (other.rating, other == take) == (2, True), "what a person thinks of it makes no other take of it"


def test_two_takes_are_not_equal(process) -> None:
    one, other = process.submit().result(20), process.submit("another prompt").result(20)
    assert one != other
    assert one != one.id
    assert len({one, other}) == 2
    assert Take.__eq__(one, 7) is NotImplemented
    (again,) = [take for take in process.controller.takes() if take.id == one.id]
    assert again == one
    assert again.raw == one.raw


@pytest.mark.parametrize("way", WAYS)
def test_an_ended_job_is_the_same_job_afterwards(process, way) -> None:
    job = process.submit()
    take = job.result(20)
    other = WAYS[way](job)
    assert (other.id, other.request, other.title, other.status) == (
        job.id,
        job.request,
        job.title,
        job.status,
    )
    assert other.result(0) == other.take == take
    other.cancel()
    assert other.status.done


@pytest.mark.parametrize("way", WAYS)
def test_a_job_that_failed_says_so_in_another_process_too(process, sandbox, way) -> None:
    sandbox.faults.add(Fault("submit", "status", status=422))
    job = process.submit()
    with pytest.raises(JobFailed) as caught:
        job.result(20)
    other = WAYS[way](job)
    with pytest.raises(JobFailed) as again:
        other.result(0)
    assert str(again.value) == str(caught.value)
    assert other.status.error == job.status.error
    assert other.take is None


@pytest.mark.parametrize("way", WAYS)
def test_a_job_that_has_not_ended_refuses_in_words(sandboxes, start, way) -> None:
    process = start(sandboxes(seconds=1.0).url)
    job = process.submit()
    with pytest.raises(TypeError, match=rf"Job {job.id} has not ended.*Wait for its take"):
        WAYS[way](job)
    assert job.result(20), "it goes on"


def test_no_key_is_in_a_pickle(process) -> None:
    job = process.submit()
    take = job.result(20)
    for value in (job, take):
        assert SECRET.encode() not in pickle.dumps(value)


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_a_pool_of_processes_works_on_takes(process, method, monkeypatch) -> None:
    # Whatever an IPython of a test before has left there is not what a new process is to import.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    take = process.submit().result(20)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        assert pool.submit(operator.attrgetter("path"), take).result(60) == take.path
        assert (
            pool.submit(operator.methodcaller("filmstrip", 2), take).result(60).size == take.filmstrip(2).size
        )
        assert pool.submit(operator.attrgetter("raw"), take).result(60) == take.raw
        pool.submit(operator.methodcaller("annotate", "from the pool"), take).result(60)
        assert pool.submit(operator.attrgetter("take"), process.submit()).result(60) == take
    assert process.controller.library.take(take.id).note == "from the pool"


def test_a_take_of_another_machine_makes_no_library_here(process, tmp_path) -> None:
    take = process.submit().result(20)
    other = pickle.loads(pickle.dumps(take))
    other._home = tmp_path / "nowhere"
    assert other == take
    assert other.prompt == take.prompt
    assert not other.path.exists()
    with pytest.raises(LibraryError, match="not on this machine"):
        other.rate(1)
    assert not (tmp_path / "nowhere").exists()


def test_a_library_that_is_open_is_used(tmp_path) -> None:
    library = Library(tmp_path / "home")
    assert Library.at(tmp_path / "home") is library
    library.close()
    other = Library.at(tmp_path / "home")
    assert other is not library
    other.close()
