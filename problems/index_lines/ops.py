"""What is asked of an index: keys are put in, then looked up; drawn from text and, for hold-outs, a secret."""

from typing import NamedTuple

import numpy as np

from evo.judging import draw_seed

SPAN = 1 << 30
"""Keys are whole numbers in [0, SPAN)."""


class Stream(NamedTuple):
    """A stream of operations.

    Attributes:
        first: keys that are put in before anything is counted, in the order of their coming.
        steps: (key, whether it is new); one that is not new was put in before.
    """

    first: list[int]
    steps: list[tuple[int, bool]]


def stream(family, draw, params):
    """Return one drawn stream of `first` keys and `steps` operations, one of ten an insertion."""
    rng = np.random.default_rng(draw_seed(f"index lines, {family}/{draw}", params))
    fresh = np.unique(rng.integers(SPAN, size=2 * (params["first"] + params["steps"])))
    rng.shuffle(fresh)
    return FAMILIES[family](fresh.tolist(), params["first"], params["steps"], rng)


def zipf_ranks(most, exponent=0.99):
    """Return the sums of the first weights 1 / rank^exponent, from none to `most` of them."""
    return np.concatenate([[0.0], np.cumsum(np.arange(1, most + 1) ** -exponent)])


def mixed(fresh, first, steps, rng, wanted):
    """Return a stream in which one operation of ten puts a key in, and others look up `wanted(keys, rng)`."""
    held, more = fresh[:first], iter(fresh[first:])
    asked, begun = [], list(held)
    for new in (rng.random(steps) < 0.1).tolist():
        if new:
            held.append(next(more))
            asked.append((held[-1], True))
        else:
            asked.append((held[wanted(len(held), rng)], False))
    return Stream(begun, asked)


def zipf(fresh, first, steps, rng):
    """Few keys are asked for much, and where they lie says nothing."""
    sums = zipf_ranks(first + steps)
    return mixed(fresh, first, steps, rng, lambda n, rng: int(np.searchsorted(sums, rng.random() * sums[n])) - 1)


def latest(fresh, first, steps, rng):
    """Who came last is asked for most."""
    sums = zipf_ranks(first + steps)
    return mixed(fresh, first, steps, rng, lambda n, rng: n - int(np.searchsorted(sums, rng.random() * sums[n])))


def ranges(fresh, first, steps, rng):
    """Four ranges of neighbours are asked for in three cases of four; now and then one of them moves."""
    keys = np.array(fresh)
    starts = rng.integers(SPAN, size=4)

    def wanted(n, rng):
        if rng.random() < 0.002:
            starts[rng.integers(4)] = rng.integers(SPAN)
        if rng.random() < 0.25:
            return int(rng.integers(n))
        away = (keys[:n] - starts[rng.integers(4)]) % SPAN
        return int(np.argpartition(away, 12)[:12][rng.integers(12)])

    return mixed(fresh, first, steps, rng, wanted)


def even(fresh, first, steps, rng):
    """All keys are asked for alike."""
    return mixed(fresh, first, steps, rng, lambda n, rng: int(rng.integers(n)))


def ascending(fresh, first, steps, rng):
    """Keys come in ascending order, as times do."""
    return zipf(sorted(fresh), first, steps, rng)


def three(fresh, first, steps, rng):
    """Three keys, asked for in turn: what cases can be reckoned by hand on."""
    return Stream([10, 20, 30], [(10, False), (20, False), (30, False)] * (steps // 3))


FAMILIES = {
    "zipf": zipf,
    "latest": latest,
    "ranges": ranges,
    "even": even,
    "ascending": ascending,
    "three": three,
}
