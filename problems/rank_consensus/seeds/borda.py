"""Each task gives each system the share of the others that it beats; who has the largest mean is first."""


def values(column):
    """Return a task's results on a common scale, -1 the least and 1 the largest; None stays None."""
    some = [each for each in column if each is not None]
    share = 2 / max(1, len(some) - 1)
    return [
        None if x is None else share * (sum(y < x for y in some) + sum(y == x for y in some) / 2 - 0.5) - 1
        for x in column
    ]


def agree(column, scores):
    """Return how much a task is to count, given what all of them say of the systems."""
    return 1.0


def sharpen(weight):
    """Return the weight that is used in place of one that was found."""
    return weight


def rounds():
    """Return how often weights are found from scores, and scores from weights."""
    return 1


def prior():
    """Return the weight of a result of 0 that everybody is given."""
    return 0.0


def absent(share):
    """Return what is added to the score of a system that lacks such a share of the results."""
    return 0.0


def combine(columns, weights):
    """Return a score for each system: the weighted mean of the results that it has."""
    scores = []
    for row in zip(*columns, strict=True):
        there = [(value, weight) for value, weight in zip(row, weights, strict=True) if value is not None]
        whole = sum(weight for _, weight in there) + prior()
        scores.append(sum(value * weight for value, weight in there) / max(whole, 1e-9))
    return scores


def settle(order, columns, weights):
    """Return the order after a last look."""
    return order


def aggregate(table):
    """Rank the systems of a table of results, the best first."""
    columns = [values(column) for column in zip(*table, strict=True)]
    weights = [1.0] * len(columns)
    for _ in range(rounds()):
        scores = combine(columns, weights)
        weights = [sharpen(agree(column, scores)) for column in columns]
    scores = [
        score + absent(sum(value is None for value in row) / len(row))
        for score, row in zip(combine(columns, weights), table, strict=True)
    ]
    order = sorted(range(len(table)), key=lambda system: -scores[system])
    return settle(order, columns, weights)
