"""Test that factors are told apart where they can be, and said to be inseparable where not."""

from random import Random

import pytest

from reka_notebook.jobs.tables.varied import SEED, Factor
from reka_notebook.study.factors import Judged, effects_of, separate
from reka_notebook.study.records import next_decided


def factor(name: str, chosen: str, *, words: bool = False) -> Factor:
    """Return a factor from which alternative each take has, one letter each."""
    alternatives = tuple(dict.fromkeys(chosen))
    return Factor(name, alternatives, tuple(map(alternatives.index, chosen)), words)


SPEED = factor("words 1", "ssssffff", words=True)
LIGHT = factor("words 2", "ddnnddnn", words=True)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([SPEED, LIGHT], ["words 1", "words 2"]),
        ([SPEED, factor("model", "kkkkvvvv"), LIGHT], ["words 1 + model", "words 2"]),
        ([SPEED, factor("model", "kkkkvvvk")], ["words 1", "model"]),
        ([SPEED, factor("model", "kkkkvvww")], ["words 1 + model"]),
        ([factor("a", "xyy"), factor("b", "yxy"), factor("c", "yyx")], ["a + b + c"]),
        ([SPEED, factor(SEED, "12345678")], ["words 1"]),
        ([factor(SEED, "12345678")], []),
        ([factor("words 1", "abcdefgh", words=True)], []),
        ([factor("words 1", "abcdef", words=True)], ["words 1"]),
        ([factor("words 1", "aabcdefghi", words=True)], []),
        (
            [factor("words 1", "ssffssff"), factor("own", "abcdabcd", words=True)._replace(own=True)],
            ["words 1"],
        ),
        ([factor(SEED, "12121212"), SPEED], ["seed", "words 1"]),
        ([factor("model", "kkvv"), factor("words 1", "abcd", words=True)], ["model"]),
        ([factor("words 1", "ab", words=True), factor(SEED, "12")], ["words 1"]),
        ([factor("words 1", "ab", words=True), factor("model", "kv")], ["words 1 + model"]),
        ([], []),
    ],
)
def test_what_never_varied_alone_is_shown_together(given: list[Factor], names: list[str]) -> None:
    found = separate(given)
    assert [one.name for one in found.factors] == names
    assert bool(found.notes) == (len(names) < len(given))
    for note in found.notes:
        assert "inseparable" in note or "Not compared" in note


def test_alternatives_of_what_is_inseparable_are_named_together() -> None:
    found = separate([SPEED, factor("model", "kkkkvvvv")])
    assert found.factors[0].alternatives == ("s + k", "f + v")
    assert found.notes == [
        "Words 1 and model never varied alone, so their effects are inseparable and shown together."
    ]


def judgements(prefers: str, factor_: Factor, count: int, seed: int = 1) -> list[Judged]:
    """Return judgements by a strict rule: a take with the alternative wins, else a coin decides."""
    rng, made = Random(seed), []
    has = [factor_.alternatives[chosen] == prefers for chosen in factor_.chosen]
    for _ in range(count):
        first, second = rng.sample(range(len(has)), 2)
        points = float(has[first]) if has[first] != has[second] else float(rng.random() < 0.5)
        made.append(Judged(first, second, points))
    return made


def test_a_judge_who_is_always_the_same_is_found_out() -> None:
    speed, light = effects_of([SPEED, LIGHT], 8, judgements("s", SPEED, 40)).compared
    assert (speed.alternative, speed.against, speed.losses, speed.ties) == ("s", "f", 0, 0)
    assert speed.verdict == "likely"
    assert speed.more_needed == 0
    assert speed.sentence == f"“s” beats “f”, {speed.wins} to 0: likely."
    assert light.verdict != "likely"
    assert light.low < 0 < light.high


