"""From a task's results take their mean, and divide by their standard deviation."""


def values(column):
    some = [x for x in column if x is not None]
    mean = sum(some) / len(some)
    width = (sum((x - mean) ** 2 for x in some) / len(some)) ** 0.5 or 1.0
    return [None if x is None else (x - mean) / width for x in column]
