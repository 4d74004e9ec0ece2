"""Test that a measure explains what is preferred where it does, and none does where none does."""

from types import SimpleNamespace

import numpy as np
import pytest

from reka_notebook.media.measures import Measures
from reka_notebook.study.ranking import explain
from tests.unit.study.judges import judge, judged

NAMES = Measures.__struct_fields__
TAKES = [SimpleNamespace(id=str(number)) for number in range(16)]


def test_of_ten_measures_the_one_that_matters_is_found_and_no_other(request: pytest.FixtureRequest) -> None:
    studies = 150 if request.config.getoption("--soak") else 12
    wrong = held = 0
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        drawn = rng.normal(size=(16, len(NAMES)))
        measures = {
            take.id: Measures(**dict(zip(NAMES, own, strict=True)))
            for take, own in zip(TAKES, drawn, strict=True)
        }
        motion = drawn[:, NAMES.index("motion")]
        motion = (motion - motion.mean()) / motion.std()
        made = judged(judge(motion * 1.2 + rng.normal(0, 0.5, 16), 100, seed, adaptive=True))
        found = explain(TAKES, measures, made, ["motion"])[0]
        assert found.verdict == "likely"
        assert found.sentence == "Takes with more motion are preferred: likely."
        held += found.low < 1.2 < found.high
        nothing = judged(judge(rng.normal(0, 0.8, 16), 100, seed, adaptive=True))
        wrong += any(one.verdict == "likely" for one in explain(TAKES, measures, nothing, NAMES))
    assert held >= (0.85 if studies > 100 else 0.75) * studies
    assert wrong <= (0.05 if studies > 100 else 0.15) * studies


def test_what_few_takes_have_or_all_alike_explains_nothing() -> None:
    measures = {
        take.id: Measures(motion=1.0, cuts=0.0 if number < 3 else None) for number, take in enumerate(TAKES)
    }
    assert explain(TAKES, measures, judged(judge([0.0] * 16, 20, 1, adaptive=True)), NAMES) == []
