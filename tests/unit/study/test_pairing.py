"""Choose the pair of which the most is to be learned."""

import math
from random import Random

from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.study.pairing import Progress, next_pair, progress


def judgement(left: str, right: str, preferred: str | None) -> JudgementRecord:
    return JudgementRecord(f"{left}{right}", "", "", left, right, preferred, 0.0)


def judge(
    takes: list[str], strengths: list[float], count: int, seed: int, *, adaptive: bool
) -> list[JudgementRecord]:
    """Return the judgements of somebody who prefers by strength, with the noise that the model speaks of."""
    rng, made = Random(seed), []
    of = dict(zip(takes, strengths, strict=True))
    for _ in range(count):
        pair = next_pair(takes, made, rng) if adaptive else tuple(rng.sample(takes, 2))
        assert pair is not None
        left, right = pair
        wins = rng.random() < 1 / (1 + math.exp(of[right] - of[left]))
        made.append(judgement(left, right, left if wins else right))
    return made


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
        made = judge(takes, strengths, 80, 5, adaptive=True)
        left = [progress(takes, made[:judged]).more for judged in (0, 20, 40, 80)]
        assert left == sorted(left, reverse=True)
        assert left[0] < 40
        assert left[-1] == 0
