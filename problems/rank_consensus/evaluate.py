"""Judge of rank_consensus: pairs that a ranking has in the wrong order, counted in whole numbers."""

from fractions import Fraction

import numpy as np
import tables

from evo.judging import Array, Invalid, draw_seed, integer, items

MAPPED = 6
"""So many tables are shown a second time, each task's results under another increasing map."""


def evaluate(candidate, params):
    """Let the program rank the systems of every table, and count the pairs in the wrong order.

    Args:
        candidate: a program with `aggregate(table)` that returns the systems' numbers, the best first.
        params: families, draws (of each), draw (the first one's number).
    """
    drawn = [
        (family, tables.table(family, draw, params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    seen_again = [mapped(table, number, params) for number, (_, table) in enumerate(drawn[:MAPPED])]
    shown = [*(table for _, table in drawn), *seen_again]
    answers = candidate.map("aggregate", [(table.rows(),) for table in shown])
    families = [family for family, _ in drawn] + [family for family, _ in drawn[:MAPPED]]
    places = [read(*each) for each in zip(answers, shown, families, strict=True)]
    visits = [{"family": family} | visit(table, place) for (family, table), place in zip(drawn, places, strict=False)]
    moved = [swapped(one, other) for one, other in zip(places, places[len(drawn) :], strict=False)]
    return {
        "objective": mean([each["wrong"] for each in visits]),
        "measures": {
            "moved": mean(moved),
            "absent": mean([each["absent"] for each in visits]),
            "spread": mean([each["spread"] for each in visits]),
        },
        "metrics": {"informed": mean([informed(table) for _, table in drawn])}
        | {f"wrong_{name}": mean([e["wrong"] for e in visits if e["family"] == name]) for name in params["families"]},
        "feedback": described(visits, mean(moved)),
    }


def read(answer, table, family):
    """Return each system's place, 0 for the best, or refuse the ranking."""
    count = len(table.strength)
    if type(answer) is Array and len(answer.shape) == 1 and answer.dtype[1] in "iu":
        answer = answer.flat()
    order = [integer(each, f"{family}: system", low=0, high=count - 1) for each in items(answer, family, count=count)]
    if len(set(order)) != count:
        raise Invalid(f"{family}: expected each of {count} systems once, {count - len(set(order))} are left out")
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    return place


def visit(table, place):
    """Return the share of wrong pairs, how places go with missing results, and how unequally tasks agree."""
    gone = np.isnan(table.results).sum(axis=1)
    agree = [agreement(column, place) for column in table.results.T]
    return {
        "wrong": swapped(place, np.argsort(np.argsort(-table.strength))),
        "absent": agreement(-gone, place),
        "spread": float(np.std(agree)),
    }


def swapped(place, other):
    """Return the share of pairs that two rankings without ties have in different orders."""
    one, two = np.triu_indices(len(place), 1)
    different = (place[one] < place[two]) != (other[one] < other[two])
    return Fraction(int(different.sum()), len(one))


def agreement(column, place):
    """Return the share of pairs in the order of a task's results, among those whose results differ; 1/2 without any."""
    one, two = np.triu_indices(len(place), 1)
    apart = column[one] - column[two]
    said = np.isfinite(apart) & (apart != 0)
    if not said.any():
        return 0.5
    return float(((apart > 0) == (place[one] < place[two]))[said].mean())


def mapped(table, number, params):
    """Return the table after increasing maps of the tasks: steps between neighbouring results are drawn anew."""
    rng = np.random.default_rng(draw_seed(f"maps, {number}", params))
    results = table.results.copy()
    for column in results.T:
        values = np.unique(column[np.isfinite(column)])
        steps = np.cumsum(np.exp(rng.normal(0, 2, len(values))))
        column[np.isfinite(column)] = steps[np.searchsorted(values, column[np.isfinite(column)])]
    return table._replace(results=results)


def informed(table, rounds=30):
    """Return the share of wrong pairs of one who knows scales, loadings and noise: strengths that are most likely.

    Noise has three degrees of freedom, so each round weighs results by how far they are from what is expected.
    """
    known = np.isfinite(table.latent)
    latent, width = np.where(known, table.latent, 0), table.noise / tables.FREEDOM**0.5
    guess = np.zeros(len(latent))
    for _ in range(rounds):
        apart = (latent - guess[:, None] * table.loading) / width
        weight = known * (tables.FREEDOM + 1) / (tables.FREEDOM + apart**2) / width**2
        guess = (weight * table.loading * latent).sum(axis=1) / (1 + (weight * table.loading**2).sum(axis=1))
    return swapped(np.argsort(np.argsort(-guess)), np.argsort(np.argsort(-table.strength)))


def mean(values):
    """Return the mean of some numbers; of fractions it is exact before it is rounded once."""
    return float(sum(values) / len(values))


def described(visits, moved):
    """Say how many pairs are wrong, and what the ranking follows."""
    worst = max(visits, key=lambda each: each["wrong"])
    absent, spread = (mean([each[name] for each in visits]) for name in ("absent", "spread"))
    return (
        f"{mean([each['wrong'] for each in visits]):.2%} of the pairs are in the wrong order, in the worst table "
        f"{float(worst['wrong']):.1%} ({worst['family']}). Other scales of the same results move {moved:.1%} of the "
        f"pairs; who lacks more results stands lower in {absent:.0%} of pairs; agreement with single tasks spreads "
        f"by {spread:.3f}."
    )
