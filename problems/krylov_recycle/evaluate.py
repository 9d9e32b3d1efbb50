"""Judge of krylov_recycle: it owns matrices and sells products with them; solutions are checked by its own product."""

from functools import lru_cache

import numpy as np
import systems

from evo.judging import Array, Invalid, QueriesSpent, QueryLedger, consult, integer, items, vector

TOLERANCE = 1e-8
"""A system is solved when its residual is at most this; right sides have length 1."""
MOST = 150
"""Products with one system that are sold: fewer than the 400 that would tell the whole matrix."""
UNSOLVED = 300
"""What a system that is not solved costs in all, in products."""
LARGEST = 1e12


def evaluate(candidate, params):
    """Let the program solve every sequence of systems, each in a fresh process.

    Args:
        candidate: a program whose generator `solve(features, rights, most, tolerance)` buys products and returns one
            solution for each system.
        params: side (of the grid), systems (of a sequence), families, draws (of each), draw (the first one's number).
    """
    visits = [
        visit(candidate, family, draw, params)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    return {
        "objective": mean([each["score"] for each in visits]),
        "measures": {
            "early": mean([each["early"] for each in visits]),
            "apart": mean([each["apart"] for each in visits]),
        },
        "metrics": {"unsolved": sum(each["unsolved"] for each in visits)}
        | {f"products_{f}": mean([e["score"] for e in visits if e["family"] == f]) for f in params["families"]},
        "feedback": described(visits),
    }


def visit(candidate, family, draw, params):
    """Return how one sequence was solved."""
    keys = ("side", "systems")
    sequence = drawn(family, draw, tuple((key, params[key]) for key in keys), params.get("secret", ""))
    count = params["systems"]
    oracle = Products(sequence, count)
    candidate.restart()  # What one sequence has told helps with no other.
    found = consult(
        candidate,
        "solve",
        sequence.features,
        sequence.rights,
        MOST,
        TOLERANCE,
        ledger=oracle.ledger,
        ask=oracle.answer,
        worth=oracle.worth,
    )
    residuals = oracle.residuals(found.answer, "answer")
    costs = [
        float(spent) if rest <= TOLERANCE else float(UNSOLVED)
        for spent, rest in zip(oracle.spent, residuals, strict=True)
    ]
    thirds = count // 3
    return {
        "family": family,
        "score": mean(costs),
        "costs": costs,
        "unsolved": sum(rest > TOLERANCE for rest in residuals),
        "early": share(oracle.spent[i] for i in oracle.order[:thirds])(oracle.spent),
        "apart": apart(sequence.features, oracle.order),
        "order": oracle.order,
        "worst": max(residuals),
    }


class Products:
    """The matrices of one sequence, and what was bought of each.

    A product returns n numbers, a matrix has n (n + 1) / 2 different ones, and fewer than n products are sold of each.
    """

    def __init__(self, sequence, count):
        self.sequence, self.spent, self.order = sequence, [0] * count, []
        self.ledger = QueryLedger(count * MOST, {"product": 1})

    def answer(self, body):
        """Sell one product, `{"mv": [i, x]}`."""
        if type(body) is not dict or body.keys() != {"mv"}:
            raise Invalid('expected {"ask": {"mv": [i, x]}}')
        which, given = items(body["mv"], "mv", count=2)
        i = integer(which, "mv system", low=0, high=len(self.spent) - 1)
        x = numbers(given, "mv", (self.sequence.n,))
        if self.spent[i] == MOST:
            self.ledger.refused = True
            raise QueriesSpent(f"{MOST} products with system {i} are all that is sold")
        self.ledger.charge("product")
        if not self.spent[i]:
            self.order.append(i)
        self.spent[i] += 1
        return self.sequence.product(i, x)

    def residuals(self, answer, what):
        """Return the residual of every system, or refuse what are no solutions."""
        count, n = len(self.spent), self.sequence.n
        if type(answer) is Array:
            table = numbers(answer, what, (count, n))
        else:
            table = [numbers(each, f"{what} {i}", (n,)) for i, each in enumerate(items(answer, what, count=count))]
        return [self.sequence.residual(i, x) for i, x in enumerate(table)]

    def worth(self, posted):
        """Return how many systems a posted answer solves."""
        return float(sum(rest <= TOLERANCE for rest in self.residuals(posted, "best")))


def numbers(given, what, shape):
    """Return finite doubles of moderate size from an array, or from a list where there is one dimension."""
    if type(given) is Array:
        if given.dtype != "<f8" or given.shape != shape:
            raise Invalid(f"{what}: expected doubles of shape {list(shape)}, got {given.dtype} of {list(given.shape)}")
        found = np.frombuffer(given.data, "<f8").reshape(shape)
    else:
        found = np.array(vector(given, what, count=shape[0]), dtype=float)
    if not (np.abs(found) < LARGEST).all():
        raise Invalid(f"{what}: expected finite numbers below {LARGEST:g}")
    return found


def share(values):
    """Return a function that says which share of all some numbers are."""
    part = sum(values)
    return lambda all_of_them: part / max(1, sum(all_of_them))


def apart(features, order):
    """Return the mean distance of each system to the one before it, in the order of their first products, over that of
    all pairs."""
    if len(order) < 2:
        return 1.0
    chosen = features[order]
    steps = np.sqrt(((chosen[1:] - chosen[:-1]) ** 2).sum(axis=1)).mean()
    all_pairs = np.sqrt(((features[:, None] - features) ** 2).sum(axis=2))
    return float(steps / (all_pairs.sum() / (len(features) * (len(features) - 1))))


@lru_cache(maxsize=32)
def drawn(family, draw, settings, secret):
    """Return one sequence."""
    return systems.Sequence(family, draw, dict(settings) | ({"secret": secret} if secret else {}))


def mean(values):
    """Return the mean of some numbers."""
    return float(sum(values) / len(values))


def described(visits):
    """Say what each system cost, in the order in which they were begun."""
    worst = max(visits, key=lambda each: each["score"])
    shown = ", ".join(f"{worst['costs'][i]:.0f}" for i in worst["order"]) or "nothing"
    each = ", ".join(f"{v['family']} {v['score']:.1f}" for v in visits)
    unsolved = sum(v["unsolved"] for v in visits)
    return (
        f"Products a system: {each}; {unsolved} not solved. Most in the sequence {worst['family']}; in the order of "
        f"their first products its systems cost {shown}; the largest residual is {worst['worst']:.1e}."
    )
