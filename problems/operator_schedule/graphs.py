"""Dataflow graphs: drawn from text and, for hold-outs, a run's secret."""

import random
from typing import NamedTuple

from evo.judging import draw_seed

ADD, MUL, LOAD, DIV = range(4)


class Graph(NamedTuple):
    """What is to be scheduled.

    Attributes:
        kinds: of each operator, a number in [0, len(delay)).
        needs: for each operator the earlier ones whose results it takes.
        delay: steps of an operator of each kind, at least 1; its unit is taken for all of them.
        units: how many operators of each kind may run in one step, at least 1.
    """

    kinds: list[int]
    needs: list[list[int]]
    delay: list[int]
    units: list[int]


def graph(family, draw, n, params):
    """Return a graph of about n operators, in an order in which nobody needs a later one.

    There are as many units of a kind as keep about as busy as the longest chain is long, so that both bind.

    Args:
        family: a key of FAMILIES.
        draw: the number of the draw.
        n: operators, about.
        params: what `evaluate` was given; a run's secret is used where there is one.
    """
    if family in FIXED:
        return FIXED[family]
    rng = random.Random(draw_seed(f"graph, {family}/{n}/{draw}", params))
    kinds, needs = FAMILIES[family](n, rng)
    delay = [rng.randint(1, 2), rng.randint(3, 5), rng.randint(2, 4), rng.randint(6, 12)]
    span = longest(kinds, needs, delay)
    units = [max(1, round(delay[kind] * kinds.count(kind) / span)) for kind in range(4)]
    order = mixed(needs, rng)
    place = {which: at for at, which in enumerate(order)}
    needs = [sorted(place[each] for each in needs[which]) for which in order]
    return Graph([kinds[which] for which in order], needs, delay, units)


def longest(kinds, needs, delay):
    """Return the steps of the longest chain."""
    ends = []
    for kind, before in zip(kinds, needs, strict=True):
        ends.append(delay[kind] + max((ends[each] for each in before), default=0))
    return max(ends)


def mixed(needs, rng):
    """Return the operators in an order by lot in which nobody needs a later one."""
    left, after = [len(before) for before in needs], [[] for _ in needs]
    for which, before in enumerate(needs):
        for each in before:
            after[each].append(which)
    open_ = [which for which, count in enumerate(left) if not count]
    found = []
    while open_:
        which = open_.pop(rng.randrange(len(open_)))
        found.append(which)
        for each in after[which]:
            left[each] -= 1
            if not left[each]:
                open_.append(each)
    return found


def kind_of(rng):
    """Return a kind by lot, additions most often."""
    return rng.choices((ADD, MUL, LOAD, DIV), (9, 6, 3, 1))[0]


def layers(n, rng):
    """Layers of unequal width; an operator takes two results of the last few layers."""
    kinds, needs, last = [], [], []
    while len(kinds) < n:
        width = rng.randint(2, 12)
        here = range(len(kinds), len(kinds) + width)
        before = [each for layer in last[-3:] for each in layer]
        for _ in here:
            kinds.append(kind_of(rng) if before else LOAD)
            needs.append(sorted(set(rng.choices(before, k=2))) if before else [])
        last.append(list(here))
    return kinds, needs


def filters(n, rng):
    """Several filters side by side: products of what is loaded, summed up in chains or in trees, and fed back."""
    kinds, needs = [], []

    def put(kind, *before):
        kinds.append(kind)
        needs.append(sorted(set(before)))
        return len(kinds) - 1

    while len(kinds) < n:
        state = put(LOAD)
        for _ in range(rng.randint(1, 4)):
            sums = [put(MUL, state, put(LOAD)) for _ in range(rng.randint(2, 6))]
            chain = rng.random() < 0.5
            while len(sums) > 1:
                one, other = sums.pop(0), sums.pop(0)
                total = put(ADD, one, other)
                sums.insert(0 if chain else len(sums), total)
            state = put(DIV, sums[0], state) if rng.random() < 0.2 else put(ADD, sums[0], state)
    return kinds, needs


def blocks(n, rng):
    """Expressions over shared values, as in a compiler's basic block: a few values are used often."""
    kinds, needs = [LOAD] * 6, [[] for _ in range(6)]
    while len(kinds) < n:
        here = len(kinds)
        recent = rng.randrange(max(0, here - 12), here)
        other = min(rng.randrange(here), rng.randrange(here))
        kinds.append(kind_of(rng))
        needs.append([] if kinds[-1] == LOAD and rng.random() < 0.7 else sorted({recent, other}))
    return kinds, needs


def butterflies(n, rng):
    """Fourier transforms of eight values, one after another: none of it is in the search."""
    kinds, needs = [], []
    while len(kinds) < n:
        lines = []
        for _ in range(8):
            kinds.append(LOAD)
            needs.append([rng.randrange(len(kinds) - 1)] if len(kinds) > 60 and rng.random() < 0.5 else [])
            lines.append(len(kinds) - 1)
        for step in (1, 2, 4):
            for low in [each for each in range(8) if not each & step]:
                a, b = lines[low], lines[low + step]
                kinds += [MUL, ADD, ADD]
                needs += [[b], [a, len(needs)], [a, len(needs)]]
                lines[low], lines[low + step] = len(kinds) - 2, len(kinds) - 1
    return kinds, needs


def solves(n, rng):
    """Triangular systems by substitution, with a division in every row: none of it is in the search."""
    kinds, needs = [], []
    while len(kinds) < n:
        rows = []
        for _ in range(rng.randint(3, 6)):
            kinds.append(LOAD)
            needs.append([])
            total = len(kinds) - 1
            for row in rows:
                kinds += [MUL, ADD]
                needs += [[row], [total, len(needs)]]
                total = len(kinds) - 1
            kinds.append(DIV)
            needs.append([total])
            rows.append(len(kinds) - 1)
    return kinds, needs


FAMILIES = {
    "layers": layers,
    "filters": filters,
    "blocks": blocks,
    "butterflies": butterflies,
    "solves": solves,
}

FIXED = {
    "products": Graph([MUL, MUL, ADD], [[], [], [0, 1]], [1, 3], [1, 1]),
    "chain": Graph([ADD] * 4, [[], [0], [1], [2]], [2], [2]),
    "fork": Graph([ADD] * 5, [[], [], [], [0], [3]], [1], [2]),
}
"""Graphs that can be scheduled by hand."""
