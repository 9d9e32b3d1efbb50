"""Whoever has most to do in a replica gets another one; replicas are dealt from the heaviest on, there and back."""

import random

import numpy as np


def expect(shown):
    """Return the load that is expected of each expert; `shown` is (windows, experts)."""
    return shown[-1]


def scenes(shown, expected):
    """Return (k, experts): loads, each of which may come."""
    return expected[None]


def weights(count):
    """Return how much each of so many scenes counts, the last one the latest."""
    return np.ones(count)


def replicas(expected, places):
    """Return how many replicas each expert has, `places` in all."""
    copies = np.ones(len(expected), dtype=int)
    for _ in range(places - len(expected)):
        copies[(expected / copies).argmax()] += 1
    return copies


def pack(each, copies, gpus, room):
    """Return what each GPU holds; `each` is the load of one replica of an expert."""
    every = [which for which in np.argsort(-each, kind="stable") for _ in range(copies[which])]
    rows = [every[gpus * turn : gpus * (turn + 1)][:: -1 if turn % 2 else 1] for turn in range(room)]
    return [list(row) for row in zip(*rows, strict=True)]


def worth(loads, counts):
    """Return what is to be made less: loads are (k, gpus), counts say how much a scene counts."""
    return float((counts * loads.max(axis=1)).sum())


def pair(loads, rng):
    """Return two GPUs that may exchange a replica."""
    return rng.sample(range(loads.shape[1]), 2)


def rounds():
    """Return how many exchanges are tried."""
    return 40


def improve(held, scenes_of_one, counts, rng):
    """Return the GPUs after exchanges of replicas that make nothing worse.

    Args:
        held: what each GPU holds.
        scenes_of_one: (k, experts) loads of one replica of each expert.
    """
    loads = scenes_of_one[:, np.array(held)].sum(axis=2)
    now = worth(loads, counts)
    for _ in range(rounds()):
        one, other = pair(loads, rng)
        i, j = rng.randrange(len(held[one])), rng.randrange(len(held[other]))
        moved = scenes_of_one[:, held[one][i]] - scenes_of_one[:, held[other][j]]
        after = loads.copy()
        after[:, one] -= moved
        after[:, other] += moved
        value = worth(after, counts)
        if value <= now:
            held[one][i], held[other][j] = held[other][j], held[one][i]
            loads, now = after, value
    return held


def settle(shown, gpus, room, rng):
    """Return what each GPU holds of one layer's experts."""
    expected = expect(shown)
    copies = replicas(expected, gpus * room)
    several = scenes(shown, expected)
    held = pack(expected / copies, copies, gpus, room)
    return improve(held, several / copies, weights(len(several)), rng)


def place(history, gpus, room):
    """Return each layer's GPUs with their experts; `history` is (windows, layers, experts)."""
    rng = random.Random(1)
    return [
        [[int(each) for each in row] for row in settle(history[:, layer].astype(float), gpus, room, rng)]
        for layer in range(history.shape[1])
    ]
