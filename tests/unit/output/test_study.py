"""Test the picture of a study: before anything is judged, with few and with many judgements, and without numpy."""

import re
import sys
from urllib.parse import unquote

import pytest

from reka_notebook import Study, submit
from reka_notebook.output import study as module


@pytest.fixture
def study(sandbox, photo, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(module, "has_front_end", lambda: True)
    jobs = [
        submit(f"a {word} <b>boat</b>", photo, model="kling-v3-pro", duration=3, take=number)
        for number in range(1, 4)
        for word in ("slow", "fast")
    ]
    return Study(job.result(30) for job in jobs)


def shown(study: Study) -> tuple[str, str]:
    bundle = study._repr_mimebundle_()
    assert "<script" not in bundle["text/html"]
    assert "<style" not in bundle["text/html"], "an untrusted notebook would lose it"
    return bundle["text/html"], bundle["text/plain"]


def judge(study: Study, times: int) -> None:
    slow, fast = ([take for take in study.takes if word in take.prompt] for word in ("slow", "fast"))
    for _ in range(times):
        for one in slow:
            for other in fast:
                study.add(one, other, one)


def test_before_anything_is_judged_it_says_how_to_begin(study: Study) -> None:
    html, text = shown(study)
    assert html.count("data:image/jpeg") == 6
    assert "nothing judged yet. study.judge() shows two at a time" in html
    assert "nothing judged yet" in text


def test_a_ranking_with_posters_and_bars_and_what_made_the_difference(study: Study) -> None:
    study.add(study.takes[0], study.takes[1], None)
    html, _ = shown(study)
    assert "6 takes, 1 judgement. About " in html
    assert "not yet certain" in html
    judge(study, 4)
    html, text = shown(study)
    assert "6 takes, 37 judgements. About " in html, "takes that were never judged against each other"
    assert html.index("What made the difference") < html.index("Which takes won")
    assert "<b>slow</b> over fast" in html
    assert html.count("data:image/jpeg") == 6
    bars = re.findall(r'alt="(\d+)%, 90% interval (\d+)% to (\d+)%" src="data:image/svg\+xml,([^"]*)"', html)
    assert len(bars) == 7
    for at, low, high, drawn in bars:
        assert int(low) <= int(at) <= int(high)
        assert "<circle" in unquote(drawn)
    assert "won 12, lost 0" in html
    assert "“slow” beats “fast”, 36 to 0 with 1 tie: likely." in text
    assert "1. slow · take " in text
    assert "<b>boat" not in html, "what was written is text"


def test_many_takes_are_cut_short(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN", 4)
    judge(study, 1)
    html, text = shown(study)
    assert html.count("data:image/jpeg") == 4
    assert "and 2 more: study.ranking()" in html
    assert "4. " in text
    assert "5. " not in text


def test_without_numpy_the_posters_and_what_to_install_are_shown(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(study, 1)
    monkeypatch.setitem(sys.modules, "numpy", None)
    html, text = shown(study)
    for said in (html, text):
        assert "pip install" in said
    assert html.count("data:image/jpeg") == 6
    assert "9 judgements" in html
