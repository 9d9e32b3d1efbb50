"""Evolution strategy with perturbations of rank one, z-scores and Adam: what every other program is compared with."""

import numpy as np

STATE = {}


def shaped(fitness):
    """Return the members' weights from their fitness."""
    return (fitness - fitness.mean()) / (fitness.std() + 1e-12)


def directions(rng, pairs, m, n):
    """Return factors A (pairs, r, m) and B (pairs, r, n) whose products A^T B have entries of variance one."""
    return rng.standard_normal((pairs, 1, m)), rng.standard_normal((pairs, 1, n))


def advance(gradient, memory, lr):
    """Return the change of one leaf, by Adam."""
    memory["t"] = memory.get("t", 0) + 1
    memory["m"] = 0.9 * memory.get("m", 0.0) + 0.1 * gradient
    memory["v"] = 0.999 * memory.get("v", 0.0) + 0.001 * gradient**2
    first = memory["m"] / (1 - 0.9 ** memory["t"])
    second = memory["v"] / (1 - 0.999 ** memory["t"])
    return lr * first / (np.sqrt(second) + 1e-8)


def rates(sigma, generation, generations):
    """Return the scale of the noise and the step size of a generation."""
    return sigma, 0.5 * sigma


def start(shapes, population, generations, sigma, seed):
    STATE.update(shapes=shapes, pairs=population // 2, sigma=sigma, generations=generations, generation=0)
    STATE.update(rng=np.random.default_rng(seed), memory={name: {} for name in shapes})


def ask():
    rng, pairs = STATE["rng"], STATE["pairs"]
    STATE["now"], STATE["lr"] = rates(STATE["sigma"], STATE["generation"], STATE["generations"])
    STATE["noise"], members = {}, {}
    signs = np.tile([1.0, -1.0], pairs)
    for name, shape in STATE["shapes"].items():
        if len(shape) == 2:
            a, b = directions(rng, pairs, *shape)
            a = a / np.sqrt(a.shape[1])
            STATE["noise"][name] = a, b
            scaled = signs[:, None, None] * STATE["now"] * np.repeat(a, 2, axis=0)
            members[name] = [scaled.astype(np.float32), np.repeat(b, 2, axis=0).astype(np.float32)]
        else:
            e = rng.standard_normal((pairs, *shape))
            STATE["noise"][name] = e
            scaled = signs.reshape(-1, *[1] * len(shape)) * STATE["now"] * np.repeat(e, 2, axis=0)
            members[name] = scaled.astype(np.float32)
    return members


def tell(fitness):
    weights = shaped(fitness)
    by_pair = (weights[0::2] - weights[1::2]) / (len(weights) * STATE["now"])
    STATE["generation"] += 1
    steps = {}
    for name, noise in STATE["noise"].items():
        if isinstance(noise, tuple):
            a, b = noise
            gradient = np.tensordot(by_pair[:, None, None] * a, b, axes=([0, 1], [0, 1]))
        else:
            gradient = np.tensordot(by_pair, noise, axes=(0, 0))
        steps[name] = advance(gradient, STATE["memory"][name], STATE["lr"])
    return steps
