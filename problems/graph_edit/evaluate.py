"""Judge of graph_edit: the cost of the edit path that a matching of nodes means, in whole numbers."""

import math

import graphs

from evo.judging import Array, Invalid, integer, items


def evaluate(candidate, params):
    """Let the program match the nodes of every pair of graphs, and reckon what turning one into the other costs.

    Args:
        candidate: a program with `match(first, second, costs)` that returns for each node of the first graph one of
            the second, or None.
        params: families, draws (of each), draw (the first one's number).
    """
    drawn = [
        (family, graphs.pair(family, draw, params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("match", [(shown(pair.first), shown(pair.second), costs(pair)) for _, pair in drawn])
    visits = [visit(answer, family, pair) for answer, (family, pair) in zip(answers, drawn, strict=True)]
    return {
        "objective": geometric([each["ratio"] for each in visits]),
        "measures": {name: mean([each[name] for each in visits]) for name in ("kept", "relabelled", "alone")},
        "metrics": {"cost": mean([e["cost"] for e in visits]), "planted": mean([e["planted"] for e in visits])}
        | {f"ratio_{f}": geometric([e["ratio"] for e in visits if e["family"] == f]) for f in params["families"]},
        "feedback": described(visits),
    }


def shown(graph):
    """Return a graph as programs get it."""
    return {"labels": list(graph.labels), "edges": [list(edge) for edge in graph.edges]}


def costs(pair):
    """Return what edits cost, by name."""
    names = ("node_away", "node_new", "edge_away", "edge_new", "relabel")
    return dict(zip(names, pair.costs, strict=True))


def read(answer, pair, family):
    """Return a node of the second graph, or None, for each of the first; no node of the second twice."""
    if type(answer) is Array and len(answer.shape) == 1 and answer.dtype[1] in "iu":
        answer = answer.flat()
    last = len(pair.second.labels) - 1
    given = items(answer, f"{family}: match", count=len(pair.first.labels))
    found = [
        None if each is None else integer(each, f"{family}: match of {node}", low=0, high=last)
        for node, each in enumerate(given)
    ]
    taken = [each for each in found if each is not None]
    if len(set(taken)) != len(taken):
        raise Invalid(f"{family}: match: expected no node of the second graph twice")
    return found


def edits(pair, match):
    """Return how many nodes are taken away and added, edges taken away and added, and labels changed."""
    taken = [other for other in match if other is not None]
    there = set(pair.second.edges)
    kept = 0
    for u, v in pair.first.edges:
        one, other = match[u], match[v]
        kept += one is not None and other is not None and (min(one, other), max(one, other)) in there
    relabelled = sum(
        pair.first.labels[node] != pair.second.labels[other] for node, other in enumerate(match) if other is not None
    )
    return (
        len(match) - len(taken),
        len(pair.second.labels) - len(taken),
        len(pair.first.edges) - kept,
        len(pair.second.edges) - kept,
        relabelled,
    )


def total(pair, match):
    """Return the cost of the edits."""
    return sum(count * cost for count, cost in zip(edits(pair, match), pair.costs, strict=True))


def visit(answer, family, pair):
    """Return what the edits cost, against those that were planted, and of what kind they are."""
    match = read(answer, pair, family)
    away, _, edge_away, _, relabelled = edits(pair, match)
    cost, planted = total(pair, match), total(pair, pair.planted)
    return {
        "family": family,
        "cost": cost,
        "planted": planted,
        "ratio": max(1, cost) / max(1, planted),
        "kept": 1 - edge_away / max(1, len(pair.first.edges)),
        "relabelled": relabelled / max(1, len(match) - away),
        "alone": away / len(match),
    }


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)


def geometric(values):
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def described(visits):
    """Say what edits cost, where they cost most, and of what kind they are."""
    worst = max(visits, key=lambda each: each["ratio"])
    kept, relabelled, alone = (mean([each[name] for each in visits]) for name in ("kept", "relabelled", "alone"))
    return (
        f"Edits cost {mean([e['cost'] for e in visits]):.1f}, as planted {mean([e['planted'] for e in visits]):.1f}; "
        f"worst pair {worst['cost']} against {worst['planted']} ({worst['family']}). {kept:.0%} of the first graph's "
        f"edges are kept, {relabelled:.0%} of the matched nodes get another label, {alone:.0%} have no partner."
    )
