"""Own emitters, told programs, steering and a scripted agent in one run: broken off, resumed, executed again."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evo.records import Event
from tests.mixed_run import Drive, executed, live, mixed


class BrokenOffError(Exception):
    """A session that breaks off."""


def session(small, store, drive, after=None):
    """Go on with a run; break off after so many commits of this session."""
    seen = []

    def told(commit):
        seen.append(commit)
        if after is not None and len(seen) > after:
            raise BrokenOffError

    search = small.search(store)
    try:
        asyncio.run(live(search, drive, told))
    except BrokenOffError:
        return None
    return search


def holds(*, weights, kills, slow, steer, ordered, seed):
    small = mixed(tickets=14, weights=weights, ordered=ordered, seed=seed % 7)
    store = small.store()
    for number, after in enumerate([*kills, None]):
        search = session(small, store, Drive(slow=slow, steer=steer, seed=seed + number), after)
        if search is not None:
            break
    assert search.stop_reason == "tickets"
    last = [*store.log()][-1].hash if not isinstance([*store.log()][-1], Event) else search.state.hash
    assert search.state.hash == last
    assert executed(small, store) == search.state.hash
    if ordered and not steer:
        alone = small.store()
        assert session(small, alone, Drive(seed=1)).state.hash == search.state.hash
    folded = small.search(store)

    async def fold():
        async with folded:
            return folded.state.hash

    assert asyncio.run(fold()) == search.state.hash


SCHEDULES = st.fixed_dictionaries(
    {
        "weights": st.sampled_from([(1.0, 1.0, 1.0), (0.2, 3.0, 1.0), (3.0, 0.5, 0.5), (0.1, 0.1, 3.0)]),
        "kills": st.lists(st.integers(0, 9), max_size=3),
        "slow": st.integers(0, 6),
        "steer": st.sampled_from([0.0, 0.2, 0.6]),
        "ordered": st.booleans(),
        "seed": st.integers(0, 10_000),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=SCHEDULES)
def test_runs_with_all_at_the_wheel_go_on_and_execute_again(drawn):
    holds(**drawn)


@pytest.mark.soak
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=SCHEDULES)
def test_two_hundred_schedules(drawn):
    holds(**drawn)
