"""Bars from curves."""

import pytest

from evo.errors import EvoError
from evo.qd.economies import Curves, Halving, Racing, score_at
from evo.records import Direction

PLACES = (0.25, 0.5, 0.75)


def grown(scores, direction=Direction.MINIMIZE):
    """Curves that wander by `wander` on their way to a score."""
    curves = Curves(direction)
    for number, (score, wander) in enumerate(scores):
        curve = tuple((at, score + wander * (1 - at)) for at in PLACES)
        curves.observe(f"p{number}", curve, score)
    return curves


@pytest.mark.parametrize("direction", Direction)
def test_who_races_may_be_behind_by_what_chance_can_make_good(direction):
    sign = 1 if direction is Direction.MINIMIZE else -1
    curves = grown(
        [(sign * score, wander) for score, wander in [(1.0, 0.0), *((2.0, w) for w in (-0.4, 0.4) * 3)]], direction
    )
    assert curves.best == "p0"
    bars = Racing(z=2.0).bars(curves, ["p3"])
    assert [at for at, _ in bars] == [0.25, 0.5]
    assert [bar for _, bar in bars] == pytest.approx([sign * (1.0 + 2 * 0.3), sign * (1.0 + 2 * 0.2)])


def test_a_parent_is_raced_where_it_is_known():
    curves = grown([(1.0, 0.0), *((2.0 + n / 100, w) for n, w in enumerate((-0.4, 0.4) * 4))])
    parent = Racing(against="parent", z=1e-9).bars(curves, ["p1"])
    assert [bar for _, bar in parent] == pytest.approx([1.7, 1.8])
    assert Racing(against="parent").bars(curves, ["gone"]) == Racing().bars(curves, ["gone"])


def test_nobody_races_before_the_spread_is_known():
    assert not Racing(known=3).bars(grown([(1.0, 0.0), (2.0, 0.1), (2.0, 0.2), (1.0, 0.0)]), [])
    assert Racing(known=3).bars(grown([(1.0, 0.0), (2.0, 0.1), (2.0, 0.2), (3.0, 0.1)]), [])


def test_curves_of_other_instances_say_nothing():
    curves = grown([(1.0, 0.0), (2.0, 0.1), (2.0, 0.2), (3.0, 0.1)])
    curves.observe("other", ((0.5, 0.1),), 0.1)
    assert not Racing(known=2).bars(curves, [])


def test_a_rung_lets_the_best_share_go_on():
    curves = grown([(float(score), 0.0) for score in range(6)])
    curves.ended.append(((0.25, 9.0),))
    assert Halving(eta=2, rungs=2).bars(curves, []) == ((0.25, 3.0), (0.5, 2.0))
    assert Halving(eta=4).bars(curves, []) == ()


def test_memory_is_bounded_and_keeps_the_best(monkeypatch):
    monkeypatch.setattr("evo.qd.economies._WHOLE_MAX", 3)
    curves = grown([(5.0, 0.0), (1.0, 0.0), *((float(n), 0.0) for n in range(6, 12))])
    assert list(curves.whole) == ["p1", "p6", "p7"]


def test_the_first_score_from_a_fraction_on():
    assert score_at(((0.25, 1.0), (0.5, 2.0)), 0.3) == 2.0
    assert score_at(((0.25, 1.0),), 0.3) is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Racing(z=0), "z: expected a number above 0"),
        (lambda: Racing(start=1.0), "start: expected"),
        (lambda: Racing(until=0.0), "until: expected"),
        (lambda: Racing(known=1), "known: expected"),
        (lambda: Halving(eta=1), "eta: expected"),
        (lambda: Halving(rungs=0), "rungs: expected"),
    ],
)
def test_options_that_cannot_be_meant(make, words):
    with pytest.raises(EvoError, match=words):
        make()
