"""Judge of sinkhorn_passes: it owns the costs and sells passes over them; the potentials that come back are checked."""

import math
from functools import lru_cache

import numpy as np
import transports

from evo.judging import Array, Invalid, QueriesSpent, QueryLedger, consult, integer, items, number, vector

PASSES = 240
"""The budget, in passes over the n x n costs."""
TOLERANCE = 1e-9
"""A plan is done when its marginals are off by at most this much in all."""
MOST_KEPT, MOST_STEPS = 64, 200
"""Entries a row, and steps of conjugate gradients, that one Newton question may ask for."""
EXPONENT = 200.0
"""Larger ones count as this: a plan that far off is no better than infinite, and stays finite."""
LARGEST, LEAST = 1e6, 1e-100
APART = 12
"""Passes between two posted answers that are checked for the curve."""


class Diverged(Invalid):
    """Potentials beyond all bounds: refused as an answer, and the end of a consultation where they are asked about."""


def evaluate(candidate, params):
    """Let the program find the potentials of every instance, each in a fresh process.

    Args:
        candidate: a program whose generator `solve(a, b, eps, budget, tolerance)` buys passes and returns [f, g].
        params: n, families, eps (a list), draws (of each), draw (the first one's number).
    """
    visits = [
        visit(candidate, family, draw, eps, params)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
        for eps in params["eps"]
    ]
    return {
        "objective": geometric([each["score"] for each in visits]),
        "measures": {
            "newton_share": mean([each["newton"] for each in visits]),
            "warmest": mean([each["warmest"] for each in visits]),
        },
        "metrics": {
            "missed": sum(each["error"] > TOLERANCE for each in visits),
            "steps": mean([each["steps"] for each in visits]),
        }
        | {
            f"passes_{name}": geometric([e["score"] for e in visits if e["family"] == name])
            for name in params["families"]
        },
        "feedback": described(visits),
    }


def visit(candidate, family, draw, eps, params):
    """Return how one consultation went."""
    costs, a, b = drawn(family, draw, params["n"], params.get("secret", ""))
    oracle = Passes(costs, a, b, eps)
    candidate.restart()  # What one instance has told helps with no other.
    found = consult(
        candidate, "solve", a, b, eps, PASSES, TOLERANCE, ledger=oracle.ledger, ask=oracle.answer, worth=oracle.worth
    )
    error = oracle.error(*oracle.potentials(found.answer, "answer"))
    spent = oracle.ledger.spent / oracle.n
    return {
        "family": family,
        "eps": eps,
        "error": error,
        "spent": spent,
        "score": max(spent, 1.0) if error <= TOLERANCE else PASSES * (1 + math.log10(error / TOLERANCE)),
        "newton": oracle.newton_units / max(1, oracle.ledger.spent),
        "warmest": math.log10(oracle.warmest / eps),
        "steps": oracle.steps / max(1, oracle.ledger.counts["newton"]),
        "curve": oracle.curve(),
        "words": oracle.words(),
    }


