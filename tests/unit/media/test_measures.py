"""Test what is measured of films, images and sounds: by clips made for it, and by FFmpeg's own command."""

import re
import subprocess
import sys
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import av.filter
import numpy as np
import pytest
from PIL import Image

from reka_notebook.media import MediaError
from reka_notebook.media.measures import MEASURES, Measures, flags, measure
from tests.clips import CLIPS, RATE, SIZE, Clip, silence, start_image, tone, write_clip, write_heard
from tests.unit.media.conftest import ENCODERS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    start_image().save(folder / "start.png")
    found = {name: write_clip(folder / f"{name}.mp4", clip) for name, clip in CLIPS.items()}
    return found | {"start": folder / "start.png"}


@pytest.fixture(scope="module")
def measured(clips: dict[str, Path]) -> dict[str, Measures]:
    return {name: measure(clips[name], clips["start"]) for name in CLIPS}


def test_every_measure_is_described() -> None:
    assert tuple(MEASURES) == Measures.__struct_fields__
    assert all(described.label and described.more for described in MEASURES.values())
    assert MEASURES["frozen"].words(2.1) == "2.1 s"
    assert MEASURES["loop"].words(0.5) == "0.50"


def test_each_measure_has_its_paragraph() -> None:
    page = (ROOT / "docs" / "measures.md").read_text("utf-8")
    paragraphs = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    for described in MEASURES.values():
        told = paragraphs[described.label]
        assert f"[{described.source}]({described.url})" in told or not described.source
        assert described.unit in told or described.unit == "s"


def test_clips_have_what_they_were_made_for(measured: dict[str, Measures]) -> None:
    still, slow, fast = (measured[name] for name in ("still", "slow pan", "fast pan"))
    assert still.motion == pytest.approx(0, abs=0.1)
    assert slow.motion
    assert fast.motion
    assert fast.motion > 3 * slow.motion > 15
    assert still.frozen == pytest.approx(3, abs=0.05)
    assert measured["freeze"].frozen == pytest.approx(2.5, abs=0.1)
    assert [name for name, found in measured.items() if found.frozen] == ["still", "freeze", "black"]
    assert measured["black"].black == pytest.approx(2, abs=0.05)
    assert [name for name, found in measured.items() if found.black] == ["fade", "black"]
    assert [name for name, found in measured.items() if found.cuts] == ["cut", "black"]
    flickers = [name for name, found in measured.items() if found.flicker and found.flicker > 0.5]
    assert flickers == ["flicker"]
    assert measured["flicker"].flicker == pytest.approx(11, abs=2)
    blurred = measured["blur"].sharpness
    assert blurred
    assert slow.sharpness
    assert blurred < 0.6 * slow.sharpness
    assert measured["loop"].loop == pytest.approx(1, abs=0.02)
    assert all(slow.loop and found.loop and found.loop <= slow.loop for found in (fast, measured["cut"]))
    drifts = [measured[name].drift or 0 for name in ("still", "slow pan", "fast pan", "cut")]
    assert drifts == sorted(drifts)
    assert drifts[0] < 0.02
    assert drifts[-1] > 0.7
    likeness = {name: found.likeness or 0 for name, found in measured.items()}
    assert likeness.pop("elsewhere") < 0.5
    assert min(likeness.values()) > 0.9


def test_what_is_probably_dead_is_said_in_words(measured: dict[str, Measures]) -> None:
    said = {name: flags(found, CLIPS[name].seconds) for name, found in measured.items()}
    assert {name: words for name, words in said.items() if words} == {
        "still": ["Frozen for its whole length"],
        "cut": ["1 cut"],
        "freeze": ["Frozen for 2.5 of 4 s"],
        "black": ["Black for 2.0 of 3 s", "1 cut"],
        "elsewhere": ["Unlike the start image"],
    }
    assert flags(Measures(motion=1.0, frozen=2.04, cuts=2.0)) == ["Frozen for 2.0 s", "2 cuts"]
    assert flags(Measures(black=1.0, likeness=0.2)) == ["Black"]
    assert flags(Measures()) == []


