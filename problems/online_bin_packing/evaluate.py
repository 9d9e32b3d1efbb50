"""Judge of online_bin_packing: it owns items and bins, and asks the program for nothing but priorities."""

import math
import random

import numpy as np

from evo.judging import Invalid, draw_seed, progress, vector

UNIFORM_LOW, UNIFORM_HIGH = 20, 100
WEIBULL_SCALE, WEIBULL_SHAPE = 45.0, 3.0


def evaluate(candidate, params):
    """Make one packing after the other, each by a fresh process of the program.

    A program may keep a record of what has come. Were the packings made side by side in one process, it would learn the
    sizes as many times faster as there are packings, and what it scores would say nothing of a single sequence.

    Args:
        candidate: a program with `priority(item, bins)`.
        params: sizes ("uniform" or "weibull"), capacity, packings, items (of one packing), draw.
    """
    packings = [Packing(sizes, params["capacity"]) for sizes in draw(params)]
    filled = bound = 0
    for number, packing in enumerate(packings):
        if number:
            candidate.restart()
        for step, item in enumerate(packing.items):
            rooms = packing.offer(step)
            priorities = vector(candidate.call("priority", item, rooms), "priority", count=len(rooms))
            packing.put(step, priorities.index(max(priorities)))
        filled, bound = filled + packing.used, bound + packing.bound
        progress((number + 1) / len(packings), objective=100 * (filled - bound) / bound)
    used = [packing.used for packing in packings]
    excess = 100 * (sum(used) - bound) / bound
    full = sum(packing.full for packing in packings)
    early = sum(packing.early for packing in packings)
    return {
        "objective": excess,
        "measures": {"full_share": full / sum(used), "early_share": early / sum(used)},
        "metrics": {"bins": sum(used), "lower_bound": bound, "wasted": sum(packing.wasted for packing in packings)},
        "feedback": describe(packings, excess, full, early),
    }


class Packing:
    """One sequence of items and the bins that it has filled so far."""

    def __init__(self, items, capacity):
        self.items, self.capacity = items, capacity
        self.bound = -(-sum(items) // capacity)
        self.used = self.early = 0
        self._rooms = np.zeros(2 * self.bound + 1, dtype=np.int64)
        self._fitting = np.zeros(0, dtype=np.int64)

    def offer(self, step):
        """Return the room in each bin that the item fits into, a fresh one last."""
        rooms = self._rooms[: self.used]
        self._fitting = np.flatnonzero(rooms >= self.items[step])
        return [*rooms[self._fitting].tolist(), self.capacity]

    def put(self, step, choice):
        """Put the item into the bin of that place in the offer."""
        item = self.items[step]
        if choice < len(self._fitting):
            self._rooms[self._fitting[choice]] -= item
            return
        if self.used == 2 * self.bound:
            raise Invalid(f"over {2 * self.bound} bins for {step + 1} items whose lower bound is {self.bound} in all")
        self._rooms[self.used] = self.capacity - item
        self.early += len(self._fitting) > 0
        self.used += 1

    @property
    def full(self):
        return int((self._rooms[: self.used] == 0).sum())

    @property
    def wasted(self):
        return int(self._rooms[: self.used].sum())

    def gaps(self):
        """Return the rooms that are left, smallest first, without zeros."""
        rooms = self._rooms[: self.used]
        return sorted(rooms[rooms > 0].tolist())


def draw(params):
    """Return the sizes of every packing: a function of the parameters, a run's secret among them for hold-outs."""
    name = "{sizes}/{capacity}/{items}/{draw}".format(**params)
    rng = random.Random(draw_seed(f"online bin packing, {name}", params))
    size = {"uniform": uniform, "weibull": weibull}[params["sizes"]]
    return [[size(rng, params["capacity"]) for _ in range(params["items"])] for _ in range(params["packings"])]


def uniform(rng, capacity):
    return rng.randint(UNIFORM_LOW, min(UNIFORM_HIGH, capacity))


def weibull(rng, capacity):
    return min(max(round(rng.weibullvariate(WEIBULL_SCALE, WEIBULL_SHAPE)), 1), capacity)


def describe(packings, excess, full, early):
    """Say in a few words where the room is lost: what a next attempt may use."""
    used = sum(packing.used for packing in packings)
    gaps = sorted(gap for packing in packings for gap in packing.gaps())
    text = f"{used} bins in {len(packings)} packings, {excess:.2f} % above the bound; {full} end full"
    if early:
        text += f", {early} were opened although the item fitted elsewhere"
    if gaps:
        small = sum(gap <= packings[0].capacity // 10 for gap in gaps)
        text += (
            f". {len(gaps)} bins end with room, half of them with at most {gaps[len(gaps) // 2]}; "
            f"{small} of these gaps are no larger than a tenth of the capacity, "
            f"and {math.fsum(gaps[-20:]) / sum(gaps):.0%} of all room lies in the 20 emptiest bins"
        )
    return text + "."
