"""How often the time that is foretold holds."""

import random

import pytest

from evo.stats.time_left import LEAST, CommitPace, TimeLeft, soonest


def steady(_, draw):
    return draw.lognormvariate(0, 0.6)


def bursts(_, draw):
    """Several at once, then one that is slow: as a gate in order commits them."""
    return draw.lognormvariate(1.5, 0.8) if draw.random() < 0.3 else 0.0


def slower(done, draw):
    """Twice as slow at the end as at the beginning."""
    return draw.lognormvariate(0, 0.6) * (1 + done)


@pytest.mark.parametrize("kind", [steady, bursts, slower])
@pytest.mark.parametrize("where", [0.25, 0.5, 0.75])
def test_most_runs_end_within_what_was_foretold(kind, where):
    """Eight of ten is what is said; a run that becomes slower holds less, and is the reason why it is said roughly."""
    draw, held, count, whole = random.Random(7), 0, 100, 240
    for _ in range(count):
        now, pace = 0.0, CommitPace(0.0)
        for number in range(whole):
            now += kind(number / whole, draw)
            if number < whole * where:
                pace.note(now)
                seen = now
        low, high = pace.foresee(whole * (1 - where), seen)
        held += low <= now - seen <= high
    assert held >= (55 if kind is slower else 75), f"{held} of {count}"


def test_nobody_knows_from_a_few_commits():
    pace = CommitPace(0.0)
    for number in range(LEAST - 1):
        pace.note(number + 1.0)
        assert pace.foresee(10, number + 1.0) is None
    pace.note(float(LEAST))
    assert pace.foresee(10, float(LEAST)) == pytest.approx((10.0, 10.0))
    assert pace.per_second(float(LEAST)) == pytest.approx(1.0)


def test_a_run_that_stands_still_does_not_look_fast():
    pace = CommitPace(0.0)
    for number in range(40):
        pace.note(number + 1.0)
    _, high = pace.foresee(10, 540.0)
    assert high > 50
    assert pace.per_second(540.0) < 0.1


def test_the_limit_that_is_met_first_counts():
    pace = CommitPace(0.0)
    assert soonest([None], None, pace, 0.0) is None
    assert soonest([50.0], None, pace, 0.0) is None
    assert soonest([50.0], 60.0, pace, 0.0) == TimeLeft(low=60.0, high=60.0, at_most=True)
    assert soonest([], 60.0, pace, 0.0) == TimeLeft(low=60.0, high=60.0)
    assert soonest([0.0, 5.0], None, pace, 0.0) == TimeLeft(low=0.0, high=0.0)
    for number in range(40):
        pace.note(number + 1.0)
    found = soonest([50.0, 20.0, None], 1000.0, pace, 40.0, sooner=True)
    assert (found.low, found.high) == pytest.approx((20.0, 20.0))
    assert found.at_most
    assert soonest([50.0], 7.0, pace, 40.0) == TimeLeft(low=7.0, high=7.0)
