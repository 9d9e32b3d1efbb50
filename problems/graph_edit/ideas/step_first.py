"""Try some exchanges at random, and make the first one that gains."""


def step(order, squares, rng):
    here = worth(order, squares)
    for _ in range(60):
        pair = rng.choice(len(order), 2, replace=False)
        order[pair] = order[pair[::-1]]
        if worth(order, squares) < here:
            break
        order[pair] = order[pair[::-1]]
    return order
