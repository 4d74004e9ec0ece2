"""See a film when it has arrived, before it is decoded to its end and kept."""

from dataclasses import replace

import pytest

from reka_notebook import media
from reka_notebook.jobs import JobExpired
from reka_notebook.jobs.steps import fetch
from reka_notebook.library import LibraryError
from reka_notebook.library.store.media_folder import MediaFolder
from reka_notebook.output.html import bundle


@pytest.fixture
def view(sandboxes, start):
    """Submit a job, and note what is seen of it: the take's bundle, and whether it was kept by then."""
    process = start(sandboxes(seconds=0.2).url)
    seen = []

    def submit(viewer=lambda take, job: None):
        job = process.submit()

        def note(take):
            kept = process.controller.library.takes.get(job.id)
            seen.append(take and (bundle(take, "Kling"), kept))
            viewer(take, job)

        job.view_arrival(note)
        return job

    submit.process = process
    return submit, seen


def incoming(process) -> list:
    return list((process.controller.library.home / "incoming").iterdir())


def test_what_is_seen_is_what_is_kept(view) -> None:
    submit, seen = view
    take = submit().result(10)
    assert seen == [(bundle(take, "Kling"), None)]
    assert incoming(submit.process) == []


def test_nobody_looks_before_the_time_where_nobody_wants_to_see_it(view, monkeypatch) -> None:
    submit, _ = view
    monkeypatch.setattr(media, "glance", lambda path: pytest.fail("it costs"))
    submit.process.submit().result(10)


def test_a_film_that_proves_to_be_cut_off_is_taken_back(view, monkeypatch) -> None:
    submit, seen = view
    tried = []

    def move_in(*args):
        tried.append(1)
        if len(tried) == 1:
            raise media.CutShort("The file is cut short.")
        return whole(*args)

    whole = fetch.move_in
    monkeypatch.setattr(fetch, "move_in", move_in)
    take = submit().result(20)
    shown = (bundle(take, "Kling"), None)
    assert seen == [shown, None, shown]


@pytest.mark.parametrize("error", [media.MediaError("no"), RuntimeError("a decoder"), OSError(28, "full")])
def test_a_film_of_which_no_poster_can_be_made_at_once_is_kept_all_the_same(view, monkeypatch, error) -> None:
    submit, seen = view

    def glance(path):
        raise error

    monkeypatch.setattr(media, "glance", glance)
    take = submit().result(10)
    assert seen == []
    assert take.poster.exists()


def test_a_disk_that_is_full_in_between_keeps_nothing_and_the_next_run_does(view, monkeypatch) -> None:
    submit, seen = view

    def refuse(*args):
        raise LibraryError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(MediaFolder, "write_sidecar", refuse)
        with pytest.raises(JobExpired, match="The disk is full"):
            submit().result(10)
    assert len(seen) == 1
    submit.process.submit().result(10)
    assert incoming(submit.process) == []


def test_a_cancellation_in_between_comes_too_late(view) -> None:
    submit, seen = view
    take = submit(lambda take, job: job.cancel()).result(10)
    assert seen == [(bundle(take, "Kling"), None)]


def test_a_viewer_that_fails_harms_nothing(view) -> None:
    submit, _ = view

    def fail(take, job) -> None:
        raise RuntimeError("no page")

    assert submit(fail).result(10).path.exists()


def test_what_is_odd_about_its_end_is_not_known_yet(view, monkeypatch) -> None:
    submit, seen = view

    def examine(*args, **options):
        info, poster = whole(*args, **options)
        return replace(info, remarks=("Its end is odd.",)), poster

    whole = media.examine
    monkeypatch.setattr(media, "examine", examine)
    take = submit().result(10)
    assert take.remarks == ["Its end is odd."]
    assert len(seen) == 1
    assert seen[0][0] != bundle(take, "Kling")
