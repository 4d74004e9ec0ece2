import io
from pathlib import Path

import av
import pytest

from reka_notebook import media
from reka_notebook.media import MediaError
from reka_notebook.media.sounds.under import digest_of_picture, ending_of, put_under
from reka_notebook.media.sounds.waveform import levels

VIDEOS = ["h264.mp4", "silent.mp4", "hevc.mp4", "av1.mp4", "vp9.webm", "h264.mkv", "h264.mov"]


def loudness(path: Path, *times: float) -> list[float]:
    """Return how loud a file of 2 s is around these times, in tenths of the test's tone."""
    found = levels(path)
    return [round(max(found[int(at * 100) : int(at * 100) + 5]) / 0.172, 1) for at in times]


@pytest.mark.parametrize("name", VIDEOS)
def test_the_picture_is_copied_bit_for_bit(videos, write_sound, tmp_path, name) -> None:
    if name not in videos:
        pytest.skip("there is no encoder for it here")
    sound = write_sound(tmp_path / "a.wav", "pcm_s16le", seconds=0.5)
    target = tmp_path / f"b{ending_of(videos[name])}"
    assert put_under(videos[name], sound, target, at=0.5) == []
    assert digest_of_picture(target) == digest_of_picture(videos[name])
    before, after = media.probe(videos[name]), media.probe(target)
    assert (after.width, after.height, after.codec, after.media_type) == (
        *(before.width, before.height, before.codec),
        before.media_type,
    )
    assert after.duration == pytest.approx(before.duration, abs=0.05)
    assert after.has_audio
    assert after.remarks == ()
    with av.open(str(target)) as container:
        coding = container.streams.audio[0].codec_context.codec.canonical_name
    assert coding == ("opus" if name.endswith("webm") else "aac")


@pytest.mark.parametrize(
    ("own", "levels_of_it"),
    [("keep", [1.0, 2.0, 1.0]), ("lower", [1.0, 1.25, 1.0]), ("replace", [0.0, 1.0, 0.0])],
)
def test_the_own_sound_is_kept_lowered_or_replaced(
    write_video, write_sound, tmp_path, own, levels_of_it
) -> None:
    video = write_video(tmp_path / "a.mp4", seconds=3, size=(64, 48))
    sound = write_sound(tmp_path / "a.wav", "pcm_s16le", seconds=0.5)
    put_under(video, sound, tmp_path / "b.mp4", at=1.0, own=own)
    assert loudness(tmp_path / "b.mp4", 0.3, 1.2, 2.5) == pytest.approx(levels_of_it, abs=0.15)


def test_a_level_makes_it_louder_or_softer(videos, write_sound, tmp_path) -> None:
    sound = write_sound(tmp_path / "a.wav", "pcm_s16le", seconds=1)
    for level in (0.5, 2.0):
        put_under(videos["silent.mp4"], sound, tmp_path / "b.mp4", at=0.0, level=level)
        assert loudness(tmp_path / "b.mp4", 0.5) == pytest.approx([level], abs=0.15)


def test_what_is_longer_than_the_video_is_cut_and_said(videos, write_sound, tmp_path) -> None:
    sound = write_sound(tmp_path / "a.mp3", "libmp3lame", seconds=5)
    (remark,) = put_under(videos["h264.mp4"], sound, tmp_path / "b.mp4", at=1.0)
    assert remark == "The sound is 4.0 s longer than the video, and is cut at its end."
    assert media.probe(tmp_path / "b.mp4").duration == pytest.approx(2.0, abs=0.05)
    assert loudness(tmp_path / "b.mp4", 1.9)[0] > 0.9


def test_the_sound_of_another_video_is_a_sound(videos, tmp_path) -> None:
    put_under(videos["silent.mp4"], videos["vp9.webm"], tmp_path / "b.mp4", at=0.0)
    assert loudness(tmp_path / "b.mp4", 0.5) == pytest.approx([1.0], abs=0.15)


@pytest.mark.parametrize(
    ("video", "sound", "words"),
    [
        ("h264.mp4", "silent.mp4", "has no sound"),
        ("sound", "h264.mp4", "is no video"),
    ],
)
def test_what_cannot_be_is_said(videos, write_sound, tmp_path, video, sound, words) -> None:
    known = {**videos, "sound": write_sound(tmp_path / "a.wav", "pcm_s16le", seconds=1)}
    with pytest.raises(MediaError, match=words):
        put_under(known[video], known[sound], tmp_path / "b.mp4")
    assert not (tmp_path / "b.mp4").exists()


@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.ogg", "a.flac", "a.m4a", "a.aac", "a.opus"])
def test_a_sound_has_a_picture_of_its_waveform(sounds, name) -> None:
    from PIL import Image

    if name not in sounds:
        pytest.skip("there is no encoder for it here")
    info, picture = media.examine(sounds[name])
    assert info.kind == "audio"
    assert info.duration == pytest.approx(3.0, abs=0.2)
    assert picture is not None
    shown = Image.open(io.BytesIO(picture))
    assert (shown.format, shown.size) == ("JPEG", (960, 240))


def test_an_hour_of_sound_is_few_levels(write_sound, tmp_path, monkeypatch) -> None:
    from reka_notebook.media.sounds import waveform

    monkeypatch.setattr(waveform, "MOST_LEVELS", 64)
    found = waveform.levels(write_sound(tmp_path / "a.wav", "pcm_s16le", seconds=5))
    assert 16 < len(found) <= 80
    assert max(found) == pytest.approx(0.24, abs=0.1)
