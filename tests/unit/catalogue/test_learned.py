"""Keep what a service's own answers have taught, for that service alone."""

import json
import logging
import stat
import sys
from pathlib import Path

import pytest

from reka_notebook.catalogue import Catalogue, Learned, Mark, Spelt, load
from tests import forked_processes

KLING = "kling-v3-pro/image-to-video"
HERE, THERE = "http://127.0.0.1:1", "https://vision-agent.api.reka.ai:443"


@pytest.fixture
def learned(tmp_path: Path) -> Learned:
    return Learned.at(tmp_path, HERE)


def test_what_was_accepted_comes_first_for_this_service_alone(
    learned: Learned, cat: Catalogue, tmp_path: Path
) -> None:
    spelling = {"images.start": Spelt("start_image_url", ""), "input.duration": Spelt("duration", 5)}
    learned.learn(cat.endpoint(KLING), spelling)
    kling = load(learned=learned).endpoint(KLING)
    assert kling.images["start"].names == ("start_image_url", "image_url")
    assert kling.images["start"].required
    assert kling.spelling(["duration"], ["start"]) == spelling
    assert kling.properties["duration"]["enum"] == cat.endpoint(KLING).properties["duration"]["enum"]
    assert kling.mark("images.start") is Mark.learned
    assert kling.mark("input.prompt") is Mark.seen
    assert load(learned=Learned.at(tmp_path, THERE)).endpoint(KLING) == load().endpoint(KLING)
    if sys.platform != "win32":
        assert stat.S_IMODE(learned.file.stat().st_mode) == 0o600


def test_a_model_that_is_not_listed_teaches_for_all_of_its_task(learned: Learned, cat: Catalogue) -> None:
    learned.learn(cat.endpoint("wan-2/image-to-video"), {"input.duration": Spelt("duration", "5s")})
    known = load(learned=learned)
    assert known.endpoint("ltx/image-to-video").names("duration")[0] == "duration"
    assert list(known.endpoints) == list(cat.endpoints)


def test_a_doubt_is_shown_with_its_reason_until_it_is_learned(learned: Learned, cat: Catalogue) -> None:
    learned.doubt(cat.endpoint(KLING), "input.duration", "You asked for 8 s and got 5")
    kling = load(learned=learned).endpoint(KLING)
    assert kling.mark("input.duration") is Mark.doubted
    assert kling.reasons["input.duration"].endswith("You asked for 8 s and got 5")
    assert kling.names("duration") == cat.endpoint(KLING).names("duration")
    learned.learn(kling, {"input.duration": Spelt("duration", "5")})
    kling = load(learned=learned).endpoint(KLING)
    assert kling.mark("input.duration") is Mark.learned
    assert "learned on" in kling.reasons["input.duration"]


def test_a_persons_word_is_the_last(learned: Learned, cat: Catalogue, tmp_path: Path) -> None:
    learned.doubt(cat.endpoint(KLING), "input.duration", "why")
    learned.learn(cat.endpoint(KLING), {"images.start": Spelt("start_image_url", "")})
    own = tmp_path / "catalogue.json"
    change = {
        "images": {"start": {"field": "mine"}},
        "input": {"properties": {"duration": {"x-names": ["secs"]}}},
    }
    own.write_text(json.dumps({"endpoints": {KLING: change}}))
    kling = load(own, learned).endpoint(KLING)
    assert (kling.images["start"].names, kling.names("duration")) == (("mine",), ("secs",))
    assert kling.mark("input.duration") is kling.mark("images.start") is Mark.learned
    assert not kling.reasons


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"http://127.0.0.1:1": []}',
        '{"http://127.0.0.1:1": {"endpoints": 3}}',
        '{"http://127.0.0.1:1": {"endpoints": {"kling-v3-pro/image-to-video": {"images": 3}}}}',
        '{"http://127.0.0.1:1": {"endpoints": {"gone/away": {"images": {}}}}}',
        "\x00\xff",
    ],
)
def test_a_damaged_file_is_as_none_and_is_written_anew(
    learned: Learned, cat: Catalogue, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    learned.file.write_text(text, "latin-1")
    assert load(learned=learned).endpoint(KLING) == cat.endpoint(KLING)
    learned.learn(cat.endpoint(KLING), {"input.duration": Spelt("duration", 5)})
    assert load(learned=learned).endpoint(KLING).names("duration")[0] == "duration"


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from reka_notebook.catalogue import Learned, Spelt, load
number = int(sys.argv[2])
for service in range(5):
    learned = Learned.at(Path(sys.argv[1]), f"http://127.0.0.1:{service}")
    learned.learn(load().endpoint(f"model-{number}/image-to-video"), {"input.duration": Spelt("duration", number)})
    learned.doubt(load().endpoint("veo-3.1"), f"input.field-{number}", "why")
"""
    running = [
        forked_processes.Popen([sys.executable, "-c", code, str(tmp_path), str(number)])
        for number in range(4)
    ]
    assert [one.wait(60) for one in running] == [0] * 4
    found = json.loads((tmp_path / "learned.json").read_text())
    assert len(found) == 5
    for service in found.values():
        assert len(service["endpoints"]["veo-3.1/image-to-video"]["marks"]) == 4
    assert not list(tmp_path.glob(".*.part"))
