"""Nodes of an order are put in elsewhere, 300 times; needless parents are dropped again."""

import math
import random

import numpy as np

WORLD = {}


def score(node, parents):
    """Return what a node costs with a set of parents: its BIC."""
    key = node, frozenset(parents)
    known = WORLD["known"]
    if key not in known:
        table, samples, chosen = WORLD["table"], WORLD["samples"], sorted(parents)
        rest = table[node, node]
        if chosen:
            rest = rest - table[node, chosen] @ np.linalg.solve(table[np.ix_(chosen, chosen)], table[chosen, node])
        known[key] = samples * math.log(max(rest, 1e-12)) + math.log(samples) * len(chosen)
    return known[key]


def candidates(node):
    """Return the nodes that may be parents of a node, the likeliest first."""
    return [each for each in np.argsort(-np.abs(WORLD["table"][node])).tolist() if each != node]


def added_parents(node, before):
    """Return good parents of a node among those before it, one added after the other."""
    found, cost = [], score(node, [])
    pool = [each for each in candidates(node) if each in before]
    while len(found) < 6:
        better = [(score(node, [*found, each]), each) for each in pool if each not in found]
        if not better or min(better)[0] >= cost - 1e-9:
            return found
        cost, each = min(better)
        found.append(each)
    return found


def chosen_parents(node, before):
    """Return good parents of a node: added one after the other, and those dropped that others make needless."""
    found = added_parents(node, before)
    while found:
        cost, each = min((score(node, [p for p in found if p != each]), each) for each in found)
        if cost >= score(node, found) - 1e-9:
            break
        found = [p for p in found if p != each]
    return found


def first(d):
    """Return an order of the nodes to begin with."""
    return list(range(d))


def moved(order, rng):
    """Return the order with a node taken out and put in elsewhere."""
    node = order.pop(rng.randrange(len(order)))
    order.insert(rng.randrange(len(order) + 1), node)
    return order


def moves(d):
    """Return how many orders are tried."""
    return 300


def accepted(change, share):
    """Return whether an order that costs so much more is gone on with; share of the moves is over."""
    return change < 0


def finished(parents):
    """Return a graph in place of one that an order gave."""
    return parents


def graph(order):
    """Return the parents of each node, in an order, and what they cost."""
    parents, before = [[] for _ in order], set()
    for node in order:
        key = node, frozenset(before)
        if key not in WORLD["graphs"]:
            WORLD["graphs"][key] = chosen_parents(node, before)
        parents[node] = WORLD["graphs"][key]
        before.add(node)
    return parents, sum(score(node, each) for node, each in enumerate(parents))


def learn(correlations, samples):
    """Return the parents of each node."""
    d, rng = len(correlations), random.Random(1)
    WORLD.update(table=np.array(correlations), samples=samples, known={}, graphs={})
    order = first(d)
    parents, cost = graph(order)
    best = cost, parents
    for turn in range(moves(d)):
        other = moved(list(order), rng)
        parents, after = graph(other)
        if accepted(after - cost, turn / moves(d)):
            order, cost = other, after
        if after < best[0]:
            best = after, parents
    return [[int(each) for each in row] for row in finished(best[1])]
