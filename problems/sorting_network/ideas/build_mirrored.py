"""Build the network and its mirror image, improve both, and keep the smaller one."""


def build(n, rng, work):
    network = inner_build(n, rng, work // 2)
    mirrored = [[n - 1 - j, n - 1 - i] for i, j in network]
    return min(network, improve(n, mirrored, rng, work // 2), key=len)
