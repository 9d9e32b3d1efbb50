"""Judge of benchmark_subset: the exact star discrepancy of the tasks that were chosen."""

import numpy as np
import tasks
from discrepancy import worst_box

from evo.judging import Array, Invalid, integer, items


def evaluate(candidate, params):
    """Let the program choose tasks of every set, and take the mean of their star discrepancies.

    Args:
        candidate: a program with `choose(points, count)` that returns so many different ids.
        params: n, count, families, draws (of each), draw (the first one's number).
    """
    drawn = [
        (family, tasks.tasks(family, draw, params["n"], params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("choose", [(points / tasks.GRID, params["count"]) for _, points in drawn])
    found = [
        described(family, points, read(answer, len(points), params["count"], family))
        for answer, (family, points) in zip(answers, drawn, strict=True)
    ]
    return {
        "objective": mean([each["star"] for each in found]),
        "measures": {name: mean([each[name] for each in found]) for name in ("apart", "volume")},
        "metrics": {
            f"star_{family}": mean([each["star"] for each in found if each["family"] == family])
            for family in params["families"]
        },
        "feedback": "; ".join(each["words"] for each in found[:6]),
    }


def read(answer, n, count, family):
    """Return the ids that were chosen, in ascending order, or refuse them."""
    if type(answer) is Array:
        if len(answer.shape) != 1 or answer.dtype[1] not in "iu":
            raise Invalid(f"{family}: expected whole numbers in one dimension, got {answer.dtype} of {answer.shape}")
        answer = answer.flat()
    ids = [integer(each, f"{family}: id", low=0, high=n - 1) for each in items(answer, f"{family}: ids", count=count)]
    if len(set(ids)) < count:
        raise Invalid(f"{family}: expected {count} different ids, got {len(set(ids))}")
    return sorted(ids)


def described(family, points, ids):
    """Return what is to be said of one choice."""
    chosen = points[ids]
    worst = worst_box(chosen, tasks.GRID)
    volume = float(np.prod(np.array(worst.corner) / tasks.GRID))
    place = " x ".join(f"{edge / tasks.GRID:.3g}" for edge in worst.corner)
    return {
        "family": family,
        "star": worst.discrepancy,
        "apart": apart(chosen),
        "volume": volume,
        "words": f"{family} {worst.discrepancy:.4f}: too {'many' if worst.crowded else 'few'} in the box {place}",
    }


def apart(chosen):
    """Return the mean distance to the nearest other chosen task, in sides of the cube; 0 for a single one."""
    if len(chosen) < 2:
        return 0.0
    square = ((chosen[:, None] - chosen) ** 2).sum(axis=2)
    np.fill_diagonal(square, 3 * tasks.GRID**2)
    return mean([float(each) ** 0.5 / tasks.GRID for each in square.min(axis=1)])


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)
