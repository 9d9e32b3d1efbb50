"""Is a listed step function a local optimum? Sequential linear programming from it, and its value computed twice.

"Better than listed" means little where the listed function was never polished. This polishes one: the autoconvolution
is linearised around the heights, the step that lowers its peak most within a trust region is a linear program, and so
on. What is left is computed again in exact fractions, by another way than the judge's.

    python benchmarks/polish.py FUNCTION.json [--form third_absolute] [--steps 60]

FUNCTION.json is a list of heights, or a mapping of which `data` holds one, as numbers or as decimals in strings.
"""

import argparse
import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

SHRINK, GROW, LEAST = 0.5, 1.5, 1e-9


def heights_in(path):
    """Return the heights that a file holds."""
    found = json.loads(Path(path).read_text())
    if isinstance(found, dict):
        found = next(each for each in found["data"].values() if isinstance(each, list))
    return np.array([float(each) for each in found])


def ratio(heights, form):
    """Return 2 n peak / (sum of heights)^2 in doubles."""
    nodes = np.convolve(heights, heights)
    peak = np.abs(nodes).max() if form == "third_absolute" else nodes.max()
    return 2 * len(heights) * peak / heights.sum() ** 2


def exact_ratio(heights, form):
    """Return the same as a fraction, from the definition: the autoconvolution is linear between sums of products."""
    given = [Fraction(float(each)) for each in heights]
    nodes = [Fraction(0)] * (2 * len(given) - 1)
    for (i, a), (j, b) in product(enumerate(given), repeat=2):
        nodes[i + j] += a * b
    peak = max(map(abs, nodes)) if form == "third_absolute" else max(nodes)
    return 2 * len(given) * peak / sum(given) ** 2


def stepped(heights, form, trust):
    """Return the heights after the best step of the linearised problem, their sum kept."""
    n, nodes = len(heights), np.convolve(heights, heights)
    k, i = np.ogrid[: 2 * n - 1, :n]
    inside = (k - i >= 0) & (k - i < n)
    slope = np.where(inside, 2 * heights[np.clip(k - i, 0, n - 1)], 0.0)
    rows = np.hstack([slope, -np.ones((2 * n - 1, 1))])
    limits = -nodes
    if form == "third_absolute":
        rows = np.vstack([rows, np.hstack([-slope, -np.ones((2 * n - 1, 1))])])
        limits = np.concatenate([limits, nodes])
    least = np.maximum(-trust, -heights) if form == "first" else np.full(n, -trust)
    found = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=rows,
        b_ub=limits,
        A_eq=np.append(np.ones(n), 0.0)[None],
        b_eq=[0.0],
        bounds=[*zip(least, np.full(n, trust), strict=True), (0, None)],
        method="highs",
    )
    return heights + found.x[:n] if found.status == 0 else heights


def polished(heights, form, steps, *, tell=None):
    """Return the best heights after so many steps, each within a trust region that follows what came of the last."""
    trust = 0.02 * np.abs(heights).max()
    for number in range(steps):
        trial = stepped(heights, form, trust)
        better = ratio(trial, form) < ratio(heights, form)
        heights, trust = (trial, trust * GROW) if better else (heights, trust * SHRINK)
        if tell:
            tell(number + 1, ratio(heights, form))
        if trust < LEAST:
            break
    return heights


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("function", help="a JSON file with the heights")
    parser.add_argument("--form", choices=("first", "third", "third_absolute"), default="third_absolute")
    parser.add_argument("--steps", type=int, default=60)
    options = parser.parse_args()
    heights = heights_in(options.function)
    print(f"{len(heights)} steps, as listed: {float(exact_ratio(heights, options.form)):.13g}")
    found = polished(
        heights,
        options.form,
        options.steps,
        tell=lambda number, value: print(f"step {number}: {value:.10f}") if number % 10 == 0 else None,
    )
    print(f"polished: {float(exact_ratio(found, options.form)):.13g}, in exact fractions")


if __name__ == "__main__":
    main()
