"""Judge of symbolic_law: it tells noisy data, and evaluates the expression that comes back where none were told."""

import grammar
import numpy as np
from laws import task

from evo.judging import Invalid

DIGITS = 6
"""Powers of ten between an error like that of the mean and one that counts as none."""

FOUND = 1e-4
"""A law counts as found where the error within and beyond is at most that."""


def evaluate(candidate, params):
    """Let the program find each law, and test what it returns within the range of the data and beyond.

    Args:
        candidate: a program with `discover(x, y)`, which returns an expression.
        params: families, draws (of each), draw (the first one's number).
    """
    numbers = range(params["draw"], params["draw"] + params["draws"])
    asked = [
        (family, task(family, draw, params.get("secret", ""))) for draw in numbers for family in params["families"]
    ]
    answers = candidate.map("discover", [(each.x, each.y) for _, each in asked])
    visits = [visit(family, each, answer) for (family, each), answer in zip(asked, answers, strict=True)]
    return {
        "objective": mean((each["within"] + each["beyond"]) / 2 for each in visits),
        "measures": {
            "length": mean(each["size"] for each in visits) / grammar.LONGEST,
            "beyond": mean(each["beyond"] for each in visits),
        },
        "metrics": metrics(visits, params),
        "feedback": described(visits, params),
    }


def visit(family, each, answer):
    """Return how well an expression fits a law."""
    size = grammar.size(answer, each.x.shape[1])
    if size > grammar.LONGEST:
        raise Invalid(f"expression: expected at most {grammar.LONGEST} nodes, got {size}")
    within, beyond = (squared(answer, each.law, points) for points in (each.within, each.beyond))
    return {
        "family": family,
        "within": digits_lost(within),
        "beyond": digits_lost(beyond),
        "found": within <= FOUND and beyond <= FOUND,
        "size": size,
        "answer": answer,
    }


def squared(answer, law, points):
    """Return the mean squared error relative to the variance of the law; infinite where the answer is no number."""
    with np.errstate(all="ignore"):
        told, true = grammar.value(answer, points), grammar.value(law, points)
        error = float(((told - true) ** 2).mean() / true.var())
    return error if np.isfinite(error) else np.inf


def digits_lost(error):
    """Return 1 for an error as large as the mean's or larger, 0 for one of a millionth or less, to six digits."""
    return round(1 + float(np.clip(np.log10(max(error, 1e-300)), -DIGITS, 0)) / DIGITS, 6)


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return sum(found) / len(found)


def metrics(visits, params):
    """Return the error of each family, and the share of laws that were found."""
    found = {
        f"error_{family}": mean((each["within"] + each["beyond"]) / 2 for each in visits if each["family"] == family)
        for family in params["families"]
    }
    return {**found, "found": mean(each["found"] for each in visits)}


def described(visits, params):
    """Say how each kind of law went, and what was answered where it went worst."""
    kinds = []
    for family in params["families"]:
        mine = [each for each in visits if each["family"] == family]
        within, beyond = (mean(each[key] for each in mine) for key in ("within", "beyond"))
        kinds.append(f"{family} {within:.2f} within and {beyond:.2f} beyond")
    worst = max(visits, key=lambda each: each["within"] + each["beyond"])
    share = mean(each["found"] for each in visits)
    return f"Lost: {', '.join(kinds)}; {share:.0%} found. Worst, of {worst['family']}: {str(worst['answer'])[:160]}"
