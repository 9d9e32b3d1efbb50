"""Selectors by ratios and in proportion: how often each elite is picked."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.selectors import Proportional, Ratios
from evo.records import Direction
from evo.testing import samples


def archive(objectives, direction=Direction.MAXIMIZE):
    found = Archive(samples.space(), direction)
    measures = dict.fromkeys(found.space.names, 0.5)
    for number, objective in enumerate(objectives):
        found.add(replace(found.elite(f"p{number}", objective, measures), cell=(number,)))
    return found


def picked(selector, there, times=4000):
    rng = Random(1)
    return Counter(selector.select(there, 1, rng)[0].program for _ in range(times))


@pytest.mark.parametrize("direction", Direction)
def test_ratios_take_the_best_tenth_or_anyone(direction):
    sign = 1 if direction is Direction.MAXIMIZE else -1
    counts = picked(Ratios(exploit=0.7, elites=0.1), archive([sign * number for number in range(20)], direction))
    best = (counts["p19"] + counts["p18"]) / 4000
    assert best == pytest.approx(0.7 + 0.3 * 0.1, abs=0.03)
    assert counts["p0"] / 4000 == pytest.approx(0.3 / 20, abs=0.008)


@pytest.mark.parametrize("direction", Direction)
def test_proportional_follows_the_distance_from_the_worst(direction):
    sign = 1 if direction is Direction.MAXIMIZE else -1
    counts = picked(Proportional(), archive([sign * value for value in (0.0, 1.0, 2.0, 4.0)], direction))
    assert counts["p3"] / counts["p1"] == pytest.approx(4.0, rel=0.2)
    assert counts["p3"] / counts["p2"] == pytest.approx(2.0, rel=0.15)
    assert 0 < counts["p0"] < 0.02 * counts.total()


def test_equal_elites_are_equally_likely():
    counts = picked(Proportional(), archive([1.0, 1.0, 1.0]))
    assert min(counts.values()) > 0.3 * counts.total()


@pytest.mark.parametrize("wrong", [{"exploit": 1.1}, {"elites": 0.0}, {"elites": 1.5}])
def test_ratios_out_of_range_are_refused_by_name(wrong):
    with pytest.raises(EvoError, match=rf"selector\.{next(iter(wrong))}: expected"):
        Ratios(**wrong)
