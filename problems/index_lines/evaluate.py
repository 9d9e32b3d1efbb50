"""Judge of index_lines: it walks the index that a program writes, and counts the lines that are not in the cache."""

import ops
from memory import ENTRY, HEADER, LINE, Index

from evo.judging import Invalid

TOLD = 64
"""After so many look-ups a program is told which they were."""


def evaluate(candidate, params):
    """Let the program keep an index over every stream of operations, and count misses.

    Args:
        candidate: a program with `begin(lines)`, `insert(key)` and `seen(keys)`.
        params: first, steps, lines (of the cache), families, draws (of each), draw (the first one's number).
    """
    found = [
        {"family": family} | served(candidate, ops.stream(family, draw, params), Index(params["lines"]), family)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    return {
        "objective": mean([each["misses"] for each in found]),
        "measures": {name: mean([each[name] for each in found]) for name in ("visits", "entries")},
        "metrics": {name: mean([each[name] for each in found]) for name in ("lookup", "insertion", "units")}
        | {
            f"misses_{family}": mean([each["misses"] for each in found if each["family"] == family])
            for family in params["families"]
        },
        "feedback": "; ".join(each["words"] for each in found[:5]),
    }


def served(candidate, stream, index, family):
    """Return what a stream of operations cost, in an index that is empty."""
    candidate.restart()
    candidate.call("begin", index.cache.lines)
    asked, counts = [], {True: [0, 0], False: [0, 0]}
    try:
        for key in stream.first:
            insert(candidate, index, key)
        index.visits = 0
        for key, new in stream.steps:
            before = index.cache.misses
            if new:
                insert(candidate, index, key)
            else:
                look_up(candidate, index, key, asked)
            counts[new][0] += index.cache.misses - before
            counts[new][1] += 1
        visits = index.visits / len(stream.steps)
        missed = [key for key in [*stream.first, *(key for key, new in stream.steps if new)] if not index.find(key)]
    except Invalid as refusal:
        raise Invalid(f"{family}: {refusal}") from None
    if missed:
        raise Invalid(f"{family}: in the end {len(missed)} keys are not in the index")
    rates = {new: total / max(1, many) for new, (total, many) in counts.items()}
    misses = sum(total for total, _ in counts.values()) / len(stream.steps)
    return {
        "misses": misses,
        "visits": visits,
        "lookup": rates[False],
        "insertion": rates[True],
        "entries": mean([len(node.keys) for node in index.nodes.values()]),
        "units": sum(HEADER + ENTRY * len(node.keys) for node in index.nodes.values()) / LINE,
        "words": f"{family} {misses:.3f} misses: {rates[False]:.3f} a look-up, {rates[True]:.3f} an insertion, "
        f"{visits:.1f} nodes visited, {len(index.nodes)} nodes in the end",
    }


def insert(candidate, index, key):
    """Have a key put in: the walk to its place is counted, and so is what the program writes."""
    if index.find(key):
        raise Invalid("a new key is in the index already")
    index.write(candidate.call("insert", key))


def look_up(candidate, index, key, asked):
    """Walk to a key; now and then tell the program which ones were looked up, and take what it writes."""
    if not index.find(key):
        raise Invalid("a key that was put in is not found")
    asked.append(key)
    if len(asked) == TOLD:
        index.write(candidate.call("seen", asked))
        asked.clear()


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)
