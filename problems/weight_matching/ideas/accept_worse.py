"""Now and then go on from an order that is a little worse."""


def accept(value, best, rng):
    return value > best or (value > 0.99 * best and rng.random() < 0.3)