def test_a_small_flame_is_not_frozen_and_a_still_picture_is_however_it_is_coded(tmp_path: Path) -> None:
    still, dice = CLIPS["still"].picture(0), np.random.default_rng(1)
    for name, codec in (("h264.mp4", "libx264"), ("vp9.webm", "libvpx-vp9"), ("hevc.mp4", "libx265")):
        if codec not in ENCODERS:
            continue
        coded = write_clip(tmp_path / name, Clip(3, lambda at: still), codec=codec)
        assert measure(coded).frozen == pytest.approx(3, abs=0.6), name

    def burning(at: float) -> Image.Image:
        picture = still.copy()
        flame = Image.fromarray(dice.integers(60, 220, (9, 16), dtype=np.uint8)).resize((48, 27))
        picture.paste(flame.convert("RGB"), (200, 150))
        return picture

    flame = measure(write_clip(tmp_path / "flame.mp4", Clip(3, burning)))
    assert (flame.frozen, flags(flame)) == (0, [])


def test_sounds_have_a_loudness_alone(tmp_path: Path) -> None:
    heard = measure(write_heard(tmp_path / "tone.wav", 3, tone))
    # EBU Tech 3341: a sine of 997 Hz in both channels is as loud in LUFS as its peak is in dB.
    assert heard.loudness == pytest.approx(-20, abs=0.1)
    assert heard == Measures(loudness=heard.loudness)
    silent = measure(write_heard(tmp_path / "silence.wav", 3, silence))
    assert (silent, flags(heard), flags(silent)) == (Measures(loudness=-70.0), [], ["Silent"])
    assert measure(write_heard(tmp_path / "short.wav", 0.2, tone)) == Measures()
    with_sound = measure(write_clip(tmp_path / "sound.mp4", CLIPS["slow pan"], tone))
    assert with_sound.loudness == pytest.approx(-20, abs=0.3)
    assert with_sound.motion
    quiet = measure(write_clip(tmp_path / "quiet.mp4", CLIPS["slow pan"], silence))
    assert (quiet.loudness, flags(quiet)) == (-70.0, [])


