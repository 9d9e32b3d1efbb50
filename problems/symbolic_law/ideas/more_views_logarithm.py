"""Fit the logarithm as well: products are sums then."""

import numpy as np


def more_views(y):
    sign = float(np.sign(y.mean()))
    if (sign * y).min() <= 0:
        return []
    return [(np.log(sign * y), lambda law: ["mul", sign, ["exp", law]], lambda values: sign * np.exp(values))]
