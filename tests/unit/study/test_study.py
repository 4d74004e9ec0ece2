"""Test a study of takes in a real library: what it is made of, whose judgements count, and what it returns."""

import sys

import msgspec
import pytest

import reka_notebook
from reka_notebook import RekaError, Study, Take, submit
from reka_notebook.jobs import controller
from reka_notebook.media.measures import Measures
from reka_notebook.study import study as module
from reka_notebook.study.frames import Records, frame_of
from reka_notebook.study.records import Effect

WORDS = ("slow", "fast")


@pytest.fixture
def takes(sandbox, photo) -> list[Take]:
    jobs = [
        submit(f"a {word} boat", photo, model="kling-v3-pro", duration=3, take=number)
        for number in (1, 2, 3)
        for word in WORDS
    ]
    return [job.result(30) for job in jobs]


def judge(study: Study, times: int = 3) -> None:
    """Prefer what is slow."""
    slow, fast = ([take for take in study.takes if word in take.prompt] for word in WORDS)
    for _ in range(times):
        for one in slow:
            for other in fast:
                study.add(other, one.id, one)


def test_what_won_and_which_word_made_the_difference(takes: list[Take]) -> None:
    study = Study(takes)
    assert (len(study), study.progress.judged, len(study.judgements)) == (6, 0, 0)
    judge(study)
    (effect,) = study.findings.effects
    assert effect.sentence == "“slow” beats “fast”, 27 to 0: likely."
    frame = study.ranking()
    assert list(frame["place"]) == [1, 2, 3, 4, 5, 6]
    assert {take.id for take in takes if "slow" in take.prompt} == set(frame["take"][:3])
    assert frame["best"].sum() == pytest.approx(1)
    assert list(study.effects()["factor"]) == ["words 1"]
    assert repr(Study(take.id for take in takes)) == "<Study of 6 takes, 27 judgements>", (
        "a study of tomorrow"
    )
    assert study.take_back()
    assert len(study.judgements) == 26
    pair = Study([study.takes[1], study.takes[0]])
    assert len(pair.judgements) == 3, "judgements of other takes are left out"
    assert [one.place for one in pair.findings.ranking] == [1, 2]


def test_a_search_is_a_study_and_too_few_takes_are_none(takes: list[Take]) -> None:
    assert len(Study("BOAT slow")) == 3
    image = submit("A red boat", model="nano-banana").result(30)
    for given, words in (
        (
            [*takes[:2], image],
            r"2 videos and 1 image can't be judged against each other\. Judge one kind at a time",
        ),
        ("", "A search needs a word"),
        ("submarine", "'submarine' finds 0 takes"),
        (" ", "A search needs a word"),
        (takes[:1], "there is 1"),
        ([takes[0], takes[0]], "there is 1"),
        ([], "there are none"),
        ([3, 4], "this is a int"),
        (None, "this is a NoneType"),
        (["nowhere", "never"], "nowhere"),
    ):
        with pytest.raises(RekaError, match=words):
            Study(given)  # type: ignore[arg-type]


def test_a_take_that_was_removed_stays_in_its_place(takes: list[Take]) -> None:
    study = Study(takes)
    judge(study, 1)
    library = controller().library
    library.takes.remove(takes[0].id, library.now())
    again = Study([take.id for take in takes])
    assert again.findings.ranking == study.findings.ranking


def test_only_takes_of_the_study_are_judged(takes: list[Take]) -> None:
    study = Study(takes[:4])
    with pytest.raises(RekaError, match=f"{takes[5].id} is not in this study"):
        study.add(takes[0], takes[5], None)
    with pytest.raises(RekaError, match="prefers one of them or neither"):
        study.add(takes[0], takes[1], takes[2])


def test_a_models_votes_are_never_mixed_in_and_agreement_is_counted(takes: list[Take]) -> None:
    study = Study(takes)
    table = controller().library.judgements
    assert study.agreement("seer").sentence == "You and seer have judged no pair in common."
    judge(study, 1)
    for one in study.judgements[:4]:
        table.add(one.right, one.left, one.right, model="seer")
    table.add(study.judgements[4].left, study.judgements[4].right, None, model="seer")
    assert len(study.judgements) == 9
    assert len(Study(takes, model="seer").judgements) == 5
    agreement = study.agreement("seer")
    assert agreement == (5, 4, 0.4, "seer agrees in 4 of 5 pairs (80%); chance alone would give about 40%.")
    assert agreement.kappa == pytest.approx(2 / 3)
    for model in ("", "  ", None):
        with pytest.raises(RekaError, match="Name the chat model"):
            study.agreement(model)  # type: ignore[arg-type]
    assert (
        Study(takes, person="ana").agreement("seer").sentence.startswith("ana and seer have judged no pair")
    )
    assert len(Study(takes, everybody=True).judgements) == 9
    assert Study(takes, person="ana").judgements == []
    # Whoever judges in it until it is decided would never come to an end.
    for study in (Study(takes, model="seer"), Study(takes, person="ana")):
        for act in (lambda: study.add(takes[0], takes[1], None), study.take_back, study.judge):  # noqa: B023
            with pytest.raises(RekaError, match="count in this study"):
                act()
    with pytest.raises(RekaError, match="not both"):
        Study(takes, person="ana", everybody=True)


def test_a_measure_explains_what_is_preferred(takes: list[Take]) -> None:
    study = Study(takes)
    assert len(study.explain()) > 0, "what is not measured yet is measured first"
    judge(study)
    for take in takes:
        motion = 1.0 + takes.index(take) / 10 if "slow" in take.prompt else 5.0
        controller().library.measures.add(take.id, Measures(motion=motion, cuts=0.0), 1)
    (motion,) = study.explanations()
    assert (motion.measure, motion.takes, motion.strength < 0) == ("motion", 6, True)
    assert motion.sentence.startswith("Takes with less motion")
    assert list(study.effects(measures=True)["measure"]) == ["motion"]
    with pytest.raises(RekaError, match="Did you mean motion"):
        study.explain("Motions")


def test_without_numpy_it_says_what_to_install_and_judging_goes_on(
    takes: list[Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    study = Study(takes)
    study.add(takes[0], takes[1], None)
    assert study.progress.judged == 1
    with pytest.raises(RekaError, match=r"pip install 'reka-notebook\[study\]'"):
        study.ranking()


def test_without_pandas_and_polars_records_are_a_list_that_prints_as_a_table(
    takes: list[Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(takes)
    judge(study)
    for package in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, package, None)
    found = study.effects()
    assert isinstance(found, Records)
    header, line = repr(found).splitlines()
    assert header.split() == list(Effect.__struct_fields__)
    assert line.split()[:6] == ["words", "1", "slow", "fast", "27", "0"]
    assert repr(frame_of([], Effect)) == "[]"
    assert msgspec.to_builtins(found[0])["verdict"] == "likely"


def test_it_is_judged_in_a_notebook_only(takes: list[Take], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(module.formatters, "judge", lambda takes, picture: asked.append((takes, picture)))
    study = reka_notebook.Study(takes)
    study.judge()
    ((given, picture),) = asked
    assert list(given) == list(study.takes)
    assert "text/plain" in picture()