class Passes:
    """The costs of one instance, and what passes over them tell.

    The account is in units of n entries: a pass is n of them. A question costs by how many numbers come back, n for a
    pass. So n passes are needed to read n^2 costs, and there are fewer.
    """

    def __init__(self, costs, a, b, eps):
        self.costs, self.a, self.b, self.eps, self.n = costs, a, b, eps, len(costs)
        prices = {
            "row": self.n,
            "col": self.n,
            "marginals": 2 * self.n,
            "hvp": 2 * self.n,
            "newton": 2 * self.n,
            "step": 1,
        }
        self.ledger = QueryLedger(PASSES * self.n, prices)
        self.newton_units, self.steps, self.warmest, self.marked = 0, 0, eps, -math.inf
        self.room = np.empty_like(costs)

    def answer(self, body):
        """Answer one question, after it was paid for."""
        kinds = {"row": self.row, "col": self.col, "marginals": self.marginals, "hvp": self.hvp, "newton": self.newton}
        asked = [kind for kind in kinds if type(body) is dict and kind in body]
        if len(asked) != 1 or body.keys() - {*asked, "eps"}:
            raise Invalid(f'expected {{"ask": {{KIND: ...}}}} with one of {", ".join(kinds)}, and perhaps "eps"')
        eps = number(body.get("eps", self.eps), "eps")
        if not self.eps <= eps <= 1:
            raise Invalid(f"eps: expected a number in [{self.eps}, 1], got {eps}")
        self.warmest = max(self.warmest, eps)
        try:
            return kinds[asked[0]](body[asked[0]], eps)
        except Diverged as end:
            raise QueriesSpent(end.reason) from None

    def row(self, given, eps):
        """Return f such that the plan of (f, g) has the right rows: a soft minimum over each row."""
        g = numbers(given, "row", self.n)
        self.ledger.charge("row")
        return eps * np.log(self.a) - soft_max(np.subtract(g, self.costs, out=self.room), eps, 1)

    def col(self, given, eps):
        """Return g such that the plan of (f, g) has the right columns."""
        f = numbers(given, "col", self.n)
        self.ledger.charge("col")
        return eps * np.log(self.b) - soft_max(np.subtract(f[:, None], self.costs, out=self.room), eps, 0)

    def marginals(self, given, eps):
        """Return the sums of the plan's rows and columns, as a (2, n) array."""
        f, g = self.potentials(given, "marginals")
        self.ledger.charge("marginals")
        plan = self.plan(f, g, eps)
        return np.stack([plan.sum(axis=1), plan.sum(axis=0)])

    def hvp(self, given, eps):
        """Return the plan's Hessian, eps times that of the dual, times (x, y), as a (2, n) array."""
        f, g, x, y = (numbers(each, "hvp", self.n) for each in items(given, "hvp", count=4))
        self.ledger.charge("hvp")
        plan = self.plan(f, g, eps)
        found = [plan.sum(axis=1) * x + (plan * y).sum(axis=1), plan.sum(axis=0) * y + (plan * x[:, None]).sum(axis=0)]
        return np.clip(np.stack(found), -1e100, 1e100)

    def newton(self, given, eps):
        """Return a Newton step (df, dg) from the rho * n largest entries of the plan, as a (2, n) array."""
        f, g, rho, most, rtol = items(given, "newton", count=5)
        f, g = numbers(f, "newton f", self.n), numbers(g, "newton g", self.n)
        rho = integer(rho, "newton rho", low=1, high=MOST_KEPT)
        most = integer(most, "newton steps", low=1, high=MOST_STEPS)
        rtol = number(rtol, "newton rtol")
        before = self.ledger.spent
        self.ledger.charge("newton")
        plan = self.plan(f, g, eps)
        sums = np.concatenate([plan.sum(axis=1), plan.sum(axis=0)])
        kept = np.sort(np.argpartition(plan.ravel(), -rho * self.n)[-rho * self.n :])
        with np.errstate(all="ignore"):
            found, steps = conjugate_gradients(
                (kept // self.n, kept % self.n + self.n, plan.ravel()[kept]),
                sums,
                np.concatenate([self.a, self.b]) - sums,
                min(most, max(0, self.ledger.left // (2 * rho))),
                rtol,
            )
        self.ledger.charge("step", 2 * rho * steps)
        self.steps += steps
        self.newton_units += self.ledger.spent - before
        return np.clip(np.nan_to_num(eps * found), -LARGEST, LARGEST).reshape(2, self.n)

    def plan(self, f, g, eps):
        """Return the plan of two potentials, (n, n)."""
        found = np.subtract(f[:, None] + g, self.costs, out=self.room)
        found /= eps
        return np.exp(np.minimum(found, EXPONENT, out=found), out=found)

    def error(self, f, g):
        """Return by how much the plan's marginals are off in all."""
        plan = self.plan(f, g, self.eps)
        return float(np.abs(plan.sum(axis=1) - self.a).sum() + np.abs(plan.sum(axis=0) - self.b).sum())

    def worth(self, posted):
        """Return the logarithm of a posted answer's error, where the last check was some passes ago."""
        try:
            f, g = self.potentials(posted, "best")
        except Diverged as end:
            raise QueriesSpent(end.reason) from None
        if self.ledger.spent - self.marked < APART * self.n and self.ledger.curve:
            return self.ledger.curve[-1][1]
        self.marked = self.ledger.spent
        return math.log10(max(self.error(f, g), 1e-16))

    def curve(self):
        """Return (passes, logarithm of the error) of the posted answers that were checked."""
        found = [(units / self.n, worth) for units, worth in self.ledger.curve]
        return [each for before, each in zip([(0, None), *found], found, strict=False) if each[1] != before[1]]

    def potentials(self, given, what):
        """Return two potentials, or refuse them."""
        if type(given) is Array:
            both = numbers(given, what, 2 * self.n, shape=(2, self.n))
            return both[: self.n], both[self.n :]
        f, g = items(given, what, count=2)
        return numbers(f, f"{what} f", self.n), numbers(g, f"{what} g", self.n)

    def words(self):
        """Tell the account in passes."""
        counts = ", ".join(f"{count} {kind}" for kind, count in self.ledger.counts.items() if count and kind != "step")
        return f"{self.ledger.spent / self.n:.1f} of {PASSES} passes ({counts})"


def numbers(given, what, count, shape=None):
    """Return finite doubles of moderate size from a list or an array."""
    if type(given) is Array:
        if given.dtype != "<f8" or given.shape != (shape or (count,)):
            raise Invalid(f"{what}: expected {count} doubles, got {given.dtype} of shape {list(given.shape)}")
        found = np.frombuffer(given.data, "<f8")
    else:
        found = np.array(vector(given, what, count=count), dtype=float)
    if not (np.abs(found) < LARGEST).all():
        raise Diverged(f"{what}: expected finite numbers within a million")
    return found


def soft_max(table, eps, axis):
    """Return eps log sum exp(table / eps) along an axis; the table is used up."""
    most = table.max(axis=axis, keepdims=True)
    table -= most
    table /= eps
    return most.ravel() + eps * np.log(np.exp(table, out=table).sum(axis=axis))


def conjugate_gradients(kept, sums, right, most, rtol):
    """Solve (diagonal of sums + kept entries and their mirror) x = right, the diagonal as preconditioner.

    Returns x and the number of steps. Sums are in a fixed order, so that no number of threads changes them.
    """
    left, below, values = kept
    sums = np.maximum(sums, LEAST)
    x, rest = np.zeros_like(right), right.copy()
    ahead = rest / sums
    along, size = ahead.copy(), float((rest * ahead).sum())
    goal = max(rtol, 1e-14) ** 2 * float((right * right).sum())
    for step in range(most):
        if not 0 < size < math.inf or float((rest * rest).sum()) <= goal:
            return x, step
        turned = sums * along
        turned += np.bincount(left, values * along[below], len(along))
        turned += np.bincount(below, values * along[left], len(along))
        bent = float((along * turned).sum())
        if not 0 < bent < math.inf:
            return x, step
        x += size / bent * along
        rest -= size / bent * turned
        ahead = rest / sums
        size, before = float((rest * ahead).sum()), size
        along = ahead + size / before * along
    return x, most


@lru_cache(maxsize=64)
def drawn(family, draw, n, secret):
    """Return one instance."""
    return transports.transport(family, draw, n, {"secret": secret} if secret else {})


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)


def geometric(values):
    """Return the geometric mean."""
    return math.exp(mean([math.log(value) for value in values]))


def described(visits):
    """Say how each consultation ended, the worst with its account."""
    each = ", ".join(f"{v['family']} {v['eps']:g} {v['spent']:.0f} ({v['error']:.0e})" for v in visits[:8])
    worst = max(visits, key=lambda visit: visit["score"])
    posted = ", ".join(f"1e{worth:.1f} after {spent:.0f}" for spent, worth in thinned(worst["curve"]))
    return (
        f"Passes (and errors) {each}. Worst: {worst['family']} {worst['eps']:g}, {worst['words']}; "
        f"posted errors {posted or 'none'}."
    )


def thinned(curve, most=5):
    """Return a few points of a curve, the last among them."""
    return [*curve[: -1 : max(1, len(curve) // most)], *curve[-1:]]
