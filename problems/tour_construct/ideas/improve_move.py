"""Move a city to where it fits better on the way, a few times."""

import numpy as np


def improve(here, path, first, far):
    way = [int(city) for city in (here, *path, first)]
    for _ in range(3):
        ends = np.array(way)
        steps = far[ends[:-1], ends[1:]]
        saved = steps[:-1] + steps[1:] - far[ends[:-2], ends[2:]]
        added = far[ends[1:-1]][:, ends[:-1]] + far[ends[1:-1]][:, ends[1:]] - steps
        gain = saved[:, None] - added
        gain[np.arange(len(gain)), np.arange(len(gain))] = gain[np.arange(len(gain)), np.arange(1, len(gain) + 1)] = 0
        which, place = divmod(int(gain.argmax()), len(steps))
        if gain[which, place] <= 0:
            break
        city = way.pop(which + 1)
        way.insert(place + 1 if place <= which else place, city)
    return way[1:-1]
