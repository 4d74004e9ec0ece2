"""Choose the pair of which the most is to be learned."""

from random import Random

import numpy as np

from reka_notebook.study.fit import Fit, contests_of
from reka_notebook.study.pairing import Progress, next_pair, progress
from tests.unit.study.judges import judge, judged, judgement


def test_every_take_is_shown_before_any_is_shown_twice_and_the_sides_are_random() -> None:
    takes, lefts = [f"t{number}" for number in range(8)], set()
    for seed in range(20):
        rng, made = Random(seed), []
        for _ in range(4):
            pair = next_pair(takes, made, rng)
            assert pair is not None
            made.append(judgement(*pair, pair[0]))
        assert sorted(take for one in made for take in (one.left, one.right)) == takes
        lefts |= {one.left for one in made}
    assert lefts == set(takes)


def test_no_pair_comes_again_while_another_is_as_uncertain() -> None:
    takes, rng, made = list("abcd"), Random(3), []
    for _ in range(6):
        pair = next_pair(takes, made, rng)
        assert pair is not None
        made.append(judgement(*pair, None))
    assert len({frozenset((one.left, one.right)) for one in made}) == 6


def test_few_takes_skipped_pairs_and_judgements_of_other_takes() -> None:
    rng = Random(1)
    assert next_pair([], [], rng) is None
    assert next_pair(["a", "a"], [], rng) is None
    assert {next_pair("ab", [], rng) for _ in range(30)} == {("a", "b"), ("b", "a")}
    assert next_pair("ab", [], rng, skipped={frozenset("ab")}) is None
    assert set(next_pair("abc", [], rng, skipped={frozenset("ab"), frozenset("bc")}) or ()) == set("ac")
    far = [judgement("a", "b", "a")] * 9
    skipped = {frozenset((f"t{one}", f"t{other}")) for one in range(40) for other in range(one)}
    rest = skipped - {frozenset(("t3", "t30"))}
    assert set(next_pair([f"t{n}" for n in range(40)], far, rng, skipped=rest) or ()) == {"t3", "t30"}
    assert progress("cd", far) == progress("cd", [])
    assert progress("cd", []).judged == 0
    assert progress("ab", far).judged == 9
    assert progress("a", []) == Progress(0, 0)
    assert progress("", []).share == 0


def test_judging_comes_to_an_end_also_where_there_is_no_difference() -> None:
    takes = [f"t{number}" for number in range(10)]
    for strengths in ([0.0] * 10, [0.5 * number for number in range(10)]):
        made = judge(strengths, 80, 5, adaptive=True)
        left = [progress(takes, made[:judged]).more for judged in (0, 20, 40, 80)]
        assert left == sorted(left, reverse=True)
        assert left[0] < 40
        assert left[-1] == 0


def test_the_ranking_is_right_sooner_than_by_pairs_at_random() -> None:
    right = {True: 0.0, False: 0.0}
    for seed in range(60):
        strengths = np.random.default_rng(seed).normal(0, 1.5, 16)
        for adaptive in right:
            made = judged(judge(strengths, 64, seed, adaptive=adaptive))
            ranked = Fit(np.zeros((16, 0)), contests_of(made)).mean
            alike = np.subtract.outer(strengths, strengths) * np.subtract.outer(ranked, ranked) > 0
            right[adaptive] += alike[np.triu_indices(16, 1)].mean() / 60
    assert right[True] > right[False] + 0.01, f"of all pairs so many are ranked right: {right}"
