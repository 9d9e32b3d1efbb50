"""Judge of egraph_extract: whole costs of what was chosen, each class once; circles are looked for."""

import math

import egraphs

from evo.judging import Invalid, integer, items


def evaluate(candidate, params):
    """Let the program choose nodes of every e-graph, and compare what they cost with the cheapest trees.

    Args:
        candidate: a program with `extract(classes, root)` that returns a node's place for each class, or -1.
        params: n (classes, about), families, draws (of each), draw (the first one's number).
    """
    drawn = [
        (family, egraphs.egraph(family, draw, params["n"], params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("extract", [tuple(graph) for _, graph in drawn])
    runs = []
    for (family, graph), answer in zip(drawn, answers, strict=True):
        chosen = read(answer, graph, family)
        cost = sum(graph.classes[at][node][0] for at, node in chosen.items())
        found = {"family": family, "cost": cost, "trees": trees(graph), "bound": bound(graph)}
        runs.append(found | traits(graph, chosen))
    over = [each["cost"] / each["trees"] for each in runs]
    return {
        "objective": geometric(over),
        "measures": {name: sum(each[name] for each in runs) / len(runs) for name in ("used", "shared", "deep")},
        "metrics": {name: sum(each[name] for each in runs) for name in ("cost", "trees", "bound")}
        | {
            f"over_{family}": geometric([x for x, each in zip(over, runs, strict=True) if each["family"] == family])
            for family in params["families"]
        },
        "feedback": described(runs),
    }


def read(answer, graph, what):
    """Return {class: place of its node} in an order in which what a node takes comes before it, or refuse the choice.

    The root is chosen, and with each node all classes that it takes. Whatever else is chosen counts as well.
    """
    given = items(answer, f"{what}: choice", count=len(graph.classes))
    chosen = {}
    for at, each in enumerate(given):
        node = integer(each, f"{what}: choice of class {at}", low=-1, high=len(graph.classes[at]) - 1)
        if node >= 0:
            chosen[at] = node
    if graph.root not in chosen:
        raise Invalid(f"{what}: nothing is chosen of class {graph.root}, which is the root")
    for at, node in chosen.items():
        for child in graph.classes[at][node][1]:
            if child not in chosen:
                raise Invalid(f"{what}: the node of class {at} takes class {child}, of which nothing is chosen")
    return ordered(graph, chosen, what)


def ordered(graph, chosen, what):
    """Return the choice such that what a node takes comes before it; there is no such order where there are circles."""
    left = {at: len(graph.classes[at][node][1]) for at, node in chosen.items()}
    users = {at: [] for at in chosen}
    for at, node in chosen.items():
        for child in graph.classes[at][node][1]:
            users[child].append(at)
    ahead, found = [at for at, count in left.items() if not count], {}
    while ahead:
        at = ahead.pop()
        found[at] = chosen[at]
        for user in users[at]:
            left[user] -= 1
            if not left[user]:
                ahead.append(user)
    if len(found) < len(chosen):
        raise Invalid(f"{what}: class {min(set(chosen) - set(found))} is chosen in a circle or over one")
    return found


def trees(graph):
    """Return the cost, shared parts paid once, of the choice that would be cheapest if they were paid each time.

    Of nodes with equal values the first one is chosen.
    """
    values = [math.inf] * len(graph.classes)
    changed = True
    while changed:
        changed = False
        for at, nodes in enumerate(graph.classes):
            value = min(cost + sum(values[child] for child in below) for cost, below in nodes)
            if value < values[at]:
                values[at], changed = value, True
    ahead, used = [graph.root], {}
    while ahead:
        at = ahead.pop()
        if at not in used:
            cost, below = next(
                node for node in graph.classes[at] if node[0] + sum(values[child] for child in node[1]) == values[at]
            )
            used[at] = cost
            ahead += below
    return sum(used.values())


def bound(graph):
    """Return a cost that no choice is below: the cheapest nodes of all classes that every choice contains.

    A class contains itself, and what each one of its nodes would bring along.
    """
    everything = (1 << len(graph.classes)) - 1
    within = [everything] * len(graph.classes)
    changed = True
    while changed:
        changed = False
        for at, nodes in enumerate(graph.classes):
            common = everything
            for _, below in nodes:
                brought = 0
                for child in below:
                    brought |= within[child]
                common &= brought
            common |= 1 << at
            if common != within[at]:
                within[at], changed = common, True
    return sum(min(cost for cost, _ in nodes) for at, nodes in enumerate(graph.classes) if within[graph.root] >> at & 1)


def traits(graph, chosen):
    """Return the share of classes that are chosen, how many users each has, and the longest chain over their number."""
    users, depth = dict.fromkeys(chosen, 0), {}
    for at, node in chosen.items():
        below = graph.classes[at][node][1]
        depth[at] = 1 + max((depth[child] for child in below), default=0)
        for child in below:
            users[child] += 1
    taken = [count for count in users.values() if count]
    return {
        "used": len(chosen) / len(graph.classes),
        "shared": sum(taken) / max(1, len(taken)),
        "deep": max(depth.values()) / len(chosen),
    }


def geometric(values):
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def described(runs):
    """Say what was chosen of each e-graph."""
    return "; ".join(
        f"{each['family']}: cost {each['cost']}, by cheapest trees {each['trees']}, no choice is below "
        f"{each['bound']}; {each['used']:.0%} of the classes, {each['shared']:.2f} users each"
        for each in runs[:6]
    )
