"""Test `with-sound`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook import media
from reka_notebook.library import Library
from tests.unit.commands.conftest import Filled, Ran
from tests.unit.media.conftest import write_sound, write_video

Command = Callable[..., Ran]


@pytest.fixture
def video(filled: Filled, library: Library, tmp_path: Path) -> str:
    take = filled.take("a slow dolly in")
    made = write_video(tmp_path / "a.mp4", seconds=1, size=(64, 48), sound=None)
    library.media.path(take.files[0].name).write_bytes(made.read_bytes())
    return take.id


def test_a_sound_is_put_under_a_video(library: Library, command: Command, video: str, tmp_path: Path) -> None:
    sound = write_sound(tmp_path / "speech.mp3", "libmp3lame", seconds=2)
    shown = command("with-sound", video[:6], str(sound), "--at", "0.2", "--own", "replace")
    assert shown.status == 0
    assert media.probe(Path(shown.last)).has_audio
    assert "longer than the video, and is cut" in shown.err
    (newest,) = library.takes.find(limit=1)
    assert library.media.path(newest.files[0].name) == Path(shown.last)
    again = command("with-sound", f"take:{video}", newest.id, "--at", "0.5")
    assert again.status == 0
    assert again.last != shown.last
    assert command("jobs").status == command("takes").status == 0
    told = command("show", newest.id).out
    assert "none: made on this machine" in told
    assert "Nothing: it was made on this machine" in told
    assert "Idempotency" not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.mp3",), "There is no file 'nowhere.mp3'."),
        (("nowhere.mp3", "--at", "soon"), "--at is a number, and not 'soon'."),
        (("nowhere.mp3", "--own", "louder"), "invalid choice: 'louder'"),
    ],
)
def test_what_cannot_be_is_said(command: Command, video: str, words: tuple[str, ...], said: str) -> None:
    shown = command("with-sound", video, *words)
    assert shown.status != 0
    assert said in shown.err
