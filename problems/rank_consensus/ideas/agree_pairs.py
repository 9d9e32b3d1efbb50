"""A task counts two thirds anyway, and the rest by the share of its pairs that go with all of them together."""


def agree(column, scores):
    same = count = 0
    for one, value in enumerate(column):
        for other, another in enumerate(column[:one]):
            if value is not None and another is not None and value != another:
                count += 1
                same += (value > another) == (scores[one] > scores[other])
    return 0.67 + 0.33 * (same + 1) / (count + 2)
