"""Judge of moe_balance: it routes every batch by affinity and the program's bias, and drops what is over capacity."""

import math
from functools import lru_cache

import numpy as np
import streams

from evo.judging import Array, Invalid, draw_seed, progress, vector

MEASURED = 15
"""One batch of so many is compared with the most that it could keep."""
LARGEST = 100.0
"""Of a bias; affinities are at most 1."""


def evaluate(candidate, params):
    """Let the program set the experts' biases, batch after batch, for every stream in a fresh process.

    Args:
        candidate: a program with `init(experts, active, seed)` and `update(bias, load, mean, t)`.
        params: batches, families, draws (of each), draw (the first one's number).
    """
    served, asked = (
        [],
        [(f, d) for f in params["families"] for d in range(params["draw"], params["draw"] + params["draws"])],
    )
    for family, draw in asked:
        served.append(serve(candidate, family, draw, params))
        kept = mean(each["kept"] for each in served)
        progress(len(served) / len(asked), objective=kept)
    return {
        "objective": kept,
        "measures": {
            "step": mean(each["step"] for each in served),
            "steadiness": mean(each["steadiness"] for each in served),
        },
        "metrics": {"overload": mean(each["overload"].mean() for each in served)}
        | {f"kept_{name}": mean(e["kept"] for e in served if e["family"] == name) for name in params["families"]},
        "feedback": described(served, kept),
    }


def serve(candidate, family, draw, params):
    """Return how one stream went."""
    affinities, best = drawn(family, draw, params["batches"], params.get("secret", ""))
    experts, active = streams.sizes(family)
    share = affinities.shape[1] * active // experts
    candidate.restart()
    candidate.call("init", experts, active, draw_seed(f"balance of experts, the program's seed, {experts}", {}, size=4))
    bias, kept, loads, biases = np.zeros(experts), [], [], []
    for t, affinity in enumerate(affinities):
        value, load = routed(affinity, bias, active, share)
        kept.append(value)
        loads.append(load / share)
        biases.append(bias)
        bias = bias_of(candidate.call("update", bias, load / share, affinity.mean(axis=0), t), experts)
    moves = np.diff(biases, axis=0)
    return {
        "family": family,
        "kept": sum(kept[MEASURED - 1 :: MEASURED]) / sum(best),
        "loads": np.array(loads),
        "overload": np.max(loads, axis=1) - 1,
        "step": math.log10(max(1e-3, float(np.abs(moves).mean()) * experts)),
        "steadiness": steadiness(moves),
    }


def routed(affinity, bias, active, capacity):
    """Return the affinity that a batch keeps, and how many tokens chose each expert.

    Every token chooses the experts with the highest affinity plus bias, of equal ones those with the lowest ids. An
    expert keeps the tokens with the highest affinity to it, up to its capacity; the others are dropped.
    """
    chosen = np.argsort(-(affinity + bias), axis=1, kind="stable")[:, :active]
    wanted = np.zeros(affinity.shape, dtype=bool)
    np.put_along_axis(wanted, chosen, True, axis=1)
    kept = -np.sort(np.where(wanted, -affinity, 0.0), axis=0)[:capacity]
    return float(kept.sum()), wanted.sum(axis=0)


def bias_of(answer, experts):
    """Return a bias for each expert, or refuse it."""
    if type(answer) is Array and answer.dtype == "<f8" and answer.shape == (experts,):
        found = np.frombuffer(answer.data)
    else:
        found = np.array(vector(answer, "update", count=experts), dtype=float)
    if not (np.abs(found) <= LARGEST).all():
        raise Invalid(f"update: expected finite numbers within {LARGEST:g}")
    return found


def steadiness(moves):
    """Return the correlation of each change of the biases with the next: 1 drifts on, -1 swings to and fro."""
    one, other = moves[:-1].ravel(), moves[1:].ravel()
    size = math.sqrt(float((one * one).sum()) * float((other * other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0


@lru_cache(maxsize=32)
def drawn(family, draw, batches, secret):
    """Return one stream, and the most that each measured batch could keep."""
    params = {"batches": batches} | ({"secret": secret} if secret else {})
    found = streams.stream(family, draw, params)
    experts, active = streams.sizes(family)
    share = found.shape[1] * active // experts
    return found, [streams.most_kept(each, active, share) for each in found[MEASURED - 1 :: MEASURED]]


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return float(sum(found) / len(found))


def described(served, kept):
    """Say in which streams much is dropped, and how the loads lie there."""
    worst = min(served, key=lambda each: each["kept"])
    late = worst["overload"][len(worst["overload"]) // 10 :]
    idle = float((worst["loads"] < 0.5).mean())
    return (
        f"Kept {kept:.4f} of the optimum; least in a stream of the kind {worst['family']}, {worst['kept']:.4f}: there "
        f"the fullest expert has {1 + late.mean():.2f} times its share in the mean, {1 + late.max():.2f} at worst, and "
        f"{idle:.0%} of all loads are below half a share. Changes of the bias, one against the next: correlation "
        f"{worst['steadiness']:.2f}."
    )
