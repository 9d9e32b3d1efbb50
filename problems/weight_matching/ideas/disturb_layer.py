"""Half of one layer's units are put anywhere."""


def disturb(order, rng):
    layer = int(rng.integers(len(order)))
    some = rng.choice(len(order[layer]), len(order[layer]) // 2, replace=False)
    order[layer][some] = order[layer][rng.permutation(some)]
    return order
