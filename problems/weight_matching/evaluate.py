"""Judge of weight_matching: sums of products of whole numbers, so that every figure is exact."""

from fractions import Fraction
from functools import lru_cache

import networks
import numpy as np

from evo.judging import Array, Invalid, integer, items


def evaluate(candidate, params):
    """Let the program match the units of every pair of networks, and compare with what was planted.

    Args:
        candidate: a program with `align(first, second)` that returns for each hidden layer the second network's units
            in the places of the first one's.
        params: families, noises, draws (of each family and noise), draw (the first one's number).
    """
    drawn = [
        (f"{family}, noise {noise:g}", pair_of(family, noise, draw, params.get("secret", "")))
        for family in params["families"]
        for noise in (params["noises"] if family != "trained" else [0])
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("align", [as_doubles(pair) for _, pair in drawn])
    visits = [visit(answer, name, pair) for answer, (name, pair) in zip(answers, drawn, strict=True)]
    return {
        "objective": mean([each["share"] for each in visits]),
        "measures": {name: mean([each[name] for each in visits]) for name in ("recovered", "ends", "settled")},
        "metrics": by_name(visits),
        "feedback": described(visits),
    }


@lru_cache(maxsize=64)
def pair_of(family, noise, draw, secret):
    """Return a pair of networks, drawn once."""
    return networks.pair(family, noise, draw, {"secret": secret} if secret else {})


def as_doubles(pair):
    """Return both networks as programs get them: doubles that are whole numbers."""
    return [each.astype(float) for each in pair.first], [each.astype(float) for each in pair.second]


def read(answer, pair, name):
    """Return a permutation for each hidden layer, or refuse them."""
    given = items(answer, name, count=len(pair.planted))
    return [
        units_of(each, f"{name}: layer {layer}", len(units))
        for layer, (each, units) in enumerate(zip(given, pair.planted, strict=True))
    ]


def units_of(given, what, count):
    """Return each of so many units once."""
    if type(given) is Array and len(given.shape) == 1 and given.dtype[1] in "iu":
        given = given.flat()
    units = [integer(each, f"{what}: unit", low=0, high=count - 1) for each in items(given, what, count=count)]
    if len(set(units)) != count:
        raise Invalid(f"{what}: expected each of {count} units once, {count - len(set(units))} are left out")
    return np.array(units, dtype=np.int64)


def visit(answer, name, pair):
    """Return the share of the planted agreement that is recovered, and how the matching is made."""
    order = read(answer, pair, name)
    nothing = [np.arange(len(units)) for units in order]
    found, least, most = (agreements(pair, each) for each in (order, nothing, pair.planted))
    gained = [here - there for here, there in zip(found, least, strict=True)]
    whole = sum(most) - sum(least)
    same = sum(int((mine == right).sum()) for mine, right in zip(order, pair.planted, strict=True))
    return {
        "name": name,
        "share": Fraction(sum(gained), whole),
        "recovered": Fraction(same, sum(map(len, order))),
        "ends": Fraction(gained[0] + gained[-1], whole),
        "settled": Fraction(sum(settled(pair, order, layer) for layer in range(len(order))), len(order)),
    }


def agreements(pair, order):
    """Return for each layer the sum of the products of the weights with those in their places."""
    second = networks.moved(pair.second, order)
    return [int((one * other).sum()) for one, other in zip(pair.first, second, strict=True)]


def settled(pair, order, layer):
    """Return whether no exchange of two units within a layer is worth anything."""
    gain = networks.gains(pair, order, layer)[:, order[layer]]
    here = gain.diagonal()
    return bool((gain + gain.T <= here[:, None] + here).all())


def mean(values):
    """Return the mean of some fractions, rounded once."""
    return float(sum(values) / len(values))


def by_name(visits):
    """Return the mean share of each kind of pair."""
    names = dict.fromkeys(each["name"] for each in visits)
    return {
        f"share_{name.replace(', noise ', '_')}": mean([e["share"] for e in visits if e["name"] == name])
        for name in names
    }


def described(visits):
    """Say how much of the planted agreement is recovered, and where the least of it is."""
    worst = min(visits, key=lambda each: each["share"])
    units, still = (mean([each[name] for each in visits]) for name in ("recovered", "settled"))
    return (
        f"{mean([each['share'] for each in visits]):.3f} of the planted agreement, {float(worst['share']):.3f} of the "
        f"worst pair ({worst['name']}); {units:.0%} of the units stand where they were planted; in {still:.0%} of the "
        f"layers no exchange of two units is worth anything."
    )
