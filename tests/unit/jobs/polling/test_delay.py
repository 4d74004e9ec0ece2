"""Simulate when to ask next for the distributions that matter, and compare with what is possible.

The product is the mean delay until an end is noticed, in seconds, times status requests per second of a job's life.
With density f, survivor function S and mean E, no poller that knows them goes far below ½·(∫√(f·S))²/E.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist, fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reka_notebook.jobs.polling.delay import (
    JITTER,
    LONGEST,
    NOTHING,
    SHORTEST,
    UNSEEN,
    back_off,
    expected_duration,
    next_delay,
)
from reka_notebook.jobs.polling.observations import Known, Observations

NORMAL = NormalDist()


@dataclass(frozen=True)
class Durations:
    """Hold a distribution by its quantile function. ``limit`` is ½·(∫√(f·S))²/E, computed from it below."""

    name: str
    quantile: Callable[[float], float]
    limit: float

    strata: int = 1

    def draw(self, dice: random.Random, count: int) -> tuple[float, ...]:
        """Return so many durations, one from each of the strata before there is a second."""
        shares = [(index + dice.random()) / self.strata for index in range(self.strata)]
        dice.shuffle(shares)
        rest = self.draw(dice, count - self.strata) if count > self.strata else ()
        return (*(self.quantile(share) for share in shares[:count]), *rest)

    def even(self, count: int) -> list[float]:
        """Return the distribution in so many equal parts."""
        return [self.quantile((index + 0.5) / count) for index in range(count)]

    def __str__(self) -> str:
        return self.name


def lognormal(middle: float, sigma: float) -> Callable[[float], float]:
    return lambda share: middle * math.exp(sigma * NORMAL.inv_cdf(min(max(share, 1e-9), 1 - 1e-9)))


def two(
    share: float, one: Callable[[float], float], other: Callable[[float], float]
) -> Callable[[float], float]:
    """Return a mixture of two distributions that hardly overlap, the lower one with this share."""
    return lambda u: one(u / share) if u < share else other((u - share) / (1 - share))


STRATIFIED = Durations("3 to 40 s", lambda share: 3 + 37 * share, 0.3824, strata=24)
WIDE = Durations("around 120 s, sigma 0.25", lognormal(120, 0.25), 0.2201)
NARROW = Durations("around 120 s, sigma 0.15", lognormal(120, 0.15), 0.1413)
THREE = pytest.mark.parametrize("set_", [STRATIFIED, WIDE, NARROW], ids=str)


def questions(known: Known, chance: Callable[[], float], until: float, **more: float | None) -> list[float]:
    """Return when a job that is never done is asked for, up to some moment."""
    asked, elapsed = [], 0.0
    while elapsed < until:
        elapsed += next_delay(known, elapsed, chance=chance, **more)  # type: ignore[arg-type]
        asked.append(elapsed)
    return asked


@dataclass
class Score:
    """Hold sums over jobs."""

    jobs: int = 0
    requests: int = 0
    late: float = 0.0
    life: float = 0.0
    allowed: float = 0.0

    def add(self, took: float, requests: int, late: float) -> None:
        self.jobs += 1
        self.requests += requests
        self.late += late
        self.life += took
        self.allowed += 0.5 if took < 60 else 0.01 * took

    @property
    def delay(self) -> float:
        return self.late / self.jobs

    @property
    def in_time(self) -> float:
        """Return the delay as a share of what is allowed: half a second below a minute, else 1 % of the duration."""
        return self.late / self.allowed

    @property
    def rate(self) -> float:
        return self.requests / self.life

    @property
    def product(self) -> float:
        return self.delay * self.rate


def score(set_: Durations, known: Iterator[Known], **more: float | None) -> Score:
    """Return what the whole distribution costs, for each of these states of knowledge."""
    found, ends = Score(), set_.even(200)
    dice = random.Random(7)
    for one in known:
        asked = questions(one, dice.random, ends[-1], **more)
        place = 0
        for end in ends:
            while asked[place] < end:
                place += 1
            found.add(end, place + 1, asked[place] - end)
    return found


def draws(set_: Durations, count: int, known: int = 20) -> Iterator[Known]:
    """Return so many people, each of whom knows other durations of the same kind."""
    dice = random.Random(11)
    return (Known(set_.draw(dice, known)) for _ in range(count))


@THREE
def test_the_limit_is_what_the_formula_gives(set_: Durations) -> None:
    parts = 200_000  # ∫√(f·S) dt = ∫ √(t'(u)·(1 - u)) du, where t is the quantile function
    times = [set_.quantile(index / parts) for index in range(parts + 1)]
    steps = (
        math.sqrt((after - before) / parts * (1 - (index + 0.5) / parts))
        for index, (before, after) in enumerate(pairwise(times))
    )
    assert 0.5 * sum(steps) ** 2 / fmean(times) == pytest.approx(set_.limit, rel=0.01)


@THREE
def test_who_knows_twenty_jobs_comes_close_to_the_limit(set_: Durations) -> None:
    found = score(set_, draws(set_, 100))
    assert found.product <= 1.15 * set_.limit
    assert found.in_time <= 1


def test_earlier_jobs_need_not_be_stratified() -> None:
    independent = Durations("3 to 40 s", STRATIFIED.quantile, STRATIFIED.limit)
    found = score(independent, draws(independent, 100))
    assert found.product <= 1.2 * independent.limit
    assert found.in_time <= 1


@THREE
def test_it_gets_better_with_use(set_: Durations) -> None:
    few, more = score(set_, draws(set_, 40, known=5)), score(set_, draws(set_, 40, known=50))
    assert more.product < 1.1 * set_.limit < few.product
    assert few.in_time <= 1


@THREE
def test_who_knows_nothing_does_better_than_any_fixed_interval(set_: Durations) -> None:
    found = score(set_, (NOTHING for _ in range(40)))
    assert found.product <= 0.48
    assert found.in_time <= 1


@pytest.mark.parametrize("seconds", [3, 4, 8, 15, 30, 45, 59, 61, 120, 300, 900, 3600])
def test_nothing_known_and_still_in_time(seconds: float) -> None:
    span = Durations("around", lambda share: seconds * (0.9 + 0.2 * share), math.nan)
    found = score(span, (NOTHING for _ in range(60)))
    assert found.in_time <= 1


@pytest.mark.parametrize(
    ("set_", "times"),
    [
        (Durations("two modes", two(0.5, lognormal(10, 0.15), lognormal(40, 0.15)), 0.222), 1.45),
        (Durations("far apart", two(0.6, lognormal(20, 0.1), lognormal(90, 0.1)), 0.141), 1.7),
        (Durations("outliers", two(0.95, lognormal(30, 0.2), lognormal(200, 0.3)), 0.202), 1.8),
        (Durations("short", lognormal(3, 0.4), 0.316), 1.2),
        (Durations("very wide", lognormal(30, 1.0), 0.475), 1.3),
        (Durations("half an hour", lognormal(1200, 0.3), 0.255), 1.15),
    ],
    ids=str,
)
def test_other_distributions_are_followed_too(set_: Durations, times: float) -> None:
    found = score(set_, draws(set_, 30))
    assert found.product <= times * set_.limit
    assert found.in_time <= 1.1


def test_one_far_out_does_not_spoil_the_others() -> None:
    usual = WIDE.draw(random.Random(3), 20)
    spoilt = score(WIDE, iter([Known((*usual[:-1], 1200.0))]))
    assert spoilt.product < 1.5 * score(WIDE, iter([Known(usual)])).product


def test_hardly_asked_before_it_can_be_done() -> None:
    for known in draws(NARROW, 20):
        assert not [moment for moment in questions(known, random.random, 300) if moment < 50]


def test_one_early_look_while_few_jobs_are_known() -> None:
    known = Known(NARROW.draw(random.Random(2), 10))
    early = [moment for moment in questions(known, random.random, 300) if moment < 60]
    assert len(early) == 1
    assert 3 < early[0] < 12


def test_never_stops_asking() -> None:
    known = Known(NARROW.draw(random.Random(2), 20))
    asked = questions(known, random.random, 1800.0)
    late = [(before, after) for before, after in pairwise(asked) if before > 300]
    assert all(after - before <= 0.06 * before for before, after in late)
    assert len(late) < 50


def test_durations_that_have_nothing_in_common_lead_to_no_wait_that_is_longer_than_all_of_them() -> None:
    known, elapsed = Known((0.0, 0.0, 15573.3, 8728.0)), 0.0
    for _ in range(8):
        delay = next_delay(known, elapsed, chance=lambda: 0.5)
        assert delay <= 1.1 * max(15573.3, elapsed / 5)
        elapsed += delay


@pytest.mark.parametrize(
    ("durations", "elapsed", "rate"),
    [
        ((1.0, 10.0, 100.0, 1000.0), 150.0, 0.01),  # before the first question
        ((186.61, 809.19, 0.11, 0.66, 0.03), 31833.0, 0.1),  # after all that is known
    ],
)
def test_no_wait_is_longer_than_the_longest_job_known(
    durations: tuple[float, ...], elapsed: float, rate: float
) -> None:
    assert next_delay(Known(durations), elapsed, rate=rate, chance=lambda: 0.0) <= max(durations)


durations = st.lists(st.floats(0, 1e5), max_size=50).map(tuple)


@given(durations, durations, st.data())
def test_any_knowledge_leads_to_a_sensible_next_question(
    total: tuple[float, ...], work: tuple[float, ...], data: st.DataObject
) -> None:
    known, seen, elapsed = Known(total, work), Observations(), 0.0
    rate, chance = data.draw(st.none() | st.floats(0.001, 100)), data.draw(st.floats(0, 1))
    for _ in range(6):
        delay = next_delay(known, elapsed, seen, rate=rate, chance=lambda: chance)
        longest = max(LONGEST, *total, *work, 1 / rate if rate else 0.0, elapsed / 5)
        assert SHORTEST <= delay <= (1 + JITTER) * longest * (1 + 1e-9)
        elapsed += delay
        running = data.draw(st.sampled_from([None, False, True]))
        seen = seen.add(elapsed, running=running, position=data.draw(st.none() | st.integers(0, 20)))
        expected = expected_duration(known, elapsed, seen)
        assert expected is None or elapsed <= expected < math.inf


@given(st.floats(0.05, 1e4), st.integers(10, 50))
def test_no_question_is_wasted_where_every_job_takes_as_long(seconds: float, count: int) -> None:
    asked = questions(Known((seconds,) * count), lambda: 0.5, 1.2 * seconds)
    assert len([moment for moment in asked if 0.5 * seconds < moment < 0.95 * seconds]) <= (
        2 if count > 8 else 3
    )


def test_failures_back_off_to_a_minute() -> None:
    known = Known(NARROW.draw(random.Random(2), 20))
    delays = [
        next_delay(known, 120.0, Observations(failures=failures), chance=lambda: 0.0)
        for failures in range(12)
    ]
    assert delays[1:7] == pytest.approx([max(delays[0], 2.0**power) for power in range(6)])
    assert delays[7:] == [LONGEST] * 5
    assert [back_off(failures, lambda: 0.0) for failures in (1, 2, 3, 9, 2000)] == [1, 2, 4, 60, 60]


def test_what_the_service_wants_is_honoured() -> None:
    assert next_delay(NOTHING, 10.0, UNSEEN.fail(33.0)) == 33.0
    assert next_delay(NOTHING, 10.0, UNSEEN.fail(0.0)) < 1.1
    assert next_delay(NOTHING, 10.0, UNSEEN.fail().fail().fail(2.0)) >= 3.6


def test_jobs_get_out_of_step() -> None:
    known = Known(NARROW.draw(random.Random(2), 20))
    one, other = (questions(known, random.Random(seed).random, 140.0) for seed in (1, 2))
    assert not set(one) & set(other)
    apart = [abs(a - b) for a, b in zip(one, other, strict=False)]
    assert max(apart[8:]) > 0.25
    assert abs(len(one) - len(other)) <= 2


@pytest.mark.parametrize("rate", [0.3, 0.1, 0.05, 0.02])
@pytest.mark.parametrize("set_", [WIDE, NARROW], ids=str)
def test_a_small_share_of_the_budget_is_kept_to_and_used_well(set_: Durations, rate: float) -> None:
    found = score(set_, draws(set_, 30), rate=rate)
    assert found.rate <= rate
    assert found.product <= 1.3 * set_.limit


def test_the_budget_is_kept_to_where_nothing_is_known() -> None:
    asked = questions(NOTHING, lambda: 0.5, 600.0, rate=0.1)
    assert len(asked) <= 0.1 * asked[-1]
    late = score(STRATIFIED, (NOTHING for _ in range(40)), rate=1.0)
    assert late.delay <= 0.505


@dataclass(frozen=True)
class Course:
    """Act as a job that starts at ``starts`` and is done at ``ends``; those ahead leave at ``leaving``."""

    starts: float
    ends: float
    leaving: tuple[float, ...]

    @classmethod
    def drawn(cls, dice: random.Random, ends: float, work: float) -> "Course":
        starts = max(0.0, ends - work * math.exp(dice.gauss(0, 0.05)))
        gaps = [dice.uniform(0.5, 1.5) for _ in range(dice.randint(1, 5))]
        moments = [starts * sum(gaps[: index + 1]) / sum(gaps) for index in range(len(gaps) - 1)]
        return cls(starts, ends, tuple(moments))


def follow(known: Known, course: Course, *, positions: bool) -> tuple[int, float, Observations]:
    """Return how often it was asked for, when its end was noticed, and what was seen on the way."""
    elapsed, seen, asked = 0.0, Observations(), 0
    while True:
        elapsed += next_delay(known, elapsed, seen, chance=lambda: 0.5)
        asked += 1
        if elapsed >= course.ends:
            return asked, elapsed, seen
        running = elapsed >= course.starts
        ahead = sum(moment > elapsed for moment in course.leaving) if positions and not running else None
        seen = seen.add(elapsed, running=running, position=ahead)


@pytest.mark.parametrize("positions", [False, True], ids=["status alone", "positions"])
@pytest.mark.parametrize(("set_", "work"), [(STRATIFIED, 2.5), (WIDE, 50.0), (NARROW, 70.0)], ids=str)
def test_a_start_that_is_seen_beats_the_limit(set_: Durations, work: float, positions: bool) -> None:
    """The queue takes most of the time and varies, the work hardly does."""
    dice, found = random.Random(5), Score()
    for _ in range(12):
        earlier = [Course.drawn(dice, ends, work) for ends in set_.draw(dice, 20)]
        known = Known(
            tuple(course.ends for course in earlier), tuple(course.ends - course.starts for course in earlier)
        )
        for ends in set_.draw(dice, 20):
            asked, noticed, _ = follow(known, Course.drawn(dice, ends, work), positions=positions)
            found.add(ends, asked, noticed - ends)
    assert found.product <= 0.65 * set_.limit
    assert found.in_time <= 1


def test_a_queue_that_is_known_to_move_slowly_is_left_alone() -> None:
    known = Known((60.0, 150.0, 300.0, 450.0) * 5, (30.0, 31.0, 29.0, 30.0) * 5)
    seen = Observations().add(10.0, running=False, position=5).add(60.0, running=False, position=4)
    moving = next_delay(known, 60.0, seen, chance=lambda: 0.0)
    standing = next_delay(known, 60.0, Observations().add(60.0, running=False), chance=lambda: 0.0)
    assert moving > 100 > standing


def test_the_expected_duration_is_the_median_and_grows_when_overdue() -> None:
    known = Known(WIDE.draw(random.Random(4), 30))
    first = expected_duration(known)
    assert first == pytest.approx(median(known.durations), rel=0.1)
    later = [expected_duration(known, elapsed) or 0.0 for elapsed in (0, 60, 100, 140, 200, 400)]
    assert later == sorted(later)
    assert all(
        expected > elapsed for expected, elapsed in zip(later, (0, 60, 100, 140, 200, 400), strict=True)
    )


def test_what_is_expected_with_little_knowledge() -> None:
    assert expected_duration(NOTHING) is None
    assert expected_duration(Known((30.0,))) == 30.0
    assert expected_duration(Known((30.0, 50.0)), 100.0) == pytest.approx(110.0)


def test_what_is_expected_goes_by_the_queue_and_the_start() -> None:
    known = Known((60.0, 80.0, 100.0, 120.0) * 5, (30.0, 31.0, 29.0, 30.0) * 5)
    running = Observations().add(40.0, running=False).add(42.0, running=True)
    assert expected_duration(known, 42.0, running) == pytest.approx(71, abs=1)
    slow = Observations().add(10.0, running=False, position=5).add(60.0, running=False, position=4)
    assert expected_duration(known, 60.0, slow) == pytest.approx(60 + 5 * 50 + 30, abs=3)


def test_what_was_seen_says_how_long_it_took() -> None:
    seen = Observations().add(5.0, running=False, position=2).add(9.0, running=False, position=1)
    assert (seen.queued, seen.place_takes, seen.started) == (9.0, 4.0, None)
    seen = seen.add(13.0, running=True)
    assert (seen.started, seen.position) == ((11.0, pytest.approx(4 / math.sqrt(12))), None)
    seen = seen.add(30.0, running=True).add(31.0, running=None)
    assert seen.took(32.0) == (31.5, 20.5)
    assert seen.add(32.0, running=False).started is None
    assert Observations().took(10.0) == (5.0, None)
