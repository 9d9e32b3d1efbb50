"""Judge of expert_placement: loads of the window after those that were shown, in whole numbers and fractions."""

from collections import Counter
from fractions import Fraction

import numpy as np
import streams

from evo.judging import Invalid, integer, items


def evaluate(candidate, params):
    """Let the program place the experts of every stream, and load its placement with the next window.

    Args:
        candidate: a program with `place(history, gpus, room)` that returns each GPU's experts, layer by layer.
        params: windows (shown), experts, gpus, room (replicas on a GPU), families, draws (of each), draw (the first
            one's number).
    """
    gpus, room, experts = params["gpus"], params["room"], params["experts"]
    drawn = [
        (family, streams.stream(family, draw, params["windows"] + 1, experts, params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("place", [(stream[:-1], gpus, room) for _, stream in drawn])
    runs = []
    for (family, stream), answer in zip(drawn, answers, strict=True):
        placed = read(answer, family, stream.shape[1:], gpus, room)
        runs.append({"family": family, "balance": balance(placed, stream[-1]), **traits(placed, stream[:-1])})
    return {
        "objective": mean([each["balance"] for each in runs]),
        "measures": {name: mean([each[name] for each in runs]) for name in ("replicated", "fit", "together")},
        "metrics": {
            f"balance_{family}": mean([each["balance"] for each in runs if each["family"] == family])
            for family in params["families"]
        },
        "feedback": described(runs),
    }


def read(answer, family, shape, gpus, room):
    """Return each layer's GPUs as lists of experts, or refuse them.

    Every place on a GPU holds one replica of one expert, and every expert has one somewhere. How many replicas an
    expert has is counted here and told by nobody.
    """
    layers, experts = shape
    placed = []
    for layer, given in enumerate(items(answer, f"{family}: placement", count=layers)):
        what = f"{family}: layer {layer}"
        rows = [
            held(row, f"{what}, GPU {gpu}", room, experts) for gpu, row in enumerate(items(given, what, count=gpus))
        ]
        if missing := set(range(experts)) - {each for row in rows for each in row}:
            raise Invalid(f"{what}: expert {min(missing)} is nowhere, and its tokens would be lost")
        placed.append(rows)
    return placed


def held(row, what, room, experts):
    """Return what is on a GPU, one expert for each place."""
    return [integer(each, what, low=0, high=experts - 1) for each in items(row, what, count=room)]


def loads(rows, tokens):
    """Return the load of each GPU: an expert's tokens are divided evenly among its replicas."""
    copies = Counter(each for row in rows for each in row)
    shares = {each: Fraction(int(tokens[each]), count) for each, count in copies.items()}
    return [sum(shares[each] for each in row) for row in rows]


def balance(placed, tokens):
    """Return the mean load over the heaviest, both added up over the layers: 1 where all GPUs have the same to do.

    Args:
        placed: each layer's GPUs.
        tokens: (layers, experts).
    """
    found = [loads(rows, each) for rows, each in zip(placed, tokens, strict=True)]
    return float(sum(sum(each) / len(each) for each in found) / sum(max(each) for each in found))


def traits(placed, history):
    """Return the share of experts with replicas, the balance in the last window shown, how alike neighbours rise."""
    experts = history.shape[2]
    several = [sum(count > 1 for count in Counter(each for row in rows for each in row).values()) for rows in placed]
    return {
        "replicated": sum(several) / experts / len(placed),
        "fit": balance(placed, history[-1]),
        "together": mean([alike(rows, history[:, layer]) for layer, rows in enumerate(placed)]),
    }


def alike(rows, shown):
    """Return the mean correlation, over the windows shown, of two experts that share a GPU."""
    moved = shown - shown.mean(axis=0)
    size = np.sqrt((moved**2).sum(axis=0))
    moved = moved / np.where(size > 0, size, 1.0)
    pairs = [(a, b) for row in rows for a in set(row) for b in set(row) if a < b]
    if not pairs:
        return 0.0
    one, other = np.array(pairs).T
    return float((moved[:, one] * moved[:, other]).sum(axis=0).mean())


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)


def described(runs):
    """Say how well each stream is balanced, in the window that counts and in the last one shown."""
    return "; ".join(
        f"{each['family']}: balance {each['balance']:.3f} in the next window, {each['fit']:.3f} in the last one shown"
        for each in runs[:9]
    )
