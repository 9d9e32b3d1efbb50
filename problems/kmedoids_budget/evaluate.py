"""Judge of kmedoids_budget: it owns the objects, sells their distances, and knows what all of them would tell."""

from functools import lru_cache

import families
import numpy as np
import reference

from evo.judging import Array, Invalid, QueryLedger, consult, draw_seed, integer, items

BUDGETS = (1.5, 3.0, 6.0)
"""Distances that may be bought, in multiples of n k."""


def evaluate(candidate, params):
    """Let the program choose medoids of every draw under every budget, each time in a fresh process.

    Args:
        candidate: a program whose generator `solve(n, k, budget, seed)` asks for distances and returns k ids.
        params: n, k, families, draws (of each family), draw (the first one's number).
    """
    visits = [
        visit(candidate, family, draw, factor, params)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
        for factor in BUDGETS
    ]
    gaps = [each["gap"] for each in visits]
    return {
        "objective": sum(gaps) / len(gaps),
        "measures": {
            "settled": mean(each["settled"] for each in visits),
            "near_medoids": mean(each["near"] for each in visits),
        },
        "metrics": by_name(visits, "family") | by_name(visits, "factor"),
        "feedback": described(visits),
    }


class Matrix:
    """The distances of one draw under other names, and which of them were paid for."""

    def __init__(self, distances, order, ledger):
        self.distances = distances[np.ix_(order, order)]
        self.ledger, self.paid = ledger, np.eye(len(order), dtype=bool)

    def answer(self, body):
        """Sell distances: of pairs, or of all pairs between two lists of ids."""
        if type(body) is dict and len(body) == 1 and ("pairs" in body or "cross" in body):
            ((kind, asked),) = body.items()
            return self.pairs(asked) if kind == "pairs" else self.cross(asked)
        raise Invalid('expected {"ask": {"pairs": [[i, j], ...]}} or {"ask": {"cross": [ids, ids]}}')

    def pairs(self, asked):
        """Return the distances of some pairs, as an array."""
        table = ids_of(asked, "pairs", len(self.paid)).reshape(-1)
        if len(table) % 2 or (type(asked) is Array and (len(asked.shape) != 2 or asked.shape[1] != 2)):
            raise Invalid("pairs: expected two ids each")
        rows, columns = table[::2], table[1::2]
        wanted = np.zeros_like(self.paid)
        wanted[rows, columns] = wanted[columns, rows] = True
        self.pay(wanted)
        return self.distances[rows, columns]

    def cross(self, asked):
        """Return the table of distances between two lists of ids."""
        sides = items(asked, "cross", count=2)
        rows, columns = (ids_of(side, "cross", len(self.paid)) for side in sides)
        wanted = np.zeros_like(self.paid)
        wanted[np.ix_(rows, columns)] = True
        self.pay(wanted | wanted.T)
        return self.distances[np.ix_(rows, columns)]

    def pay(self, wanted):
        """Charge those of some pairs that are new, each once; none is known if they cannot all be paid."""
        new = wanted & ~self.paid
        self.ledger.charge("distance", int(new.sum()) // 2)
        self.paid |= new

    def near(self, medoids):
        """Return the share of the paid distances that are to one of the medoids."""
        return float(self.paid[medoids].sum()) / max(1, int(self.paid.sum()) // 2)


def ids_of(asked, what, n):
    """Return ids as an array of whole numbers within range; nested lists of pairs are made flat."""
    if type(asked) is Array:
        if asked.dtype not in {"<i8", "<i4"} or len(asked.data) > 16 * n * n:
            raise Invalid(f"{what}: expected an array of whole numbers, at most {2 * n * n}")
        found = np.frombuffer(asked.data, asked.dtype).astype(np.int64)
    else:
        rows = items(asked, what)
        if len(rows) > 2 * n * n:
            raise Invalid(f"{what}: expected at most {2 * n * n}, got {len(rows)}")
        flat = [each for row in rows for each in (items(row, what, count=2) if type(row) is list else [row])]
        found = np.array([integer(each, what, low=0, high=n - 1) for each in flat], dtype=np.int64)
    if len(found) and (found.min() < 0 or found.max() >= n):
        raise Invalid(f"{what}: expected ids in [0, {n - 1}]")
    return found


def medoids_of(answer, n, k):
    """Return k different ids, or refuse them."""
    given = ids_of(answer, "medoids", n)
    if len(given) != k or len(set(given.tolist())) != k:
        raise Invalid(
            f"medoids: expected {k} different ids, got {len(given)} of which {len(set(given.tolist()))} differ"
        )
    return given


def visit(candidate, family, draw, factor, params):
    """Return how one consultation went: the gap to the reference, and on what the budget was spent."""
    n, k = params["n"], params["k"]
    distances, best = drawn(family, draw, n, k, params.get("secret", ""))
    rng = np.random.default_rng(draw_seed(f"names, {family}/{draw}/{factor}", params))
    ledger = QueryLedger(int(factor * n * k), {"distance": 1})
    matrix = Matrix(distances, rng.permutation(n), ledger)

    def worth(posted):
        return reference.cost(matrix.distances, medoids_of(posted, n, k)) / best - 1

    candidate.restart()  # Nothing that was bought for one budget helps under another.
    seed = int(rng.integers(1 << 31))
    found = consult(candidate, "solve", n, k, ledger.budget, seed, ledger=ledger, ask=matrix.answer, worth=worth)
    medoids = medoids_of(found.answer, n, k)
    reached = reference.cost(matrix.distances, medoids) / best - 1
    return {
        "family": family,
        "factor": factor,
        "gap": reached,
        "settled": settled(ledger, reached) / ledger.budget,
        "near": matrix.near(medoids),
        "spent": ledger.spent / ledger.budget,
        "words": ledger.words(),
    }


def settled(ledger, gap):
    """Return what was spent when an answer as good as the final one was posted, or in the end."""
    return next((spent for spent, worth in ledger.curve if worth <= gap), ledger.spent)


@lru_cache(maxsize=64)
def drawn(family, draw, n, k, secret):
    """Return the distances of one draw, and the cost of the reference medoids."""
    params = {"secret": secret} if secret else {}
    distances = families.matrix(family, draw, n, params)
    rng = np.random.default_rng(draw_seed(f"reference, {family}/{draw}", params))
    return distances, reference.best_cost(distances, k, rng)


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return sum(found) / len(found)


def by_name(visits, key):
    """Return the mean gap for each family, or each budget."""
    names = dict.fromkeys(str(each[key]) for each in visits)
    return {f"gap_{name}": mean(each["gap"] for each in visits if str(each[key]) == name) for name in names}


def described(visits):
    """Say where the gap is, and how the worst consultation went."""
    worst = max(visits, key=lambda each: each["gap"])
    budgets = ", ".join(
        f"{mean(each['gap'] for each in visits if each['factor'] == factor):.3f} at {factor:g} n k"
        for factor in BUDGETS
    )
    unspent = mean(1 - each["spent"] for each in visits)
    return (
        f"Mean gap to full knowledge {budgets}; {unspent:.0%} of the budgets are left. "
        f"Worst: {worst['family']} at {worst['factor']:g} n k, gap {worst['gap']:.3f}: {worst['words']}"
    )
