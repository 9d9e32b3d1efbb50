"""What is measured of a row on its way, as Zhang, Goldstein and Levin define it (arXiv:2401.05375)."""

from itertools import pairwise


def sortedness(values, *, direction=1):
    """Return (1 + neighbours in order) / n; equal neighbours are in order. Falling rows with direction -1."""
    ordered = sum((right - left) * direction >= 0 for left, right in pairwise(values))
    return (1 + ordered) / len(values)


def monotonicity_error(values):
    """Return how many neighbours are in the wrong order."""
    return sum(left > right for left, right in pairwise(values))


def delayed_gratification(trace):
    """Return how much more than was lost is won after each loss of sortedness, relative to the loss.

    The trace falls apart into rises and falls; every fall with the rise after it is an event worth
    (rise - fall) / fall, and the mean over the events counts. A last fall without a rise is none.

    Args:
        trace: sortedness after every swap.

    Returns:
        The mean over the events; 0 where there is none.
    """
    runs = []
    for step in (after - before for before, after in pairwise(trace)):
        if step and runs and (runs[-1] > 0) == (step > 0):
            runs[-1] += step
        elif step:
            runs.append(step)
    first = next((index for index, change in enumerate(runs) if change < 0), len(runs))
    events = [(-fall, rise) for fall, rise in zip(runs[first::2], runs[first + 1 :: 2], strict=False)]
    return sum((rise - fall) / fall for fall, rise in events) / len(events) if events else 0.0


def aggregation(kinds):
    """Return the share of the cells whose left neighbour is of the same kind."""
    return sum(left == right for left, right in pairwise(kinds)) / len(kinds)
