"""Judge of gossip_rates: it runs clocks and exchanges, asks a rule at every wake, and whether it knows too much."""

import heapq
import math
import random
from functools import lru_cache

import graphs

from evo.judging import Invalid, integer, items, number, progress

LOST = 1e6
"""A world ends whose squared error has grown by this factor."""
LEAST = 0.1
"""A world in which less than this share of the way was gone counts as if it had been this share."""
REMEMBERED = 4
"""Numbers that a node may keep from one wake to the next."""
ASKED_AGAIN = 12
"""Wakes of each world that are shown to a fresh process once more."""
BOUNDS = {"share": (-1.0, 1.0), "pull": (-10.0, 10.0), "mix": (0.0, 10.0), "pace": (0.01, 100.0)}


def evaluate(candidate, params):
    """Let nodes average by the rule, in every world, and see that the rule knows no more than its node.

    Args:
        candidate: a program with `wake(node)`.
        params: families, draws (of each), draw (the first one's number), precision (of the squared error, relative to
            the first), patience (how many times its reference a world may last).
    """
    runs, asked = (
        [],
        [(f, d) for f in params["families"] for d in range(params["draw"], params["draw"] + params["draws"])],
    )
    for family, draw in asked:
        made = drawn(family, draw, params.get("secret", ""))
        candidate.restart()
        runs.append({"family": family} | followed(candidate, made, params))
        progress(len(runs) / len(asked), objective=cost(runs))
    ask_again(candidate, [each for run in runs for each in run["sample"]])
    return {
        "objective": cost(runs),
        "measures": {name: mean(each[name] for each in runs) for name in ("longest", "lag")},
        "metrics": {f"messages_{name}": value for name, value in by_family(runs).items()}
        | {"unfinished": mean(each["reached"] < 1 for each in runs)},
        "feedback": described(runs),
    }


@lru_cache(maxsize=128)
def drawn(family, draw, secret):
    """Return a world."""
    return graphs.world(family, draw, {"secret": secret} if secret else {})


class Network:
    """Nodes at work. Exchanges and mixing leave the sum of all first and second values as it is.

    Attributes:
        made: the world.
        first, second: node -> its values; the first is what it takes for the mean.
        mix: node -> at which rate its two values flow together.
        touched: node -> until when they have done so.
        met: node -> for each neighbour, when they last exchanged (None if never), what it had then, how often.
        memory: node -> what it wants to be told again.
        error: sum of squared deviations of the first values from the true mean.
    """

    def __init__(self, made):
        self.made, count = made, len(made.adjacent)
        self.first, self.second = list(made.values), list(made.values)
        self.mix, self.touched, self.memory = [0.0] * count, [0.0] * count, [[] for _ in range(count)]
        self.met = [[[None, 0.0, 0] for _ in each] for each in made.adjacent]
        self.place = [{other: at for at, other in enumerate(each)} for each in made.adjacent]
        self.degrees = [[len(made.adjacent[other]) for other in each] for each in made.adjacent]
        self.truth = math.fsum(made.values) / count
        self.error = math.fsum((value - self.truth) ** 2 for value in made.values)

    def move(self, node, by):
        """Change a node's first value, and the error with it."""
        before = self.first[node] - self.truth
        self.first[node] += by
        self.error += (before + by) ** 2 - before**2

    def settle(self, node, now):
        """Let a node's two values flow together until now."""
        apart = self.second[node] - self.first[node]
        if self.mix[node] and apart:
            by = apart * -math.expm1(-2 * self.mix[node] * (now - self.touched[node])) / 2
            self.move(node, by)
            self.second[node] -= by
        self.touched[node] = now

    def told(self, node, now, luck):
        """Return what a node knows."""
        mine, known = self.first[node], self.met[node]
        return {
            "degrees": list(self.degrees[node]),
            "gaps": [0.0 if when is None else value - mine for when, value, _ in known],
            "ages": [now + 1 if when is None else now - when for when, _, _ in known],
            "counts": [count for _, _, count in known],
            "lag": self.second[node] - mine,
            "memory": self.memory[node],
            "luck": luck,
            "nodes": len(self.first),
            "slowness": self.made.slowness,
            "resistance": self.made.resistance,
        }

    def exchange(self, node, at, share, pull, now):
        """Let a node and its neighbour at a place in its list send each other their values."""
        other = self.made.adjacent[node][at]
        gap = self.first[other] - self.first[node]
        for each, sign in ((node, 1), (other, -1)):
            self.move(each, sign * share * gap)
            self.second[each] += sign * pull * gap
        for each, there in ((node, other), (other, node)):
            known = self.met[each][self.place[each][there]]
            known[:] = now, self.first[there], known[2] + 1


