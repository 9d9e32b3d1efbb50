"""The slots stay busy and the client stays cheap: the benchmark, scaled down."""

from benchmarks.overhead import measure


def test_slots_are_busy_and_calls_are_cheap():
    # The tail alone, 8 slots that run dry one after another, costs 2.5 % of 160 calls; the rest is a busy machine's.
    seen = measure(calls=160, slots=8, scale=0.2)
    assert seen["calls"] == 160
    assert seen["slots_busy"] >= 0.85
    assert seen["client_cpu_ms"] <= 2.5
