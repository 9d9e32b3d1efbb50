"""Judge of dag_bic: it draws graphs, shows correlations of samples, and computes the exact score of what comes back."""

from functools import lru_cache

import graphs
import numpy as np

from evo.judging import Invalid, integer, items

MOST_PARENTS = 8


def evaluate(candidate, params):
    """Let the program find a graph for every table of correlations.

    Args:
        candidate: a program with `learn(correlations, samples)` that returns the parents of each node.
        params: nodes, families, draws (of each), draw (the first one's number).
    """
    asked = [
        (family, *drawn(family, draw, params["nodes"], params.get("secret", "")))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("learn", [(table.copy(), graphs.SAMPLES) for _, table, _ in asked])
    found = [judged(answer, *each) for answer, each in zip(answers, asked, strict=True)]
    return {
        "objective": mean([each["above"] for each in found]),
        "measures": {
            "edges": mean([each["edges"] for each in found]),
            "likeness": mean([each["likeness"] for each in found]),
        },
        "metrics": {"wrong_edges": mean([each["wrong"] for each in found])}
        | {f"above_{f}": mean([e["above"] for e in found if e["family"] == f]) for f in params["families"]},
        "feedback": described(found),
    }


def judged(answer, family, table, true):
    """Return what one graph is worth: by how much its BIC is above that of the graph behind the samples."""
    parents = read(answer, len(table), family)
    costs = [graphs.local_score(table, node, each, graphs.SAMPLES) for node, each in enumerate(parents)]
    due = [graphs.local_score(table, node, each, graphs.SAMPLES) for node, each in enumerate(true)]
    ours, theirs = edges(parents), edges(true)
    pairs, due_pairs = ({frozenset(edge) for edge in each} for each in (ours, theirs))
    turned = sum((b, a) in theirs for a, b in ours)
    return {
        "family": family,
        "above": float(sum(costs) - sum(due)),
        "edges": len(ours) / len(table),
        "likeness": len(pairs & due_pairs) / max(1, len(pairs | due_pairs)),
        "wrong": len(pairs ^ due_pairs) + turned,
        "turned": turned,
        "more": len(pairs - due_pairs),
        "less": len(due_pairs - pairs),
    }


def read(answer, d, family):
    """Return the parents of each node, or refuse them: whole numbers, each once, without a cycle."""
    found = []
    for node, given in enumerate(items(answer, f"{family}: parents", count=d)):
        what = f"{family}: parents of {node}"
        each = [integer(parent, what, low=0, high=d - 1) for parent in items(given, what)]
        if len(each) > MOST_PARENTS:
            raise Invalid(f"{what}: expected at most {MOST_PARENTS}, got {len(each)}")
        if len(set(each)) < len(each) or node in each:
            raise Invalid(f"{what}: expected different nodes, and not itself")
        found.append(sorted(each))
    left = {node: set(each) for node, each in enumerate(found)}
    while left:
        free = [node for node, each in left.items() if not each & left.keys()]
        if not free:
            raise Invalid(f"{family}: nodes {sorted(left)[:8]} lie on a cycle, or below one")
        for node in free:
            del left[node]
    return found


def edges(parents):
    """Return all edges, (from, to)."""
    return {(parent, node) for node, each in enumerate(parents) for parent in each}


@lru_cache(maxsize=64)
def drawn(family, draw, nodes, secret):
    """Return one case."""
    return graphs.case(family, draw, {"nodes": nodes} | ({"secret": secret} if secret else {}))


def mean(values):
    """Return the mean of some numbers."""
    return float(np.sum(values) / len(values))


def described(found):
    """Say which graph is farthest off, and how."""
    worst = max(found, key=lambda each: each["above"])
    each = ", ".join(f"{one['family']} {one['above']:.1f}" for one in found)
    return (
        f"BIC above that of the graph behind the samples: {each}. Farthest: {worst['family']}, with {worst['more']} "
        f"pairs joined that should not be, {worst['less']} not joined, {worst['turned']} turned round."
    )