def followed(candidate, made, params, watch=None):
    """Run a world until its error stays small for as many messages as there are nodes, or patience ends.

    After each message `watch`, where it is given, is called with the network.
    """
    network, rng, count = Network(made), random.Random(made.seed), len(made.adjacent)
    precision, reference = params["precision"], made.reference(params["precision"])
    whole, most = network.error, math.ceil(params["patience"] * reference)
    chance = random.Random(made.seed + 1)
    clocks = [(rng.expovariate(1.0), node) for node in range(count)]
    heapq.heapify(clocks)
    habits, sample, curve, small = Habits(), [], [], None
    while len(curve) < most and network.error <= LOST * whole and (small is None or len(curve) - small < count):
        now, node = clocks[0]
        network.settle(node, now)
        told = network.told(node, now, rng.random())
        answer = candidate.call("wake", told)
        keep(sample, (told, answer), len(curve), chance)
        at, share, pull, mix, pace, memory = checked(answer, len(made.adjacent[node]))
        habits.note(told, at, network.first[node] - network.truth, used=network.mix[node] > 0)
        network.settle(made.adjacent[node][at], now)
        network.exchange(node, at, share, pull, now)
        network.mix[node], network.memory[node] = mix, memory
        heapq.heapreplace(clocks, (now + rng.expovariate(pace), node))
        curve.append(network.error / whole)
        if watch is not None:
            watch(network)
        small = (len(curve) if small is None else small) if network.error <= precision * whole else None
    reached = 1.0 if small else min(1.0, max(LEAST, math.log(curve[-1]) / math.log(precision)))
    messages = small or len(curve) if network.error <= LOST * whole else most
    return {"messages": messages / reached, "relative": messages / reached / reference, "reached": reached} | {
        "sample": sample,
        "curve": curve,
        **habits.found(),
    }


def keep(sample, one, seen, rng):
    """Keep some of all that come, each with equal chance."""
    if len(sample) < ASKED_AGAIN:
        sample.append(one)
    elif (at := rng.randrange(seen + 1)) < ASKED_AGAIN:
        sample[at] = one


def checked(answer, neighbours):
    """Return place, share, pull, mix, pace and memory of an answer, or refuse it."""
    found = items(answer, "wake", count=6)
    at = integer(found[0], "wake: neighbour", low=0, high=neighbours - 1)
    numbers = []
    for value, (name, (low, high)) in zip(found[1:5], BOUNDS.items(), strict=True):
        if not low <= number(value, f"wake: {name}") <= high:
            raise Invalid(f"wake: {name}: expected a number in [{low:g}, {high:g}], got {value:g}")
        numbers.append(float(value))
    memory = items(found[5], "wake: memory")
    if len(memory) > REMEMBERED:
        raise Invalid(f"wake: memory: expected at most {REMEMBERED} numbers, got {len(memory)}")
    return at, *numbers, [number(each, "wake: memory") for each in memory]


def ask_again(candidate, sample):
    """Refuse a rule that says something else to the same node where the process knows of no other."""
    candidate.restart()
    for told, answer in reversed(sample):
        if candidate.call("wake", told) != answer:
            raise Invalid(
                "wake: another answer to the same node in a fresh process: a rule knows what its node is told"
            )


class Habits:
    """What a rule does, counted message by message."""

    def __init__(self):
        self.choices = self.longest = self.messages = 0
        self.lag = 0.0

    def note(self, told, at, off, *, used):
        """Count one message; `used` is whether the node's second value has flown into its first."""
        ages = told["ages"]
        self.messages += 1
        if len(ages) > 1:
            self.choices += 1
            self.longest += ages[at] == max(ages)
        size = abs(told["lag"])
        self.lag += size / (size + abs(off)) if size and used else 0.0

    def found(self):
        """Return the measures of a world."""
        return {"longest": self.longest / max(self.choices, 1), "lag": self.lag / max(self.messages, 1)}


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return math.fsum(found) / len(found)


def cost(runs):
    """Return the geometric mean of the messages, each relative to its world's reference."""
    return math.exp(mean(math.log(each["relative"]) for each in runs))


def by_family(runs):
    """Return that for each kind of network."""
    names = dict.fromkeys(each["family"] for each in runs)
    return {name: cost([each for each in runs if each["family"] == name]) for name in names}


def described(runs):
    """Say how many messages it takes, where most, and what the rule did."""
    shares = ", ".join(f"{name} {value:.3f}" for name, value in by_family(runs).items())
    late = [each["family"] for each in runs if each["reached"] < 1]
    messages, longest, lag = (mean(each[name] for each in runs) for name in ("messages", "longest", "lag"))
    text = (
        f"Messages take {cost(runs):.4f} of the bound of uniform gossip: {shares}. Of {messages:.0f} messages "
        f"a world {longest:.0%} go to the neighbour that was not met for longest; of a node's deviation and the lag of "
        f"its second value the lag is {lag:.0%}."
    )
    return text + (f" Not precise when patience ended: {', '.join(dict.fromkeys(late))}." if late else "")