def test_of_three_each_is_set_against_each_other_and_against_the_others() -> None:
    model = factor("model", "kkkkvvvvssss")
    made = effects_of([model], 12, judgements("v", model, 80))
    best, second, last = made.compared
    assert {best.alternative, second.alternative} == {"v"}
    assert {best.against, second.against} == {last.alternative, last.against} == {"k", "s"}
    assert best.verdict == second.verdict == "likely"
    assert last.verdict != "likely"
    for pair in made.compared:
        assert pair.sentence.startswith(f"{pair.alternative} ")
        assert f" {pair.against}, {pair.wins} to {pair.losses}" in pair.sentence
    assert (made.overall[0].alternative, made.overall[0].against) == ("v", "the others")
    assert made.overall[0].wins == best.wins + second.wins
    assert made.overall[-1].strength < 0
    assert "loses to the others" in made.overall[-1].sentence


@pytest.mark.parametrize(
    ("chosen", "pairs"), [("kkvvssttuu", 10), ("kkvvssttuuww", 0), ("kvs", 0), ("kkvv", 1), ("kv", 1)]
)
def test_so_many_alternatives_are_compared_pair_by_pair(chosen: str, pairs: int) -> None:
    model = factor("model", chosen)
    made = effects_of([model], len(chosen), judgements("k", model, 30))
    assert sum(effect.against != "the others" for effect in made.compared) == pairs
    assert len(made.compared) == (pairs or len(model.alternatives))
    assert len(made.overall) == (len(model.alternatives) if len(model.alternatives) > 2 else 0)


def test_what_was_never_judged_against_each_other_is_told_by_what_both_were() -> None:
    model = factor("model", "kkkkvvvvssss")
    places = {name: [at for at, one in enumerate("kkkkvvvvssss") if one == name] for name in "kvs"}
    made = [
        Judged(first, second, 1.0)
        for one, other in (("k", "v"), ("v", "s"))
        for first in places[one]
        for second in places[other]
    ]
    never = next(one for one in effects_of([model], 12, made).compared if not one.wins + one.losses)
    assert never.sentence == "k was not judged against s, but did better against what both were: likely."


def test_what_comes_of_another_factor_is_no_merit() -> None:
    # Slow takes were mostly made by the better model, and judged against fast ones of the other.
    speed, model = factor("words 1", "ssssfsffff", words=True), factor("model", "kkkkkvvvvv")
    made = effects_of([speed, model], 10, judgements("k", model, 80)).compared
    slow, kling = made
    assert (slow.wins if slow.alternative == "s" else slow.losses) > 10
    assert slow.verdict != "likely"
    assert (kling.alternative, kling.verdict) == ("k", "likely")


def test_it_says_how_many_more_would_decide_it() -> None:
    few = judgements("s", SPEED, 6)
    (effect,) = effects_of([SPEED], 8, few).compared
    assert effect.verdict == "not yet certain"
    assert effect.more_needed is not None
    assert 0 < effect.more_needed < 60
    assert f"about {effect.more_needed} more judgements would decide it" in effect.sentence
    assert next_decided([effect]) == f"About {effect.more_needed} more judgements would decide s against f."
    one_of_each = factor("words 1", "sf", words=True)
    (lone,) = effects_of([one_of_each], 2, judgements("s", one_of_each, 60)).compared
    assert lone.verdict == "not yet certain", "whether it is the word or the take cannot be told"
    assert "with one take of each, more takes are needed" in lone.sentence
    assert next_decided([lone]) == ""
    (none,) = effects_of([SPEED], 8, []).compared
    assert none.sentence == "“s” was not judged against “f” yet."


def test_ties_count_for_both_and_much_of_them_is_no_difference() -> None:
    rng = Random(2)
    made = [Judged(*rng.sample(range(8), 2), 0.5) for _ in range(200)]
    (effect,) = effects_of([SPEED], 8, made).compared
    assert abs(effect.strength) < 1e-6
    assert effect.ties > 80
    assert effect.verdict == "no difference seen"
    assert "does as well as" in effect.sentence
    assert f"0 to 0 with {effect.ties} ties: no difference seen." in effect.sentence
