"""Take a node out of the order and put it in a few places further."""


def moved(order, rng):
    place = rng.randrange(len(order))
    node = order.pop(place)
    order.insert(max(0, min(len(order), place + rng.choice([-3, -2, -1, 1, 2, 3]))), node)
    return order
