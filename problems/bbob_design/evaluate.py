"""Judge of bbob_design: it owns the functions, sells their values, and measures how soon they become low."""

from contextlib import suppress

import landscapes
import numpy as np

from evo.judging import Array, Invalid, QueriesSpent, QueryLedger, draw_seed, items, number

LOW, HIGH = -8.0, 2.0
"""Between these powers of ten a height above the optimum counts."""

BEYOND = 100.0
"""The largest coordinate that may be asked for; functions go on outside the box [-5, 5]."""

NEAR = 0.1
"""Of the root of d: what lies as near as that to the best point so far was asked for to refine it."""

GROUPS = {
    "separable": range(1, 6),
    "moderate": range(6, 10),
    "ill_conditioned": range(10, 15),
    "multimodal": range(15, 20),
    "weak_structure": range(20, 25),
}


def evaluate(candidate, params):
    """Let the program minimise every function, each time in a fresh process.

    Args:
        candidate: a program whose generator `solve(d, budget, seed)` asks for values.
        params: dims, budget (values a dimension), draws (of each function), draw (the first one's number), mixtures.
    """
    visits = [visit(candidate, each, draw, params) for each, draw in problems(params)]
    return {
        "objective": mean(each["area"] for each in visits),
        "measures": {
            "near": mean(each["near"] for each in visits),
            "batch": mean(each["batch"] for each in visits),
        },
        "metrics": metrics(visits, params),
        "feedback": described(visits),
    }


def problems(params):
    """Yield (problem, draw) for all functions, draws and dimensions, and for the mixtures."""
    secret = params.get("secret", "")
    for draw in range(params["draw"], params["draw"] + params["draws"]):
        for d in params["dims"]:
            for each in range(1, 25):
                yield landscapes.function(each, d, draw, secret), draw
            for each in range(1, params.get("mixtures", 0) + 1):
                yield landscapes.mixture(each, d, draw, secret), draw


class Sale:
    """Values of one function, sold one by one or in batches.

    Attributes:
        heights: above the optimum, of the points that were paid for; a list of arrays.
        points: what they are the heights of.
    """

    def __init__(self, problem, budget):
        self.problem, self.ledger = problem, QueryLedger(budget, {"value": 1})
        self.points, self.heights = [], []

    def reply(self, message):
        """Answer a question; of a batch that costs more than is left the first points count, and it is the end."""
        if type(message) is not dict or list(message) != ["ask"]:
            raise Invalid('expected {"ask": points} to be yielded')
        points = points_of(message["ask"], self.problem.d, self.ledger.left)
        count = min(len(points), self.ledger.left)
        if count:
            self.ledger.charge("value", count)
            self.points.append(points[:count])
            self.heights.append(self.problem.above(points[:count]))
        if count < len(points):
            raise QueriesSpent
        return self.heights[-1] + self.problem.f_opt


def points_of(asked, d, left):
    """Return points of shape (m, d), of which at most one more than are `left` is read, or refuse them."""
    if type(asked) is Array:
        if asked.dtype != "<f8" or len(asked.shape) != 2 or asked.shape[1] != d or not asked.shape[0]:
            raise Invalid(f"ask: expected doubles of shape (m, {d}), got {asked.dtype} of shape {list(asked.shape)}")
        points = np.frombuffer(asked.data, "<f8", min(asked.shape[0], left + 1) * d).reshape(-1, d)
    else:
        rows = items(asked, "ask")[: left + 1]
        if not rows:
            raise Invalid("ask: expected at least one point")
        points = np.array([[number(each, "ask") for each in items(row, "ask", count=d)] for row in rows], dtype=float)
    if not (np.abs(points) <= BEYOND).all():
        raise Invalid(f"ask: expected coordinates in [-{BEYOND:g}, {BEYOND:g}]")
    return points


def visit(candidate, problem, draw, params):
    """Return how one function went: the area, and how it was asked for."""
    budget = params["budget"] * problem.d
    sale = Sale(problem, budget)
    seed = draw_seed(f"seed, {problem.name}/{problem.d}/{draw}", params, size=4) >> 1
    candidate.restart()  # Nothing that was learned of one function helps with another.
    with suppress(QueriesSpent):
        candidate.consult("solve", problem.d, budget, seed, reply=sale.reply)
    if not sale.heights:
        raise Invalid("solve: expected at least one value to be asked for")
    heights = np.concatenate(sale.heights)
    return {
        "name": problem.name,
        "d": problem.d,
        "area": area(heights, budget),
        "reached": float(heights.min()),
        "near": near(np.concatenate(sale.points), heights),
        "batch": min(1.0, float(np.log10(len(heights) / len(sale.heights))) / 2),
    }


def area(heights, budget):
    """Return the share of the budget times the ten powers of ten that lies over the curve of the best so far.

    This is AOCC as LLaMEA (arXiv:2405.20132) has it: 1 if the first value is the optimum, 0 if none is below a hundred.
    What was not spent counts as spent without success.
    """
    best = np.minimum.accumulate(heights)
    share = (np.clip(np.log10(np.maximum(best, 1e-300)), LOW, HIGH) - LOW) / (HIGH - LOW)
    return 1 - float(share.sum() + (budget - len(share)) * share[-1]) / budget


def near(points, heights):
    """Return the share of the points that lie near the best one before them."""
    if len(points) == 1:
        return 0.0
    best = np.minimum.accumulate(heights)
    when = np.maximum.accumulate(np.where(heights == best, np.arange(len(heights)), 0))[:-1]
    away = points[1:] - points[when]
    return float(((away**2).sum(axis=1) <= NEAR**2 * points.shape[1]).mean())


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return sum(found) / len(found)


def metrics(visits, params):
    """Return the mean area of each group of functions, of mixtures and of each dimension."""
    found = {f"area_d{d}": mean(each["area"] for each in visits if each["d"] == d) for d in params["dims"]}
    for name, numbers in GROUPS.items():
        found[f"area_{name}"] = mean(each["area"] for each in visits if each["name"] in {f"f{k}" for k in numbers})
    if params.get("mixtures"):
        found["area_mixtures"] = mean(each["area"] for each in visits if each["name"].startswith("mix"))
    found["solved"] = mean(each["reached"] <= landscapes.LEAST for each in visits)
    return found


def described(visits):
    """Say how each group of functions went, and which functions were worst."""
    groups = []
    for name, numbers in GROUPS.items():
        areas = [each["area"] for each in visits if each["name"] in {f"f{k}" for k in numbers}]
        groups.append(f"{name.replace('_', ' ')} {mean(areas):.3f}")
    worst = sorted(visits, key=lambda each: each["area"])[:3]
    least = ", ".join(f"{each['name']} ({each['area']:.2f}, {each['reached']:.1e} above)" for each in worst)
    return f"Mean area: {', '.join(groups)}. Least: {least}"
