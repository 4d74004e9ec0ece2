import math
import random
import statistics

import pytest

from reka_notebook.sandbox.queue import SIGMA, draw, median


def courses(count, **options):
    return [draw(random.Random(n), 100.0, 54.0, **options) for n in range(count)]


def test_a_course_is_repeatable():
    assert draw(random.Random(7), 5.0, 54.0) == draw(random.Random(7), 5.0, 54.0)
    assert draw(random.Random(7), 5.0, 54.0) != draw(random.Random(8), 5.0, 54.0)


def test_times_are_log_normal_as_stated():
    logs = [math.log(course.completed - course.submitted) for course in courses(4000)]
    assert statistics.mean(logs) == pytest.approx(math.log(54), abs=0.02)
    assert statistics.stdev(logs) == pytest.approx(SIGMA, rel=0.05)


def test_speed_divides_the_time_and_nothing_else():
    for slow, fast in zip(courses(50), courses(50, speed=10), strict=True):
        assert (slow.completed - 100) / 10 == pytest.approx(fast.completed - 100)
        assert len(slow.leaving) == len(fast.leaving)


def test_fixed_seconds_take_the_place_of_chance():
    for course in courses(20, seconds=2.0, queue_share=0.25, speed=2):
        assert course.completed == pytest.approx(101)
        assert course.started == pytest.approx(100.25)


def test_stages_follow_the_clock_and_positions_count_down():
    course = next(course for course in courses(50) if len(course.leaving) == 3)
    times = [100 + n * (course.completed - 100) / 500 for n in range(502)]
    positions = [course.position(at) for at in times if at < course.started]
    assert sorted(set(positions), reverse=True) == [3, 2, 1, 0]
    assert positions == sorted(positions, reverse=True)
    stages = [course.stage(at) for at in times]
    assert sorted(set(stages), key=stages.index) == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    assert course.position(course.started) is None
    progress = [course.progress(at) for at in times]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 1)
    assert course.stage(course.completed) == "COMPLETED"


def test_work_of_no_length_is_done_at_once():
    course = draw(random.Random(0), 1.0, 54.0, seconds=0)
    assert course.stage(1.0) == "COMPLETED"
    assert course.progress(1.0) == 1


def test_longer_videos_take_longer_and_other_things_less():
    assert median("video", 5) == 54
    assert median("video", 10) > median("video", 5) > median("image", None) > median("audio", None)
