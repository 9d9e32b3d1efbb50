"""How slow this machine is just now, so that a bound on CPU seconds holds on a slow or crowded one as well."""

import time

REFERENCE_SECONDS = 0.010
"""What the work below costs on the machine that the bounds were written on, idle."""


def _work() -> float:
    began = time.process_time()
    table = {}
    for number in range(60_000):
        table[number % 1000] = number * 0.5 + len(table)
    sorted(table.values())
    return time.process_time() - began


def slowness() -> float:
    """Return by how much a bound is to be stretched: at least 1, where neighbours take cache and clock away more."""
    return max(1.0, min(_work() for _ in range(5)) / REFERENCE_SECONDS)
