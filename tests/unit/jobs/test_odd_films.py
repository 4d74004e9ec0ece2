"""Test odd films as a service serves them: each is a take after one download."""

import pytest

from tests.unit.media.conftest import write_video
from tests.unit.media.test_odd import copied, held, last_packet, shorter_picture


def longer_sound(folder):
    film = write_video(folder / "film.webm", "libvpx-vp9", sound="libopus")
    return copied(film, folder / "longer.webm", shorter_picture(1.0))


def held_frame(folder):
    return copied(write_video(folder / "film.mp4", sound=None), folder / "held.mp4", held)


def trailing(folder):
    film = write_video(folder / "film.mp4")
    film.write_bytes(film.read_bytes() + b"x" * 43)
    return film


def spoilt_sound(folder):
    film = write_video(folder / "film.mp4")
    at, size = last_packet(film, "audio")
    data = bytearray(film.read_bytes())
    data[at : at + size] = b"\xff" * size
    film.write_bytes(data)
    return film


def no_film(folder):
    film = folder / "film.mp4"
    film.write_bytes(bytes(range(256)) * 40)
    return film


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (longer_sound, "video", "The sound goes on for 1.0 s after the picture."),
        (held_frame, "video", "its last frame is held until 3."),
        (trailing, "video", "43 bytes after its own end"),
        (spoilt_sound, "video", "The last 0.02 s of the sound cannot be decoded."),
        (no_film, "other", "The file is not a video, an image or a sound that is known here."),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_odd_film_is_a_take_after_one_download(sandboxes, start, tmp_path, make, kind, words) -> None:
    film = make(tmp_path)
    sandbox = sandboxes(media=film)
    process = start(sandbox.url)
    take = process.submit().result(20)
    assert [seen.status for seen in sandbox.log if seen.step == "media"] == [200]
    assert (take.file.kind, take.path.read_bytes()) == (kind, film.read_bytes())
    assert any(words in remark for remark in take.remarks), take.remarks
    assert process.submit().result(5).id == take.id
    assert len(sandbox.ledger) == 1
