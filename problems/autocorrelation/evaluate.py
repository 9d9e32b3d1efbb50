"""Judge of autocorrelation: exact, in integers; the autoconvolution of a step function is linear between nodes."""

import itertools
import math

from evo.judging import Invalid, ceil_ratio, convolve, floor_ratio, items, number, scaled

MAX_STEPS = 8192
VISIBLE = 1e-2
NOT_NEGATIVE = {"first": "the first inequality", "second": "the inequality"}


def evaluate(output, params):
    """Score one raw output of `steps`: the heights of a step function on equal steps of [-1/4, 1/4].

    Returns what the form asks for: 2 n peak / sum^2, rounded up, or the ratio of norms of the second, rounded down.
    """
    form = params["form"]
    given = heights_of(output, form)
    heights = scaled(given)
    n, mass = len(heights), sum(heights)
    if not mass:
        raise Invalid("the integral is 0; expected a function with a mean that is not")
    nodes = convolve(heights, heights)
    peak = max(map(abs, nodes)) if form == "third_absolute" else max(nodes)
    where = next(k for k, node in enumerate(nodes) if 100 * abs(node) >= 99 * peak)
    objective = flatness(nodes, peak) if form == "second" else ceil_ratio(2 * n * peak, mass * mass)
    if not math.isfinite(objective):
        raise Invalid(
            "the ratio is beyond the range of a double; expected an integral of a similar size as the heights"
        )
    top = max(map(abs, heights))
    support = sum(abs(height) > VISIBLE * top for height in heights)
    flat = sum(100 * abs(node) >= 99 * peak for node in nodes)
    return {
        "objective": objective,
        "measures": {"log_steps": math.log10(n), "support": support / n},
        "metrics": {"steps": n, "flat_nodes": flat, "negative_share": sum(height < 0 for height in heights) / n},
        "feedback": (
            f"{n} steps, {support} of them above 1 percent of the largest. The autoconvolution is within 1 percent of "
            f"its peak at {flat} of {len(nodes)} nodes; the first of these is node {where}. Good functions hold many."
        ),
    }


def heights_of(output, form):
    """Return the heights as they were given, or refuse them."""
    given = [number(value, f"height {k}") for k, value in enumerate(items(output, "heights"))]
    if not given:
        raise Invalid("heights: expected at least one step, got an empty list")
    if len(given) > MAX_STEPS:
        raise Invalid(f"heights: expected at most {MAX_STEPS} steps, got {len(given)}")
    for k, height in enumerate(given if form in NOT_NEGATIVE else ()):
        if height < 0:
            raise Invalid(f"height {k} is negative: {height}; {NOT_NEGATIVE[form]} is about functions >= 0")
    return given


def flatness(nodes, peak):
    """Return the squared 2-norm of the autoconvolution over its 1-norm times its maximum, rounded down.

    Three times the integral of the square of a function that is linear between nodes, and 0 at both ends, is a sum.
    """
    square = sum(2 * node * node for node in nodes) + sum(a * b for a, b in itertools.pairwise(nodes))
    return floor_ratio(square, 3 * sum(nodes) * peak)
