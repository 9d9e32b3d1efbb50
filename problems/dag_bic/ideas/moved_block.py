"""Take some nodes that stand side by side out of the order and put them in elsewhere."""


def moved(order, rng):
    place, length = rng.randrange(len(order)), rng.randrange(1, 4)
    block, rest = order[place : place + length], order[:place] + order[place + length :]
    target = rng.randrange(len(rest) + 1)
    return rest[:target] + block + rest[target:]
