"""Judge of expert_cache: it owns requests and caches, and asks the program for nothing but an order of experts."""

from functools import lru_cache

import ceiling
import numpy as np
import traces

from evo.judging import Array, Invalid, draw_seed, integer, items, progress, vector

HALVES = 2
"""A miss is counted in halves, since what is loaded ahead costs half of one."""
LOOKED = 16
"""Of so many tokens one is looked at for the measure `recency`."""
PROBE, REPEATED = 128, 8
"""Tokens of the probe behind `horizon`, and how often its one expert is used before."""


def evaluate(candidate, params):
    """Serve every request, each with caches that are empty and by a process that remembers nothing.

    Args:
        candidate: a program with `init(layers, experts, active, slots, seed)`, `rank(layer, t, used, gate)` and, where
            something may be loaded ahead, `prefetch(layer, t, most)`.
        params: layers, experts, active, tokens, slots, prefetch, families, draws (of each), draw (the first one's
            number), file (of recorded requests, which stand in place of drawn ones where it is there).
    """
    served, asked = [], requests(params)
    for request in asked:
        served.append(serve(candidate, request, params))
        misses = mean(each["halves"] / each["most"] for each in served)
        progress(len(served) / len(asked), objective=misses)
    return {
        "objective": misses,
        "measures": {"recency": mean(each["recency"] for each in served), "horizon": horizon(candidate, params)},
        "metrics": {
            "gap_closed": closed(served),
            "best_possible": mean(each["belady"] for each in served),
            "loaded_ahead": mean(each["ahead"] for each in served),
        }
        | by_family(served),
        "feedback": described(served, misses),
    }


class Request:
    """What is used by one request, and what no policy can beat and everybody can do.

    Attributes:
        family: its kind, or "recorded".
        gates: (tokens, layers, experts). used: (tokens, layers, active), best gate first.
        belady, recent: misses of the optimum and of the least recently used.
    """

    def __init__(self, family, gates, active, slots):
        self.family, self.gates, self.used = family, gates, traces.chosen(gates, active)
        experts = gates.shape[-1]
        self.belady = ceiling.belady(self.used, experts, slots)
        self.recent = ceiling.recent(self.used, experts, slots)


def requests(params):
    """Return the requests of an instance; made once in a process."""
    keys = ("layers", "experts", "active", "tokens", "slots", "draws", "draw")
    return _requests(
        tuple((key, params[key]) for key in keys), tuple(params["families"]), params["file"], params.get("secret", "")
    )


@lru_cache(maxsize=4)
def _requests(settings, families, file, secret):
    params = {**dict(settings), **({"secret": secret} if secret else {})}
    found = traces.recorded(file, params) if file else None
    if found is not None:
        return [Request("recorded", each, params["active"], params["slots"]) for each in found]
    draws = range(params["draw"], params["draw"] + params["draws"])
    return [
        Request(family, traces.gates(family, draw, params), params["active"], params["slots"])
        for family in families
        for draw in draws
    ]


class Cache:
    """The fast memory of one layer."""

    def __init__(self, experts, slots):
        self.resident, self.slots = np.zeros(experts, dtype=bool), slots
        self.last = np.full(experts, -1)
        self.gone = np.full(experts, -1)

    def load(self, wanted):
        """Bring some experts in; return which of them were missing."""
        missing = wanted[~self.resident[wanted]]
        self.resident[missing] = True
        return missing

    def evict(self, numbers, used, t):
        """Send away those with the lowest numbers until the rest fits; of equal ones those with the lowest ids."""
        over = int(self.resident.sum()) - self.slots
        if over <= 0:
            return
        order = np.where(self.resident, numbers, np.inf)
        order[used] = np.inf
        out = np.argsort(order, kind="stable")[:over]
        self.resident[out] = False
        self.gone[out] = t


