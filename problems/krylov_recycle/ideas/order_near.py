"""Go from each system to the nearest that is not solved yet."""

import numpy as np


def order(features):
    left, found = list(range(1, len(features))), [0]
    while left:
        away = [((features[each] - features[found[-1]]) ** 2).sum() for each in left]
        found.append(left.pop(int(np.argmin(away))))
    return found
