"""Look besides at the city nearby that has the longest way to any other."""

import numpy as np


def options(here, first, left, far):
    near = left[np.argsort(far[here, left], kind="stable")[:6]]
    alone = [np.sort(far[city, left])[:2].sum() for city in near]
    return list(dict.fromkeys([*inner_options(here, first, left, far), near[int(np.argmax(alone))]]))
