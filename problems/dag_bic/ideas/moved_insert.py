"""Take a node out of the order and put it in elsewhere."""


def moved(order, rng):
    node = order.pop(rng.randrange(len(order)))
    order.insert(rng.randrange(len(order) + 1), node)
    return order
