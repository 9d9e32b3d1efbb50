"""Judge of ann_graph: a fixed beam search over the graph, on queries that nobody saw, counted in distances."""

from functools import lru_cache
from heapq import heappop, heappush, heapreplace

import clouds
import numpy as np

from evo.judging import Array, Invalid, integer, items

NEIGHBOURS, RECALL = 10, 0.95
BEAMS = (10, 14, 20, 28, 40, 56, 80, 112, 160)
MOST_ENTRIES = 64
HOPELESS = 0.002
"""A wider beam that finds no more than this share more is the last."""


def evaluate(candidate, params):
    """Let the program build a graph over every cloud of points, and search all of them.

    Args:
        candidate: a program with `build(points, max_degree)` that returns {"links": ..., "entry": ...}.
        params: n, queries, families, draws (of each), draw (the first one's number), degree.
    """
    drawn_clouds = [
        (family, drawn(family, draw, params["n"], params["queries"], params.get("secret", "")))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    degree = params["degree"]
    answers = candidate.map("build", [(cloud.points, degree) for _, (cloud, _, _) in drawn_clouds])
    visits = []
    for answer, (family, known) in zip(answers, drawn_clouds, strict=True):
        links, entry = read(answer, len(known[0].points), degree)
        visits.append({"family": family} | searched(links, entry, known) | traits(links, entry, known[0].points))
    scores = [each["score"] for each in visits]
    return {
        "objective": sum(scores) / len(scores),
        "measures": {name: mean([each[name] for each in visits]) for name in ("degree", "long", "reached")},
        "metrics": {
            f"evaluations_{name}": mean([each["score"] for each in visits if each["family"] == name])
            for name in params["families"]
        },
        "feedback": described(visits),
    }


def read(answer, n, degree):
    """Return the graph's links and the ids where searches begin, or refuse them."""
    if type(answer) is not dict or answer.keys() != {"links", "entry"}:
        raise Invalid('expected {"links": one list of ids for each point, "entry": ids}')
    rows = items(answer["links"], "links", count=n)
    links = []
    for node, row in enumerate(rows):
        ids = ids_of(row, f"links of {node}", n, degree)
        if node in ids or len(set(ids)) != len(ids):
            raise Invalid(f"links of {node}: expected different ids, its own not among them")
        links.append(ids)
    entry = ids_of(answer["entry"], "entry", n, MOST_ENTRIES)
    if not entry or len(set(entry)) != len(entry):
        raise Invalid(f"entry: expected 1 to {MOST_ENTRIES} different ids")
    return links, entry


def ids_of(row, what, n, most):
    """Return at most so many whole numbers in [0, n)."""
    if type(row) is Array:
        if len(row.shape) != 1 or row.dtype[1] not in "iu":
            raise Invalid(f"{what}: expected whole numbers in one dimension, got {row.dtype} of {list(row.shape)}")
        row = row.flat()
    if len(items(row, what)) > most:
        raise Invalid(f"{what}: expected at most {most}, got {len(row)}")
    return [integer(each, what, low=0, high=n - 1) for each in row]


def searched(links, entry, known):
    """Return how many distances per query the search evaluates where it finds 95 of 100 neighbours.

    Between two widths of the beam it is interpolated. Where even the widest beam finds too few, it is worse than
    a scan of all n points: n (1 + missing recall).
    """
    _, tables, truth = known
    n, last = len(links), None
    for beam in BEAMS:
        found = [search(links, entry, table, beam) for table in tables]
        recall = sum(len(near & right) for (near, _), right in zip(found, truth, strict=True)) / NEIGHBOURS / len(truth)
        count = sum(evaluated for _, evaluated in found) / len(found)
        if recall >= RECALL:
            if last is None or recall == last[0]:
                return {"score": min(n, count), "recall": recall, "beam": beam}
            share = (RECALL - last[0]) / (recall - last[0])
            return {"score": min(n, last[1] + share * (count - last[1])), "recall": recall, "beam": beam}
        if last is not None and recall - last[0] < HOPELESS:
            break
        last = recall, count
    return {"score": n * (1 + RECALL - recall), "recall": recall, "beam": beam}


def search(links, entry, table, beam):
    """Return the ids of the nearest found, and how many distances were evaluated: best first, with a bounded list.

    Args:
        links: node -> its neighbours.
        entry: where to begin.
        table: distance of each point to the query.
        beam: points that are kept; where the nearest open one is farther than all of them, the search ends.
    """
    seen, ahead, kept = set(entry), [], []
    for node in entry:
        heappush(ahead, (table[node], node))
        keep(kept, table[node], node, beam)
    while ahead:
        away, node = heappop(ahead)
        if len(kept) == beam and away > -kept[0][0]:
            break
        for other in links[node]:
            if other not in seen:
                seen.add(other)
                if keep(kept, table[other], other, beam):
                    heappush(ahead, (table[other], other))
    return {-node for _, node in sorted(kept, reverse=True)[:NEIGHBOURS]}, len(seen)


def keep(kept, away, node, beam):
    """Put a point among the nearest so far, and say whether it belongs there."""
    if len(kept) < beam:
        heappush(kept, (-away, -node))
        return True
    if away < -kept[0][0]:
        heapreplace(kept, (-away, -node))
        return True
    return False


def traits(links, entry, points):
    """Return the mean degree, the share of long links, and the share of points that can be reached."""
    seen, ahead = set(entry), list(entry)
    while ahead:
        for other in links[ahead.pop()]:
            if other not in seen:
                seen.add(other)
                ahead.append(other)
    pairs = [(node, other) for node, row in enumerate(links) for other in row]
    lengths = np.zeros(1)
    if pairs:
        ends = np.array(pairs)
        lengths = ((points[ends[:, 0]] - points[ends[:, 1]]) ** 2).sum(axis=1)
    some = points[:: max(1, len(points) // 200)]
    usual = np.median(((some[:, None] - some) ** 2).sum(axis=2))
    return {
        "degree": len(pairs) / len(links),
        "long": float((lengths > usual).mean()),
        "reached": len(seen) / len(links),
    }


@lru_cache(maxsize=32)
def drawn(family, draw, n, queries, secret):
    """Return a cloud, each query's distances to all points, and the ids of its true neighbours."""
    cloud = clouds.cloud(family, draw, n, queries, {"secret": secret} if secret else {})
    tables = [((cloud.points - query) ** 2).sum(axis=1) for query in cloud.queries]
    truth = [set(np.argsort(table, kind="stable")[:NEIGHBOURS].tolist()) for table in tables]
    return cloud, [table.tolist() for table in tables], truth


def mean(values):
    """Return the mean of some numbers."""
    return sum(values) / len(values)


def described(visits):
    """Say what each search cost, and what the graph is like."""
    return "; ".join(
        f"{each['family']}: {each['score']:.1f} distances a query, recall {each['recall']:.3f} with a beam of "
        f"{each['beam']}, degree {each['degree']:.1f}, {each['long']:.1%} long links, {each['reached']:.1%} reached"
        for each in visits[:4]
    )
