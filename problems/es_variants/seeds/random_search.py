"""Random search: of all points drawn around the start, the best one."""

import numpy as np

STATE = {}


def start(shapes, population, generations, sigma, seed):
    STATE.update(shapes=shapes, population=population, sigma=sigma, rng=np.random.default_rng(seed), best=-np.inf)
    STATE["at"] = {name: drawn(1, shape, 0.0) for name, shape in shapes.items()}


def drawn(count, shape, sigma):
    """Return points around the start: factors of rank one for a matrix, else dense."""
    rng = STATE["rng"]
    if len(shape) == 2:
        return sigma * rng.standard_normal((count, 1, shape[0])), rng.standard_normal((count, 1, shape[1]))
    return (sigma * rng.standard_normal((count, *shape)),)


def between(old, new):
    """Return what leads from one point, the present one, to each of the others."""
    if len(new) == 1:
        return (new[0] - old[0]).astype(np.float32)
    first = np.broadcast_to(-old[0], new[0].shape)
    second = np.broadcast_to(old[1], new[1].shape)
    pair = np.concatenate([new[0], first], axis=1), np.concatenate([new[1], second], axis=1)
    return [factor.astype(np.float32) for factor in pair]


def ask():
    STATE["new"] = {name: drawn(STATE["population"], shape, STATE["sigma"]) for name, shape in STATE["shapes"].items()}
    return {name: between(STATE["at"][name], new) for name, new in STATE["new"].items()}


def tell(fitness):
    best = int(fitness.argmax())
    if fitness[best] <= STATE["best"]:
        return {}
    STATE["best"] = fitness[best]
    chosen = {name: tuple(part[best : best + 1] for part in new) for name, new in STATE["new"].items()}
    moves = {name: between(STATE["at"][name], point) for name, point in chosen.items()}
    STATE["at"] = chosen
    return {name: [factor[0] for factor in move] if isinstance(move, list) else move[0] for name, move in moves.items()}
