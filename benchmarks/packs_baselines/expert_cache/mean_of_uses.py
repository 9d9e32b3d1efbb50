"""Whoever was used least of late is sent away: a running mean of uses."""

import random

import numpy as np

LAYERS = []


def signal(used, gate):
    """Return what one token says about each expert: 1 for those that are used."""
    seen = np.zeros(len(gate))
    seen[used] = 1.0
    return seen


def update(state, t, used, seen):
    """Take one token into the memory of a layer."""
    state["last"][used] = t
    state["count"][used] += 1
    state["mean"] += 0.1 * (seen - state["mean"])


def value(state, t):
    """Return what each expert is worth keeping for."""
    return state["mean"]


def begin(experts, active, slots, seed):
    """Return the memory of a layer."""
    last, count, mean = np.full(experts, -1.0), np.zeros(experts), np.zeros(experts)
    return {"last": last, "count": count, "mean": mean, "rng": random.Random(seed), "active": active, "slots": slots}


def init(layers, experts, active, slots, seed):
    """Begin a request: every layer has a memory of its own."""
    LAYERS[:] = [begin(experts, active, slots, seed + layer) for layer in range(layers)]


def prefetch(layer, t, most):
    """Return experts to be loaded before it is known which are used: none."""
    return []


def rank(layer, t, used, gate):
    """Return a number for each expert; the lowest are sent away first."""
    state = LAYERS[layer]
    update(state, t, used, signal(used, gate))
    return value(state, t)
