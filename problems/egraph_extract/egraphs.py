"""E-graphs: drawn from text and, for hold-outs, a run's secret."""

import random
from typing import NamedTuple

from evo.judging import draw_seed


class Egraph(NamedTuple):
    """Classes of nodes that compute the same.

    Attributes:
        classes: for each class its nodes, each of them [cost, [classes that it takes]]; costs are at least 1.
        root: the class that is asked for.
    """

    classes: list[list[list]]
    root: int


def egraph(family, draw, n, params):
    """Return an e-graph of about n classes, all of which the root may come to need.

    Args:
        family: a key of FAMILIES.
        draw: the number of the draw.
        n: classes, about.
        params: what `evaluate` was given; a run's secret is used where there is one.
    """
    if family in FIXED:
        return FIXED[family]
    rng = random.Random(draw_seed(f"egraph, {family}/{n}/{draw}", params))
    return named_anew(FAMILIES[family](n, rng), rng)


def named_anew(nodes, rng):
    """Return an e-graph of {name: [(cost, [names])]}, whose first name is the root: numbers by lot, nodes shuffled."""
    root, seen = next(iter(nodes)), []
    ahead = [root]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.append(name)
            ahead += [child for _, below in nodes[name] for child in below]
    names = sorted(seen, key=str)
    rng.shuffle(names)
    place = {name: at for at, name in enumerate(names)}
    classes = [
        [[cost, [place[child] for child in dict.fromkeys(below)]] for cost, below in nodes[name]] for name in names
    ]
    for each in classes:
        rng.shuffle(each)
    return Egraph(classes, place[root])


def terms(n, rng):
    """Terms and what they may be rewritten to: other operators over classes nearby, some of them in circles."""
    nodes = {0: []}
    for name in range(n):
        below = list(range(name + 1, min(n, name + 12)))
        nodes[name] = [(rng.randint(2, 12), rng.sample(below, min(len(below), rng.randint(1, 3))))]
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            near = [each for each in range(max(0, name - 6), min(n, name + 25)) if each != name]
            nodes[name].append((rng.randint(1, 9), rng.sample(near, min(len(near), rng.randint(1, 3)))))
        if not below:
            nodes[name] = [(rng.randint(5, 20), [])]
        elif rng.random() < 0.12:
            nodes[name].append((rng.randint(15, 40), []))
    return nodes


def windows(n, rng):
    """Sums over several windows of a row: every sum may be put together from any two that make it up."""
    nodes, width = {"all": []}, max(8, round((2 * n) ** 0.5))
    wanted = set()
    while len(wanted) < width // 2:
        begin = rng.randrange(width - 3)
        wanted.add((begin, rng.randint(begin + 3, min(width, begin + 8))))
    nodes["all"] = [(1, sorted(wanted))]
    ahead = sorted(wanted)
    while ahead:
        begin, end = name = ahead.pop()
        if name in nodes:
            continue
        if end == begin + 1:
            nodes[name] = [(1, [])]
            continue
        cuts = range(begin + 1, end)
        nodes[name] = [(rng.randint(3, 5), [(begin, cut), (cut, end)]) for cut in cuts]
        ahead += [each for _, below in nodes[name] for each in below]
    return nodes


def tables(n, rng):
    """Values that can each be read from some of several tables, which are dear to make and then serve all."""
    count = max(4, n // 5)
    nodes = {"all": [(1, [("value", at) for at in range(n - count)])]}
    for at in range(n - count):
        nodes["value", at] = [
            (rng.randint(1, 3), [("table", table)]) for table in rng.sample(range(count), rng.randint(2, 4))
        ]
        if rng.random() < 0.3:
            nodes["value", at].append((rng.randint(8, 16), []))
    for table in range(count):
        nodes["table", table] = [(rng.randint(10, 30), [])]
        if table:
            nodes["table", table].append((rng.randint(3, 9), [("table", rng.randrange(table))]))
    return nodes


def powers(n, rng):
    """Several powers of one number by products of powers: addition chains. None of it is in the search."""
    wanted = sorted(rng.sample(range(max(6, n // 3), n), 5))
    nodes = {"all": [(1, wanted)], 1: [(1, [])]}
    for power in range(2, n):
        halves = sorted({rng.randint(1, power // 2) for _ in range(4)} | {1, power // 2})
        nodes[power] = [(rng.randint(3, 5), [low, power - low]) for low in halves]
    return nodes


def circles(n, rng):
    """Conversions in both directions between forms, few of which come from outside. None of it is in the search."""
    nodes, steps = {"all": [(1, rng.sample(range(n), 6))]}, (-7, -3, -2, -1, 1, 2, 3, 7)
    for name in range(n):
        nodes[name] = [(rng.randint(4, 14), [name - 1]) if name % 9 else (rng.randint(10, 40), [])]
        for _ in range(rng.randint(2, 4)):
            taken = rng.sample(steps, rng.choice((1, 1, 2)))
            nodes[name].append((rng.randint(1, 12), [(name + step) % n for step in taken]))
    return nodes


FAMILIES = {"terms": terms, "windows": windows, "tables": tables, "powers": powers, "circles": circles}

FIXED = {
    "shared": Egraph([[[1, [1, 2]]], [[4, [3]], [3, []]], [[4, [3]], [3, []]], [[5, []]]], 0),
    "shared_well": Egraph([[[1, [1, 2]]], [[1, [3]], [5, []]], [[1, [3]], [5, []]], [[6, []]]], 0),
    "circle": Egraph([[[1, [1]], [9, []]], [[1, [0]], [10, []]]], 0),
}
"""E-graphs whose extractions can be counted by hand."""