def test_images_have_what_applies(tmp_path: Path, clips: dict[str, Path]) -> None:
    found = measure(clips["start"], clips["start"].read_bytes())
    assert found == Measures(sharpness=found.sharpness, black=0.0, likeness=pytest.approx(1, abs=0.01))
    Image.new("RGB", (300, 200)).save(tmp_path / "black.png")
    assert measure(tmp_path / "black.png") == Measures(black=1.0)
    frames = [CLIPS["slow pan"].picture(number / 10) for number in range(20)]
    for name in ("moving.gif", "moving.webp"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
        moving = measure(tmp_path / name)
        assert moving.motion == pytest.approx(10, rel=0.3)
        assert (moving.cuts, moving.frozen, moving.loudness) == (0, 0, None)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no file"):
        measure(tmp_path / "none.mp4")


@cache
def ffmpeg() -> str:
    """Return where FFmpeg's command is."""
    program = subprocess.run([ROOT / "scripts" / "ffmpeg"], capture_output=True, text=True)
    assert program.returncode == 0, program.stderr
    return program.stdout.strip()


def command(*arguments: str) -> list[dict[str, float]]:
    """Return what FFmpeg's command says of each frame."""
    line = [ffmpeg(), "-nostdin", "-v", "error", *arguments, "-f", "null", "-"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    frames: list[dict[str, float]] = []
    for said in done.stdout.splitlines():
        begins = re.match(r"frame:.*pts_time:(\S+)", said)
        if begins:
            frames.append({"time": float(begins[1])})
        else:
            name, _, value = said.partition("=")
            frames[-1][name.removeprefix("lavfi.")] = float(value)
    return frames


SMALL = "scale=320:-2:flags=area,format=yuv420p"
PRINT = "metadata=print:file=-"


@pytest.mark.parametrize("name", ["slow pan", "freeze", "flicker", "cut", "loop", "fade"])
def test_figures_are_those_of_the_command(
    clips: dict[str, Path], measured: dict[str, Measures], name: str
) -> None:
    clip, found = str(clips[name]), measured[name]
    frames = command(
        *("-i", clip, "-vf"),
        f"{SMALL},vmafmotion,deflicker=bypass=1,freezedetect=d=0.5,blackdetect,scdet,{PRINT}",
    )
    assert len(frames) == round(CLIPS[name].seconds * RATE)
    end = frames[-1]["time"] + 1 / RATE
    moved = [frame["vmafmotion.score"] for frame in frames[1:] if "scd.time" not in frame]
    assert found.motion == pytest.approx(sum(moved) / frames[-1]["time"], rel=0.01)
    assert found.cuts == sum("scd.time" in frame for frame in frames)
    frozen = [frame["freezedetect.freeze_start"] for frame in frames if "freezedetect.freeze_start" in frame]
    assert found.frozen == pytest.approx(sum(end - start for start in frozen), abs=0.01)
    black = [frame["black_end"] for frame in frames if "black_end" in frame]
    assert found.black == pytest.approx(sum(black), abs=0.01)
    levels = np.array([frame["deflicker.luminance"] for frame in frames])
    back = [min(abs(one), abs(other)) * (one * other < 0) for one, other in pairwise(np.diff(levels))]
    assert found.flicker == pytest.approx(np.mean(back), abs=0.01)
    widths = command("-i", clip, "-vf", rf"format=yuv420p,select=not(mod(n\,20)),blurdetect,{PRINT}")
    assert found.sharpness == pytest.approx(
        100 / np.mean([frame["blur"] for frame in widths if frame["blur"] > 0]), rel=0.01
    )
    tiny = f"{SMALL},scale=80:46:flags=area,format=yuv444p"
    likeness = command(
        *("-i", clip, "-filter_complex", f"{tiny},split[a][b];[b]trim=end_frame=1[c];[a][c]ssim,{PRINT}")
    )
    similar = [(4 * frame["ssim.Y"] + frame["ssim.U"] + frame["ssim.V"]) / 6 for frame in likeness]
    assert found.loop == pytest.approx(min(1, similar[-1] / similar[1]), abs=0.01)
    assert found.drift == pytest.approx(1 - sorted(similar)[len(similar) // 10], abs=0.01)


def test_loudness_is_that_of_the_command(tmp_path: Path) -> None:
    def speech(at: np.ndarray) -> np.ndarray:
        return np.sin(at * 300 * 2 * np.pi) * (0.3 + 0.2 * np.sin(at * 9)) * (at > 1)

    file = write_heard(tmp_path / "speech.wav", 5, speech)
    frames = command("-i", str(file), "-af", f"ebur128=metadata=1,a{PRINT}")
    assert measure(file).loudness == pytest.approx(frames[-1]["r128.I"], abs=0.05)


def encode(
    path: Path, frames: list[av.VideoFrame], codec: str, pix_fmt: str, times: list[int] | None = None
) -> Path:
    """Write frames as they are, at these hundredths of a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, pix_fmt
        stream.codec_context.time_base = stream.time_base = Fraction(1, 100)
        for place, frame in enumerate(frames):
            frame.pts, frame.time_base = (times[place] if times else 4 * place), Fraction(1, 100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def panned(count: int, size: tuple[int, int] = SIZE, mode: str = "RGB") -> list[av.VideoFrame]:
    pictures = (CLIPS["slow pan"].picture(place / 25).resize(size).convert(mode) for place in range(count))
    return [
        av.VideoFrame.from_ndarray(np.asarray(picture), format={"RGB": "rgb24", "RGBA": "rgba"}[mode])
        for picture in pictures
    ]


def test_odd_films_have_a_value_or_none(tmp_path: Path, clips: dict[str, Path]) -> None:
    plain = measure(encode(tmp_path / "plain.mkv", panned(30), "ffv1", "yuv420p"))
    assert plain.motion
    deep = measure(encode(tmp_path / "deep.mkv", panned(30), "ffv1", "yuv420p10le"))
    assert deep.motion == pytest.approx(plain.motion, rel=0.05)
    alpha = measure(encode(tmp_path / "alpha.mkv", panned(30, mode="RGBA"), "ffv1", "bgra"))
    assert alpha.motion == pytest.approx(plain.motion, rel=0.05)
    # Frames that are shown for longer, and then for less: the motion in a second stays what it is.
    times = [4 * place if place < 15 else 60 + 8 * (place - 15) for place in range(30)]
    slower = panned(15) + panned(45)[15::2]
    uneven = measure(encode(tmp_path / "uneven.mkv", slower, "ffv1", "yuv420p", times))
    assert uneven.motion == pytest.approx(plain.motion, rel=0.25)
    assert (uneven.frozen, uneven.cuts) == (0, 0)
    for number, size in enumerate([(2, 2), (33, 17), (17, 480), (1200, 16)]):
        small = measure(encode(tmp_path / f"small{number}.mkv", panned(4, size), "ffv1", "yuv444p"))
        assert small.motion is not None
        assert small.loop is not None
    one = measure(encode(tmp_path / "one.mkv", panned(1), "ffv1", "yuv420p"), clips["start"])
    assert one == Measures(sharpness=one.sharpness, black=0.0, likeness=pytest.approx(1, abs=0.01))
    two = measure(encode(tmp_path / "two.mkv", panned(2), "ffv1", "yuv420p"))
    assert (two.motion is not None, two.flicker, two.loop) == (True, None, None)
    whole = clips["slow pan"].read_bytes()
    for share in (0.3, 0.9):
        (tmp_path / "cut.mp4").write_bytes(whole[: int(len(whole) * share)])
        assert isinstance(measure(tmp_path / "cut.mp4"), Measures)
    spoilt = bytearray(whole)
    spoilt[len(spoilt) // 2 : len(spoilt) // 2 + 2000] = b"\xff" * 2000
    (tmp_path / "spoilt.mp4").write_bytes(spoilt)
    assert isinstance(measure(tmp_path / "spoilt.mp4", b"no image"), Measures)


def test_every_coding_is_measured_alike(videos: dict[str, Path], sounds: dict[str, Path]) -> None:
    found = {name: measure(path) for name, path in videos.items()}
    likely = found["h264.mp4"]
    for name, one in found.items():
        assert one.motion == pytest.approx(likely.motion, rel=0.25), name
        assert one.drift == pytest.approx(likely.drift, abs=0.05), name
        loudness = None if name == "silent.mp4" else pytest.approx(likely.loudness, abs=0.5)
        assert one.loudness == loudness, name
    for name, path in sounds.items():
        assert measure(path).loudness == pytest.approx(likely.loudness, abs=1.5), name


def test_only_a_beginning_of_a_very_long_film_is_measured(
    clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["reka_notebook.media.measures.measure"]
    monkeypatch.setattr(module, "MOST_FRAMES", 20)
    found = measure(clips["cut"])
    assert (found.cuts, found.loop) == (0, None)
    assert found.motion == pytest.approx(10, rel=0.2)


def test_what_this_ffmpeg_lacks_is_left_out(clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    known = av.filter.filters_available - {"vmafmotion", "ssim", "blurdetect", "deflicker"}
    monkeypatch.setattr(av.filter, "filters_available", known)
    found = measure(clips["freeze"])
    assert (found.motion, found.sharpness, found.flicker, found.loop, found.drift) == (None,) * 5
    assert found.frozen == pytest.approx(2.5, abs=0.1)
