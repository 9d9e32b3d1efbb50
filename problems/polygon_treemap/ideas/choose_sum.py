"""Prefer the cut whose parts are fat together, not only the worse of them."""


def choose(pairs):
    return min(pairs, key=lambda pair: sum(map(aspect, pair)))
