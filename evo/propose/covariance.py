"""A step of CMA-ES from points that were scored already, by the package `cma`; for whoever moves numbers.

The strategy is made anew for every step and told the points, so that a step is a function of its arguments: nothing is
kept between tickets that a log would not show. It needs an extra, so nothing here is imported before it is asked for.
"""

from __future__ import annotations

import math
from importlib import import_module
from importlib.util import find_spec
from statistics import fmean, pvariance
from typing import TYPE_CHECKING, Any

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

FEWEST = 3
"""Points below which nothing can be learned of them: the step is drawn round."""


def check_installed(who: str) -> None:
    """Check that the package is there.

    Raises:
        EvoError: it is not; says how to get it.
    """
    if find_spec("cma") is None:
        msg = f"{who} needs the package cma, which is not installed: pip install 'evo-search[cma]', or pip install cma"
        raise EvoError(msg)


def next_point(points: Sequence[Sequence[float]], losses: Sequence[float], sigma: float, rng: Random) -> list[float]:
    """Return a point that CMA-ES would try next (Hansen 2016, arXiv:1604.00772).

    Args:
        points: scored before, each with as many entries, at least one; around 0, which is where it starts.
        losses: of the points, finite; less is better.
        sigma: first size of a step, over 0.
        rng: the only source of chance.
    """
    size = len(points[0]) if points else 0
    if size == 1:  # the package needs two dimensions
        centre = points[min(range(len(points)), key=losses.__getitem__)][0]
        return [centre + rng.gauss(0.0, sigma)]

    def normal(*shape: int) -> Any:  # noqa: ANN401 - an array of numpy, which this room does not know
        count = math.prod(shape)
        drawn = import_module("numpy").array([rng.gauss(0.0, 1.0) for _ in range(count)])
        return drawn.reshape(shape)

    order = sorted(range(len(points)), key=losses.__getitem__, reverse=True)
    batch = min(4 + int(3 * math.log(size)), max(len(points), FEWEST))
    options = {"popsize": batch, "randn": normal, "seed": math.nan, "verbose": -9}
    wide = min(sigma, _spread([points[index] for index in order[-batch:]]) or sigma)
    strategy = import_module("cma").CMAEvolutionStrategy([0.0] * size, wide, options)
    # From the worst to the best, as a search that gets better came upon them; the worst that fill no batch are left.
    for start in range(len(order) % batch, len(order), batch):
        told = order[start : start + batch]
        strategy.ask()
        strategy.tell([list(points[index]) for index in told], [losses[index] for index in told])
    return [float(value) for value in strategy.ask(1)[0]]


def _spread(points: Sequence[Sequence[float]]) -> float:
    """Return the deviation of an entry, over all of them: as points draw together, steps get smaller."""
    if len(points) < FEWEST:
        return 0.0
    return math.sqrt(fmean(pvariance(entries) for entries in zip(*points, strict=True)))