def serve(candidate, request, params):
    """Return what became of one request."""
    tokens, layers, experts = request.gates.shape
    candidate.restart()
    seed = draw_seed(f"expert cache, the program's seed, {request.family}/{tokens}", params, size=4)
    candidate.call("init", layers, experts, params["active"], params["slots"], seed)
    caches = [Cache(experts, params["slots"]) for _ in range(layers)]
    halves, ahead, ages, likeness = 0, 0, [], []
    for t in range(tokens):
        for layer, cache in enumerate(caches):
            if params["prefetch"] and layer:
                loaded = cache.load(asked_ahead(candidate, layer, t, experts, params["prefetch"]))
                ahead += len(loaded)
            used = request.used[t, layer]
            missing = cache.load(used)
            halves += HALVES * len(missing)
            ages += [t - gone for gone in cache.gone[missing].tolist() if gone >= 0]
            cache.last[used] = t
            numbers = ranked(candidate, layer, t, used, request.gates[t, layer])
            cache.evict(numbers, used, t)
            if t % LOOKED == LOOKED - 1:
                likeness.append(alike(numbers, cache.last))
    most = HALVES * request.used.size
    return {
        "family": request.family,
        "halves": halves + ahead,
        "most": most,
        "ahead": ahead / request.used.size,
        "belady": request.belady / request.used.size,
        "recent": request.recent / request.used.size,
        "ages": ages,
        "recency": mean(likeness or [0.0]),
    }


def ranked(candidate, layer, t, used, gate):
    """Return what the program thinks of each expert, as an array."""
    answer = candidate.call("rank", layer, t, used.tolist(), gate)
    if type(answer) is Array and answer.dtype == "<f8" and answer.shape == gate.shape:
        numbers = np.frombuffer(answer.data)
        if np.isfinite(numbers).all():
            return numbers
    return np.array(vector(answer, "rank", count=len(gate)), dtype=float)


def asked_ahead(candidate, layer, t, experts, most):
    """Return the different experts that the program wants before it is known what is used."""
    answer = candidate.call("prefetch", layer, t, most)
    wanted = [integer(each, "prefetch", low=0, high=experts - 1) for each in items(answer, "prefetch")]
    if len(wanted) > most or len(set(wanted)) < len(wanted):
        raise Invalid(f"prefetch: expected at most {most} different experts, got {len(wanted)}")
    return np.array(wanted, dtype=int)


def alike(numbers, last):
    """Return the rank correlation of the numbers with the times of last use, over the experts used so far."""
    seen = last >= 0
    one, other = (np.argsort(np.argsort(each[seen], kind="stable")) for each in (numbers, last))
    if len(one) < 3 or np.ptp(numbers[seen]) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def horizon(candidate, params):
    """Return for how many tokens an expert that was used some times in a row stays among the best, counted from 1."""
    experts, active, slots = params["experts"], params["active"], params["slots"]
    rng = np.random.default_rng(draw_seed("expert cache, probe", {}))
    candidate.restart()
    candidate.call("init", 1, experts, active, slots, 1)
    for t in range(REPEATED + PROBE - 1):
        liked = rng.normal(size=experts)
        liked[0] = liked.max() + 1 if t < REPEATED else np.median(liked)
        gate = traces.softmax(liked)
        numbers = ranked(candidate, 0, t, traces.chosen(gate, active), gate)
        if t >= REPEATED and (numbers > numbers[0]).sum() >= slots:
            return float(t - REPEATED + 1)
    return float(PROBE)


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return sum(found) / len(found)


def closed(served):
    """Return which share of the way from the least recently used to the optimum is gone."""
    recent, best = (mean(each[key] for each in served) for key in ("recent", "belady"))
    return (recent - mean(each["halves"] / each["most"] for each in served)) / (recent - best) if recent > best else 0.0


def by_family(served):
    """Return the mean miss rate of each kind of request."""
    names = dict.fromkeys(each["family"] for each in served)
    return {
        f"misses_{name}": mean(each["halves"] / each["most"] for each in served if each["family"] == name)
        for name in names
    }


def described(served, misses):
    """Say where the misses are, and how soon what was sent away was wanted back."""
    best, recent = (mean(each[key] for each in served) for key in ("belady", "recent"))
    worst = max(served, key=lambda each: each["halves"] / each["most"] - each["belady"])
    ages = [age for each in served for age in each["ages"]]
    text = (
        f"Miss rate {misses:.4f}; {recent:.4f} for the least recently used, {best:.4f} with the future known: "
        f"{closed(served):.0%} of that gap closed. Farthest from its optimum: {worst['family']}, "
        f"{worst['halves'] / worst['most']:.4f} against {worst['belady']:.4f}"
    )
    if ages:
        soon, later = (mean(age <= bound for age in ages) for bound in (4, 32))
        text += f". Of what was sent away and wanted back, {soon:.0%} came back within 4 tokens, {later:.0%} within 32"
    return text + "."
