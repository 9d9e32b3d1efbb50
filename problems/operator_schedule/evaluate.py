"""Judge of operator_schedule: whole steps; results and units are looked at one by one."""

import math

import graphs

from evo.judging import Invalid, integer, items


def evaluate(candidate, params):
    """Let the program schedule every graph, and take the geometric mean of the steps over a lower bound.

    Args:
        candidate: a program with `schedule(kinds, needs, delay, units)` that returns the step at which each begins.
        params: n (operators, about), families, draws (of each), draw (the first one's number).
    """
    drawn = [
        (family, graphs.graph(family, draw, params["n"], params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("schedule", [tuple(graph) for _, graph in drawn])
    runs = []
    for (family, graph), answer in zip(drawn, answers, strict=True):
        begins = read(answer, graph, family)
        steps = max(end(graph, which, begin) for which, begin in enumerate(begins))
        runs.append({"family": family, "steps": steps, "bound": bound(graph), **traits(graph, begins, steps)})
    over = [each["steps"] / each["bound"] for each in runs]
    return {
        "objective": geometric(over),
        "measures": {name: sum(each[name] for each in runs) / len(runs) for name in ("longest_first", "kept", "idle")},
        "metrics": {"steps": sum(each["steps"] for each in runs), "bound": sum(each["bound"] for each in runs)}
        | {
            f"over_{family}": geometric([x for x, each in zip(over, runs, strict=True) if each["family"] == family])
            for family in params["families"]
        },
        "feedback": described(runs),
    }


def end(graph, which, begin):
    """Return the first step after an operator that begins at a step."""
    return begin + graph.delay[graph.kinds[which]]


def read(answer, graph, what):
    """Return the step at which each operator begins, or refuse a schedule in which a result or a unit is not there."""
    late = sum(graph.delay[kind] for kind in graph.kinds)
    given = items(answer, f"{what}: begins", count=len(graph.kinds))
    begins = [integer(each, f"{what}: begin of operator {at}", low=0, high=late) for at, each in enumerate(given)]
    for which, before in enumerate(graph.needs):
        for each in before:
            if begins[which] < end(graph, each, begins[each]):
                raise Invalid(
                    f"{what}: operator {which} begins at {begins[which]}, before operator {each}, whose result it "
                    f"takes, has ended at {end(graph, each, begins[each])}"
                )
    for kind, most in enumerate(graph.units):
        busy = [0] * (2 * late + 1)
        for which, begin in enumerate(begins):
            if graph.kinds[which] == kind:
                for step in range(begin, end(graph, which, begin)):
                    busy[step] += 1
        if max(busy) > most:
            raise Invalid(
                f"{what}: {max(busy)} operators of kind {kind} run in step {busy.index(max(busy))}, and there are "
                f"units for {most}"
            )
    return begins


def heads(graph):
    """Return for each operator the steps that chains need before it."""
    found = []
    for before in graph.needs:
        found.append(max((end(graph, each, found[each]) for each in before), default=0))
    return found


def tails(graph):
    """Return for each operator the steps that chains need from its begin to the end of all."""
    found = [graph.delay[kind] for kind in graph.kinds]
    for which in reversed(range(len(found))):
        for each in graph.needs[which]:
            found[each] = max(found[each], graph.delay[graph.kinds[each]] + found[which])
    return found


def bound(graph):
    """Return steps that no schedule can do without: of the longest chain, or of operators that share units.

    Those of a kind that cannot begin before some step and leave at least so much to do after them have their units to
    themselves in between.
    """
    head, tail = heads(graph), tails(graph)
    least = max(tail)
    for kind, units in enumerate(graph.units):
        delay = graph.delay[kind]
        own = [(head[which], tail[which] - delay) for which, each in enumerate(graph.kinds) if each == kind]
        for before in {begin for begin, _ in own}:
            for behind in {rest for _, rest in own}:
                count = sum(begin >= before and rest >= behind for begin, rest in own)
                if count:
                    least = max(least, before + delay * math.ceil(count / units) + behind)
    return least


def traits(graph, begins, steps):
    """Return what kind of a schedule it is, by pairs, by how long results wait, and by units that do nothing."""
    tail = tails(graph)
    pairs = [
        (one, other)
        for one, kind in enumerate(graph.kinds)
        for other, also in enumerate(graph.kinds)
        if kind == also and tail[one] > tail[other]
    ]
    waits = [
        begins[which] - end(graph, each, begins[each]) for which, before in enumerate(graph.needs) for each in before
    ]
    work = [graph.delay[kind] * graph.kinds.count(kind) / units for kind, units in enumerate(graph.units)]
    return {
        "longest_first": sum(begins[one] < begins[other] for one, other in pairs) / max(1, len(pairs)),
        "kept": sum(waits) / max(1, len(waits)) / steps,
        "idle": 1 - max(work) / steps,
    }


def geometric(values):
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def described(runs):
    """Say how many steps each graph takes."""
    return "; ".join(
        f"{each['family']}: {each['steps']} steps, at least {each['bound']} are needed; results wait for "
        f"{each['kept']:.0%} of them, and the busiest units do nothing in {each['idle']:.0%}"
        for each in runs[:6]
    )
