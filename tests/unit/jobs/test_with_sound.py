"""Test that a sound is put under a video without a request, without a charge, and never halfway."""

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from reka_notebook import media
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.with_sound import ENDPOINT, SERVICE
from reka_notebook.library import Library
from reka_notebook.library.prune import prunable, remove
from reka_notebook.media.sounds.under import digest_of_picture
from tests import forked_processes
from tests.unit.media.conftest import write_sound


@pytest.fixture
def video(process):
    return process.submit().result(10)


@pytest.fixture
def speech(tmp_path) -> Path:
    return write_sound(tmp_path / "speech.mp3", "libmp3lame", seconds=0.4)


def spoken(process):
    return process.submit("good morning", model="some-model/text-to-speech").result(10)


def test_it_is_a_take_like_any_other(process, sandbox, video, speech) -> None:
    asked = len(sandbox.log)
    take = video.with_sound(speech, at=0.1)
    assert len(sandbox.log) == asked, "nobody was asked"
    assert (take.kind, take.file.has_audio, take.prompt) == ("video", True, video.prompt)
    assert digest_of_picture(take.path) == digest_of_picture(video.path)
    assert take.poster is not None
    assert take.poster.exists()
    assert take.billed == 0
    assert not take.by_sandbox
    library = process.controller.library
    assert [one.id for one in process.controller.takes()] == [take.id, video.id]
    assert library.take(take.id[:6]).job.request.endpoint == ENDPOINT
    assert take.request.input["video"] == f"take:{video.id}"
    assert take.request.input["sound"].startswith("sha256:")
    take.rate(2)
    assert library.take(take.id).rating == 2


def test_the_same_call_gives_the_same_take(video, speech) -> None:
    take = video.with_sound(speech, at=0.1)
    before = take.path.stat().st_mtime_ns
    assert video.with_sound(speech, at=0.1) == take
    assert video.with_sound(str(speech), 0.1, 1, "lower") == take
    assert video.with_sound(speech.read_bytes(), at=0.1) == take
    assert take.path.stat().st_mtime_ns == before
    assert video.with_sound(speech, at=0.2) != take
    assert video.with_sound(speech, at=0.1, own="replace") != take


def test_a_sound_take_is_named_by_its_id(sandboxes, start, film) -> None:
    process = start(sandboxes(media=None, render="small").url)
    video = process.submit().result(20)
    speech = spoken(process)
    take = video.with_sound(speech, at=0.0)
    assert take.request.input["sound"] == f"take:{speech.id}"
    assert video.with_sound(f"take:{speech.id}", at=0.0) == take
    assert {parent.id for parent in take.parents} == {video.id, speech.id}
    again = take.with_sound(speech, at=0.3)
    assert again.request.input["video"] == f"take:{take.id}"


def test_nothing_else_takes_it_for_a_request(process, start, sandbox, video, speech) -> None:
    control, library = process.controller, process.controller.library
    spent = library.spending.report(control.service, 0.0)
    take = video.with_sound(speech, at=0.1)
    assert library.spending.report(control.service, 0.0) == spent
    assert control.take_over() == []
    assert [job.id for job in library.jobs.unfinished(control.service)] == []
    assert [job.id for job in library.jobs.unfinished(SERVICE)] == []
    assert control.resume(take.id).take == take
    assert library.take(take.id).job.state == "kept"
    other = start(sandbox.url)
    assert other.controller.resume(take.id).result(5).id == take.id
    assert other.controller.cancel(take.id).take.id == take.id


def test_one_that_was_removed_is_made_again(process, video, speech) -> None:
    library = process.controller.library
    take = video.with_sound(speech, at=0.1)
    take.rate(3)
    found = prunable(library, keep=0)
    assert take.id in {one.id for one in found.takes}
    remove(library, [one for one in found.takes if one.id == take.id])
    assert not take.path.exists()
    again = video.with_sound(speech, at=0.1)
    assert (again.id, again.rating) == (take.id, 3)
    assert again.path.exists()
    assert library.take(take.id).removed is None


