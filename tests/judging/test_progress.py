"""How far a judgement is, and where it ends."""

import pytest

from evo.judging.progress import POINTS_MAX, Course, EndedEarly, open_course, progress


def run(course, scores):
    open_course(course)
    try:
        for number, score in enumerate(scores, 1):
            progress(number / len(scores), objective=score)
    finally:
        open_course(None)


def test_nobody_has_to_listen():
    progress(0.5, objective=1.0)
    progress(0.1)


def test_a_curve_is_what_was_told():
    told = []
    course = Course(tell=lambda *point: told.append(point))
    run(course, [3.0, 2.0])
    assert course.curve == [(0.5, 3.0), (1.0, 2.0)] == told


def test_a_long_curve_keeps_some_of_its_points():
    course = Course()
    run(course, [float(n) for n in range(1000)])
    assert 32 <= len(course.curve) <= POINTS_MAX


@pytest.mark.parametrize(
    ("minimize", "bar", "ended"), [(True, 2.5, 0.5), (True, 3.0, None), (False, 3.5, 0.5), (False, 3.0, None)]
)
def test_what_is_worse_than_the_bar_ends_there(minimize, bar, ended):
    course = Course([(0.5, bar)], minimize=minimize)
    if ended is None:
        run(course, [1.0, 3.0, 9.0, -9.0])
        return
    with pytest.raises(EndedEarly) as early:
        run(course, [1.0, 3.0, 3.0, 3.0])
    assert early.value.ended == (0.5, 3.0, bar)
    assert course.curve[-1] == (0.5, 3.0)


def test_a_bar_between_two_points_is_held_against_the_next_one():
    with pytest.raises(EndedEarly) as early:
        run(Course([(0.3, 1.0)], minimize=True), [0.0, 2.0, 2.0, 2.0])
    assert early.value.ended[0] == 0.5


def test_what_is_done_does_not_end_early():
    run(Course([(0.9, 0.0)], minimize=True), [5.0])


def test_without_a_score_nothing_ends():
    open_course(Course([(0.1, 0.0)], minimize=True))
    try:
        progress(0.5)
    finally:
        open_course(None)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([(1.5, 0.0)], "expected a fraction from 0 to 1"),
        ([(0.5, 0.0), (0.4, 0.0)], "from 0.5 to 1, not less than before; got 0.4"),
        ([(float("nan"), 0.0)], "got nan"),
        ([(True, 0.0)], "got True"),
        ([(0.5, float("inf"))], "expected a finite number; got inf"),
    ],
)
def test_a_point_that_is_none(points, words):
    course = Course()
    for fraction, score in points[:-1]:
        course.reach(fraction, score)
    with pytest.raises(ValueError, match=words):
        course.reach(*points[-1])


class Counted:
    """A number of somebody's own, as arrays have."""

    def __float__(self):
        return 2.5


def test_what_is_told_is_a_plain_number_or_nothing():
    told = []
    course = Course(tell=lambda *point: told.append(point))
    course.reach(0.25, Counted())
    course.reach(0.5, None)
    with pytest.raises(ValueError, match="finite"):
        course.reach(0.75, float("inf"))
    assert told == [(0.25, 2.5), (0.5, None)]
    assert type(told[0][1]) is float
