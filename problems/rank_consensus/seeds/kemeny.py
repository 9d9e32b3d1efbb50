"""The order that has most of the tasks' pairs, found from Borda's by moving single systems (Kemeny and Young)."""


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
    """Return the order after moving single systems, as long as more of the tasks' pairs agree (Kemeny's order)."""
    order = list(order)
    for _ in range(20):
        moves = [best_move(order, system, columns, weights) for system in list(order)]
        if max(moves) <= 1e-9:
            break
    return order


def best_move(order, system, columns, weights):
    """Put one system where it agrees best with the tasks, and return what that gains."""
    here = order.index(system)
    rest = order[:here] + order[here + 1 :]
    ahead = [margin(columns, weights, other, system) for other in rest]
    agreed = [0.0]
    for each in ahead:
        agreed.append(agreed[-1] + each)
    place = max(range(len(agreed)), key=agreed.__getitem__)
    gain = agreed[place] - agreed[here]
    if gain > 1e-9:
        order[:] = [*rest[:place], system, *rest[place:]]
    return gain


def margin(columns, weights, one, other):
    """Return the weight of the tasks that put one system before another, less that of those that do not."""
    found = 0.0
    for column, weight in zip(columns, weights, strict=True):
        if column[one] is not None and column[other] is not None:
            found += weight * ((column[one] > column[other]) - (column[one] < column[other]))
    return found


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