def test_a_rebuilt_library_has_it(process, start, sandbox, video, speech) -> None:
    take = video.with_sound(speech, at=0.1)
    home = process.controller.library.home
    process.kill()
    (home / "library.sqlite3").write_bytes(b"no database any more")
    for more in home.glob("library.sqlite3-*"):
        more.unlink()
    restored = start(sandbox.url).controller.library.take(take.id)
    assert restored.job.request.endpoint == ENDPOINT


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"at": -1}, "0 or more; not -1"),
        ({"at": "soon"}, "in seconds from the video's beginning"),
        ({"at": float("nan")}, "0 or more"),
        ({"at": 99}, "The video ends at"),
        ({"level": 0}, "4 at most, more than 0; not 0"),
        ({"level": 5}, "4 at most"),
        ({"level": True}, "4 at most"),
        ({"own": "lowr"}, "Did you mean lower"),
        ({"own": None}, "Choose keep, lower or replace"),
        ({"sound": None}, "A sound is a take, a path or bytes, and this is None"),
        ({"sound": 3}, "and this is a int"),
        ({"sound": "nowhere.mp3"}, "There is no file 'nowhere.mp3'"),
        ({"sound": b""}, "The sound is empty"),
        (
            {"sound": b"no sound at all, of any kind, and long enough to be looked at" * 3},
            "The sound is text",
        ),
        ({"sound": "take:nothing"}, "nothing"),
    ],
)
def test_what_cannot_be_is_said(video, speech, named, words) -> None:
    sound = named.pop("sound", speech)
    with pytest.raises(RekaError, match=words):
        video.with_sound(sound, **named)
    assert not list((video._home / "incoming").iterdir())


def test_other_kinds_are_refused_by_name(sandboxes, start, speech, photo) -> None:
    process = start(sandboxes(media=None, render="small").url)
    image = process.submit("a harbour", model="nano-banana/text-to-image").result(20)
    boxes = process.submit("a boat", image=photo, model="some-model/image-to-bbox").result(20)
    with pytest.raises(RekaError, match=r"is an image\. A sound can be put under a video only"):
        image.with_sound(speech)
    with pytest.raises(RekaError, match=r"is boxes\. A sound can be put under a video only"):
        boxes.with_sound(speech)
    with pytest.raises(RekaError, match=r"is a sound\. A sound can be put"):
        spoken(process).with_sound(speech)
    video = process.submit().result(20)
    with pytest.raises(RekaError, match=r"is an image\. To be put under a video, a take needs a sound"):
        video.with_sound(image)
    with pytest.raises(
        RekaError, match=r"photo.jpg is an image. To be put under a video, a file needs a sound"
    ):
        video.with_sound(photo)


KILLED = """
import os, sys
from pathlib import Path
from reka_notebook.library import Library
from reka_notebook.library.store.media_folder import MediaFolder
from reka_notebook.library.takes import TakeTable
from reka_notebook.jobs.take import Take
from reka_notebook.jobs.files import with_sound

home, video, speech, step = sys.argv[1:]
die = lambda *_, **__: os._exit(9)
if step == "encoded":
    with_sound.media.examine = die
elif step == "written":
    MediaFolder.move_in = die
elif step == "moved":
    MediaFolder.write_sidecar = die
elif step == "noted":
    TakeTable.add_made_here = die
library = Library(Path(home))
Take(library.take(video), library).with_sound(speech, at=0.1)
"""


@pytest.mark.parametrize("step", ["encoded", "written", "moved", "noted", "none"])
def test_a_kill_in_the_middle_leaves_nothing_halfway(process, video, speech, step) -> None:
    library: Library = process.controller.library
    command = [sys.executable, "-c", KILLED, str(library.home), video.id, str(speech), step]
    done = forked_processes.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == (0 if step == "none" else 9), done.stderr
    for path in (library.home / "media").glob("*/*.mp4"):
        assert media.probe(path).kind == "video", "what is in its place is whole"
    assert len(process.controller.takes()) == (2 if step == "none" else 1)
    take = video.with_sound(speech, at=0.1)
    assert take.path.exists()
    assert len(process.controller.takes()) == 2
    made = [path for path in (library.home / "media").glob("*/*.mp4") if take.id in path.name]
    assert made == [take.path]
    for left in (library.home / "incoming").iterdir():
        with suppress(FileNotFoundError):
            assert take.id in left.name
    remove(library, [])
    assert not list((library.home / "incoming").iterdir()), "prune takes what a killed process left"
