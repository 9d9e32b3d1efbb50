"""Judge of training_rule: it owns examples, hands out gradients, and counts them until the loss is low enough."""

import math
from functools import lru_cache

import numpy as np
import reference
import workloads

from evo.judging import Array, Invalid, draw_seed, progress, vector

ABOVE = 0.05
"""The target lies so far above the least loss of rules that were told their rates."""
DIVERGED = 1e6
"""Parameters beyond that end a workload."""


def evaluate(candidate, params):
    """Let the program train every workload, each in a fresh process.

    Args:
        candidate: a program with `init(shapes, steps, seed)`, `step(params, grad, t)` and `weights(params, t)`.
        params: steps (gradients at most), families, draws (of each), draw (the first one's number).
    """
    done = []
    asked = [(f, d) for d in range(params["draw"], params["draw"] + params["draws"]) for f in params["families"]]
    for family, draw in asked:
        done.append(train(candidate, family, draw, params))
        calls = geometric([each["calls"] for each in done])
        progress(len(done) / len(asked), objective=calls)
    return {
        "objective": calls,
        "measures": {
            "size": mean([each["size"] for each in done]),
            "along": mean([each["along"] for each in done]),
        },
        "metrics": {"missed": sum(each["missed"] for each in done)}
        | {f"calls_{f}": geometric([e["calls"] for e in done if e["family"] == f]) for f in params["families"]},
        "feedback": described(done, calls),
    }


def train(candidate, family, draw, params):
    """Return how many gradients one workload took."""
    steps = params["steps"]
    work, target = drawn(family, draw, steps, params.get("secret", ""))
    candidate.restart()
    seed = draw_seed("training, the program's seed", {}, size=4)
    candidate.call("init", [list(shape) for shape in work.shapes], steps, seed)
    now, losses, sizes, along = work.start.copy(), [work.loss(work.start)], [], []
    for t in range(steps):
        gradient = work.gradient(now, t)
        after = moved(candidate.call("step", now, gradient, t), len(now), "step")
        if after is None:
            break
        sizes.append(size_of(after - now))
        along.append(cosine(now - after, gradient))
        now = after
        if t % reference.EVERY == reference.EVERY - 1:
            shown = moved(candidate.call("weights", now, t), len(now), "weights")
            if shown is None:
                break
            losses.append(work.loss(shown))
            if losses[-1] <= target:
                break
    return {
        "family": family,
        "missed": losses[-1] > target,
        "calls": reference.EVERY * (len(losses) - 1) if losses[-1] <= target else missed(losses, target, steps),
        "size": math.log10(max(1e-6, mean(sizes or [0.0]))),
        "along": mean(along or [0.0]),
        "losses": losses,
        "target": target,
    }


def missed(losses, target, steps):
    """Return what a target that was not reached counts: between steps and twice that, by how far the best was off."""
    return steps * (1 + min(1.0, (min(losses) - target) / max(1e-9, losses[0] - target)))


def moved(answer, count, what):
    """Return parameters, None where they have diverged, or refuse them."""
    if type(answer) is Array and answer.dtype == "<f8" and answer.shape == (count,):
        found = np.frombuffer(answer.data)
        if np.isnan(found).any():
            raise Invalid(f"{what}: expected numbers, got NaN")
    else:
        found = np.array(vector(answer, what, count=count), dtype=float)
    return found if (np.abs(found) < DIVERGED).all() else None


def size_of(step):
    """Return the root of the mean square."""
    return math.sqrt(float((step * step).mean()))


def cosine(one, other):
    """Return the cosine between two vectors; 0 where one of them is."""
    size = math.sqrt(float((one * one).sum()) * float((other * other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0


@lru_cache(maxsize=64)
def drawn(family, draw, steps, secret):
    """Return one workload and its target."""
    work = workloads.workload(family, draw, {"steps": steps} | ({"secret": secret} if secret else {}))
    return work, reference.least_loss(work, steps) + ABOVE


def mean(values):
    """Return the mean of some numbers."""
    return float(sum(values) / len(values))


def geometric(values):
    """Return the geometric mean."""
    return math.exp(mean([math.log(value) for value in values]))


def described(done, calls):
    """Say what each kind took, and how the worst went."""
    worst = max(done, key=lambda each: each["calls"])
    curve = ", ".join(f"{loss:.3g}" for loss in worst["losses"][:: max(1, len(worst["losses"]) // 6)])
    each = ", ".join(f"{one['family']} {one['calls']:.0f}" for one in done)
    return (
        f"Gradients to the target {calls:.1f} ({each}); {sum(one['missed'] for one in done)} missed. Worst: "
        f"{worst['family']}, target {worst['target']:.3g}, losses {curve}, at the end {worst['losses'][-1]:.3g}."
    )
