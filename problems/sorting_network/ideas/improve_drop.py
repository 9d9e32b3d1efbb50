"""Leave out, in random order, every comparator without which the network still sorts."""

import numpy as np


def sorts(n, network):
    values = np.arange(1 << n)
    for i, j in network:
        values = values ^ (values >> i & ~(values >> j) & 1) * (1 << i | 1 << j)
    return len(np.unique(values)) == n + 1


def improve(n, network, rng, work):
    network = inner_improve(n, network, rng, work)
    for comparator in rng.sample(network, len(network)):
        shorter = [each for each in network if each is not comparator]
        if sorts(n, shorter):
            network = shorter
    return network
