"""Judge: sees the towns that the program chose; computes prizes and length itself."""

import math

from evo.judging import Invalid, items


def evaluate(output, params):
    n, visited = params["n"], items(output, "the list of towns")
    for town in visited:
        if type(town) is not int or not 0 <= town < n:
            raise Invalid(f"town {town!r:.40}: expected a whole number from 0 to {n - 1}")
    if len(set(visited)) < len(visited):
        raise Invalid("a town is visited twice")
    places = [place(town) for town in visited]
    length = sum(math.dist(a, b) for a, b in zip(places, places[1:] + places[:1], strict=True))
    prize = sum(1 + town % 7 for town in visited) / sum(1 + town % 7 for town in range(n))
    return {
        "objective": prize,
        "measures": {"length": length, "towns": len(visited) / n},
        "feedback": f"{len(visited)} towns, {prize:.0%} of the prizes, a trip of {length:.2f}",
    }


def place(town):
    return (town * 0.754877666) % 1, (town * 0.569840291) % 1
