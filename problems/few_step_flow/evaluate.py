"""Judge of few_step_flow: it owns the flow, sells velocities, and knows where every particle ends."""

import math
from functools import lru_cache

import numpy as np
from fields import DIMENSIONS, Field

from evo.judging import Array, Invalid, QueryLedger, consult, draw_seed, number, vector

CALLS = (6, 10, 16)
"""Velocity calls that may be made for a batch."""
PROBES, CALIBRATION, NOTES = 64, 200, 32
"""Particles and calls for calibration, and how many numbers may be taken along from it."""
LEAST = 1e-7
"""An error below this counts as this, so that the geometric mean stays finite; the reference is no better."""
FAR = 1e6


def evaluate(candidate, params):
    """Let the program sample every flow with few calls; each time in a fresh process.

    Args:
        candidate: a program with generators `calibrate(x0, calls)` and `sample(x0, calls, notes, seed)`.
        params: families, draws (of each), draw (the first one's number), particles.
    """
    visits = [
        visit
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
        for visit in sampled(candidate, family, draw, params)
    ]
    return {
        "objective": geometric(each["error"] for each in visits),
        "measures": {
            "order": order(visits),
            "late_calls": sum(each["late"] for each in visits) / max(1, sum(each["asked"] for each in visits)),
        },
        "metrics": by_name(visits, "family") | by_name(visits, "calls"),
        "feedback": described(visits),
    }


class Sold:
    """The velocities of one flow, sold a batch at a time.

    Attributes:
        times: of every call that was paid for.
    """

    def __init__(self, field, particles, ledger):
        self.field, self.particles, self.ledger, self.times = field, particles, ledger, []

    def answer(self, body):
        """Return velocities: `[x, t]` with x of shape (at most the batch, dimensions)."""
        if type(body) is not dict or set(body) != {"v"} or type(body["v"]) is not list or len(body["v"]) != 2:
            raise Invalid('expected {"ask": {"v": [x, t]}}')
        x, t = points(body["v"][0], "v", most=self.particles), number(body["v"][1], "t")
        if not 0 <= t <= 1:
            raise Invalid(f"t: expected a number in [0, 1], got {t}")

        def bought():
            self.times.append(float(t))
            return self.field.velocity(x, float(t))

        return self.ledger.once("call", (x.tobytes(), x.shape, float(t)), bought)


def points(given, what, most=None, count=None):
    """Return an array of particles, or refuse what is none."""
    if type(given) is not Array or given.dtype != "<f8" or len(given.shape) != 2 or given.shape[1] != DIMENSIONS:
        raise Invalid(f"{what}: expected an array of doubles with {DIMENSIONS} columns")
    if (count is not None and given.shape[0] != count) or (most is not None and given.shape[0] > most):
        raise Invalid(f"{what}: expected {count or f'at most {most}'} particles, got {given.shape[0]}")
    found = np.frombuffer(given.data).reshape(given.shape)
    if not (np.abs(found) <= FAR).all():
        raise Invalid(f"{what}: expected finite coordinates of at most {FAR:g}")
    return found


def sampled(candidate, family, draw, params):
    """Calibrate on a flow, then sample it with each number of calls; yield how that went."""
    field, start, end = drawn(family, draw, params["particles"], params.get("secret", ""))
    spread = math.sqrt(((end - end.mean(axis=0)) ** 2).sum(axis=1).mean())
    notes = calibrated(candidate, field, family, draw, params)
    for calls in CALLS:
        candidate.restart()  # Nothing of one sampling helps another but the notes.
        ledger = QueryLedger(calls, {"call": 1})
        sold = Sold(field, len(start), ledger)

        def worth(posted, end=end):
            return float(np.linalg.norm(points(posted, "best", count=len(end)) - end, axis=1).mean()) / spread

        found = consult(candidate, "sample", start, calls, notes, draw, ledger=ledger, ask=sold.answer, worth=worth)
        yield {
            "family": family,
            "draw": draw,
            "calls": calls,
            "error": max(LEAST, worth(found.answer)),
            "late": sum(t > 0.5 for t in sold.times),
            "asked": len(sold.times),
            "words": ledger.words(),
        }


def calibrated(candidate, field, family, draw, params):
    """Return the few numbers that the program takes along from its calibration."""
    rng = np.random.default_rng(draw_seed(f"probes, {family}/{draw}", params))
    probes = rng.normal(size=(PROBES, DIMENSIONS))
    ledger = QueryLedger(CALIBRATION, {"call": 1})
    candidate.restart()
    found = consult(candidate, "calibrate", probes, CALIBRATION, ledger=ledger, ask=Sold(field, PROBES, ledger).answer)
    notes = [float(each) for each in vector(found.answer, "notes")]
    if len(notes) > NOTES:
        raise Invalid(f"notes: expected at most {NOTES} numbers, got {len(notes)}")
    return notes


@lru_cache(maxsize=64)
def drawn(family, draw, particles, secret):
    """Return a flow, particles that start, and where they end."""
    params = {"secret": secret} if secret else {}
    field = Field(family, draw, params)
    start = np.random.default_rng(draw_seed(f"particles, {family}/{draw}", params)).normal(size=(particles, DIMENSIONS))
    return field, start, field.end(start)


def geometric(values):
    """Return the geometric mean of some positive numbers."""
    found = [math.log(each) for each in values]
    return math.exp(sum(found) / len(found))


def order(visits):
    """Return how fast errors fall with calls: the slope between the fewest and the most, in logarithms."""
    few, most = (
        geometric(each["error"] for each in visits if each["calls"] == calls) for calls in (CALLS[0], CALLS[-1])
    )
    return math.log(few / most) / math.log(CALLS[-1] / CALLS[0])


def by_name(visits, key):
    """Return the geometric mean of the errors for each family, or each number of calls."""
    names = dict.fromkeys(str(each[key]) for each in visits)
    return {f"error_{name}": geometric(each["error"] for each in visits if str(each[key]) == name) for name in names}


def described(visits):
    """Say how errors fall with calls, where the worst is, and where the calls are made."""
    each = ", ".join(
        f"{geometric(one['error'] for one in visits if one['calls'] == calls):.4f} with {calls} calls"
        for calls in CALLS
    )
    worst = max(visits, key=lambda one: one["error"])
    unused = sum(one["calls"] - one["asked"] for one in visits)
    asked = max(1, sum(one["asked"] for one in visits))
    text = (
        f"Relative error {each}: order {order(visits):.2f}. Worst: {worst['family']} with {worst['calls']} calls, "
        f"{worst['error']:.4f}: {worst['words']}. {sum(one['late'] for one in visits) / asked:.0%} of the calls are "
        "after the middle of time"
    )
    return text + (f"; {unused} calls were left unused." if unused else ".")
