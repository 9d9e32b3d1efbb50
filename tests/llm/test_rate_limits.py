"""A pace that nobody states is felt for: quickly found, seldom passed."""

import asyncio
import heapq
from random import Random

import pytest

from evo.llm.rate_limits import FeltPace, RateGate, RateLimits


def ask(*, rate, burst, calls, slots, latency, refusal, gentle=True):
    """Ask an endpoint with a bucket of `burst` tokens, filled `rate` times a second; return seconds and refusals."""
    pace, random = FeltPace(slots, gentle=gentle), Random(0)
    tokens, filled, refused, done, in_flight = float(burst), 0.0, 0, 0, 0
    waiting, tries, now = list(range(calls)), [0] * calls, 0.0
    events = [(0.0, 0, "go", None)]
    count = 0

    def later(when, what, data=None):
        nonlocal count
        count += 1
        heapq.heappush(events, (when, count, what, data))

    while done < calls:
        now, _, what, data = heapq.heappop(events)
        if what == "back":
            started, call, accepted = data
            in_flight -= 1
            done += accepted
            if not accepted:
                refused += 1
                pace.refused(started, now)
                tries[call] += 1
                later(now + random.random() * 0.5 * 2 ** (tries[call] - 1), "ready", call)
        elif what == "ready":
            waiting.append(data)
        while waiting and in_flight < slots:
            if (wait := pace.wait(now)) > 0:
                later(now + wait, "go")
                break
            pace.start(now)
            in_flight += 1
            tokens, filled = min(burst, tokens + (now - filled) * rate), now
            accepted = tokens >= 1
            tokens -= accepted
            later(now + (latency if accepted else refusal), "back", (now, waiting.pop(0), accepted))
    return now, refused


@pytest.mark.parametrize("slots", [8, 16, 64])
@pytest.mark.parametrize(("latency", "refusal"), [(0.001, 0.001), (0.3, 0.02), (1.0, 0.1)])
def test_forty_calls_at_five_a_second(slots, latency, refusal):
    seconds, refused = ask(rate=5, burst=2, calls=40, slots=slots, latency=latency, refusal=refusal)
    assert seconds - latency <= 1.5 * (40 - 2) / 5
    assert refused <= 10


@pytest.mark.parametrize(("rate", "burst", "calls"), [(0.5, 2, 30), (1, 1, 30), (50, 5, 400), (5, 10, 100)])
def test_other_rates(rate, burst, calls):
    seconds, refused = ask(rate=rate, burst=burst, calls=calls, slots=32, latency=0.2, refusal=0.01)
    assert seconds <= 1.6 * (calls - burst) / rate
    assert refused <= 0.4 * calls


def test_what_was_under_way_together_counts_as_one():
    pace = FeltPace(64, gentle=False)
    for _ in range(20):
        pace.start(0.0)
    for _ in range(15):
        pace.refused(0.0, 0.1)
    once = pace.wait(0.1)
    assert 0 < once <= 1.0


def test_no_pace_where_nobody_is_turned_away():
    pace = FeltPace(4, gentle=True)
    waits = []
    for _ in range(20):
        waits.append(pace.wait(0.0))
        pace.start(0.0)
        if len(waits) == 4:
            pace = FeltPace(4, gentle=False)
    assert waits[:3] == [0.0] * 3
    assert not any(waits[4:])


@pytest.mark.parametrize(("slots", "seconds"), [(8, 0.25), (64, 3.1), (1000, 3.2), (10_000, 3.2)])
def test_however_many_the_slots_they_are_full_in_seconds(slots, seconds):
    pace, now = FeltPace(slots, gentle=True), 0.0
    for _ in range(slots):
        now += pace.wait(now)
        pace.start(now)
    assert now == pytest.approx(seconds, abs=0.1)


def test_who_came_first_passes_first_however_many_wait():
    passed = []

    async def one(gate, number):
        async with gate.passing(tokens=1):
            passed.append(number)
            await asyncio.sleep(0.01)

    async def all_of(count):
        gate = RateGate(RateLimits(slots=2 * count))
        await asyncio.gather(*(one(gate, number) for number in range(count)))

    asyncio.run(all_of(40))
    assert passed == list(range(40))
