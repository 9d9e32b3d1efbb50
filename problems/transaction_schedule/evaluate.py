"""Judge of transaction_schedule: whole steps, counted anew from the order alone."""

import math
from itertools import pairwise

import workloads

from evo.judging import Invalid, integer, items


def evaluate(candidate, params):
    """Let the program order every batch, and run the batches in its orders.

    Args:
        candidate: a program with `schedule(transactions)` that returns the order in which they are let in.
        params: n (transactions of a batch), families, draws (of each), draw (the first one's number).
    """
    drawn = [
        (family, workloads.batch(family, draw, params["n"], params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("schedule", [(batch,) for _, batch in drawn])
    runs = []
    for (family, batch), answer in zip(drawn, answers, strict=True):
        order = read(answer, len(batch), family)
        begins = started(order, batch)
        span = max(begin + len(each) for begin, each in zip(begins, batch, strict=True))
        runs.append({"family": family, "span": span, "bound": bound(batch), **traits(order, batch)})
    return {
        "objective": geometric([each["span"] / each["bound"] for each in runs]),
        "measures": {name: mean([each[name] for each in runs]) for name in ("beside", "long_first", "readers_first")},
        "metrics": {"steps": sum(each["span"] for each in runs), "bound": sum(each["bound"] for each in runs)}
        | {
            f"over_{family}": geometric([each["span"] / each["bound"] for each in runs if each["family"] == family])
            for family in params["families"]
        },
        "feedback": described(runs),
    }


def read(answer, n, what):
    """Return an order of n transactions, or refuse what is none: all of them, and each once."""
    order = [integer(each, f"{what}: order", low=0, high=n - 1) for each in items(answer, f"{what}: order", count=n)]
    if len(set(order)) != n:
        twice = next(each for place, each in enumerate(order) if each in order[:place])
        raise Invalid(f"{what}: order: transaction {twice} is in it twice, so that others are left out")
    return order


def started(order, batch):
    """Return the step at which each transaction begins: as early as those before it in the order let it.

    An operation takes one step, a transaction runs without a pause. Where one of two operations on a key writes, that
    of the transaction that is later in the order comes later.
    """
    begins, free = [0] * len(batch), {}
    for which in order:
        begin = 0
        for at, (key, write) in enumerate(batch[which]):
            after_reads, after_writes = free.get(key, (0, 0))
            begin = max(begin, (max(after_reads, after_writes) if write else after_writes) - at)
        begins[which] = begin
        for at, (key, write) in enumerate(batch[which]):
            ends = list(free.get(key, (0, 0)))
            ends[write] = max(ends[write], begin + at + 1)
            free[key] = tuple(ends)
    return begins


def bound(batch):
    """Return steps that no order can do without: of the longest transaction, or of all writes of one key.

    Writes of a key and reads of it are never in one step. Before the first of them somebody has come to this key, and
    after the last somebody goes on to the end; this is at least what is the least of anybody.
    """
    uses = {}
    for which, each in enumerate(batch):
        for at, (key, write) in enumerate(each):
            uses.setdefault(key, []).append((which, at, write))
    least = max(len(each) for each in batch)
    for found in uses.values():
        writes = sum(write for _, _, write in found)
        reads = [which for which, _, write in found if not write]
        together = max((reads.count(which) for which in set(reads)), default=0)
        before = min(at for _, at, _ in found)
        behind = min(len(batch[which]) - 1 - at for which, at, _ in found)
        least = max(least, before + writes + together + behind)
    return least


def conflict(one, other):
    """Return whether two transactions have a key of which one of them writes."""
    written = [{key for key, write in each if write} for each in (one, other)]
    used = [{key for key, _ in each} for each in (one, other)]
    return bool(written[0] & used[1] or written[1] & used[0])


def traits(order, batch):
    """Return what kind of an order it is, by shares of neighbours and of pairs."""
    place = {which: at for at, which in enumerate(order)}
    lengths = [len(each) for each in batch]
    pairs = [(a, b) for a in place for b in place if lengths[a] > lengths[b]]
    reads, writes = {}, {}
    for which, each in enumerate(batch):
        for key, write in each:
            (writes if write else reads).setdefault(key, set()).add(which)
    mixed = [(a, b) for key, some in reads.items() for a in some for b in writes.get(key, ()) if a != b]
    return {
        "beside": mean([conflict(batch[a], batch[b]) for a, b in pairwise(order)]),
        "long_first": mean([place[a] < place[b] for a, b in pairs]),
        "readers_first": mean([place[a] < place[b] for a, b in mixed]),
    }


def mean(values):
    """Return the mean of some numbers, 0.5 of none."""
    return sum(values) / len(values) if values else 0.5


def geometric(values):
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def described(runs):
    """Say how long each batch took."""
    return "; ".join(
        f"{each['family']}: {each['span']} steps, at least {each['bound']} are needed; {each['beside']:.0%} of "
        f"neighbours in the order conflict"
        for each in runs[:6]
    )
