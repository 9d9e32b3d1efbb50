"""Judge of prune_layer: it counts zeros and measures what the pruned layer does with inputs that nobody was shown."""

import math
from functools import lru_cache

import layers
import numpy as np

from evo.judging import Array, Invalid, items, vector

OUTLIERS = 4
"""Channels whose share of what is kept is a measure: those with the largest inputs."""
LARGEST = 1e6


def evaluate(candidate, params):
    """Let the program prune every layer at every sparsity, and take the geometric mean of the output errors.

    Args:
        candidate: a program with `prune(W, H, sparsity, pattern)` that returns an array of W's shape.
        params: shape (m, n), families, draws (of each), draw (the first one's number), sparsities, pattern.
    """
    pattern = params["pattern"]
    asked = [
        (family, drawn(family, draw, tuple(params["shape"]), params.get("secret", "")), sparsity)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
        for sparsity in params["sparsities"]
    ]
    answers = candidate.map("prune", [(layer.weights, layer.shown, sparsity, pattern) for _, layer, sparsity in asked])
    seen = [
        judged(read(answer, layer, sparsity, pattern), layer) | {"family": family, "sparsity": sparsity}
        for answer, (family, layer, sparsity) in zip(answers, asked, strict=True)
    ]
    return {
        "objective": geometric([each["error"] for each in seen]),
        "measures": {name: mean([each[name] for each in seen]) for name in ("row_spread", "outlier_share", "change")},
        "metrics": {"shown": geometric([each["shown"] for each in seen])}
        | by_name(seen, "family")
        | by_name(seen, "sparsity"),
        "feedback": described(seen),
    }


def read(answer, layer, sparsity, pattern):
    """Return the pruned weights, or refuse them: shape, finite numbers, and not one too many that is not zero."""
    m, n = layer.weights.shape
    if type(answer) is Array:
        if answer.dtype not in {"<f8", "<f4"} or answer.shape != (m, n):
            raise Invalid(f"weights: expected doubles of shape [{m}, {n}], got {answer.dtype} of {list(answer.shape)}")
        found = np.frombuffer(answer.data, answer.dtype).reshape(m, n).astype(float)
    else:
        rows = items(answer, "weights", count=m)
        found = np.array([vector(row, f"weights, row {i}", count=n) for i, row in enumerate(rows)], dtype=float)
    if not (np.abs(found) <= LARGEST).all():
        raise Invalid("weights: expected finite numbers within a million")
    check(found != 0, sparsity, pattern)
    return found


def check(kept, sparsity, pattern):
    """Refuse a mask that keeps more than the pattern allows."""
    m, n = kept.shape
    if pattern == "layer":
        refuse(int(kept.sum()), allowed(m * n, sparsity), "the layer")
    elif pattern == "row":
        refuse(int(kept.sum(axis=1).max()), allowed(n, sparsity), f"row {int(kept.sum(axis=1).argmax())}")
    else:
        fours = kept.reshape(m, n // 4, 4).sum(axis=2)
        row, group = divmod(int(fours.argmax()), n // 4)
        refuse(int(fours.max()), 2, f"row {row}, columns {4 * group} to {4 * group + 3}")


def allowed(count, sparsity):
    """Return how many of so many weights may differ from zero."""
    return math.floor(count * (1 - sparsity) + 1e-9)


def refuse(kept, most, where):
    """Refuse more than the most."""
    if kept > most:
        raise Invalid(f"weights: {where} has {kept} that are not zero, expected at most {most}")


def judged(found, layer):
    """Return the relative error of the outputs on fresh and on shown inputs, and what was kept and changed."""
    weights, kept = layer.weights, found != 0
    counts = kept.sum(axis=1)
    largest = np.argsort(-layer.shown.diagonal(), kind="stable")[:OUTLIERS]
    return {
        "error": max(1e-12, energy(weights - found, layer.fresh) / energy(weights, layer.fresh)),
        "shown": max(1e-12, energy(weights - found, layer.shown) / energy(weights, layer.shown)),
        "row_spread": float(counts.std() / max(1.0, counts.mean())),
        "outlier_share": float(kept[:, largest].mean()),
        "change": min(1.0, float(np.sqrt(((found - weights)[kept] ** 2).sum() / (weights**2).sum()))),
        "worst_row": int(np.argmax(row_energies(weights - found, layer.fresh))),
    }


def row_energies(rows, moments):
    """Return the mean squared output of each row. Summed in a fixed order, whatever the number of threads."""
    return (np.einsum("ij,jk->ik", rows, moments) * rows).sum(axis=1)


def energy(rows, moments):
    """Return the mean squared output of all rows."""
    return float(row_energies(rows, moments).sum())


@lru_cache(maxsize=64)
def drawn(family, draw, shape, secret):
    """Return one layer."""
    return layers.layer(family, draw, shape, {"secret": secret} if secret else {})


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)


def geometric(values):
    """Return the geometric mean."""
    return math.exp(mean([math.log(value) for value in values]))


def by_name(seen, key):
    """Return the geometric mean of the errors for each family, or each sparsity."""
    names = dict.fromkeys(str(each[key]) for each in seen)
    return {f"error_{name}": geometric([e["error"] for e in seen if str(e[key]) == name]) for name in names}


def described(seen):
    """Say where the error is, and how much of it is fitted to the shown inputs."""
    errors = ", ".join(f"{value:.4g} ({name[6:]})" for name, value in by_name(seen, "sparsity").items())
    fitted = geometric([each["error"] / each["shown"] for each in seen])
    worst = max(seen, key=lambda each: each["error"])
    return (
        f"Relative output error by sparsity: {errors}; on the shown inputs it is {fitted:.3f} times smaller. Kept in "
        f"the {OUTLIERS} largest channels: {mean([each['outlier_share'] for each in seen]):.0%}. Worst: "
        f"{worst['family']} at {worst['sparsity']:g}, {worst['error']:.4g}, most of it in row {worst['worst_row']}."
    )
