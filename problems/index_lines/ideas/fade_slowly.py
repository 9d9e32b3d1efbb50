"""What was asked for before counts a little less each time."""


def fade(counts):
    for key in counts:
        counts[key] *= 0.8
    return counts
