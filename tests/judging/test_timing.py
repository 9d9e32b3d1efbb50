"""The aid that times programs: its interval holds, its rounds end, and the order of two does not matter."""

import math
import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.judging.timing import compare, median_interval


@dataclass
class Usage:
    cpu_seconds: float
    instructions: int | None


class Live:
    """A program whose costs are made up."""

    def __init__(self, cost, *, counted=False):
        self.cost, self.counted, self.spent, self.core, self.rounds = cost, counted, 0.0, None, []

    @property
    def usage(self):
        return Usage(self.spent, round(self.spent * 1e9) if self.counted else None)

    def pin(self, core):
        self.core = core
        return True

    def work(self, number):
        self.rounds.append(number)
        self.spent += self.cost(number)


def work(live, number):
    live.work(number)


def test_a_steady_ratio_is_found_at_once():
    candidate, reference = Live(lambda _: 0.01), Live(lambda _: 0.03)
    found = compare(candidate, reference, work)
    assert found.median == pytest.approx(3.0)
    assert found.low == pytest.approx(found.high)
    assert (found.rounds, found.counted, found.pinned) == (7, "CPU time", True)
    assert candidate.core == reference.core
    assert candidate.rounds == reference.rounds == list(range(8)), "the first one warms up"


def test_a_slow_minute_hits_both_and_a_bad_round_moves_nothing():
    rng = random.Random(0)
    pace = [10.0 if 5 <= number < 9 else rng.uniform(1, 1.1) for number in range(100)]
    candidate = Live(lambda number: 0.01 * pace[number] * (7 if number == 4 else 1))
    found = compare(candidate, Live(lambda number: 0.02 * pace[number]), work)
    assert found.median == pytest.approx(2.0)


def test_it_ends_at_its_bounds_and_says_how_sure_it_is():
    rng = random.Random(1)
    wild = compare(Live(lambda _: rng.uniform(0.5, 2)), Live(lambda _: 1.0), work, cpu_seconds=1e9)
    assert wild.rounds == 41
    assert wild.low < wild.median < wild.high
    assert wild.error == pytest.approx((wild.high - wild.low) / 3.92)
    costly = compare(Live(lambda _: rng.uniform(0.5, 2)), Live(lambda _: 1.0), work, cpu_seconds=20)
    assert 7 <= costly.rounds < 20
    assert "times the reference's speed" in costly.words


def test_instructions_go_before_time_where_both_are_counted():
    found = compare(Live(lambda _: 0.5, counted=True), Live(lambda _: 1.0, counted=True), work)
    assert (found.median, found.counted) == (2.0, "instructions")
    assert compare(Live(lambda _: 0.5), Live(lambda _: 1.0, counted=True), work).counted == "CPU time"


def test_what_cannot_be_measured_is_no_division_by_zero():
    assert math.isfinite(compare(Live(lambda _: 0.0), Live(lambda _: 1.0), work).median)


def test_the_interval_covers_the_median_as_often_as_it_says():
    rng = random.Random(2)
    for count in (7, 12, 41):
        hits = 0
        for _ in range(1000):
            _, low, high = median_interval([rng.lognormvariate(0, 1) for _ in range(count)])
            hits += low <= 1.0 <= high
        assert 0.94 <= hits / 1000 <= 1.0, count


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=60))
def test_the_median_lies_in_its_interval(values):
    median, low, high = median_interval(values)
    assert min(values) <= low <= median <= high <= max(values)
    if len(values) < 6:
        assert (low, high) == (min(values), max(values))
