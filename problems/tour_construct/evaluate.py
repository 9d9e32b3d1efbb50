"""Judge of tour_construct: it walks all maps step by step, and asks a program without memory where to go next."""

from functools import lru_cache
from itertools import pairwise

import maps
import numpy as np
from bound import held_karp

from evo.judging import Invalid, integer

LATE = 0.1
"""The last steps of a tour, as a share."""


def evaluate(candidate, params):
    """Let the program choose every step of a tour through every map, in a fresh process for each step.

    Args:
        candidate: a program with `next_city(here, first, left, distances)`.
        params: n, families, draws (of each), draw (the first one's number).
    """
    names, tables, bounds = drawn(
        tuple(params["families"]), params["draw"], params["draws"], params["n"], params.get("secret", "")
    )
    tours = walked(candidate, tables)
    walks = [
        {"family": family, "gap": tour_length(tour, table) / bound - 1} | habits(tour, table)
        for family, tour, table, bound in zip(names, tours, tables, bounds.tolist(), strict=True)
    ]
    return {
        "objective": mean(each["gap"] for each in walks),
        "measures": {name: mean(each[name] for each in walks) for name in ("nearest", "late")},
        "metrics": {f"gap_{name}": gap for name, gap in by_family(walks).items()},
        "feedback": described(walks),
    }


@lru_cache(maxsize=8)
def drawn(families, first, draws, n, secret):
    """Return for all maps their families, distances (maps, n, n) and lower bounds."""
    params = {"secret": secret} if secret else {}
    names = [family for family in families for _ in range(draws)]
    numbers = list(range(first, first + draws)) * len(families)
    tables = np.stack(
        [maps.distances(maps.cities(family, number, n, params)) for family, number in zip(names, numbers, strict=True)]
    )
    return names, tables, held_karp(tables)


def walked(candidate, tables):
    """Return the tours, (maps, n): every map is one step further before any program sees the next step.

    Between two steps the process is a fresh one, so that a step rests on where the walk stands, and on nothing else.
    """
    n = tables.shape[1]
    tours, left = [[0] for _ in tables], [list(range(1, n)) for _ in tables]
    for step in range(n - 1):
        if step:
            candidate.restart()
        asked = [(tour[-1], 0, list(rest), table) for tour, rest, table in zip(tours, left, tables, strict=True)]
        for answer, tour, rest in zip(candidate.map("next_city", asked), tours, left, strict=True):
            city = integer(answer, "next_city", low=0, high=n - 1)
            if city not in rest:
                raise Invalid(f"next_city: city {city} was visited before")
            tour.append(city)
            rest.remove(city)
    return tours


def tour_length(tour, table):
    """Return the length of a closed tour, a whole number."""
    return int(table[tour, np.roll(tour, -1)].sum())


def habits(tour, table):
    """Return how often the nearest city was next, and how long the last steps are, relative to all."""
    n, left = len(tour), set(tour[1:])
    nearest = 0
    for here, city in pairwise(tour):
        nearest += table[here, city] == min(table[here, other] for other in left)
        left.discard(city)
    steps = table[tour, np.roll(tour, -1)]
    return {"nearest": float(nearest) / (n - 1), "late": float(steps[-round(LATE * n) :].mean() / steps.mean())}


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return float(sum(found) / len(found))


def by_family(walks):
    """Return the mean gap for each kind of map."""
    names = dict.fromkeys(each["family"] for each in walks)
    return {name: mean(each["gap"] for each in walks if each["family"] == name) for name in names}


def described(walks):
    """Say how long tours are, where they are worst, and what the walks are like."""
    shares = ", ".join(f"{name} {gap:.2%}" for name, gap in by_family(walks).items())
    worst = max(walks, key=lambda each: each["gap"])
    return (
        f"Tours are {mean(each['gap'] for each in walks):.2%} longer than the bound of Held and Karp: {shares}. "
        f"The worst is {worst['gap']:.2%} longer, a map of the kind {worst['family']}. "
        f"{mean(each['nearest'] for each in walks):.0%} of the steps go to the nearest city that is left; the last "
        f"tenth of all steps is {mean(each['late'] for each in walks):.2f} times as long as others."
    )
