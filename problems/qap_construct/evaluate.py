"""Judge of qap_construct: it fills all layouts step by step, and asks a program without memory who goes where next."""

from functools import lru_cache

import layouts
import numpy as np
from reference import best_descents, cost, gilmore_lawler

from evo.judging import Invalid, draw_seed, integer, items


def evaluate(candidate, params):
    """Let the program place every facility of every layout, in a fresh process for each step.

    Args:
        candidate: a program with `next_pair(at, flows, distances)`.
        params: n, families, draws (of each), draw (the first one's number).
    """
    known = drawn(tuple(params["families"]), params["draw"], params["draws"], params["n"], params.get("secret", ""))
    orders = placed(candidate, known)
    filled = [
        {
            "family": family,
            "gap": cost(arrangement(order), flows, far) / best - 1,
            "above": cost(arrangement(order), flows, far) / bound - 1,
        }
        | habits(order, flows, far)
        for order, (family, flows, far, best, bound) in zip(orders, known, strict=True)
    ]
    return {
        "objective": mean(each["gap"] for each in filled),
        "measures": {name: mean(each[name] for each in filled) for name in ("busy", "compact")},
        "metrics": {f"gap_{name}": gap for name, gap in by_family(filled).items()}
        | {"above_bound": mean(each["above"] for each in filled)},
        "feedback": described(filled),
    }


@lru_cache(maxsize=8)
def drawn(families, first, draws, n, secret):
    """Return for all layouts (family, flows, distances, best cost of many descents, lower bound)."""
    params = {"secret": secret} if secret else {}
    names = [family for family in families for _ in range(draws)]
    numbers = list(range(first, first + draws)) * len(families)
    made = [layouts.layout(family, number, n, params) for family, number in zip(names, numbers, strict=True)]
    flows, distances = (np.stack(each) for each in zip(*made, strict=True))
    rng = np.random.default_rng(draw_seed(f"descents, {families}/{first}/{draws}/{n}", params))
    bests = best_descents(flows, distances, rng).tolist()
    return [
        (name, flow, far, best, gilmore_lawler(flow, far))
        for name, flow, far, best in zip(names, flows, distances, bests, strict=True)
    ]


def placed(candidate, known):
    """Return for each layout its pairs (facility, place) in the order of choice.

    Every layout is one step further before any program sees the next step, and between two steps the process is a fresh
    one: so a step rests on what is placed, and on nothing else.
    """
    n = len(known[0][1])
    orders = [[] for _ in known]
    for step in range(n):
        if step:
            candidate.restart()
        asked = [
            (arrangement(order, n), flows, far) for order, (_, flows, far, _, _) in zip(orders, known, strict=True)
        ]
        for answer, order in zip(candidate.map("next_pair", asked), orders, strict=True):
            order.append(pair(answer, order, n))
    return orders


def pair(answer, order, n):
    """Return a facility and a place that are both free, or refuse them."""
    facility, place = (integer(each, "next_pair", low=0, high=n - 1) for each in items(answer, "next_pair", count=2))
    if any(facility == other for other, _ in order):
        raise Invalid(f"next_pair: facility {facility} was placed before")
    if any(place == other for _, other in order):
        raise Invalid(f"next_pair: place {place} was taken before")
    return facility, place


def arrangement(order, n=None):
    """Return the place of each facility, -1 where it has none yet."""
    at = [-1] * (n or len(order))
    for facility, place in order:
        at[facility] = place
    return at


def habits(order, flows, far):
    """Return the share of all flow among the half that is placed first, and how near to each other they are."""
    first, places = (list(each) for each in zip(*order[: len(order) // 2], strict=True))
    inner = far[np.ix_(places, places)].sum() / (len(places) * (len(places) - 1))
    return {
        "busy": float(flows[np.ix_(first, first)].sum() / flows.sum()),
        "compact": float(inner / (far.sum() / (len(far) * (len(far) - 1)))),
    }


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return float(sum(found) / len(found))


def by_family(filled):
    """Return the mean gap for each kind of layout."""
    names = dict.fromkeys(each["family"] for each in filled)
    return {name: mean(each["gap"] for each in filled if each["family"] == name) for name in names}


def described(filled):
    """Say what layouts cost, where they are worst, and who is placed first."""
    shares = ", ".join(f"{name} {gap:.2%}" for name, gap in by_family(filled).items())
    worst = max(filled, key=lambda each: each["gap"])
    gap, above, busy, compact = (mean(each[name] for each in filled) for name in ("gap", "above", "busy", "compact"))
    return (
        f"Layouts cost {gap:.2%} more than the best of many descents: {shares}; {above:.0%} more than the bound of "
        f"Gilmore and Lawler. The worst costs {worst['gap']:.2%} more, a layout of the kind {worst['family']}. The "
        f"half that is placed first has {busy:.0%} of all flow, on places at {compact:.2f} of the mean distance."
    )
