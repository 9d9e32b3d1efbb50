"""Judge of kv_evict: it owns attention and cache, shows what queries give to keys that are left, and evicts one."""

import math
from functools import lru_cache

import numpy as np
import traces

from evo.judging import Array, draw_seed, progress, vector

LOOKED = 16
"""After so many queries the numbers are looked at for the measure `recency`."""


def evaluate(candidate, params):
    """Serve every trace from an empty cache, each in a fresh process.

    Args:
        candidate: a program with `init(slots, tokens, seed)` and `rank(t, keys, weights)`.
        params: tokens, slots, families, draws (of each), draw (the first one's number).
    """
    served, asked = (
        [],
        [(f, d) for f in params["families"] for d in range(params["draw"], params["draw"] + params["draws"])],
    )
    for family, draw in asked:
        served.append({"family": family} | serve(candidate, family, draw, params))
        kept = mean(each["kept"] for each in served)
        progress(len(served) / len(asked), objective=kept)
    return {
        "objective": kept,
        "measures": {name: mean(each[name] for each in served) for name in ("recency", "early")},
        "metrics": {"best_possible": mean(each["most"] for each in served)}
        | {f"kept_{name}": mean(e["kept"] for e in served if e["family"] == name) for name in params["families"]},
        "feedback": described(served, kept, params["slots"]),
    }


@lru_cache(maxsize=32)
def drawn(family, draw, tokens, slots, secret):
    """Return the attention of a trace, and the share that the best keys of each query have."""
    found = traces.attention(family, draw, {"tokens": tokens} | ({"secret": secret} if secret else {}))
    return found, traces.most_held(found, slots)


def serve(candidate, family, draw, params):
    """Return how much of a trace's attention fell on keys that were there, from when not all fit, and on what else."""
    tokens, slots = params["tokens"], params["slots"]
    attention, most = drawn(family, draw, tokens, slots, params.get("secret", ""))
    candidate.restart()
    candidate.call("init", slots, tokens, draw_seed(f"keys, the program's seed, {tokens}", {}, size=4))
    keys, kept, lost, gone, likeness = np.zeros(0, dtype=int), [], np.zeros(3), [], []
    for t, row in enumerate(attention):
        keys = np.append(keys, t)
        weights = row[keys]
        if t >= slots:
            kept.append(float(weights.sum()))
            lost += parted(row, keys, t, slots)
        numbers = ranked(candidate, t, keys.copy(), weights / weights.sum())
        if t % LOOKED == LOOKED - 1:
            likeness.append(alike(numbers))
        if len(keys) > slots:
            out = int(np.argmin(numbers))
            gone.append(t - int(keys[out]))
            keys = np.delete(keys, out)
    return {
        "kept": math.fsum(kept) / len(kept),
        "most": most,
        "lost": lost / len(kept),
        "early": mean(age < slots for age in gone),
        "recency": mean(likeness),
    }


def parted(row, keys, t, slots):
    """Return the attention to keys that are gone: to the sinks, to the last `slots`, and to those between."""
    rest = row[: t + 1].copy()
    rest[keys] = 0.0
    first = len(traces.SINKS)
    sinks, last = float(rest[:first].sum()), float(rest[max(first, t + 1 - slots) :].sum())
    return np.array([sinks, last, max(0.0, float(rest.sum()) - sinks - last)])


def ranked(candidate, t, keys, weights):
    """Return what the program thinks of each key in the cache, as an array."""
    answer = candidate.call("rank", t, keys, weights)
    if type(answer) is Array and answer.dtype == "<f8" and answer.shape == keys.shape:
        numbers = np.frombuffer(answer.data)
        if np.isfinite(numbers).all():
            return numbers
    return np.array(vector(answer, "rank", count=len(keys)), dtype=float)


def alike(numbers):
    """Return the rank correlation of numbers with the order in which their keys came."""
    if len(numbers) < 3 or np.ptp(numbers) == 0:
        return 0.0
    places = np.argsort(np.argsort(numbers, kind="stable"))
    return float(np.corrcoef(places, np.arange(len(places)))[0, 1])


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return float(sum(found) / len(found))


def described(served, kept, slots):
    """Say how much is kept, where least, and to which keys the rest would have gone."""
    worst = min(served, key=lambda each: each["kept"] - each["most"])
    sinks, last, between = (mean(each["lost"][at] for each in served) for at in range(3))
    early, most = (mean(each[name] for each in served) for name in ("early", "most"))
    return (
        f"Kept {kept:.4f} of the attention; the best {slots} keys of each query have {most:.4f}. Farthest from that: "
        f"{worst['family']}, {worst['kept']:.4f} against {worst['most']:.4f}. What is lost: {sinks:.4f} to the first "
        f"{len(traces.SINKS)} keys, {last:.4f} to the last {slots}, {between:.4f} to those between. {early:.0%} of the "
        f"keys leave within {slots} queries after they came."
    )
